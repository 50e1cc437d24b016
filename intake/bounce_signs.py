"""Whether a mail without a report's fields is a bounce: many weak signs, weighed.

In:       a Message and its reverse-path.
Out:      is_bounce_by_signs, has_machine_sign.
Not here: RFC 3464 reports (intake.bounce), the words (intake.bounce_words, intake.delivery_words).

No single sign decides: people have names like Mailer, paste reports, and write to us from noreply@; systems
greet, ask "What should I do?", and write from addresses like a person's. So signs are added up: who sends, what
is said, and a person's own voice against it.
The points are small whole numbers so that one can add them up by hand; what they are for stands beside them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from intake.answer_words import ANSWER_SUBJECT
from intake.bounce_sender import SenderKind, has_persons_name, is_system_name, sender_kind
from intake.bounce_text import BANG_PATH, MAIL_TYPES, SMTP_CODE, STATUS, reached_for, report_text
from intake.bounce_words import (
    BODY,
    DELAY,
    MACHINE_SAYS,
    ORIGINAL,
    OTHER_REPORT,
    PERSON_ACTS,
    REPLY_PREFIX,
    SET_SUBJECT,
    SUBJECT,
    SUBJECT_ANYWHERE,
    SUCCESS,
)
from intake.delivery_words import FIRST_PERSON, GREETING, MACHINE_QUESTION, REASON_LABEL, YOUR_MAIL, says_undelivered
from intake.forwards import says_forward, says_reply
from intake.message import Message

NEEDED = 10
_SYSTEMS = (SenderKind.DAEMON, SenderKind.POSTMASTER)
_HEAD, _VOICE = 6_000, 900
_REFUSAL = re.compile(r"(?<![\d.:-])[45]\d\d[ :-]{1,3}#?[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_LABELLED = re.compile(
    r"^[ \t*>-]{0,6}[^\W\d_][\w /()-]{1,40}[:：][ \t]{0,20}<?[\w.+=-]{1,80}@[\w.-]{2,80}>?[ \t]{0,9}(?:\(.{0,60}\))?$",
    re.MULTILINE,
)
# A line of one to three words, or such words behind a full stop or a dash: "Thanks. Tom", "- Ed, warehouse".
_NAME = r"[^\W\d_a-z][^\W\d_]{0,20}\.?"
_SIGNED = re.compile(rf"(?:^[\s~–—-]{{0,9}}|[.!,–—-]\s{{1,3}})({_NAME}(?: {_NAME}){{0,2}})(?:, [\w ]{{2,30}})?$")
_QUESTION = re.compile(r"[^.!?\n？]{0,200}[?？]")
_TALK = re.compile(r"^[ \t<>*\d]{0,9}(?:rcpt to|mail from)\b|^[ \t]{0,9}(?:>>>|<<<) ", re.IGNORECASE | re.MULTILINE)
_UUCP = re.compile(r"\buucp\b|\brmail\b", re.IGNORECASE)  # elsewhere "help!please" is no address
_CLIENT = re.compile(r"mozilla|thunderbird|apple mail|iphone|ipad|k-9|airmail|mutt|evolution|roundcube", re.IGNORECASE)
# Fields that people's mail programs never write, and mail systems not on bounces.
_NOT_A_BOUNCE = ("x-autoreply", "x-autorespond", "x-vacation", "list-unsubscribe", "feedback-id")


@dataclass(frozen=True)
class _Seen:
    """A mail and what the signs look at, found once."""

    message: Message
    null_path: bool
    sender: SenderKind
    head: str
    voice: str
    """The beginning of the writer's own words, above any returned mail."""

    def field(self, name: str) -> str:
        return self.message.field_named(name) or ""


def is_bounce_by_signs(message: Message, null_path: bool) -> bool:
    """Whether the signs for a bounce outweigh those for a person or another machine's mail."""
    if message.field_named("x-failed-recipients") is not None:
        return True
    head = message.text[:_HEAD]
    if _is_answer(message) or OTHER_REPORT.search(f"{message.subject}\n{head[:300]}"):
        return False  # a person answers or forwards one; a machine tells of something else
    return _outweighs(_see(message, null_path))


