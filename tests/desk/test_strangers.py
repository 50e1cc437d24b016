"""What strangers never get from us: codes, their own text sent on, anybody's history."""

import json
from email import message_from_bytes, policy

import pytest

from notifier.compose import compose
from notifier.settings import DeliverySettings
from tests.desk.house import Stage
from tests.make import DESK, TEACHER, make_mail

TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"
STRANGER = "Pat Parent <pat@elsewhere.example>"
SERVICE = "Chatter <sign.up@chatter.example>"
CODE = "Your code is 482913. Confirm at https://chatter.example/verify?t=Zx81Qq"


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def outgoing(stage: Stage, address: str) -> str:
    """Everything that has been written to an address, as it would go out."""
    delivery = DeliverySettings(sender=DESK)
    raws = [compose(n, stage.desk, delivery) for n in stage.notices(to_address=address) if n.state == "queued"]
    mails = [message_from_bytes(raw, policy=policy.default) for raw in raws]
    heads = [f"{name}: {value}" for mail in mails for name, value in mail.items()]
    bodies = [part.get_content() for mail in mails for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*heads, *bodies])


def test_a_code_that_comes_to_a_tickets_address_reaches_nobody_outside_the_desk(stage):
    """Somebody opens a ticket, and signs up elsewhere with its reply address, to see what the desk is sent."""
    inbound = stage.carry(make_mail(sender=STRANGER, subject="[fault] my child's tablet"))
    (ack,) = stage.notices(inbound.ticket_number, template="acknowledgement")
    for to in (ack.reply_to, DESK):
        code = make_mail(sender=SERVICE, to=to, subject=f"Re: {ack.subject} 482913 is your code", text=CODE, in_reply_to=ack.message_id)
        stage.carry(code, to)
    (assigned,) = stage.notices(inbound.ticket_number, template="assigned") or stage.notices(inbound.ticket_number, template="assigned_team")[:1]
    stage.reply(assigned, "We are looking into it.\n#done", sender=TOM)
    for address in ("pat@elsewhere.example", "sign.up@chatter.example"):
        sent = outgoing(stage, address)
        assert "482913" not in sent and "Zx81Qq" not in sent
    assert outgoing(stage, "pat@elsewhere.example")


def test_a_strangers_acknowledgement_does_not_repeat_what_was_written(stage):
    """Else anybody could have us mail any text to anybody."""
    text = "Cheap pills at https://evil.example/buy now"
    inbound = stage.carry(make_mail(sender=STRANGER, subject="Win 99999 at evil.example", text=text))
    sent = outgoing(stage, "pat@elsewhere.example")
    assert "Your request" in sent or "Re:" in sent
    for part in ("Cheap", "pills", "evil.example", "99999", "Pat Parent"):
        assert part not in sent
    (ack,) = stage.notices(inbound.ticket_number, template="acknowledgement")
    assert "Cheap" not in json.dumps(ack.context)


def test_a_stranger_in_cc_sees_nothing_of_the_ticket(stage):
    inbound = stage.carry(make_mail(sender=TEACHER, subject="[fault] dark", cc=STRANGER))
    (mine,) = stage.notices(inbound.ticket_number, template="assigned")
    stage.reply(mine, "The lamp is broken.", sender=TOM, cc=STRANGER)
    stage.reply(mine, "All is well.\n#done", sender=TOM, cc=STRANGER)
    assert stage.notices(to_address="pat@elsewhere.example") == []
    more = make_mail(sender=STRANGER, subject=f"Re: [#{inbound.ticket_number}] dark", text="What did they say?")
    joined = stage.carry(more)
    assert joined.ticket_number != inbound.ticket_number
    sent = outgoing(stage, "pat@elsewhere.example")
    assert "lamp" not in sent and "All is well" not in sent and "Tess" not in sent


def test_a_question_to_a_technician_carries_no_code_of_a_forger(stage):
    inbound = stage.carry(make_mail(sender=TEACHER, subject="[fault] dark"))
    stage.carry(make_mail(sender=TOM, subject=f"Re: [#{inbound.ticket_number}] dark", text=CODE))
    sent = outgoing(stage, "tom.tanner@oakdistrict.example")
    assert "Was it you?" in sent and "482913" not in sent and "Zx81Qq" not in sent
