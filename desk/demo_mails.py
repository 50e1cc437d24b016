"""The mails of the demo: what a school sends its desk in one morning.

In:       for answers, the notice that is answered.
Out:      Scenes, each with a title, an envelope and raw bytes.
Not here: sending them (desk.demo).
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from desk.demo_district import DESK, DOMAIN

# A grey 2 x 2 picture stands for the photo.
_PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVQI12NoYGhgAAEACwIBgVzAPpYAAAAASUVORK5CYII="


@dataclass(frozen=True)
class Told:
    """What an answer needs to know of the notice it answers."""

    reply_to: str
    message_id: str
    subject: str
    local: str
    name: str


@dataclass(frozen=True)
class Scene:
    """One mail of the play; `answers` is a ticket's number and which side's notice on it is answered."""

    title: str
    sender: str
    write: Callable[[Told | None], bytes]
    answers: tuple[int, str] | None = None


def _mail(
    local: str, name: str, subject: str, body: str, number: int, *, to: str = DESK, extra: tuple[str, ...] = (),
    kind: str = "text/plain; charset=utf-8",
) -> bytes:  # fmt: skip
    head = [
        f"From: {name} <{local if '@' in local else f'{local}@{DOMAIN}'}>", f"To: {to}", f"Subject: {subject}",
        f"Date: Mon, 09 Nov 2026 08:{number:02d}:00 -0500", f"Message-ID: <demo-{number}@mail.{DOMAIN}>",
        "MIME-Version: 1.0", f"Content-Type: {kind}", "Content-Transfer-Encoding: 8bit", *extra,
    ]  # fmt: skip
    return ("\n".join(head) + "\n\n" + body).replace("\n", "\r\n").encode()


def _plain(number: int, local: str, name: str, subject: str, body: str) -> Callable[[Told | None], bytes]:
    return lambda _told: _mail(local, name, subject, body, number)


def _answer(
    number: int, body: str, extra: tuple[str, ...] = (), prefix: str = "Re: "
) -> Callable[[Told | None], bytes]:
    def write(told: Told | None) -> bytes:
        if told is None:
            raise ValueError("this scene answers a notice that was never written")
        thread = (f"In-Reply-To: <{told.message_id}>", f"References: <{told.message_id}>", *extra)
        subject = told.subject if told.subject.startswith(prefix) else prefix + told.subject
        return _mail(told.local, told.name, subject, body, number, to=told.reply_to, extra=thread)

    return write


def _with_photo(_told: Told | None) -> bytes:
    body = (
        "--cut\nContent-Type: text/plain; charset=utf-8\n\n"
        "A student dropped Chromebook 214 and the screen is broken, picture attached. It will not turn on.\n\n"
        "Priya Shah\nRoom 31\n\n"
        '--cut\nContent-Type: image/png\nContent-Disposition: attachment; filename="IMG_2214.png"\n'
        f"Content-Transfer-Encoding: base64\n\n{_PHOTO}\n--cut--\n"
    )
    return _mail("priya.shah", "Priya Shah", "Chromebook 214 broken screen", body, 10, kind='multipart/mixed; boundary="cut"')


def _bounce(_told: Told | None) -> bytes:
    body = (
        "--dsn\nContent-Type: text/plain\n\nYour message could not be delivered.\n\n"
        "--dsn\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.elsewhere.example\n\n"
        "Final-Recipient: rfc822; former.teacher@elsewhere.example\nAction: failed\nStatus: 5.1.1\n\n--dsn--\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="dsn"'
    return _mail("mailer-daemon@elsewhere.example", "Mail Delivery System", "Undelivered Mail", body, 13, kind=kind)


def _newsletter(_told: Told | None) -> bytes:
    extra = ("List-Id: <deals.schoolsupply.example>", "List-Unsubscribe: <https://schoolsupply.example/stop>")
    return _mail(
        "deals@schoolsupply.example",
        "School Supply",
        "30% off glue sticks",
        "Only this week!\n",
        14,
        extra=extra,
    )


def _forged(_told: Told | None) -> bytes:
    extra = (f"In-Reply-To: <demo-2@mail.{DOMAIN}>", "Reply-To: someone@elsewhere.example")
    return _mail("ann.lee", "Ann Lee", "Re: rubrics in Canvas", "#done\n", 15, extra=extra)


def _broken(_told: Told | None) -> bytes:
    return (
        b"\n\nSubject: =?x-no-such-charset?Q?toner_light?= =?utf-8?B?8J+\nMessage-ID: <[broken>\n"
        b'From: "Ortega, Luis" luis.ortega@oakdistrict.example>\nTo: undisclosed recipients\n'
        b'Content-Type: multipart/mixed; boundary="never seen"\nDate: yesterday\n\n'
        b"The toner light on the copier in the Elm library is on and it will not print, \xe9 \x00 \xff thanks\n"
    )


def _forward(_told: Told | None) -> bytes:
    body = (
        "She caught me in the hallway, putting it in the queue.\n\nTom\n\n"
        "---------- Forwarded message ---------\n"
        f"From: Ben Carter <ben.carter@{DOMAIN}>\nDate: Mon, Nov 9, 2026 at 7:58 AM\nSubject: document camera\n"
        f"To: Tom Reyes <tom.reyes@{DOMAIN}>\n\n"
        "Hi Tom, my document camera shows only a black picture since Friday. I changed the cable already.\nBen\n"
    )
    return _mail("tom.reyes", "Tom Reyes", "Fwd: document camera", body, 6)


_PROJECTOR = _plain(1, "maria.ruiz", "Maria Ruiz", "projector dead in 12",
                    "Good morning, the projector in room 12 does not turn on at all, no light. I have a class in it all day.\n\nMaria\n\nSent from my iPhone\n")  # fmt: skip


def scenes() -> list[Scene]:
    """The whole morning, in order."""
    return [
        Scene("a fault", "maria.ruiz", _PROJECTOR),
        Scene("a training request", "ben.carter", _plain(2, "ben.carter", "Ben Carter", "rubrics in Canvas",
              "Hi, could somebody show me how to share a rubric with my team in Canvas? I would love a short lesson.\nBen\n")),
        Scene("a service request", "priya.shah", _plain(3, "priya.shah", "Priya Shah", "software request",
              "Can you please install GeoGebra on the laptops in room 31? Thanks, Priya\n")),
        Scene("a blurry one", "dana.kim", _plain(4, "dana.kim", "Dana Kim", "the board",
              "It did it again this morning, the thing with the board. Maybe it is just me.\n")),
        Scene("one in Spanish", "luis.ortega", _plain(5, "luis.ortega", "Luis Ortega", "impresora",
              "Buenos días, la impresora de la oficina no imprime desde ayer. Dice que no hay conexión. Gracias, Luis\n")),
        Scene("a technician forwards a teacher's mail", "tom.reyes", _forward),
        *(Scene("the wifi is down", local, _plain(7 + n, local, name, subject, body)) for n, (local, name, subject, body) in enumerate(_WIFI)),
        Scene("a photo of the damage", "priya.shah", _with_photo),
        Scene("the requester replies to her acknowledgement", "maria.ruiz",
              _answer(11, "P.S. the remote does not do anything either.\n\nOn Mon, Nov 9, 2026 at 8:01 AM Oak District Help Desk <help@oakdistrict.example> wrote:\n> We have your mail.\n"),
              (1, "requester")),
        Scene("an out-of-office answers our mail", "ben.carter",
              _answer(12, "I am out until Thursday.\n", ("Auto-Submitted: auto-replied",), "Automatic reply: "),
              (2, "requester")),
        Scene("a bounce", "", _bounce),
        Scene("a newsletter", "deals@schoolsupply.example", _newsletter),
        Scene("a forged command in the coach's name", "ann.lee", _forged),
        Scene("the first mail once more, from a nervous relay", "maria.ruiz", _PROJECTOR),
        Scene("a mail that no parser likes", "luis.ortega", _broken),
        Scene("the technician answers with #done", "",
              _answer(18, "New lamp is in, enjoy your day.\n\n#done\n"), (1, "technician")),
    ]  # fmt: skip


_WIFI = (
    ("maria.ruiz", "Maria Ruiz", "wifi", "The wifi is down in my whole hallway.\n"),
    ("ben.carter", "Ben Carter", "No internet", "the wifi is down, none of my kids' Chromebooks connect\n"),
    ("dana.kim", "Dana Kim", "WIFI DOWN!!", "wifi is down again at Oak. Anyone on it?\n"),
)

assert len(base64.b64decode(_PHOTO)) > 60