def _is_answer(message: Message) -> bool:
    """Whether somebody answers or forwards a mail, in any language.

    Some systems put `Re:` before the subject of what they return, but do not thread it as programs of people do.
    """
    threaded = bool(message.in_reply_to or message.references) or sender_kind(message) not in _SYSTEMS
    return says_forward(message.subject) or (threaded and says_reply(message.subject))


def weigh(message: Message, null_path: bool) -> int:
    """The points of all signs that this mail bears."""
    seen = _see(message, null_path)
    return sum(points for points, _, bears in _SIGNS if bears(seen))


def _outweighs(seen: _Seen) -> bool:
    """Whether the points reach NEEDED; signs that could not change the answer any more are not looked for."""
    points = 0
    for (worth, _, bears), (least, most) in zip(_SIGNS, _REST, strict=True):
        if points + most < NEEDED or points + least >= NEEDED:
            break
        points += worth if bears(seen) else 0
    return points >= NEEDED


def _see(message: Message, null_path: bool) -> _Seen:
    voice = report_text(message)[:_VOICE] if message.new_text else ""
    return _Seen(message, null_path, sender_kind(message), message.text[:_HEAD], voice)


def _is_from(*kinds: SenderKind) -> Callable[[_Seen], bool]:
    return lambda seen: seen.sender in kinds


def _says_machine(seen: _Seen) -> bool:
    """Whether the mail says by its path, its sender or Auto-Submitted that no person stands behind it."""
    said = re.split(r"[;(\s]", seen.field("auto-submitted").strip().lower() or "no")[0]
    silent = seen.sender in (SenderKind.DAEMON, SenderKind.NOBODY)
    return seen.null_path or silent or said not in ("no", "auto-forwarded")


def _is_signed_by(kind: SenderKind) -> Callable[[_Seen], bool]:
    """Whether such a sender stands behind the mail; a name means nothing where the mail says that none does."""
    return lambda seen: seen.sender is kind and seen.message.author.address is not None and not _says_machine(seen)


def _is_person_at_a_system(seen: _Seen) -> bool:
    return seen.sender is SenderKind.POSTMASTER and has_persons_name(seen.message)


def _is_from_a_client(seen: _Seen) -> bool:
    return _CLIENT.search(seen.field("x-mailer")[:300] + seen.field("user-agent")[:300]) is not None


def _is_subject(seen: _Seen) -> bool:
    subject = seen.message.subject[:500]
    return bool(SUBJECT_ANYWHERE.search(subject) or says_undelivered(subject) or DELAY.search(subject))


def _is_body(seen: _Seen) -> bool:
    return BODY.search(seen.head) is not None or says_undelivered(seen.head[:1_500])


def _tells_no_failure(seen: _Seen) -> bool:
    """No known word of failure; MAILER-DAEMON is believed in languages unknown to us as well."""
    return not (seen.sender is SenderKind.DAEMON or _is_subject(seen) or _is_body(seen))


def _names_recipient(seen: _Seen) -> bool:
    if reached_for(seen.message, seen.head) is not None:
        return True
    around = f"{seen.field('from')[:300]}\n{seen.message.subject[:300]}\n{seen.head}"
    return _UUCP.search(around) is not None and BANG_PATH.search(around) is not None


def _has_code(seen: _Seen) -> bool:
    return STATUS.search(seen.head) is not None or SMTP_CODE.search(seen.head) is not None


def _returns_mail(seen: _Seen) -> bool:
    return ORIGINAL.search(seen.head, 1) is not None or any(f.content_type in MAIL_TYPES for f in seen.message.files)


def _asks(seen: _Seen) -> bool:
    """A question of the writer's own; "What should I do?" is a heading in many reports."""
    asked = (found[0] for found in _QUESTION.finditer(seen.voice))
    return "?" in seen.message.subject or any(not MACHINE_QUESTION.search(question) for question in asked)


def _signs(seen: _Seen) -> bool:
    """Whether a name stands below the writer's own words, where no returned mail follows that somebody signed."""
    if _returns_mail(seen):
        return False
    signature = seen.message.signature[:300].strip("-– \n").partition("\n")[0]
    last = seen.voice.rstrip()[-200:].rpartition("\n")[2]
    return any(_is_a_name(line) for line in (signature, last))


