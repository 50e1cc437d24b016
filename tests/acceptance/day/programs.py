"""How the mail programs of the day write: bodies, quotes, signatures and headers as they really come.

In:       a Letter: who writes what to whom, and the mail it answers.
Out:      the bytes of one mail.
Not here: the words (the script), handing in (tests.acceptance.day.play).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape

from tests.acceptance.day.people import Somebody
from tests.acceptance.desk_process import DESK

QUOTED_NAME = "Oak District Help Desk"


@dataclass(frozen=True)
class Letter:
    """One mail about to be written."""

    number: int
    writer: Somebody
    to: str
    subject: str
    words: str
    when: datetime
    answers: EmailMessage | None = None
    forwards: tuple[Somebody, str, str] | None = None
    """Who wrote the mail inside it, its subject, its words."""
    shows_id: bool = True
    """Whether it names the mail it answers; one that begins from a link cannot."""


def written(letter: Letter, program: str, *above: str) -> bytes:
    """The mail as it leaves that program; `above` are header lines that a server on the way has put on top."""
    text, html, maker = PROGRAMS[program](letter)
    mail = EmailMessage(policy=policy.SMTP.clone(max_line_length=998))
    mail["From"] = formataddr((letter.writer.name, letter.writer.address))
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.when)
    mail["Message-ID"] = f"<{letter.number:04}.{letter.writer.address.replace('@', '.')}{maker}>"
    if letter.answers is not None and letter.shows_id:
        mail["In-Reply-To"] = str(letter.answers["Message-ID"])
        mail["References"] = f"{letter.answers['References'] or ''} {letter.answers['Message-ID']}".strip()
    if text is not None:
        mail.set_content(text, cte="quoted-printable")
    if html is not None and text is not None:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
    elif html is not None:
        mail.set_content(html, subtype="html", cte="quoted-printable")
    return b"".join(f"{line}\r\n".encode() for line in above) + mail.as_bytes()


def _earlier(letter: Letter) -> str:
    """What stands in the mail that is answered."""
    if letter.answers is None:
        return ""
    body = letter.answers.get_body(("plain",))
    return body.get_content().strip() if body is not None else ""


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _lines(text: str, tag: str = "div") -> str:
    return "".join(f"<{tag}>{escape(line) or '<br>'}</{tag}>" for line in text.splitlines())


def _gmail(letter: Letter) -> tuple[str, str, str]:
    text, html = letter.words, f'<div dir="ltr">{_lines(letter.words)}</div>'
    if letter.forwards is not None:
        author, subject, words = letter.forwards
        head = (
            f"---------- Forwarded message ---------\nFrom: {author.name} <{author.address}>\n"
            f"Date: Mon, Nov 23, 2026 at 7:51 AM\nSubject: {subject}\nTo: {letter.writer.name} <{letter.writer.address}>\n"
        )
        text += f"\n\n{head}\n\n{words}\n"
        html += f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{_lines(head)}</div><br>{_lines(words)}</div>'
    elif letter.answers is not None:
        intro = f"On Mon, Nov 23, 2026 at 9:12 AM {QUOTED_NAME} <{DESK}> wrote:"
        text += f"\n\n{intro}\n\n{_marked(_earlier(letter))}\n"
        html += (
            f'<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{escape(intro)}<br></div>'
            f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);'
            f'padding-left:1ex">{_lines(_earlier(letter))}</blockquote></div>'
        )
    return text, html, "@mail.gmail.com"


def _outlook(letter: Letter) -> tuple[str, str, str]:
    foot = f"{letter.writer.name}\nOak District\n555-0142"
    text = f"{letter.words}\n\n{foot}\n"
    html = f'<p class="MsoNormal">{"</p><p class=MsoNormal>".join(map(escape, text.splitlines()))}</p>'
    if letter.answers is not None:
        head = (
            f"From: {QUOTED_NAME} <{DESK}>\nSent: Monday, November 23, 2026 9:12 AM\n"
            f"To: {letter.writer.name} <{letter.writer.address}>\nSubject: {letter.answers['Subject']}"
        )
        text += f"\n{head}\n\n{_earlier(letter)}\n"
        html += (
            '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
            f'<p class="MsoNormal">{"<br>".join(f"<b>{k}:</b>{escape(v)}" for k, _, v in (line.partition(":") for line in head.splitlines()))}</p>'
            f"</div>{_lines(_earlier(letter), 'p')}"
        )
    page = f'<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang="EN-US"><div class="WordSection1">{html}</div></body></html>'
    return text, page, "@NAMPRD01.prod.outlook.com"


def _owa(letter: Letter) -> tuple[None, str, str]:
    """Outlook on the web: HTML alone."""
    html = "".join(f'<div class="elementToProof">{escape(line) or "<br>"}</div>' for line in letter.words.splitlines())
    if letter.answers is not None:
        html += (
            '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
            f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif"><b>From:</b> {QUOTED_NAME} &lt;{DESK}&gt;<br>'
            "<b>Sent:</b> Monday, November 23, 2026 9:12 AM<br>"
            f"<b>To:</b> {escape(letter.writer.name)} &lt;{letter.writer.address}&gt;<br>"
            f"<b>Subject:</b> {escape(str(letter.answers['Subject']))}</font><div>&nbsp;</div></div>"
            f"{_lines(_earlier(letter))}"
        )
    return None, f"<html><head></head><body dir=\"ltr\">{html}</body></html>", "@NAMPRD02.prod.outlook.com"


def _iphone(letter: Letter, sent: str = "Sent from my iPhone", wrote: str = "On Nov 23, 2026, at 9:12 AM, {} wrote:") -> tuple[str, str, str]:
    text = f"{letter.words}\n\n{sent}\n"
    html = f"<div dir=\"ltr\">{_lines(letter.words)}<br><div dir=\"ltr\">{sent}</div>"
    if letter.answers is not None:
        intro = wrote.format(f"{QUOTED_NAME} <{DESK}>")
        text += f"\n> {intro}\n>\n{_marked(_earlier(letter))}\n"
        html += (
            f'<div dir="ltr"><br><blockquote type="cite">{escape(intro)}<br><br></blockquote></div>'
            f'<blockquote type="cite"><div dir="ltr">{_lines(_earlier(letter))}</div></blockquote>'
        )
    return text, f'<html><body dir="auto">{html}</div></body></html>', "@icloud.example"


def _iphone_es(letter: Letter) -> tuple[str, str, str]:
    return _iphone(letter, "Enviado desde mi iPhone", "El 23 nov 2026, a la(s) 9:12 a. m., {} escribió:")


def _thunderbird(letter: Letter) -> tuple[str, None, str]:
    text = letter.words
    if letter.answers is not None:
        text = f"{text}\n\nOn 11/23/26 09:12, {QUOTED_NAME} wrote:\n{_marked(_earlier(letter))}"
    return f"{text}\n\n-- \n{letter.writer.name}\nOak District, ext. 42\n", None, "@thunderbird.example"


def _tap(letter: Letter) -> tuple[str, None, str]:
    """A mail that a link of ours has begun: the phone sends it as it opened, with its signature below."""
    return f"{letter.words}\n\nSent from my iPhone\n", None, "@icloud.example"


PROGRAMS: dict[str, Callable[[Letter], tuple[str | None, str | None, str]]] = {
    "gmail": _gmail, "outlook": _outlook, "owa": _owa, "iphone": _iphone, "iphone_es": _iphone_es,
    "thunderbird": _thunderbird, "tap": _tap,
}  # fmt: skip
