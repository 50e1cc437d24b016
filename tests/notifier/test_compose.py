"""The mail itself: header fields, alternatives, files; hostile values stay values."""

from email import message_from_bytes, policy
from email.utils import parseaddr

import pytest

from models import Address, Notice, Person
from notifier.compose import compose
from notifier.settings import DeliverySettings, DeskIdentity
from tests.notifier.scene import DELIVERY, DESK_IDENTITY, NOW, Scene, read, text_of


def test_header_fields_say_who_writes_to_whom_and_in_answer_to_what(plain_scene: Scene) -> None:
    notice = plain_scene.queue(
        "tess", "acknowledgement", answers_message_id="first@mail.example", answers_mail=True
    )
    mail = read(notice)
    assert parseaddr(mail["From"]) == ("Oak District Help Desk", "help@oakdistrict.example")
    assert parseaddr(mail["To"]) == ("Tess Turner", "tess.turner@oakdistrict.example")
    assert parseaddr(mail["Reply-To"])[1] == notice.reply_to
    assert mail["Subject"] == "Re: [#4711] The projector in room 12 stays dark"
    assert mail["Message-ID"] == f"<{notice.message_id}>"
    assert (mail["In-Reply-To"], mail["References"]) == ("<first@mail.example>", "<first@mail.example>")
    assert mail["Date"].datetime == NOW
    assert mail["X-District-Desk"] == "help@oakdistrict.example"
    assert mail["Precedence"] is None
    assert mail["List-Id"] is None


@pytest.mark.parametrize(
    ("template", "answers", "value"),
    [
        ("acknowledgement", True, "auto-replied"),
        ("receipt", True, "auto-replied"),
        ("held", False, "auto-replied"),
        ("assigned", False, "auto-generated"),
        ("reply", False, "auto-generated"),
        ("resolved", False, "auto-generated"),
    ],
)
def test_every_mail_says_that_it_is_automatic(
    plain_scene: Scene, template: str, answers: bool, value: str
) -> None:
    entry = plain_scene.say("tom", "Done.")
    assert (
        read(plain_scene.queue("tess", template, entry=entry, answers_mail=answers))["Auto-Submitted"]
        == value
    )


def test_of_a_technicians_words_we_want_to_hear_when_they_do_not_arrive(plain_scene: Scene) -> None:
    words = plain_scene.say("tom", "On my way.")
    suppressed = read(plain_scene.queue("tess", "reply", entry=words))["X-Auto-Response-Suppress"]
    assert "OOF" in suppressed
    assert "NDR" not in suppressed
    assert read(plain_scene.queue("tess", "closed"))["X-Auto-Response-Suppress"] == "All"


def test_the_same_notice_is_the_same_to_the_byte(plain_scene: Scene) -> None:
    notice = plain_scene.queue("tom", "assigned", entry=plain_scene.first)
    files = [("photo.jpg", "image/jpeg", b"\xff\xd8" * 500)]
    once = compose(notice, DESK_IDENTITY, DELIVERY, files)
    assert compose(notice, DESK_IDENTITY, DELIVERY, files) == once


def test_lines_are_short_and_ascii_whatever_people_write(plain_scene: Scene) -> None:
    plain_scene.ticket.subject = "Überlänge " * 60
    plain_scene.district["tom"].name = "Ångström " * 12
    entry = plain_scene.say("tess", "x" * 5_000 + " 王" * 3_000 + "\n" + "<b>&amp;" * 900)
    notice = plain_scene.queue("tom", "assigned", entry=entry)
    notice.references = [f"{'r' * 200}{number}@mail.example" for number in range(20)]
    raw = compose(notice, DESK_IDENTITY, DELIVERY, [("naïve – 王.txt", "text/plain", b"a" * 5_000)])
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


EVIL = (
    "Tom\r\nBcc: evil@mail.example",
    "Tom\nX: y",
    "=?utf-8?q?Tom=0ABcc:_e@x.example?=",
    'Tom" <evil@mail.example>, "',
    "Tom\\",
    "Tom\u2028Bcc: e@x.example",
    "\r\n\r\nbody",
)


@pytest.mark.parametrize("evil", EVIL)
def test_no_name_and_no_subject_adds_a_field_or_a_recipient(plain_scene: Scene, evil: str) -> None:
    plain_scene.district["tom"].name = evil
    plain_scene.ticket.subject = evil
    plain = read(plain_scene.queue("lena", "closed"))
    mail = read(plain_scene.queue("tom", "assigned", entry=plain_scene.first))
    assert set(mail.keys()) == set(plain.keys())
    assert [a.addr_spec for a in mail["To"].addresses] == ["tom.tanner@oakdistrict.example"]
    desk = DeskIdentity(district=evil, address="help@x.example", signing_keys=(b"k",))
    raw = compose(plain_scene.queue("tom", "closed"), desk, DELIVERY)
    assert [a.addr_spec for a in message_from_bytes(raw, policy=policy.default)["From"].addresses] == [
        DELIVERY.sender
    ]