def _is_a_name(line: str) -> bool:
    found = _SIGNED.search(line)
    if found is None or is_system_name(found[1]):
        return False
    return all(word[0].isupper() for word in found[1].split())  # not in scripts without capitals


def _is_other_answer(seen: _Seen) -> bool:
    message = seen.message
    return bool(ANSWER_SUBJECT.match(message.subject)) or any(message.field_named(n) is not None for n in _NOT_A_BOUNCE)


def _says_success(seen: _Seen) -> bool:
    said = f"{seen.message.subject}\n{report_text(seen.message)[:_HEAD]}"  # not in the returned mail
    return SUCCESS.search(said) is not None and not (SUBJECT.match(seen.message.subject) and BODY.search(seen.head))


_SIGNS: tuple[tuple[int, str, Callable[[_Seen], bool]], ...] = (
    # Who sends.
    (8, "a mail system's own name", _is_from(SenderKind.DAEMON)),
    (6, "a mail system's name", _is_from(SenderKind.POSTMASTER)),
    (3, "a system's or a silent address", _is_from(SenderKind.SYSTEM, SenderKind.NOBODY)),
    (3, "no return path", lambda seen: seen.null_path),
    (-2, "a word that may be anything", _is_signed_by(SenderKind.UNKNOWN)),
    (-5, "an address alone", _is_signed_by(SenderKind.BARE)),
    (-8, "a name of several words", _is_signed_by(SenderKind.NAMED)),
    (-8, "an office where people sit", _is_signed_by(SenderKind.ROOM)),
    (-15, "a person's name", _is_signed_by(SenderKind.PERSON)),
    (-3, "a person's name at a system", _is_person_at_a_system),
    (-4, "written with a person's program", _is_from_a_client),
    # What is said.
    (2, "the subject tells of no delivery", _is_subject),
    (2, "in a system's set phrase", lambda seen: SET_SUBJECT.match(seen.message.subject) is not None),
    (2, "the body does", _is_body),
    (-3, "nothing failed", _tells_no_failure),
    (4, "it names whom it did not reach", _names_recipient),
    (2, "a reply code", _has_code),
    (1, "a reply code with its status", lambda seen: _REFUSAL.search(seen.head) is not None),
    (3, "it speaks of your mail", lambda seen: YOUR_MAIL.search(seen.head[:2_000]) is not None),
    (2, "it returns the mail", _returns_mail),
    (2, "it shows the talk of two servers", lambda seen: _TALK.search(seen.head) is not None),
    (2, "it speaks of itself as a machine", lambda seen: MACHINE_SAYS.search(seen.head) is not None),
    (1, "a reason with a label", lambda seen: REASON_LABEL.search(seen.head) is not None),
    (1, "an address with a label", lambda seen: _LABELLED.search(seen.head) is not None),
    # A person's voice, and other machines'.
    (-3, "somebody speaks of himself", lambda seen: FIRST_PERSON.search(seen.voice) is not None),
    (-3, "somebody wishes or sees something", lambda seen: PERSON_ACTS.search(seen.voice) is not None),
    (-3, "somebody greets", lambda seen: GREETING.match(seen.voice) is not None),
    (-3, "somebody asks", _asks),
    (-3, "somebody signs", _signs),
    (-3, "with a signature", lambda seen: bool(seen.message.signature) and _signs(seen)),
    (-4, "a reply", lambda seen: says_reply(seen.message.subject)),
    (-4, "a list's own notice", lambda seen: bool(seen.field("list-id") or seen.field("x-list-administrivia"))),
    (-6, "another automatic answer", lambda seen: _is_other_answer(seen) and seen.sender not in _SYSTEMS),
    (-9, "it tells of success", _says_success),
)


# Before each sign, what this and all that follow can take away and add at most.
_REST = tuple(
    (sum(min(worth, 0) for worth, *_ in rest), sum(max(worth, 0) for worth, *_ in rest))
    for rest in (_SIGNS[n:] for n in range(len(_SIGNS)))
)


def has_machine_sign(message: Message, null_path: bool) -> bool:
    """Whether a mail system sends this: what its fields say is then a report."""
    if REPLY_PREFIX.match(message.subject) and not null_path:
        return False
    return null_path or sender_kind(message) in _SYSTEMS or message.field_named("x-failed-recipients") is not None
