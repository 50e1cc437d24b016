"""The desk learns from what its people correct, and from nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from classifier.corpus import GOLD_FILE, corpus_sha256, read_corpus, read_rows
from classifier.learning import Learnt, format_learnt, learn
from classifier.triage import Triage, load_triage
from classifier.weights import SHIPPED, dump, load
from desk import learning
from desk.learner import Learner
from desk.learning import KEPT, corrections_of, has_news, newest_id, serving_triage
from models import LearntWeights
from tests.desk.house import Stage
from tests.make import make_mail

TESS = "Tess Turner <tess.turner@oakdistrict.example>"
TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"


@pytest.fixture
def stage(store, clock):
    return Stage(store, clock.now)


def corrected(stage: Stage, text: str, commands: str) -> int:
    number = stage.carry(make_mail(subject="[fault:other] the zorbly", text=text)).ticket_number
    told = stage.notices(number, template="assigned")[0]
    stage.reply(told, commands, sender=TOM)
    return number


def test_what_a_technician_says_is_a_label_and_what_nobody_said_is_none(stage):
    corrected(stage, "The zorbly does not start.", "#training\n#category learning-platforms")
    stage.carry(make_mail(subject="[fault:printing] toner", text="The toner is empty."))
    with stage.store.reading() as session:
        (row,) = corrections_of(session)
        assert has_news(session)
    assert (row.text, row.kinds, row.category, row.weight) == (
        "The zorbly does not start.", ("training",), "learning-platforms", 3.0,
    )  # fmt: skip


def test_a_category_of_the_districts_own_is_said_by_command_and_learnt(store, clock):
    stage = Stage(store, clock.now, own_categories=("door-badges",))
    number = corrected(stage, "My badge opens nothing.", "#category door-badges")
    assert stage.ticket(number).category == "door-badges"
    with stage.store.reading() as session:
        (row,) = corrections_of(session, ("door-badges",))
        (unnamed,) = corrections_of(session)
    assert (row.category, unnamed.category) == ("door-badges", "")


def test_fifty_corrections_teach_a_product_nobody_has_heard_of_and_cost_nothing_else():
    """A district's own word: "zorbly" is its lesson tool, which the corpus never names."""
    openings = ["The zorbly", "Our zorbly", "zorbly in room 4", "Third period's zorbly", "My class zorbly"]
    ends = ["shows no lessons", "lost all the quizzes", "will not sync the units", "keeps spinning", "is empty again",
            "dropped my students", "froze at the warm-up", "says no connection", "has yesterday's page", "won't publish"]
    template = read_corpus()[0]
    corrections = [
        replace(template, id=f"district-{n}-{m}", subject="", text=f"{opening} {end}.", kinds=("fault",),
                category="learning-platforms", voice=f"district-{n}-{m}", weight=3.0)
        for n, opening in enumerate(openings) for m, end in enumerate(ends)
    ]  # fmt: skip
    unseen = ["zorbly is down for everybody in 7th grade", "the zorbly ate our group work", "since Monday zorbly is blank"]
    corpus, gold, now = read_corpus()[::3], read_rows(GOLD_FILE), load_triage()
    learnt = learn(corpus, corrections, gold, now, corpus_sha256())
    new = Triage(learnt.weights)
    assert sum(now.classify("", text).category == "learning-platforms" for text in unseen) <= 1
    assert all(new.classify("", text).category == "learning-platforms" for text in unseen)
    assert all(new.classify("", text).kind == "fault" for text in unseen)
    assert learnt.right_after >= 45 > learnt.right_before
    assert "corrections right" in format_learnt(learnt)
    without = learn(corpus, [], gold, now, corpus_sha256())
    assert learnt.gold_after.joint >= without.gold_after.joint - 0.011


def keep(stage: Stage, *, may_serve: bool = True, corrections: int = 1) -> None:
    with stage.store.writing() as session:
        session.add(LearntWeights(
            created_at=stage.now, corpus_sha256=corpus_sha256(), corrections=corrections, may_serve=may_serve,
            figures={}, content=dump(load(SHIPPED)),
        ))  # fmt: skip


def test_only_weights_that_may_serve_and_fit_the_corpus_do(stage):
    with stage.store.reading() as session:
        assert newest_id(session) is None
    keep(stage)
    keep(stage, may_serve=False)
    with stage.store.writing() as session:
        assert newest_id(session) == 1
        session.get_one(LearntWeights, 1).corpus_sha256 = "another corpus"
    with stage.store.reading() as session:
        assert newest_id(session) is None
    assert serving_triage(stage.store).classify("", "the printer is jammed").category == "printing"


def test_the_service_takes_over_what_any_process_has_learnt(stage):
    learner = Learner(stage.store, stage.worker, "the defaults", "UTC")
    assert not learner.take_over()
    before = stage.worker.house.triage
    keep(stage)
    assert learner.take_over() and stage.worker.house.triage is not before
    assert not learner.take_over()


def test_the_last_trainings_are_kept_and_older_ones_forgotten(stage, monkeypatch):
    now = load_triage()
    gold = read_rows(GOLD_FILE)[:20]

    def quick(corpus, corrections, gold_rows, triage, sha256) -> Learnt:
        figures = learn_figures(gold, now)
        return Learnt(load(SHIPPED), figures, figures, len(corrections), 0, 0, may_serve=True)

    monkeypatch.setattr(learning, "learn", quick)
    for _ in range(4):
        learning.learn_now(stage.store, stage.now)
    with stage.store.reading() as session:
        assert len(session.scalars(select(LearntWeights.id)).all()) == KEPT
        assert newest_id(session) == 4


def learn_figures(rows, triage):
    from classifier.evaluate import figures_of

    return figures_of(rows, [triage.classify(row.subject, row.text) for row in rows])
