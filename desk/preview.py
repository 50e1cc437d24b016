"""`districtdesk preview`: what a notice looks like, without a desk, a mail or a database.

In:       who we are, the district's templates, a template's name or none for all, a language, a folder.
Out:      NAME.LANGUAGE.txt and .html for each.
Not here: the sample people and words (desk.preview_district), the look (notifier.templates).

The samples go the way that every notice goes, so that they show what people would get.
"""

import difflib
import tomllib
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from jinja2 import TemplateNotFound, TemplateSyntaxError
from sqlalchemy.orm import Session

from desk.lists import daily_list, read_board, weekly_list
from desk.preview_district import NOW, Sample, play
from models import Base, Notice, open_store
from notifier.compose import compose
from notifier.outbox import Wish, queue
from notifier.settings import DeliverySettings, DeskIdentity
from notifier.wording import FALLBACK, OURS, plain_language

Make = Callable[[Session, DeskIdentity, Sample], Notice]


def preview_notices(
    desk: DeskIdentity, delivery: DeliverySettings, template: str | None, language: str, out: str
) -> str | None:
    """Write the previews and print their files' names; a sentence when it cannot be done."""
    names, languages = known_templates(delivery), sorted(path.name for path in OURS.iterdir() if path.is_dir())
    if template is not None and template not in names:
        return f"there is no template '{template}'; there are {', '.join(names)}"
    if plain_language(language) not in languages:
        return f"--language: there are {', '.join(languages)}, and not '{language}'"
    folder, broken = Path(out), []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in [template] if template else names:
            try:
                texts = preview(desk, delivery, name, language)
            except Exception as error:
                broken.append(what_is_wrong(name, language, error))
                continue
            for ending, text in zip(("txt", "html"), texts, strict=True):
                file = folder / f"{name}.{plain_language(language)}.{ending}"
                file.write_text(text, encoding="utf-8")
                print(file)
    except OSError as error:
        return f"--out {folder}: cannot be written: {error.strerror}"
    return "\n".join(broken) or None


def broken_templates(desk: DeskIdentity, delivery: DeliverySettings) -> list[str]:
    """A sentence for each of the district's own templates that cannot be shown with the sample data."""
    found, ours = [], known_templates(DeliverySettings())
    files = delivery.templates.glob("*/*.*") if delivery.templates is not None else ()
    for file in sorted(files, key=lambda file: (file.name != "words.toml", file)):
        name, language = file.stem, file.parent.name
        if file.name == "words.toml":
            try:
                tomllib.loads(file.read_text("utf-8"))
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                return [f"{language}/words.toml: {error}"]  # every notice needs it
        if file.suffix in (".txt", ".html") and name not in ("base", "parts"):
            if name not in ours:
                near = difflib.get_close_matches(name, ours, n=1)
                meant = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(ours)}"
                found.append(f"{language}/{file.name}: no notice is called '{name}'{meant}")
                continue
            try:
                preview(desk, delivery, name, language)
            except Exception as error:
                found.append(what_is_wrong(name, language, error))
    return list(dict.fromkeys(found))


def what_is_wrong(template: str, language: str, error: Exception) -> str:
    """The error of a template as a sentence that says where to look."""
    if isinstance(error, TemplateSyntaxError):
        return f"template {error.name or template}, line {error.lineno}: {error.message}"
    if isinstance(error, TemplateNotFound):
        return f"template {template} ({language}) wants '{error.message}', which is not there"
    return f"template {template} ({language}) fails with the sample data: {error}"


def known_templates(delivery: DeliverySettings) -> list[str]:
    """Every notice there is a template for, the district's own ones too."""
    folders = [folder / FALLBACK for folder in (OURS, delivery.templates) if folder is not None]
    return sorted({path.stem for folder in folders for path in folder.glob("*.txt")})


def preview(desk: DeskIdentity, delivery: DeliverySettings, template: str, language: str) -> tuple[str, str]:
    """Text and HTML of one notice with sample data; the template's error when it is broken."""
    sample_desk = replace(desk, signing_keys=(b"a key that signs nothing but this",))
    store = open_store("sqlite:///:memory:")
    try:
        Base.metadata.create_all(store.engine)
        with Session(store.engine, expire_on_commit=False) as session:
            sample = play(session, plain_language(language))
            notice = _SAMPLES.get(template, _any(template))(session, sample_desk, sample)
            raw = compose(notice, sample_desk, delivery, strict=True)
    finally:
        store.close()
    return read_parts(raw)


