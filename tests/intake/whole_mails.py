"""Compares what `districtdesk parse` says of a mail with what its `.json` expects.

In:       an .eml file of tests/mail with its .json.
Out:      the differences, in words; none when all is as expected.
Not here: which mails there are (tests.intake.test_whole_mails); the keys are explained in tests/mail/README.md.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desk.parse_command import parse_file

PLAIN = (
    "from", "to", "cc", "reply_to", "date", "message_id", "references", "in_reply_to", "charset_repairs", "kind", "bounce",
)  # fmt: skip
TEXTS = ("text", "reply", "signature")


def differences(file: Path) -> list[str]:
    """What is not as expected."""
    wanted = json.loads(file.with_suffix(".json").read_text("utf-8"))
    found = parse_file(str(file), wanted.get("desk", []))
    if not found["ok"]:
        return [f"not read: {found['error']}"]
    return [*_plain(wanted, found), *_words(wanted, found), *_files(wanted, found)]


def plain(text: str) -> str:
    """A text without what no reader sees: trailing blanks, runs of empty lines, kinds of line ends and blanks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return re.sub(r"\n{2,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _plain(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for key in PLAIN:
        if key in wanted and wanted[key] != found[key]:
            yield f"{key}: {found[key]!r} instead of {wanted[key]!r}"
    if "date_any" in wanted and found["date"] not in wanted["date_any"]:
        yield f"date: {found['date']!r} instead of one of {wanted['date_any']}"
    subjects = [wanted["subject"], *wanted.get("subject_any", [])] if "subject" in wanted else []
    if subjects and " ".join(found["subject"].split()) not in [" ".join(one.split()) for one in subjects]:
        yield f"subject: {found['subject']!r} instead of {subjects}"


def _words(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for key in TEXTS:
        allowed = [plain(one) for one in [*wanted.get(f"{key}_any", []), *([wanted[key]] if key in wanted else [])]]
        if allowed and plain(found[key]) not in allowed:
            yield f"{key}: {plain(found[key])!r} instead of {allowed[0]!r}"
    text, position = found["text"], 0
    for piece in wanted.get("text_contains", []):
        position = text.find(piece, position)
        if position < 0:
            yield f"text lacks, in order: {piece!r}"
            return
    yield from (f"text lacks: {piece!r}" for piece in wanted.get("text_somewhere", []) if piece not in text)
    yield from (f"text shows: {piece!r}" for piece in wanted.get("text_lacks", []) if piece in text)
    yield from (f"text has no: {form}" for form in wanted.get("text_regex", []) if not re.search(form, text))


def _files(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    files = found["attachments"]
    if "attachments" in wanted:
        listed = wanted["attachments"]
        if len(listed) != len(files) or not all(map(_is_file, listed, files)):
            yield f"attachments: {files} instead of {listed}"
    for one in wanted.get("attachments_contain", []):
        if not any(_is_file(one, file) for file in files):
            yield f"no attachment {one}"
    for content_type in wanted.get("attachments_types", []):
        if content_type not in [file["content_type"] for file in files]:
            yield f"no attachment of type {content_type}"


def _is_file(wanted: dict[str, Any], found: dict[str, Any]) -> bool:
    if "filename" in wanted and found["filename"] not in [wanted["filename"], *wanted.get("filename_in", [])]:
        return False
    if any(key in wanted and wanted[key] != found[key] for key in ("content_type", "inline")):
        return False
    forms = [wanted, *wanted.get("any_of", [])]
    return "size" not in wanted or any((one["size"], one["sha256"]) == (found["size"], found["sha256"]) for one in forms)
