"""The command line: one function a command, each a few lines over a use-case.

In:       arguments, standard input.
Out:      standard output in the contract's forms; exit status 0, 1, 2 or 75.
Not here: the use-cases. They are imported where they are needed: `parse` and `classify` start often
          and need no database.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desk.config import Settings
    from desk.opening import OpenDesk

DONE, BAD_INPUT, WRONG_USE, TRY_LATER = 0, 1, 2, 75


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status; no traceback ever reaches a user."""
    options = _parser().parse_args(arguments)
    _set_up_output()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        return int(options.command(options) or DONE)
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from desk.cli_trouble import explain

        return explain(error)


def _set_up_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _settings(options: argparse.Namespace) -> "Settings":
    from desk.config import load_settings

    return load_settings(options.config, os.environ)


def _open(options: argparse.Namespace, *, roster_follows: bool = False) -> "OpenDesk":
    from desk.opening import open_desk

    return open_desk(_settings(options), roster_follows=roster_follows)


def _print_json(rows: Iterable[Any]) -> None:
    encoder = json.JSONEncoder(ensure_ascii=False)
    for row in rows:
        for piece in encoder.iterencode(row):  # a mail's text escaped whole would take many times its size
            sys.stdout.write(piece)
        sys.stdout.write("\n")


def demo(options: argparse.Namespace) -> int:
    """`districtdesk demo`."""
    from desk.demo import run_demo

    return run_demo(once=options.once, as_json=options.json)


def init(options: argparse.Namespace) -> int:
    """`districtdesk init`."""
    from desk.init_file import write_configuration

    problem = write_configuration(options.config or "districtdesk.toml")
    if problem:
        print(problem, file=sys.stderr)
        return WRONG_USE
    print(f"wrote {options.config or 'districtdesk.toml'}; edit it, then run 'districtdesk check'")
    return DONE


def check(options: argparse.Namespace) -> int:
    """`districtdesk check`."""
    from desk.check import run_checks

    worst = DONE
    for finding in run_checks(_settings(options)):
        if options.json:
            _print_json([finding.as_row()])
        else:
            print(finding.as_line())
        worst = max(worst, finding.status)
    return worst


def serve(options: argparse.Namespace) -> int:
    """`districtdesk serve`."""
    from desk.service import PARTS, Service
    from desk.workforce import end_with_parent

    logging.getLogger().setLevel(logging.INFO)
    # These two write addresses at INFO.
    for chatty in ("mail.log", "imapclient", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    parts = tuple(part.strip() for part in options.only.split(",")) if options.only else PARTS
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        print(f"--only: there is no part '{unknown[0]}'; there are {', '.join(PARTS)}", file=sys.stderr)
        return WRONG_USE
    if options.workers and "worker" not in parts:
        print("--workers: these are processes of the part 'worker', which --only leaves out", file=sys.stderr)
        return WRONG_USE
    opened = _open(options)
    service = Service(opened, parts, workers=options.workers, learns=not options.beside)
    if options.beside is not None:
        end_with_parent(service.stop)
    try:
        service.run(lambda line: print(line, flush=True))
    finally:
        opened.close()
    if service.failure:
        print(service.failure, file=sys.stderr)
        return TRY_LATER
    return DONE


def migrate(options: argparse.Namespace) -> int:
    """`districtdesk migrate`."""
    from desk.opening import open_desk

    open_desk(_settings(options), migrate=True).close()
    print("the database's schema is up to date")
    return DONE


def ingest(options: argparse.Namespace) -> int:
    """`districtdesk ingest`."""
    from desk.ingest_command import ingest_paths, ingest_stdin

    if options.paths == ["-"]:
        return ingest_stdin(_settings(options))
    opened = _open(options)
    try:
        return ingest_paths(opened, options.paths, as_json=options.json)
    finally:
        opened.close()


def parse(options: argparse.Namespace) -> int:
    """`districtdesk parse`."""
    from desk.parse_command import parse_file

    status = DONE
    for path in options.files:
        row = parse_file(path, options.desk)
        _print_json([row])
        status = status if row["ok"] else BAD_INPUT
    return status


def classify(options: argparse.Namespace) -> int:
    """`districtdesk classify`."""
    from classifier.stream import answer_lines
    from classifier.triage import load_triage

    lines = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    status = DONE
    for answer in answer_lines(lines, load_triage()):
        print(answer.text, flush=True)
        status = status if answer.ok else BAD_INPUT
    return status


def tickets(options: argparse.Namespace) -> int:
    """`districtdesk tickets`."""
    from desk import list_commands

    return _look(options, list_commands.tickets)


def show(options: argparse.Namespace) -> int:
    """`districtdesk show`."""
    from desk import list_commands

    return _look(options, list_commands.show)


def mail(options: argparse.Namespace) -> int:
    """`districtdesk mail`."""
    from desk import list_commands

    return _look(options, list_commands.mail)


def preview(options: argparse.Namespace) -> int:
    """`districtdesk preview`."""
    from desk.preview import preview_notices

    if bool(options.template) == options.all:
        print("preview: name one template, or say --all", file=sys.stderr)
        return WRONG_USE
    settings = _settings(options)
    problem = preview_notices(settings.desk, settings.delivery, options.template, options.language, options.out)
    if problem:
        print(problem, file=sys.stderr)
        return BAD_INPUT
    return DONE


def _look(options: argparse.Namespace, command: "Callable[[OpenDesk, argparse.Namespace], int]") -> int:
    from desk.list_commands import hint_of_emptiness
    from desk.opening import open_desk

    settings = _settings(options)
    hint = hint_of_emptiness(settings)
    opened = open_desk(settings, only_looks=True)
    if hint:
        print(hint, file=sys.stderr)
    try:
        return command(opened, options)
    finally:
        opened.close()


def retry(options: argparse.Namespace) -> int:
    """`districtdesk retry`."""
    from desk.ingest_command import retry_mails

    if bool(options.ids) == options.all:
        print("retry: name the mails' ids, or say --all", file=sys.stderr)
        return WRONG_USE
    opened = _open(options)
    try:
        return retry_mails(opened, None if options.all else options.ids, as_json=options.json)
    finally:
        opened.close()


def roster(options: argparse.Namespace) -> int:
    """`districtdesk roster import`."""
    from desk.roster_command import import_path

    opened = _open(options, roster_follows=True)
    try:
        return import_path(opened, options)
    finally:
        opened.close()


def train(options: argparse.Namespace) -> int:
    """`districtdesk train`."""
    from classifier.evaluate import train_report
    from classifier.learning import format_learnt
    from desk.learning import learn_now
    from desk.opening import now_utc

    if options.shipped:
        print(train_report())
        return DONE
    opened = _open(options)
    try:
        print(format_learnt(learn_now(opened.store, now_utc(), opened.desk.own_categories)))
    finally:
        opened.close()
    return DONE


def evaluate(options: argparse.Namespace) -> int:
    """`districtdesk evaluate`."""
    from pathlib import Path

    from classifier.evaluate import evaluate, format_evaluation
    from classifier.picture import evaluation_page

    evaluation = evaluate()
    print(format_evaluation(evaluation))
    if options.html:
        Path(options.html).write_text(evaluation_page(evaluation), encoding="utf-8")
        print(f"a picture of it: {options.html}")
    return DONE


def _parser() -> argparse.ArgumentParser:
    from desk.cli_options import build_parser

    return build_parser(sys.modules[__name__])


if __name__ == "__main__":
    sys.exit(main())
