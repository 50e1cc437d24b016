"""What an HTML element means for a reader of mail: hidden, quoted, a signature, or ordinary.

In:       one start tag: its name and its attributes as written.
Out:      Meaning, or None for an element that changes nothing.
Not here: laying out lines (intake.html_layout), wording of introduction lines (intake.quotes).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice

BODY, QUOTE, SIGNATURE, INTRODUCTION = range(4)
"""Regions of a mail, as the client that wrote it marked them."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an element does to the lines within it; `to_the_end`: to all that follow it, too.

    `tiny` is a font size of zero, which a descendant with a size of its own (`sized`) undoes.
    """

    hides: bool = False
    tiny: bool = False
    sized: bool = False
    region: int = BODY
    quote_mark: bool = False
    to_the_end: bool = False
    preformatted: bool = False
    no_margin: bool = False


# Farther into a tag stands picture data, not a class.
_FAR = 4000
# Cheap first look: most attributes say nothing of these.
_TELLING = (
    "display", "visib", "font-size", "mso-hide", "max-height", "hidden", "quote", "cite", "signature", "__sig",
    "forward", "append", "rplyfwd", "outlookmessageheader", "reference-message", "white-space", "msonormal",
    "msolist", "msoplain", "margin", "opacity", "olk_src", "reply", "zwchr", "attribution", "zmail_extra",
    "gmail_attr", "moz-email", "composer_sig", "border", "smartmail",
)  # fmt: skip
_MOST_ATTRIBUTES = 100
_ATTRIBUTE = re.compile(r"""([a-zA-Z_:][-\w:.]*)(?:\s{0,9}=\s{0,9}("[^"]*"|'[^']*'|[^\s"'>]+))?""")

_GONE = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all|"
    r"max-height\s{0,3}:\s{0,3}0(?![.\d]*[1-9])|opacity\s{0,3}:\s{0,3}0(?:\.0{1,9})?\s{0,3}(?:;|!|$)",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(r"font-size\s{0,3}:\s{0,3}0(?![.\d]*[1-9])", re.IGNORECASE)
_SOME_SIZE = re.compile(r"font-size\s{0,3}:\s{0,3}(?!0(?![.\d]*[1-9]))", re.IGNORECASE)
_KEEPS_SPACE = re.compile(r"white-space\s{0,3}:\s{0,3}(?:pre|break-spaces)", re.IGNORECASE)
_NO_MARGIN = re.compile(r"margin(?:-top)?\s{0,3}:\s{0,3}0", re.IGNORECASE)
# Gmail and Outlook indent with a blockquote that has no border; that is layout, not a quote.
_INDENT = re.compile(
    r"border\s{0,3}:\s{0,3}(?:none|0)|margin\s{0,3}:\s{0,3}0(?:px)? 0(?:px)? 0(?:px)? 40px", re.IGNORECASE
)
_LEFT_LINE = re.compile(r"border-left\s{0,3}:\s{0,3}[^;]{0,40}(?:solid|\dpx)", re.IGNORECASE)

_QUOTE_NAMES = {
    "yahoo_quoted",
    "moz-forward-container",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "freshdesk_quote",
    "missive_quote",
    "olk_src_body_section",
    "isreplycontent",
    "messagereplysection",
    "__quoted_text__",
    "zmail_extra",
    "hs_reply",
    "mail-app-auto-quote",
    "tutanota_quote",
    "helpscout-quote",
    "intercom-quote",
    "yahoo_mail_quoted",
    "mailbird_quote",
    "mb_quote",
    "xiaomi_quote",
    "gmail_quote_reply",
}
_SIGNATURE_NAMES = {
    "gmail_signature",
    "gmail_signature_prefix",
    "moz-signature",
    "ms-outlook-mobile-signature",
    "signature",
    "protonmail_signature_block",
    "messagesignaturesection",
    "composer_signature",
    "__sig_pre__",
    "__sig_post__",
    "yahoo_signature",
    "yahoo-signature",
    "tutanota_signature",
    "front-signature",
    "mailbird_signature",
    "hey-signature",
    "email-signature",
    "email_signature",
    "emailsignature",
    "mail_signature",
    "missive_signature",
    "zimbra-signature",
}
_INTRODUCTION_NAMES = {"moz-cite-prefix", "gmail_attr", "reply-intro", "front-attribution", "moz-reply-header"}
_REST_NAMES = {"divrplyfwdmsg", "outlookmessageheader", "replyforwardheader", "zwchr"}


def attributes(written: str) -> dict[str, str]:
    """The attributes of a start tag, names in lower case; the first of two equal names counts."""
    found: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(written[:8000]), _MOST_ATTRIBUTES):
        value = match.group(2) or ""
        if value[:1] in ('"', "'"):
            value = value[1:-1]
        found.setdefault(match.group(1).lower(), unescape(value) if "&" in value else value)
    return found


def meaning_of(tag: str, written: str) -> Meaning | None:
    """What this element means; None when it is ordinary."""
    head = written[:_FAR].lower()
    if tag == "blockquote" or tag == "pre" or any(word in head for word in _TELLING):
        return _meaning(tag, written[:2000])
    return None


@lru_cache(maxsize=512)
def _meaning(tag: str, written: str) -> Meaning | None:
    given = attributes(written)
    style = given.get("style", "")
    if "hidden" in given or _GONE.search(style):
        return Meaning(hides=True)
    names = _names(given)
    region, to_the_end = _region(tag, names, given, style)
    found = Meaning(
        tiny=bool(_NO_SIZE.search(style)),
        sized=bool(_SOME_SIZE.search(style)),
        region=region,
        quote_mark=region == QUOTE and tag == "blockquote",
        to_the_end=to_the_end,
        preformatted=tag == "pre" or bool(_KEEPS_SPACE.search(style)),
        no_margin=bool(_NO_MARGIN.search(style)) or any(name.startswith("mso") for name in names),
    )
    return None if found == Meaning() else found


def _names(given: dict[str, str]) -> set[str]:
    """Class, id and the like, without the x_ that Outlook and others put before foreign ones."""
    joined = " ".join(given.get(key, "") for key in ("class", "id", "name", "data-marker", "data-smartmail"))
    return {name.removeprefix("x_") for name in joined.lower().split()}


def _region(tag: str, names: set[str], given: dict[str, str], style: str) -> tuple[int, bool]:
    if names & _REST_NAMES:
        return QUOTE, True
    if names & _QUOTE_NAMES or (tag == "div" and given.get("name", "").lower() == "quote"):
        return QUOTE, False
    if names & _SIGNATURE_NAMES:
        return SIGNATURE, False
    if names & _INTRODUCTION_NAMES:
        return INTRODUCTION, False
    if tag == "blockquote":
        cited = given.get("type", "").lower() == "cite" or "cite" in given or "gmail_quote" in names
        if cited or _LEFT_LINE.search(style) or not _INDENT.search(style):
            return QUOTE, False
    return BODY, False
