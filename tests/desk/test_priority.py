"""Priority by rules a person can read."""

import pytest

from desk.priority import read_urgency


@pytest.mark.parametrize(
    "words, kinds, priority",
    [
        ("The projector does not turn on", ("fault",), "normal"),
        ("There is smoke from the laptop cart", ("fault",), "urgent"),
        ("a swollen battery in Chromebook 12", ("fault",), "urgent"),
        ("the wifi is down for the whole school", ("fault",), "high"),
        ("nobody... the whole school is down and we are testing today", ("fault",), "urgent"),
        ("my students cannot log in and the test is today", ("fault",), "high"),
        ("URGENT please", ("fault",), "high"),
        ("could you train the whole school on Canvas?", ("training",), "normal"),
        ("urgente: la impresora no sirve", ("fault",), "high"),
        ("the smokehouse field trip form is gone", ("fault",), "normal"),
    ],
)
def test_priority(words, kinds, priority):
    assert read_urgency("", words, kinds).priority == priority


def test_what_is_not_normal_says_why():
    assert "whole school" in read_urgency("", "wifi down in the whole school", ("fault",)).because
