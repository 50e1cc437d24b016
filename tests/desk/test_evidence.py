"""A picture that comes with everything a person writes is no evidence."""

import pytest
from sqlalchemy import select

from models import Entry
from tests.desk.house import Stage
from tests.intake.test_attachments import jpeg, png
from tests.make import make_mail

LOGO, PHOTO = jpeg(900, 500), jpeg(3024, 4032)


def mail(number: int, *pictures: bytes) -> bytes:
    shown = "".join(f'<img src="cid:p{n}">' for n in range(len(pictures)))
    return make_mail(
        subject=f"[fault] projector {number}", text=None, html=f"<p>It is dark ({number}).</p>{shown}",
        pictures=list(pictures), message_id=f"m{number}@mail.example",
    )  # fmt: skip


@pytest.fixture
def stage(store, clock):
    return Stage(store, clock.now)


def marks(stage: Stage) -> list[list[str | None]]:
    with stage.store.reading() as session:
        return [[row.mark for row in entry.attachments] for entry in session.scalars(select(Entry).order_by(Entry.id))]


def test_a_logo_seen_on_three_tickets_is_an_ornament_on_all_of_them(stage):
    stage.carry(mail(1, LOGO, PHOTO))
    stage.carry(mail(2, LOGO))
    assert marks(stage) == [[None, None], [None]]
    stage.carry(mail(3, LOGO, jpeg(2000, 1000)))
    assert marks(stage) == [["ornament", None], ["ornament"], ["ornament", None]]


def test_a_photo_sent_again_on_its_own_ticket_stays_evidence(stage):
    stage.carry(mail(1, PHOTO))
    told = stage.notices(1, template="acknowledgement")[0]
    for number in range(3):
        reply = stage.answer(told, f"Look ({number})", sender="Tess Turner <tess.turner@oakdistrict.example>")
        assert stage.carry(reply).ticket_number == 1
    stage.carry(mail(2, PHOTO))
    assert {mark for row in marks(stage) for mark in row} == {None}


def test_a_tracking_pixel_is_an_ornament_at_once(stage):
    stage.carry(mail(1, png(1, 1)))
    assert marks(stage) == [["ornament"]]
