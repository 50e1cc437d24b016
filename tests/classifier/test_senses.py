"""Words that were never met in training still mean something."""

import numpy as np
import pytest

from classifier.senses import NO_SENSES, load_senses
from classifier.text import read_words
from classifier.vectors import Vectors, sense_features

SENSES = load_senses()


def nearness(one: str, other: str) -> float:
    return float(SENSES.of(read_words("", one)) @ SENSES.of(read_words("", other)))


@pytest.mark.parametrize(
    "one, near, far",
    [
        ("printer", "impresora", "calendar"),
        ("password", "contraseña", "projector"),
        ("projector", "proyector", "password"),
        ("broken", "roto", "workshop"),
        ("the microphone is silent", "no se oye nada", "please order two chairs"),
    ],
)
def test_what_means_the_same_lies_close_together_across_languages(one, near, far):
    assert nearness(one, near) > nearness(one, far) + 0.1


def test_a_sense_has_length_one_or_none_at_all():
    assert np.linalg.norm(SENSES.of(read_words("", "the projector is dark"))) == pytest.approx(1.0)
    assert not SENSES.of(read_words("", "zxqv 123")).any()


def test_without_the_file_the_judge_still_has_its_words():
    vectors = Vectors(["w:printer"], np.ones(1), NO_SENSES)
    ids, values = vectors.row(read_words("", "printer"), ())
    assert ids.tolist() == [0] and values[0] > 0
    assert sense_features(NO_SENSES) == []
