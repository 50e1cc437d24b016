"""Rules a human can read: the table, and what it finds.

In:       classifier.keywords, phrases.txt.
Out:      nothing.
Not here: how much a rule counts.
"""

import pytest

from classifier.corpus import CATEGORIES, LABELS
from classifier.keywords import find_matches, read_rules
from classifier.text import read_words


def labels_of(text):
    return {match.label for match in find_matches(read_words("", text).all)}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The scanner won't turn on", "fault"),
        ("it's not loading for any of us", "fault"),
        ("la impresora no funciona", "fault"),
        ("how do I share my screen", "training"),
        ("could someone show me the ropes", "training"),
        ("¿Cómo puedo compartir la carpeta?", "training"),
        ("can you please install Scratch", "request"),
        ("I forgot my password", "request"),
        ("necesito otro cargador", "request"),
        ("never mind, found it", "none"),
        ("my Clevertouch", "displays-projection"),
        ("the Ricoh", "printing"),
    ],
)
def test_a_plain_wish_or_thing_is_found(text, label):
    assert label in labels_of(text)


def test_courtesy_within_a_phrase_does_not_hide_it():
    assert "request" in labels_of("could you please just also add her")


def test_a_phrase_does_not_span_subject_and_text():
    words = read_words("how do", "i see nothing wrong")
    assert not any(match.words == "how do | i" for match in find_matches(words.all))


def test_a_phrase_may_ask_to_stand_at_the_beginning_of_subject_or_text():
    def bare_wish(subject, text):
        words = read_words(subject, text).all
        return any(match.rule == "begins with what to do" for match in find_matches(words))

    assert bare_wish("", "unlock my account")
    assert bare_wish("Account", "unlock it")
    assert bare_wish("Unlock", "")
    assert not bare_wish("Door", "we could not unlock it")


def test_a_match_tells_the_words_it_found():
    matches = find_matches(read_words("", "It is not turning on").all)
    assert "not turning" in [match.words for match in matches if match.label == "fault"]


def test_every_rule_speaks_for_a_known_label_and_has_phrases():
    for (label, rule), phrases in read_rules().items():
        assert label in (*LABELS, *CATEGORIES), rule
        assert rule
        assert phrases, rule


def test_every_phrase_can_be_met():
    """A phrase written with capitals, apostrophes or joined numbers could never match a folded word."""
    for (label, rule), phrases in read_rules().items():
        for phrase in phrases:
            first, *rest = phrase.split()
            assert first not in ("_", "..."), (label, rule, phrase)
            for step in (first, *rest):
                for choice in step.split("|"):
                    folded = read_words("", choice).text
                    assert choice in ("_", "...", "^") or folded == (choice,), (label, rule, choice)


def test_a_phrase_before_the_first_rule_is_refused(tmp_path):
    table = tmp_path / "phrases.txt"
    table.write_text("not working\n")
    with pytest.raises(ValueError, match="belongs to no rule"):
        read_rules(table)
