"""What `districtdesk parse --json` prints of a mail.

In:       a path, its Message and Verdict; or a path and why it could not be read.
Out:      a dict of exactly the fields the command promises, ready for JSON.
Not here: reading files, printing (desk).
"""

from typing import TYPE_CHECKING, Any

from intake.message import Message, MessageFile, NameAddr

if TYPE_CHECKING:
    from intake.screen import Bounce, Verdict


def parse_report(path: str, message: Message, verdict: "Verdict") -> dict[str, Any]:
    """The JSON object of one mail that was read."""
    return {
        "path": path,
        "ok": True,
        "error": None,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "from": _person(message.author),
        "reply_to": [_person(one) for one in message.reply_to],
        "to": [_person(one) for one in message.to],
        "cc": [_person(one) for one in message.cc],
        "subject": message.subject,
        "date": message.date.isoformat() if message.date else None,
        "text": message.text,
        "reply": message.new_text,
        "signature": message.signature,
        "kind": verdict.kind,
        "bounce": _bounce(verdict.bounce) if verdict.kind == "bounce" else None,
        "attachments": [_file(one) for one in message.files],
        "charset_repairs": message.charset_repairs,
    }


def failure_report(path: str, error: str) -> dict[str, Any]:
    """The JSON object of a file that could not be read or holds no mail; `error` is one sentence."""
    return {"path": path, "ok": False, "error": error}


def _person(one: NameAddr) -> dict[str, str | None]:
    return {"name": one.name, "address": one.address}


def _bounce(bounce: "Bounce | None") -> dict[str, str | None]:
    if bounce is None:
        return {"recipient": None, "status": None, "action": None}
    return {"recipient": bounce.recipient, "status": bounce.status, "action": bounce.action}


def _file(one: MessageFile) -> dict[str, str | int | bool | None]:
    return {
        "filename": one.filename,
        "content_type": one.content_type,
        "size": one.size,
        "inline": one.inline,
        "sha256": one.sha256,
    }
