"""The files of a mail: every part that is not body.

In:       parts, the HTML of the body.
Out:      MessageFile, in order: a clean name, the decoded bytes, whether the body shows it.
Not here: which parts are files (intake.bodies), keeping them.
"""

import hashlib
import re
from urllib.parse import unquote

from intake.fields import raw_text
from intake.message import MessageFile
from intake.mime import Part
from intake.parameters import read_parameters

_NAME_LENGTH = 255
_CID = re.compile(r"(?i)cid:([^\"'\s<>)]{1,998})")
# Control signs, and the direction marks that make "exe.fdp" of "pdf.exe".
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")


def make_files(parts: list[Part], html: str | None, hint: str | None = None) -> tuple[MessageFile, ...]:
    """The files, each with its decoded bytes; the files inside a winmail.dat follow it.

    `hint` is the charset of the body, in which names that claim none are most likely written.
    """
    shown = content_ids(html)
    files: list[MessageFile] = []
    for part in parts:
        content = part.decoded()
        inline = part.disposition == "inline" or bool(part.content_id and part.content_id.lower() in shown)
        files.append(make_file(_name_of(part, hint), part.content_type, content, inline))
        if is_tnef(part):
            files += _packed_files(content)
    return tuple(files)


def _name_of(part: Part, hint: str | None) -> str | None:
    for raw in part.raw_names if hint else ():
        _, given, _ = read_parameters(raw_text(raw, hint), hint)
        name = given.get("filename") or given.get("name")
        if name:
            return name
    return part.filename


def make_file(filename: str | None, content_type: str, content: bytes, inline: bool = False) -> MessageFile:
    """One file with the digest of its bytes."""
    name = clean_filename(filename) if filename else None
    return MessageFile(name, content_type, len(content), inline, hashlib.sha256(content).hexdigest(), content)


def clean_filename(filename: str) -> str | None:
    """A name without path, control and direction signs, or None when nothing is left."""
    name = _UNSEEN.sub("", filename.replace("\\", "/")).rstrip("/ ")
    name = name.rpartition("/")[2].strip()
    if len(name) > _NAME_LENGTH:
        _, dot, ending = name.rpartition(".")
        keep = len(ending) + 1 if dot and len(ending) < 20 else 0
        name = name[: _NAME_LENGTH - keep] + name[len(name) - keep :]
    return name if name.strip(".") else None


def content_ids(html: str | None) -> set[str]:
    """The Content-IDs that the HTML shows (RFC 2392), in lower case."""
    if not html or "cid:" not in html.lower():
        return set()
    return {unquote(found).lower() for found in _CID.findall(html)}


def is_tnef(part: Part) -> bool:
    """Whether the part is what Exchange packs a mail into (MS-OXTNEF)."""
    return part.content_type in _TNEF_TYPES or (part.filename or "").lower() == "winmail.dat"


def _packed_files(content: bytes) -> list[MessageFile]:
    from intake.tnef import read_tnef  # rare: loaded when one comes

    return [make_file(one.filename, one.content_type, one.content) for one in read_tnef(content).files]