def test_a_subject_that_looks_encoded_is_shown_as_it_was_written(plain_scene: Scene) -> None:
    plain_scene.ticket.subject = "=?utf-8?q?free_money?= now"
    assert read(plain_scene.queue("tess", "closed"))["Subject"] == "Re: [#4711] =?utf-8?q?free_money?= now"


def test_non_ascii_names_and_subjects_arrive_whole(plain_scene: Scene) -> None:
    plain_scene.ticket.subject = "El proyector del salón 12 no enciende – ¿pueden venir? 王"
    plain_scene.district["tess"].name = "Zoë Ångström-Nuñez"
    mail = read(plain_scene.queue("tess", "closed"))
    assert mail["Subject"] == "Re: [#4711] El proyector del salón 12 no enciende – ¿pueden venir? 王"
    assert mail["To"].addresses[0].display_name == "Zoë Ångström-Nuñez"


def test_a_domain_in_another_script_goes_out_in_ascii(plain_scene: Scene) -> None:
    reader = Person(name="Zoë", rostered=True, addresses=[Address(address="zoe@bücher.example")])
    plain_scene.session.add(reader)
    assert (
        read(plain_scene.queue(reader, "closed"))["To"].addresses[0].addr_spec == "zoe@xn--bcher-kva.example"
    )


def test_words_are_never_markup_and_never_a_template(plain_scene: Scene) -> None:
    words = '<script>alert(1)</script> {{ 7 * 7 }} {% raw %} & "quotes" https://x.example/?a=1&b="><b>'
    mail = read(plain_scene.queue("tom", "assigned", entry=plain_scene.say("tess", words)))
    page = text_of(mail, "html")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} {% raw %} &amp;" in page
    assert '<a href="https://x.example/?a=1&amp;b="' in page
    assert "<b>" not in page
    assert words in text_of(mail)


def test_a_very_long_text_is_shown_in_part_and_attached_whole(plain_scene: Scene) -> None:
    words = "\n".join(f"Line {number} <&>" for number in range(8_000))
    mail = read(plain_scene.queue("tom", "assigned", entry=plain_scene.say("tess", words)))
    assert len(text_of(mail, "html").encode()) < 102_000
    assert "the rest is in the attached text file" in text_of(mail)
    (whole,) = mail.iter_attachments()
    assert whole.get_filename() == "full message.txt"
    assert whole.get_content().replace("\r\n", "\n") == words


def test_files_go_along_with_a_technicians_words(plain_scene: Scene) -> None:
    words = plain_scene.say("tom", "Here is the sheet.")
    files = [
        ("Plan für 王.pdf", "application/pdf", b"%PDF-1.7"),
        ("", "message/rfc822", b"Subject: x\r\n\r\ny"),
    ]
    mail = read(plain_scene.queue("tess", "reply", entry=words), files=files)
    assert mail.get_content_type() == "multipart/mixed"
    found = [
        (p.get_filename(), p.get_content_type(), p.get_payload(decode=True)) for p in mail.iter_attachments()
    ]
    assert found == [
        ("Plan für 王.pdf", "application/pdf", b"%PDF-1.7"),
        ("file-2", "application/octet-stream", b"Subject: x\r\n\r\ny"),
    ]
    assert text_of(mail).startswith("##- Please type your reply above this line -##\n\nHere is the sheet.")


def test_files_that_hosts_refuse_are_named_instead(plain_scene: Scene) -> None:
    words = plain_scene.say("tom", "Two files.")
    huge = b"x" * (18 * 1024 * 1024)
    files = [("../setup.EXE", "application/x-msdownload", b"MZ"), ("video.mp4", "video/mp4", huge)]
    mail = read(plain_scene.queue("tess", "reply", entry=words), files=files)
    assert list(mail.iter_attachments()) == []
    for kind in ("plain", "html"):
        assert "refuse this kind or size of file: setup.EXE, video.mp4" in text_of(mail, kind)


def test_an_acknowledgement_never_carries_a_file_back(plain_scene: Scene) -> None:
    notice = plain_scene.queue("tess", "acknowledgement", entry=plain_scene.first)
    assert list(read(notice, files=[("a.png", "image/png", b"x")]).iter_attachments()) == []


def test_a_notice_that_was_damaged_in_the_database_is_refused_not_sent(plain_scene: Scene) -> None:
    notice = plain_scene.queue("tess", "closed")
    broken = Notice(**{c.key: getattr(notice, c.key) for c in Notice.__table__.columns})
    broken.in_reply_to = "x@y>\r\nBcc: <evil@mail.example"
    with pytest.raises(ValueError, match="In-Reply-To"):
        compose(broken, DESK_IDENTITY, DELIVERY)


def test_the_sender_may_be_another_address_than_the_desks(plain_scene: Scene) -> None:
    delivery = DeliverySettings(sender="desk-out@oakdistrict.example")
    assert (
        parseaddr(read(plain_scene.queue("tess", "closed"), delivery=delivery)["From"])[1] == delivery.sender
    )
