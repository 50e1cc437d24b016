"""Delivery reports in the forms that mail systems give them."""

import time

import pytest

from intake.message import read_message
from intake.screen import screen
from tests.patience import HANG_SECONDS

# (From, Subject, further fields, body) → (recipient, status, action)
FREE_TEXT = [
    (  # Postfix without its report parts
        "MAILER-DAEMON@mx.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", "",
        "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients.\n\n<bob@far.example>: host mx.far.example[192.0.2.1] said: 550 5.1.1\n"
        "    <bob@far.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)\n",
        ("bob@far.example", "5.1.1", "failed"),
    ),
    (  # qmail
        "MAILER-DAEMON@q.example", "failure notice", "Return-Path: <>\n",
        "Hi. This is the qmail-send program at q.example.\nI'm afraid I wasn't able to deliver your message to the\n"
        "following addresses. This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<bob@far.example>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 no such user\nGiving up.\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <ann@oak.example>\nTo: wrong@else.example\n",
        ("bob@far.example", "5.0.0", "failed"),
    ),
    (  # Exim
        "Mail Delivery System <Mailer-Daemon@ex.example>", "Mail delivery failed: returning message to sender",
        "X-Failed-Recipients: bob@far.example\nAuto-Submitted: auto-replied\n",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be\n"
        "delivered to one or more of its recipients. The following address(es) failed:\n\n  bob@far.example\n"
        "    host mx.far.example [192.0.2.2]\n    SMTP error from remote mail server after RCPT TO:<bob@far.example>:\n"
        "    550 5.2.1 mailbox disabled\n",
        ("bob@far.example", "5.2.1", "failed"),
    ),
    (  # sendmail
        "Mail Delivery Subsystem <MAILER-DAEMON@s.example>", "Returned mail: see transcript for details", "",
        "The original message was received at Mon, 9 Nov 2026\n\n   ----- The following addresses had permanent fatal errors -----\n"
        "<bob@far.example>\n    (reason: 553 5.3.0 no such user)\n\n   ----- Transcript of session follows -----\n",
        ("bob@far.example", "5.3.0", "failed"),
    ),
    (  # Exchange without a report
        "System Administrator <postmaster@oak.example>", "Undeliverable: field trip", "",
        "Your message\n\n  To:      'Bob'\n  Subject: field trip\n\ndid not reach the following recipient(s):\n\n"
        "bob@far.example on Mon, 9 Nov 2026 08:00:00 -0500\n    The e-mail account does not exist. <mx.oak.example #5.1.1>\n",
        ("bob@far.example", "5.1.1", "failed"),
    ),
    (  # a host that only delays
        "Mail Delivery System <MAILER-DAEMON@mx.example>", "Delayed Mail (still being retried)", "",
        "THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nYour message could not be delivered for 4 hours.\n"
        "It will be retried until it is 5 days old.\n\n<bob@far.example>: connect to mx.far.example: Connection timed out\n",
        ("bob@far.example", None, "delayed"),
    ),
    (  # Spanish
        "postmaster@oak.example", "No se puede entregar: excursión", "",
        "No se pudo entregar el mensaje a estos destinatarios:\n\nbob@far.example\n\n550 5.1.10 Recipient not found\n",
        ("bob@far.example", "5.1.10", "failed"),
    ),
    (  # Gmail's wording
        "Mail Delivery Subsystem <mailer-daemon@mail.example>", "Delivery Status Notification (Failure)", "",
        "** Address not found **\n\nYour message wasn't delivered to bob@far.example because the address couldn't be found.\n\n"
        "The response from the remote server was:\n550 No such user\n",
        ("bob@far.example", "5.0.0", "failed"),
    ),
    (  # German
        "MAILER-DAEMON@web.example", "Mail delivery failed: returning message to sender", "Return-Path: <>\n",
        "Ihre Nachricht konnte nicht zugestellt werden:\n\nbob@far.example:\nSMTP error: 554 rejected\n",
        ("bob@far.example", "5.0.0", "failed"),
    ),
    (  # the address stands only in the returned mail
        "Postmaster <postmaster@old.example>", "Undeliverable Mail", "",
        "The user is unknown.\n\nOriginal message follows.\n\nReceived: from x\nFrom: ann@oak.example\nTo: bob@far.example\nSubject: trip\n",
        ("bob@far.example", None, "failed"),
    ),
]  # fmt: skip

REPORT = (
    "From: postmaster@mx.example\nTo: ann@oak.example\nSubject: Delivery report\nMIME-Version: 1.0\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    "--b\nContent-Type: text/plain\n\nIt did not work.\n--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.example\n\n{groups}\n--b\nContent-Type: message/rfc822\n\nTo: someone@far.example\nSubject: x\n\nhello\n--b--\n"
)


def judge(text: str):
    return screen(read_message(text.encode()), None, ("help@oak.example",))


@pytest.mark.parametrize("sender, subject, fields, body, expected", FREE_TEXT)
def test_free_text_reports(sender, subject, fields, body, expected):
    verdict = judge(f"From: {sender}\nTo: ann@oak.example\nSubject: {subject}\n{fields}\n{body}")
    assert verdict.kind == "bounce"
    assert (verdict.bounce.recipient, verdict.bounce.status, verdict.bounce.action) == expected


@pytest.mark.parametrize(
    "groups, expected",
    [
        ("Final-Recipient: rfc822; bob@far.example\nAction: failed\nStatus: 5.1.1\n", ("bob@far.example", "5.1.1", "failed")),
        ("Final-Recipient: RFC822;<bob@far.example>\nAction: Failed\nStatus: 5.2.2 (full)\n", ("bob@far.example", "5.2.2", "failed")),
        ("Original-Recipient: rfc822;bob@far.example\nAction: delayed\nStatus: 4.4.1\n", ("bob@far.example", "4.4.1", "delayed")),
        (
            "Final-Recipient: rfc822; ok@far.example\nAction: delivered\nStatus: 2.0.0\n\n"
            "Final-Recipient: rfc822; bob@far.example\nAction: failed\nStatus: 5.0.0\n",
            ("bob@far.example", "5.0.0", "failed"),
        ),
        (
            "Final-Recipient: rfc822; bob@far.example\nAction: failed\nDiagnostic-Code: smtp; 550 user unknown\n",
            ("bob@far.example", "5.0.0", "failed"),
        ),
    ],
)
def test_reports_by_their_fields(groups, expected):
    verdict = judge(REPORT.format(groups=groups))
    assert verdict.kind == "bounce"
    assert (verdict.bounce.recipient, verdict.bounce.status, verdict.bounce.action) == expected


def test_a_report_that_all_arrived_is_a_receipt():
    groups = "Final-Recipient: rfc822; bob@far.example\nAction: delivered\nStatus: 2.0.0\n"
    assert judge(REPORT.format(groups=groups)).kind == "auto-reply"


def test_reading_reports_is_linear():
    shapes = ["550 " * 400_000, "<a@b" * 300_000, "To: x\n" * 200_000, "mail " * 300_000 + "delivered", "Final-Recipient: x\n\n" * 80_000]
    for shape in shapes:
        start = time.process_time()
        judge(f"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n{shape}")
        assert time.process_time() - start < HANG_SECONDS
