"""The DNS is asked before the transaction, once, and only about mail in the name of those who work here."""

import pytest

from desk import looking_ahead
from desk.looking_ahead import TextCache
from desk.proof import AuthSettings
from tests.desk.house import Stage
from tests.intake.signing import Zone, sign_mail
from tests.make import TEACHER, make_mail

TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"


class Watched:
    """A zone that notes whether the database was being written to when it was asked."""

    def __init__(self, zone: Zone) -> None:
        self.zone, self.store = zone, None
        self.asked: list[str] = []

    def __call__(self, name: str):
        self.asked.append(name)
        with self.store.writing():  # SQLite has one writer: within the mail's transaction this would never be had
            return self.zone(name)


def test_no_question_is_asked_within_the_transaction(store, clock):
    zone = Watched(Zone("oakdistrict.example"))
    zone.store = store
    stage = Stage(store, clock.now, auth=AuthSettings(verify=True, find_text=TextCache(zone)))
    ticket = stage.carry(make_mail(sender=TEACHER, subject="[fault] dark")).ticket_number
    assert zone.asked == []  # a requester needs no proof
    (mine,) = stage.notices(ticket, template="assigned")
    for text in ("#category printing", "#done"):
        signed = sign_mail(stage.answer(mine, text, sender=TOM), zone.zone)
        assert stage.carry(signed, mine.reply_to).state == "ticketed"
    assert zone.asked == ["s1._domainkey.oakdistrict.example"]
    assert stage.ticket(ticket).status == "resolved"


@pytest.mark.parametrize("answer", [["v=DKIM1"], [], None])
def test_answers_are_kept_for_a_while_and_silence_too(monkeypatch, answer):
    asked: list[str] = []
    cache = TextCache(lambda name: asked.append(name) or answer)
    assert cache("a") == cache("a") == answer and asked == ["a"]
    monkeypatch.setattr(looking_ahead, "KEEP_SECONDS", 0.0)
    assert cache("a") == answer and asked == ["a", "a"]


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(looking_ahead, "KEEP_MOST", 3)
    cache = TextCache(lambda name: [name])
    for number in range(10):
        cache(str(number))
    assert len(cache._known) <= 3
