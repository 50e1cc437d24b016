"""One mail from bytes to Message, step by step.

In:       raw bytes.
Out:      Message.
Not here: the values themselves (intake.message).
"""

import hashlib
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.utils import getaddresses, parsedate_to_datetime

from intake.message import Message, MessageFile, NameAddr


def _decoded(value: object) -> str:
    text = " ".join(str(value).split())
    try:
        return str(make_header(decode_header(text)))
    except Exception:
        return text.encode("utf-8", "replace").decode()


def _people(mail: Mail, name: str) -> tuple[NameAddr, ...]:
    found = getaddresses([str(value) for value in mail.get_all(name, [])][:100])
    return tuple(NameAddr(_decoded(n) or None, a if "@" in a else None) for n, a in found if n or a)


def _text(part: Mail) -> str:
    content = part.get_payload(decode=True) or b""
    assert isinstance(content, bytes)
    try:
        text = content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError):
        text = content.decode("cp1252", "replace")
    return text.replace("\r\n", "\n")


def _ids(mail: Mail, name: str) -> tuple[str, ...]:
    words = str(mail.get(name, "")).split()
    return tuple(dict.fromkeys(word.strip("<>") for word in words))


def _file(part: Mail) -> MessageFile:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        content = b"".join(p.as_bytes() for p in part.get_payload())  # type: ignore[union-attr, misc]
    digest = hashlib.sha256(content).hexdigest()
    name = _decoded(part.get_filename() or "") or None
    inline = part.get_content_disposition() == "inline"
    return MessageFile(name, part.get_content_type(), len(content), inline, digest, content)


def _leaves(mail: Mail) -> list[Mail]:
    if mail.get_content_maintype() == "multipart" and isinstance(mail.get_payload(), list):
        return [leaf for part in mail.get_payload() for leaf in _leaves(part)]  # type: ignore[arg-type]
    return [mail]


def read(raw: bytes) -> Message:
    """Read one mail; a first reader, to be replaced by the bounded one."""
    mail = message_from_bytes(raw)
    leaves = _leaves(mail)
    plain = [p for p in leaves if p.get_content_type() == "text/plain" and not p.get_filename()]
    files = [p for p in leaves if p.get_content_maintype() != "text" or p.get_filename()]
    text = "\n".join(_text(p) for p in plain)
    authors = _people(mail, "From")
    try:
        date = parsedate_to_datetime(str(mail["Date"])).astimezone()
    except (TypeError, ValueError):
        date = None
    return Message(
        message_id=next(iter(_ids(mail, "Message-ID")), None), in_reply_to=_ids(mail, "In-Reply-To"),
        references=_ids(mail, "References"), authors=authors,
        author=next(iter(authors), NameAddr(None, None)), reply_to=_people(mail, "Reply-To"),
        to=_people(mail, "To"), cc=_people(mail, "Cc"), subject=_decoded(mail.get("Subject", "")),
        date=date, text=text, new_text=text.strip(), files=tuple(_file(p) for p in files),
        fields=tuple((k.lower(), _decoded(v)) for k, v in mail.items()), holds_mail=bool(mail.keys()),
    )
