"""What machines send to the desk in a day: an absence note, a report that a notice did not arrive.

In:       a notice of ours as it was received.
Out:      the bytes of one mail.
Not here: people's mails (tests.acceptance.day.programs).
"""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from tests.acceptance.day.people import Somebody
from tests.acceptance.desk_process import DESK, DOMAIN


def away(writer: Somebody, to: str, subject: str, words: str, when: datetime) -> bytes:
    """An absence note as Exchange writes it."""
    mail = (
        f"From: {formataddr((writer.name, writer.address))}\r\nTo: {to}\r\nSubject: Automatic reply: {subject}\r\n"
        f"Date: {format_datetime(when)}\r\nMessage-ID: <away.{when.timestamp():.0f}@NAMPRD01.prod.outlook.com>\r\n"
        "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return mail.encode() + words.replace("\n", "\r\n").encode() + b"\r\n"


def bounce(notice: EmailMessage, recipient: Somebody) -> bytes:
    """A delivery status notification (RFC 3464) as Postfix writes it, with the header of the mail that came back."""
    returned = "".join(
        f"{name}: {notice[name]}\r\n" for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
    )
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@mx.{DOMAIN}>\r\nTo: {DESK}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Date: {notice['Date']}\r\nMessage-ID: <20261123.dsn@mx.{DOMAIN}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"\r\n\r\n'
        "--dsn\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        f"I'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.\r\n\r\n"
        f"<{recipient.address}>: mailbox is full\r\n\r\n"
        "--dsn\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.{DOMAIN}\r\n\r\nFinal-Recipient: rfc822; {recipient.address}\r\nAction: failed\r\n"
        "Status: 5.2.2\r\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n\r\n"
        f"--dsn\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--dsn--\r\n"
    ).encode()
