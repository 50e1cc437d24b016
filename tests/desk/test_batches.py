"""Batches: many mails in one transaction, and each as if it were alone."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from desk import worker as worker_module
from desk.worker import Worker, claim
from models import Coverage, InboundMail, Notice, Person, Team, Ticket, TicketEvent
from models.address import reply_address
from models.directory_state import directory_version
from tests.desk.house import KEY, Stage
from tests.make import make_mail

TOM, STRANGER = "Tom Tanner <tom.tanner@oakdistrict.example>", "Sue Stone <sue@elsewhere.example>"


@pytest.fixture
def stage(store, clock) -> Stage:
    return Stage(store, clock.now)


def work(stage: Stage) -> None:
    while stage.worker.work():
        pass


def story(stage: Stage) -> list[object]:
    """All that became of the mails, without what differs by chance."""
    with stage.store.reading() as session:
        tickets = [
            (t.number, t.subject, t.status, t.kinds, t.category, t.assignee_id, t.team_id, t.school_id,
             [(e.author_id, e.text, e.visibility, e.inbound_id) for e in t.entries],
             [(e.what, e.before, e.after, e.because, e.who_id) for e in t.events],
             [(p.person_id, p.team_id) for p in t.participants])
            for t in session.scalars(select(Ticket).order_by(Ticket.number))
        ]  # fmt: skip
        notices = sorted(
            (n.cause, n.template, n.to_address, n.ticket_number or 0, n.state, n.reason or "", n.subject,
             n.in_reply_to is None, len(n.references), str(n.context.get("facts")))
            for n in session.scalars(select(Notice).where(Notice.template != "digest"))
        )  # fmt: skip
        mails = [(m.id, m.state, m.reason, m.ticket_number, m.duplicate_of)
                 for m in session.scalars(select(InboundMail).order_by(InboundMail.id))]  # fmt: skip
    return [tickets, notices, mails]


def a_morning() -> list[bytes]:
    """Openings, twins, strangers, colleagues in Cc, a thread of three, an automatic mail, an outage, a storm."""
    first = make_mail(subject="[fault:network-wifi] no wifi", message_id="<first@x.example>", cc=TOM)
    head = (
        b"From: Tess Turner <tess.turner@oakdistrict.example>\r\nTo: help@oakdistrict.example\r\nSubject: x\r\n"
        b"Message-ID: <one@mail.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    )
    return [
        first,
        make_mail(subject="[fault:network-wifi] wifi is down", sender="Emil Eriksen <emil.eriksen@oakdistrict.example>"),
        head + b"Content-Transfer-Encoding: 8bit\r\n\r\nsame words\r\n",
        make_mail(subject="Re: no wifi", in_reply_to="<first@x.example>", text="still no wifi"),
        head + b"Content-Transfer-Encoding: base64\r\n\r\nc2FtZSB3b3Jkcw0K\r\n",
        make_mail(subject="[training] how do I share", sender=STRANGER),
        make_mail(subject="[request] a password", sender=STRANGER),
        make_mail(subject="once more", sender=STRANGER),
        make_mail(subject="away", headers={"Auto-Submitted": "auto-replied"}),
        make_mail(subject="[fault:network-wifi] and again", cc="Mara Moss <mara.moss@oakdistrict.example>"),
        make_mail(subject="Re: no wifi", in_reply_to="<first@x.example>", sender=STRANGER, text="a stranger looks in"),
        *(make_mail(subject=f"[fault] number {n}", text=f"it is number {n}") for n in range(12)),
    ]


def test_a_batch_does_what_its_mails_would_do_one_by_one(store, clock, request, tmp_path):
    mails = a_morning()
    together = Stage(store, clock.now)
    for raw in mails:
        together.put(raw)
    assert together.worker.work(limit=len(mails)) == len(mails)
    other = _fresh_store(request, tmp_path)
    alone = Stage(other, clock.now)
    for raw in mails:
        alone.put(raw)
    while alone.worker.work(limit=1):
        pass
    try:
        for one, same in zip(story(together), story(alone), strict=True):
            assert one == same
    finally:
        other.close()


SAYS = ["#done", "The new lamp is in.\n\n#done\n#time 20m", "#level2", "#assign mara", "#same-as 2", "#undo", "#for ida",
        "#note\nshe is away", "#cc mara", "#training", "#waiting\n\nWhen is it free?", "I come at ten.", "#mine", "#nonsense",
        "#reopen", "#priority high"]  # fmt: skip
TEACHERS = [f"{first} {last} <{first}.{last}@oakdistrict.example>".lower() for first, last in
            (("Tess", "Turner"), ("Emil", "Eriksen"), ("Ida", "Ivers"))]  # fmt: skip


def a_wild_day(seed: int, stage: Stage) -> list[bytes]:
    """Forty mails of any sort in any order: openings, answers, commands, twins, strangers, machines."""
    chance, mails = random.Random(seed), []
    workers = [stage.district["tom"], stage.district["mara"]]
    for n in range(40):
        who, about = chance.choice([*TEACHERS, STRANGER, TOM]), chance.randrange(1, 12)
        subject = chance.choice(["[fault:network-wifi] no wifi", "[training] share", "[request+fault] both", "a thing", "Re: it"])
        sort = chance.choice(["open", "open", "answer", "command", "command", "again", "machine", "cc"])
        said = {"message_id": f"<{seed}.{n}@mail.example>", "subject": f"{subject} {chance.randrange(3)}", "text": f"words {n}"}
        if sort == "answer":
            said["in_reply_to"] = f"<{seed}.{chance.randrange(n + 1)}@mail.example>"
        elif sort == "command":
            worker = chance.choice(workers)
            who = f"{worker.name} <{worker.address}>"
            said |= {"to": reply_address(stage.address, about, worker.id, KEY), "text": chance.choice(SAYS)}
        elif sort == "machine":
            said["headers"] = {"Auto-Submitted": "auto-replied"}
        elif sort == "cc":
            said["cc"] = chance.choice([*TEACHERS, TOM])
        mails.append(chance.choice(mails) if sort == "again" and mails else make_mail(sender=who, **said))
    return mails


@pytest.mark.parametrize("seed", range(8))
def test_any_day_gives_the_same_in_batches_and_one_by_one(store, clock, request, tmp_path, seed):
    together, other = Stage(store, clock.now), _fresh_store(request, tmp_path)
    alone = Stage(other, clock.now)
    try:
        for raw in a_wild_day(seed, together):
            together.put(raw)
            alone.put(raw)
        sizes = random.Random(seed)
        while together.worker.work(limit=sizes.randrange(2, 40)):
            pass
        while alone.worker.work(limit=1):
            pass
        for one, same in zip(story(together), story(alone), strict=True):
            assert one == same
    finally:
        other.close()


def _fresh_store(request, tmp_path):
    import shutil

    from models import open_store
    from models.schema import upgrade

    if request.node.callspec.params["engine_name"] == "sqlite":
        path = tmp_path / "alone.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return open_store(f"sqlite:///{path}")
    return open_store(request.getfixturevalue("postgresql").fresh(upgrade).render_as_string(hide_password=False))


def test_the_history_of_a_ticket_stays_in_order(stage):
    stage.put(make_mail(subject="[fault] dark", cc="Mara Moss <mara.moss@oakdistrict.example>"))
    stage.put(make_mail(subject="[training] share"))
    work(stage)
    with stage.store.reading() as session:
        for ticket in session.scalars(select(Ticket)):
            assert next(event.what for event in ticket.events) == "opened"


def test_one_bad_mail_is_set_aside_and_its_neighbours_are_done(stage, monkeypatch):
    true_process = worker_module.process

    def process(session, inbound, house, now):
        true_process(session, inbound, house, now)
        if inbound.raw.endswith(b"poison\r\n"):
            raise ZeroDivisionError

    monkeypatch.setattr(worker_module, "process", process)
    ids = [stage.put(make_mail(subject=f"[fault] {n}", text="poison\n" if n == 3 else f"{n}\n")) for n in range(7)]
    work(stage)
    assert [stage.mail(mail_id).state for mail_id in ids] == ["ticketed"] * 3 + ["quarantined"] + ["ticketed"] * 3
    assert len(stage.tickets()) == 6
    assert len(stage.notices(template="acknowledgement")) == 6


def test_a_mail_that_was_claimed_before_goes_alone(stage, monkeypatch):
    ids = [stage.put(make_mail(subject=f"[fault] {n}", text=str(n))) for n in range(3)]
    with stage.store.writing() as session:
        session.execute(update(InboundMail).where(InboundMail.id == ids[1]).values(attempts=1))
    groups = []
    carry_all = worker_module.carry_all
    monkeypatch.setattr(worker_module, "carry_all", lambda *a: groups.append([m.mail_id for m in a[2]]) or carry_all(*a))
    work(stage)
    assert groups == [[ids[0]], [ids[1]], [ids[2]]]


def test_an_answer_waits_for_the_mail_before_it(stage):
    first = stage.put(make_mail(subject="[fault] dark", message_id="<a@x.example>"))
    slow = Worker(stage.store, stage.worker.house, "slow", lambda: stage.now)
    with stage.store.writing() as session:
        assert claim(session, "slow", stage.now) == [first]
    answer = stage.put(make_mail(subject="Re: dark", text="still dark", in_reply_to="<a@x.example>"))
    other = stage.put(make_mail(subject="[fault] another thing", text="another"))
    stage.worker.work()
    assert (stage.mail(answer).state, stage.mail(answer).attempts) == ("received", 0)
    assert stage.mail(other).state == "ticketed"
    slow.carry([first])
    work(stage)
    assert stage.mail(answer).ticket_number == stage.mail(first).ticket_number


def test_an_answer_does_not_wait_for_ever(stage):
    stage.put(make_mail(subject="[fault] dark"))
    answer = stage.put(make_mail(subject="Re: other", text="yes", in_reply_to="<b@x.example>"))
    with stage.store.writing() as session:
        claim(session, "stuck", stage.now, 1)
    stage.worker.work()
    assert stage.mail(answer).state == "received"
    stage.now += timedelta(seconds=11)
    stage.worker.work()
    assert stage.mail(answer).state == "ticketed"


def test_a_change_of_the_directory_is_seen_by_the_next_batch(stage):
    stage.carry(make_mail(subject="[fault] dark"))
    with stage.store.writing() as session:
        triage = session.scalar(select(Team).where(Team.name == "triage"))
        session.add(Coverage(kind="fault", school_id=stage.district.schools["oak"].id, level=1, team=triage))
    number = stage.carry(make_mail(subject="[fault] dark too", text="two")).ticket_number
    assert stage.ticket(number).team.name == "triage"
    with stage.store.writing() as session:
        team = session.get(Team, triage.id)
        team.members.append(session.get(Person, stage.district["lena"].id))
    number = stage.carry(make_mail(subject="[fault] dark again", text="three")).ticket_number
    assert {n.to_address for n in stage.notices(number, template="assigned_team")} > {"lena.lund@oakdistrict.example"}


def test_who_has_left_gets_no_ticket_from_the_next_batch_on(stage):
    assert stage.ticket(stage.carry(make_mail(subject="[fault] dark")).ticket_number).assignee.name == "Tom Tanner"
    with stage.store.writing() as session:
        session.get(Person, stage.district["tom"].id).active = False
    number = stage.carry(make_mail(subject="[fault] dark too", text="two")).ticket_number
    assert stage.ticket(number).assignee is None


@pytest.mark.parametrize("change", ["statement", "unit of work"])
def test_the_directorys_version_rises_with_its_changes_and_not_with_mail(stage, change):
    def version() -> int:
        with stage.store.reading() as session:
            return directory_version(session)

    before = version()
    stage.carry(make_mail(subject="[fault] dark", sender=STRANGER))
    assert version() == before
    with stage.store.writing() as session:
        if change == "statement":
            session.execute(update(Person).where(Person.id == stage.district["tom"].id).values(level=2))
        else:
            session.get(Person, stage.district["tom"].id).level = 2
    assert version() == before + 1


def test_a_batch_asks_the_database_little(stage):
    """Twenty new tickets: the statements of all of them together, some of which grow with nothing."""
    if not stage.store.is_sqlite:
        pytest.skip("counted once, on the embedded default")
    stage.carry(make_mail(subject="[fault] warm up"))
    for n in range(20):
        stage.put(make_mail(subject=f"[fault] {n}", text=str(n)))
    asked: list[str] = []
    event.listen(stage.store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert stage.worker.work() == 20
    assert len(asked) < 40, asked


def test_the_same_events_are_written_in_the_batch_as_alone(stage):
    stage.put(make_mail(subject="[fault+training] dark, and how do I share"))
    work(stage)
    with stage.store.reading() as session:
        rows = list(session.scalars(select(TicketEvent).order_by(TicketEvent.id)))
    assert rows[0].what == "opened" and all(row.inbound_id is not None for row in rows)


def test_workers_that_gather_for_the_same_people_do_not_block_each_other(stage):
    """A storm to a team of two, carried by four workers: on PostgreSQL they would wait for each other's digests."""
    for n in range(80):
        stage.put(make_mail(subject=f"number {n}", text=f"mail {n}"))
    stage.work_off(4, limit=7)
    work(stage)
    assert len(stage.tickets()) == 80
    told = stage.notices(template="assigned_team")
    assert len(told) == 160 and len({(n.cause, n.to_address) for n in told}) == 160
    digests = {n.id: n.context["facts"]["tickets"] for n in stage.notices(template="digest")}
    gathered = [n for n in told if n.state == "gathered"]
    assert sum(map(len, digests.values())) == len(gathered) and all(n.gathered_into_id in digests for n in gathered)