def read_parts(raw: bytes) -> tuple[str, str]:
    """The text and the HTML of a composed mail."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    text, page = (str(part.get_content()).replace("\r\n", "\n") if part is not None else "" for part in parts)
    return text, page


def _made(who: str, template: str, entry: str | None = None, **facts: Any) -> Make:
    def make(session: Session, desk: DeskIdentity, sample: Sample) -> Notice:
        words = sample.entries[entry] if entry else None
        ticket = words.ticket if words is not None else sample.ticket
        wish = Wish(sample.people[who], template, f"preview:{template}", ticket, words, facts=facts)
        return queue(session, desk, wish, NOW)

    return make


def _any(template: str) -> Make:
    """A notice to a technician: what a template without a sample of its own gets."""
    return _made("tom", template, "asked", results=_RESULTS, reason="it did not come to the signed address")


def _solved(session: Session, desk: DeskIdentity, sample: Sample) -> Notice:
    sample.ticket.status = "resolved"
    return _made("maria", "resolved", "solved")(session, desk, sample)


def _waiting(session: Session, desk: DeskIdentity, sample: Sample) -> Notice:
    sample.ticket.status = "pending"
    return _made("maria", "reminder", "answered", days=3)(session, desk, sample)


def _daily(session: Session, desk: DeskIdentity, sample: Sample) -> Notice:
    facts = daily_list(read_board(session), desk, sample.people["tom"], NOW)
    return queue(session, desk, Wish(sample.people["tom"], "daily", "daily:preview", facts=facts or {}), NOW)


def _weekly(session: Session, desk: DeskIdentity, sample: Sample) -> Notice:
    facts = weekly_list(session, sample.people["ann"], NOW)
    return queue(session, desk, Wish(sample.people["ann"], "weekly", "weekly:preview", facts=facts or {}), NOW)


def _digest(session: Session, desk: DeskIdentity, sample: Sample) -> Notice:
    hasty = replace(desk, habits=replace(desk.habits, digest_after=0))
    for template, entry in (("assigned", "asked"), ("assigned_team", "blurry"), ("follow_up", "again")):
        gathered = _made("lena", template, entry)(session, hasty, sample)
    return gathered.gathered_into or gathered


def _helped(session: Session, desk: DeskIdentity, sample: Sample) -> Notice:
    sample.ticket.status = "resolved"
    return _made("maria", "helped", "solved")(session, desk, sample)


_RESULTS = [
    {"command": "#done", "outcome": "resolved; the requester has been told", "ok": True},
    {"command": "#lvel2", "outcome": "not understood; did you mean #level2?", "ok": False},
]
_SAMPLES: dict[str, Make] = {
    "acknowledgement": _made("dana", "acknowledgement", "blurry"),
    "assigned": _made("tom", "assigned", "asked", because=["“does not turn on”"], similar=[4690, 4702]),
    "assigned_team": _made("tom", "assigned_team", "blurry", guess="fault"),
    "closed": _made("maria", "closed"),
    "daily": _daily,
    "digest": _digest,
    "follow_up": _made("tom", "follow_up", "again"),
    "held": _made(
        "tom", "held", "asked", would=["#done", "#time 20m"], words="The new lamp is in.", to_requester=True, minutes=60
    ),
    "helped": _helped,
    "merged": _made("maria", "merged", into=4690, holder="Tom Reyes"),
    "reminder": _waiting,
    "reopened": _made("tom", "reopened", "again"),
    "reply": _made("maria", "reply", "answered"),
    "released": _made("tom", "released", outcome="done"),
    "resolved": _solved,
    "taken_back": _made("lena", "taken_back", by="Ann Lee", commands="#assign lena"),
    "warning": _made("tom", "warning", in_name_of="Ann Lee"),
    "watching": _made("dana", "watching", "asked", by="Tom Reyes"),
    "weekly": _weekly,
}
