"""The options of every command, as contracts with scripts: none is renamed or dropped.

In:       the module that holds the commands' functions.
Out:      an argparse parser.
Not here: what the commands do (desk.cli).
"""

import argparse
from types import ModuleType

from models.words import KINDS, MAIL_STATES, STATUSES

_LARGEST = 2**31 - 1


def build_parser(commands: ModuleType) -> argparse.ArgumentParser:
    """The parser; each command's function is `commands.<name>`."""
    parser = argparse.ArgumentParser(
        prog="districtdesk", description="The help desk of a school district that works by e-mail."
    )
    parser.add_argument("-c", "--config", metavar="FILE", help="the configuration (default: districtdesk.toml)")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("-c", "--config", metavar="FILE", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and end")
    sub = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, about: str, *, json: bool = False) -> argparse.ArgumentParser:
        command = sub.add_parser(name, help=about, description=about, parents=[shared])
        command.set_defaults(command=getattr(commands, name))
        if json:
            command.add_argument("--json", action="store_true", help="one JSON object a line")
        return command

    _running(add)
    _feeding(add)
    _reading(add)
    return parser


def _running(add) -> None:  # type: ignore[no-untyped-def]
    demo = add("demo", "a temporary desk with a sample district, played in two minutes", json=True)
    demo.add_argument("--once", action="store_true", help="end after the table of tickets")
    add("init", "write a commented districtdesk.toml")
    add("check", "try everything the configuration names, and say what to do", json=True)
    serve = add("serve", "run the desk until SIGTERM or SIGINT")
    serve.add_argument("--only", metavar="PARTS", help="some of smtp,imap,worker,sender")
    serve.add_argument("--workers", metavar="N", type=_count, default=0, help="so many worker processes of their own")
    serve.add_argument("--beside", type=_count, help=argparse.SUPPRESS)  # this is such a process: which one
    add("migrate", "bring a PostgreSQL database's schema up to date")
    train = add("train", "learn from the corpus and the desk's own corrections, and say what came of it")
    train.add_argument("--shipped", action="store_true", help="train the weights that ship with the program")
    evaluate = add("evaluate", "measure the classifier by cross-validation over authors and on the gold set")
    evaluate.add_argument("--html", metavar="FILE", help="write a page with curves and confusions as well")


def _feeding(add) -> None:  # type: ignore[no-untyped-def]
    ingest = add("ingest", "feed raw mails (.eml, mbox, Maildir, or - for standard input)", json=True)
    ingest.add_argument("paths", nargs="+", metavar="FILE|DIR|MBOX")
    retry = add("retry", "process quarantined mail again", json=True)
    retry.add_argument("ids", nargs="*", type=_mail_id, metavar="ID")
    retry.add_argument("--all", action="store_true")
    roster = add("roster", "import a roster: OneRoster 1.1 CSV (folder or zip), or one CSV", json=True)
    roster.add_argument("action", choices=["import"])
    roster.add_argument("path", metavar="PATH")
    roster.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    roster.add_argument("--complete", action="store_true", help="who is not in this plain CSV has left")
    roster.add_argument("--force", action="store_true", help="import even if many people would be deactivated")


def _reading(add) -> None:  # type: ignore[no-untyped-def]
    parse = add("parse", "show how mails are read; needs no desk", json=True)
    parse.add_argument("--desk", action="append", default=[], metavar="ADDRESS", help="an address the desk sends from")
    parse.add_argument("files", nargs="+", metavar="FILE")
    add("classify", "judge JSON Lines {id, subject, text} on standard input; needs no desk", json=True)
    tickets = add("tickets", "the tickets, newest first", json=True)
    tickets.add_argument("--status", choices=STATUSES)
    tickets.add_argument("--kind", choices=[*KINDS, "unsure", "none"], help="unsure: a person must decide what it is")
    tickets.add_argument("--school", metavar="CODE")
    tickets.add_argument("--assignee", metavar="WHO", help="an address, a whole name, or a team for what waits there")
    tickets.add_argument("--query", metavar="WORDS", help="all of them, in the subject or the thread")
    show = add("show", "one ticket with its thread, events and notices", json=True)
    show.add_argument("number", type=_ticket_number, metavar="NUMBER")
    mail = add("mail", "what came in and what became of it", json=True)
    mail.add_argument("--state", choices=MAIL_STATES)
    mail.add_argument("--query", metavar="WORDS", help="all of them, in the sender's name or address or the subject")
    mail.add_argument("--limit", type=_count, metavar="N", help="the newest N (the table: 50, JSON: all)")


    preview = add("preview", "write a notice as text and HTML with sample data; needs no desk")
    preview.add_argument("template", nargs="?", metavar="TEMPLATE", help="acknowledgement, assigned, resolved …")
    preview.add_argument("--all", action="store_true", help="every template")
    preview.add_argument("--language", default="en", metavar="LANGUAGE", help="en or es (default: en)")
    preview.add_argument("--out", default="preview", metavar="DIR", help="where to (default: preview)")


def _ticket_number(text: str) -> int:
    return _number(text.removeprefix("#"), f"found '{text}'; NUMBER is a ticket's number, such as 17")


def _mail_id(text: str) -> int:
    return _number(text.removeprefix("m"), f"found '{text}'; ID is a mail's number in the list of mails, such as m17")


def _count(text: str) -> int:
    return _number(text, f"found '{text}'; N is a number, such as 50")


def _number(text: str, otherwise: str) -> int:
    """A whole number that a database can look for."""
    if not (text.isascii() and text.isdigit() and int(text[:11]) <= _LARGEST and len(text) <= 11):
        raise argparse.ArgumentTypeError(otherwise)
    return int(text)


class _Version(argparse.Action):
    """Looked up only when asked: reading the package's metadata takes longer than `parse` does."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("districtdesk")
        except PackageNotFoundError:  # run from a folder without being installed
            found = "(not installed)"
        print(f"districtdesk {found}")
        parser.exit()
