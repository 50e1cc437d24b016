"""One mail from bytes to Message, step by step.

In:       raw bytes.
Out:      Message.
Not here: the values themselves (intake.message), each step (header, mime, bodies, files, fields).
"""

import logging

from intake.addresses import read_addresses
from intake.bodies import Content, first_charset, read_content
from intake.body import Cut, cut
from intake.charset import decode
from intake.fields import field_text, raw_text, read_date, read_ids
from intake.files import is_tnef, make_files
from intake.header import RawFields, normal_start, split_header
from intake.html import html_to_text
from intake.message import Forwarded, Message, NameAddr
from intake.mime import Part, split_parts

_log = logging.getLogger(__name__)
_NOBODY = NameAddr(None, None)


def read(raw: bytes) -> Message:
    """Read one mail.

    Every step is bounded and meant never to raise; should one do so, the mail must not be lost, so
    its bytes come back as they are, to be seen by a person.
    """
    try:
        return read_unguarded(raw)
    except Exception as error:  # the promise of this room: whatever the bytes, a Message
        _log.error("a mail of %d bytes could not be read: %s", len(raw), type(error).__name__)
        text, _ = decode(raw[:100_000], None)
        return Message(text=text, new_text=text, holds_mail=bool(text.strip()))


def read_unguarded(raw: bytes) -> Message:
    """Read one mail without the last net, so that tests see what it would hide."""
    raw = normal_start(raw)
    fields, start = split_header(raw, 0, len(raw))
    root = split_parts(raw, fields, start)
    content = read_content(root)
    hint = content.hint
    texts, repairs = _texts(fields, hint)
    authors = _people(fields, "from", hint)
    author = next((one for one in authors if one.address), next(iter(authors), _NOBODY))
    subject = _first(texts, "subject")
    html = content.html()
    text = _body_text(content)
    found = cut(text, html, subject, author.name or "")
    return Message(
        message_id=next(iter(read_ids(_first_raw(fields, "message-id"))), None),
        in_reply_to=_ids(fields, "in-reply-to"),
        references=_ids(fields, "references"),
        author=author,
        authors=authors,
        reply_to=_people(fields, "reply-to", hint),
        to=_people(fields, "to", hint),
        cc=_people(fields, "cc", hint),
        subject=subject,
        date=read_date(_first(texts, "date")),
        text=text,
        new_text=found.new_text,
        signature=found.signature,
        folded=found.folded,
        forwarded=_forwarded(found, root),
        files=make_files(content.files, html, hint),
        charset_repairs=repairs + content.repairs,
        fields=texts,
        holds_mail=any(name[0].isalpha() for name, _ in fields),
    )


def _texts(fields: RawFields, hint: str | None) -> tuple[tuple[tuple[str, str], ...], int]:
    """Every field as decoded text, and how many were not in their charset.

    The fields of the root part are counted with its content, not here.
    """
    texts: list[tuple[str, str]] = []
    repairs = 0
    for name, value in fields:
        text, repaired = field_text(value, hint)
        texts.append((name, text))
        repairs += repaired and not name.startswith("content-")
    return tuple(texts), repairs


def _first(texts: tuple[tuple[str, str], ...], wanted: str) -> str:
    return next((text for name, text in texts if name == wanted), "")


def _first_raw(fields: RawFields, wanted: str) -> str:
    return next((raw_text(value) for name, value in fields if name == wanted), "")


def _ids(fields: RawFields, wanted: str) -> tuple[str, ...]:
    """The ids of every field of that name: some mailers write one References field for each id."""
    values = [raw_text(value) for name, value in fields if name == wanted]
    if not values:
        return ()
    return read_ids(values[0]) if len(values) == 1 else tuple(
        dict.fromkeys(one for value in values for one in read_ids(value))
    )


def _people(fields: RawFields, wanted: str, hint: str | None) -> tuple[NameAddr, ...]:
    return tuple(
        person
        for name, value in fields
        if name == wanted
        for person in read_addresses(raw_text(value, hint), hint)
    )


def _body_text(content: Content) -> str:
    """The body; where Exchange packed it into a winmail.dat, the one from there."""
    text = content.text()
    if not text.strip():
        for part in content.files:
            if is_tnef(part):
                text = _packed_text(part) or text
    return text


def _packed_text(part: Part) -> str:
    from intake.tnef import read_tnef  # rare: loaded when one comes

    packed = read_tnef(part.decoded())
    text = packed.text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.strip() or not packed.html else html_to_text(packed.html)


def _forwarded(found: Cut, root: Part) -> Forwarded | None:
    """The mail that this one forwards: in its text, else the only mail attached to it."""
    if found.forwarded is not None or root.children is None:
        return found.forwarded
    mails = [part for part in root.children if part.content_type == "message/rfc822"]
    if len(mails) != 1 or root.content_type != "multipart/mixed":
        return None
    raw = normal_start(mails[0].decoded())
    fields, start = split_header(raw, 0, len(raw))
    inner = split_parts(raw, fields, start)
    hint = first_charset(inner)
    authors = _people(fields, "from", hint)
    author = next((one for one in authors if one.address), next(iter(authors), _NOBODY))
    subject = next((field_text(value, hint)[0] for name, value in fields if name == "subject"), "")
    return Forwarded(author, subject, _body_text(read_content(inner)).strip())
