"""A district's own categories: by their words at once, by corrections later."""

from dataclasses import replace

from classifier.corpus import read_corpus
from classifier.estimator import LEAST_OWN, train
from classifier.own import OwnCategory, named_by
from classifier.triage import Triage, load_triage

BADGES = OwnCategory("door-badges", ("badge", "key fob"))


def test_a_word_of_the_district_decides_and_says_so():
    triage = load_triage(own=(BADGES,))
    found = triage.classify("", "My badge does not open the side door any more.")
    assert found.category == "door-badges" and found.ticket_category == "door-badges"
    assert found.because[0] == "'badge' speaks for door-badges (the district's own category)"
    assert abs(sum(found.categories.values()) - 1) < 1e-6


def test_without_the_word_nothing_changes():
    text = "The printer in the library is jammed again."
    assert load_triage(own=(BADGES,)).classify("", text) == load_triage().classify("", text)


def test_only_whole_words_count_and_the_longest_phrase_wins():
    fob = OwnCategory("fobs", ("fob",))
    assert named_by((BADGES, fob), ("my", "key", "fob", "broke")) == ("door-badges", "key fob")
    assert named_by((BADGES,), ("badger", "mascot")) is None


def test_a_category_named_often_enough_is_learnt_and_needs_no_word():
    some = read_corpus()[::12]
    texts = ["the turnstile by the gym rejects me", "turnstile is stuck", "the turnstile beeps and stays shut",
             "our turnstile lets nobody through", "gym turnstile dead", "turnstile light is red"]  # fmt: skip
    own = [
        replace(some[0], id=f"district-{n}", subject="", text=text, kinds=("fault",), category="door-badges",
                voice=f"district-{n}", weight=3.0)
        for n, text in enumerate(texts)
    ]  # fmt: skip
    kept = load_triage().calibration
    learnt = Triage(train([*some, *own], "", kept), own=(BADGES,))
    assert learnt.classify("", "the turnstile at the gym is stuck again").category == "door-badges"
    too_few = Triage(train([*some, *own[: LEAST_OWN - 1]], "", kept))
    assert "door-badges" not in too_few.classify("", "the turnstile is stuck").categories
