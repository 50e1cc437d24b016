"""The JSON object of a parsed mail."""

import json
from pathlib import Path

from intake.message import read_message
from intake.report import failure_report, parse_report
from intake.screen import Bounce, Verdict

FIELDS = ["path", "ok", "error", "message_id", "in_reply_to", "references", "from", "reply_to", "to", "cc", "subject", "date", "text", "reply", "signature", "kind", "bounce", "attachments", "charset_repairs"]
HUMAN = Verdict("human", "rule", "because")


def test_every_field_is_present_for_the_barest_mail() -> None:
    report = parse_report("a.eml", read_message(b"X: y\r\n\r\n"), HUMAN)
    assert list(report) == FIELDS
    assert report["message_id"] is None and report["date"] is None
    assert report["from"] == {"name": None, "address": None}
    assert (report["subject"], report["text"], report["reply"], report["signature"]) == ("", "", "", "")
    assert report["attachments"] == [] and report["bounce"] is None


def test_a_report_is_json() -> None:
    raw = (Path(__file__).parent.parent / "mail/ordinary/related_inline_picture.eml").read_bytes()
    report = parse_report("a.eml", read_message(raw), HUMAN)
    assert json.loads(json.dumps(report)) == report
    assert list(report["attachments"][0]) == ["filename", "content_type", "size", "inline", "sha256"]


def test_a_bounce_names_its_recipient() -> None:
    verdict = Verdict("bounce", "rule", "because", Bounce("a@x.example", "5.1.1", "failed"))
    report = parse_report("a.eml", read_message(b"X: y\r\n\r\n"), verdict)
    assert report["bounce"] == {"recipient": "a@x.example", "status": "5.1.1", "action": "failed"}


def test_a_bounce_that_names_nobody_is_still_an_object() -> None:
    report = parse_report("a.eml", read_message(b"X: y\r\n\r\n"), Verdict("bounce", "rule", "because"))
    assert report["bounce"] == {"recipient": None, "status": None, "action": None}


def test_a_failure_says_why() -> None:
    assert failure_report("a.eml", "holds no mail") == {"path": "a.eml", "ok": False, "error": "holds no mail"}
