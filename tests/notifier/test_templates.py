"""The words: every notice in every language, short, complete, and overridable file by file."""

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from models import Participant
from models.words import CATEGORIES, KINDS, PRIORITIES
from notifier.settings import DeliverySettings
from notifier.wording import OURS, Words, fallback_subject, render, vocabulary
from tests.notifier.scene import DESK, Scene, read, text_of

LANGUAGES = ("en", "es")
LISTS = ("daily", "digest", "weekly")
TEMPLATES = sorted(path.stem for path in (OURS / "en").glob("*.txt"))
RESULTS = {"results": [{"command": "#done", "outcome": "resolved", "ok": True},
                       {"command": "#lvel2", "outcome": "did you mean #level2?", "ok": False}]}  # fmt: skip


@pytest.mark.parametrize(("english", "spanish"), vocabulary("es")["outcomes"].items())
def test_what_became_of_a_command_is_said_by_its_own_pattern(english, spanish):
    names = [f"Name{place}" for place in range(english.count("{}"))]
    assert Words("es", None).outcomes(english.format(*names)) == spanish.format(*names)


def test_sentences_and_names_within_an_outcome():
    say = Words("es", None).outcomes
    assert say("now with the team {0} {x}") == "ahora lo tiene el equipo {0} {x}"
    assert say("took back #done. #2 stands by itself again.") == "deshecho: #done. #2 vuelve a ser un caso aparte."
    assert say("it is a fault and training, with Tom") == "es una avería y una capacitación, lo tiene Tom"
    assert say("something new under the sun") == "something new under the sun"
    assert Words("en", None).outcomes("now with Ann") == "now with Ann"


def _mail_of(
    scene: Scene, template: str, language: str = "en", who: str | None = None, **more: object
) -> tuple[str, str]:
    to_requester = template in ("acknowledgement", "reply", "resolved", "closed")
    entry = scene.first if template not in ("reply", "resolved") else scene.say("tom", "A new lamp is in.")
    scene.ticket.language = scene.district["tom"].language = language
    reader = who or ("tess" if to_requester else "tom")
    mail = read(scene.queue(reader, template, entry=entry, **({"facts": RESULTS} | more)))
    return text_of(mail), text_of(mail, "html")


def test_both_languages_have_every_template_in_both_forms() -> None:
    wanted = {"acknowledgement", "assigned", "assigned_team", "follow_up", "reply", "resolved", "closed",
              "reopened", "receipt", "help", "held", "reminder", *LISTS}  # fmt: skip
    assert wanted <= set(TEMPLATES)
    for language in LANGUAGES:
        for ending in ("txt", "html"):
            assert {path.stem for path in (OURS / language).glob(f"*.{ending}")} == set(TEMPLATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_category_and_priority_has_a_word(language: str) -> None:
    words = vocabulary(language)
    assert set(words["kinds"]) == set(words["understood"]) == set(KINDS)
    assert set(words["categories"]) == set(CATEGORIES)
    assert set(words["priorities"]) == set(PRIORITIES)


def test_nothing_is_left_untranslated() -> None:
    english, spanish = vocabulary("en"), vocabulary("es")
    for section, words in english.items():
        same = {key for key, word in words.items() if spanish[section][key] == word}
        assert same <= {"normal"}, section


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_notice_begins_with_the_mark_and_fits_a_phone(
    plain_scene: Scene, template: str, language: str
) -> None:
    text, page = _mail_of(plain_scene, template, language)
    if template not in LISTS:  # nobody is meant to reply to a list
        assert text.startswith("##- ")
        first = text.splitlines()[0]
        assert "reply above this line -##" in first
        assert len(first) < 70  # a mail program that wraps quoted lines must not break it
        assert first in page
        assert "4711" in text
        assert "4711" in page
    assert "<img" not in page
    assert 'content="light dark"' in page
    assert "width=device-width" in page
    assert len(page.encode()) < 20_000
    assert not re.search(r"\{[{%]|None|Undefined", text + page)


@pytest.mark.parametrize("template", ["assigned", "follow_up", "reopened"])
def test_who_answers_is_told_everybody_who_will_read_it(plain_scene: Scene, template: str) -> None:
    scene = plain_scene
    for who in ("emil", "tom", "tess"):  # of these, the reader and the requester are no further readers
        scene.session.add(Participant(ticket_number=4711, person_id=scene.district[who].id))
    scene.session.flush()
    mail = read(scene.queue("tom", template, entry=scene.first))
    for shown in (text_of(mail), text_of(mail, "html")):
        assert "Your reply to this email goes to Tess Turner and Emil Eriksen." in shown


def test_many_readers_are_shortened(plain_scene: Scene) -> None:
    people = [plain_scene.stranger(f"Pat {n}", f"pat{n}@mail.example") for n in range(6)]
    plain_scene.session.add_all(Participant(ticket_number=4711, person_id=one.id) for one in people)
    plain_scene.session.flush()
    text = text_of(read(plain_scene.queue("tom", "assigned", entry=plain_scene.first)))
    assert "goes to Tess Turner, Pat 0, Pat 1, Pat 2, Pat 3 and 2 more." in text


@pytest.mark.parametrize(
    "language, passed_on, in_her_name",
    [("en", "Tom Tanner has passed your message on to us", "Tom Tanner has put a ticket in your name"),
     ("es", "Tom Tanner nos ha pasado su mensaje", "Tom Tanner ha puesto un caso a su nombre")],
)  # fmt: skip
@pytest.mark.parametrize("hers", [True, False])
def test_a_ticket_in_somebodys_name_thanks_her_only_for_words_of_her_own(
    plain_scene: Scene, language: str, passed_on: str, in_her_name: str, hers: bool
) -> None:
    scene = plain_scene
    scene.ticket.language = language
    entry = scene.first if hers else scene.say("tom", "Her lamp is dark.")
    said, unsaid = (passed_on, in_her_name) if hers else (in_her_name, passed_on)
    mail = read(scene.queue("tess", "acknowledgement", entry=entry, facts={"opened_by": "Tom Tanner"}))
    for shown in (text_of(mail), text_of(mail, "html")):
        assert said in shown and unsaid not in shown and "4711" in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_no_line_of_ours_would_be_a_command_when_quoted_back(
    plain_scene: Scene, template: str, language: str
) -> None:
    text, page = _mail_of(plain_scene, template, language)
    shown = re.sub(
        r"<[^>]+>", "\n", re.sub(r"(?s)<(style|title).*?</\1>|<strong[^>]*>|</?(?:b|span)[^>]*>", "", page)
    )
    for line in (*text.splitlines()[1:], *shown.splitlines()):
        assert not re.match(r"\s*#[a-z]", line), line


def test_an_acknowledgement_tells_number_understanding_and_owner(plain_scene: Scene) -> None:
    for body in _mail_of(plain_scene, "acknowledgement"):
        plain = body.replace("&nbsp;", " ").replace("&#39;", "'")
        assert "Hi Tess," in plain
        assert "ticket #4711" in plain
        assert "something isn't working (projectors and displays)" in plain
        assert "Tom Tanner is looking after it." in plain
        assert "the projector in room 12 shows nothing" in plain


def test_while_unsure_an_acknowledgement_promises_a_person(plain_scene: Scene) -> None:
    plain_scene.ticket.fault = False
    plain_scene.ticket.assignee_id = None
    text, _ = _mail_of(plain_scene, "acknowledgement", "es")
    assert "Una persona lo leerá" in text
    assert "Entendemos" not in text


def test_two_kinds_are_both_named(plain_scene: Scene) -> None:
    plain_scene.ticket.training = True
    text, _ = _mail_of(plain_scene, "acknowledgement")
    assert "something isn't working and that you'd like to learn how to do something" in text


def test_a_stranger_reads_neither_his_name_nor_his_words(plain_scene: Scene) -> None:
    stranger = plain_scene.stranger(name="WIN MONEY")
    plain_scene.ticket.requester_id = stranger.id
    entry = plain_scene.say(stranger, "Your code is 482913")
    mail = read(plain_scene.queue(stranger, "acknowledgement", entry=entry))
    everything = mail.as_string() + text_of(mail) + text_of(mail, "html")
    for secret in ("WIN", "482913", "wrote:"):
        assert secret not in everything
    for kind in ("plain", "html"):
        assert "projector" not in text_of(mail, kind).replace("projectors and displays", "")
        assert "Hello," in text_of(mail, kind)


def test_a_technician_reads_the_words_first_and_then_the_case(plain_scene: Scene) -> None:
    facts = {"because": ["shows nothing"], "similar": [4700, 4702]}
    for body in _mail_of(plain_scene, "assigned", facts=facts):
        order = [
            body.index(part) for part in ("projector in room 12 shows nothing", "Oak Primary School", "high")
        ]
        assert order == sorted(order)
        for part in (
            "Tess Turner",
            "tess.turner@oakdistrict.example",
            "Fault",
            "shows nothing",
            "#4700, #4702",
        ):
            assert part in body


def _links(page: str) -> dict[str, tuple[str, dict[str, list[str]]]]:
    found = re.findall(r'href="(mailto:[^"]+)"[^>]*>([^<]+)</a>', page)
    split = {label.replace("&#39;", "'"): urlsplit(link.replace("&amp;", "&")) for link, label in found}
    return {label: (unquote(link.path), parse_qs(link.query)) for label, link in split.items()}


def test_one_tap_writes_a_command_to_the_signed_address(plain_scene: Scene) -> None:
    plain_scene.ticket.subject = "50% & more? #1 + ünder"
    notice = plain_scene.queue("lena", "assigned", entry=plain_scene.first)
    page = text_of(read(notice), "html")
    links = _links(page)
    assert list(links) == ["I'll take it", "Done", "To level 2", "Add a note", "It's training", "It's a request"]
    for address, query in links.values():
        assert address == notice.reply_to
        assert query["subject"] == ["Re: [#4711] 50% & more? #1 + ünder"]
    assert [links[label][1]["body"] for label in ("I'll take it", "Done", "It's training")] == [
        ["#mine\r\n"], ["#done\r\n"], ["#training\r\n"],
    ]  # fmt: skip
    # Some programs read a plain "+" as a blank, and then the token is gone.
    assert "help+" not in page
    assert "help%2Bt4711." in page


def test_a_triage_team_is_asked_for_the_kind(plain_scene: Scene) -> None:
    plain_scene.ticket.fault, plain_scene.ticket.assignee_id = False, None
    text, page = _mail_of(plain_scene, "assigned_team", who="lena", facts={"guess": "fault"})
    assert "Please say #fault, #training or #request" in text
    assert "not sure yet (perhaps fault)" in text
    assert list(_links(page))[:3] == ["It's a fault", "It's training", "It's a request"]


def test_nobody_but_staff_gets_command_links(plain_scene: Scene) -> None:
    for who in ("tess", "sami"):
        for template in ("assigned", "reopened"):
            assert (
                _links(text_of(read(plain_scene.queue(who, template, entry=plain_scene.first)), "html")) == {}
            )


def test_in_a_reply_nothing_but_the_mark_stands_before_the_technicians_words(plain_scene: Scene) -> None:
    text, _ = _mail_of(plain_scene, "reply")
    assert text.splitlines()[:5] == [
        "##- Please type your reply above this line -##", "", "A new lamp is in.", "", "Tom Tanner",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Tom Tanner has marked ticket #4711 as solved and writes:"),
        ("es", "Tom Tanner ha dado por resuelto su caso #4711 y escribe:"),
    ],
)
def test_resolved_says_who_and_with_which_words(plain_scene: Scene, language: str, said: str) -> None:
    text, _ = _mail_of(plain_scene, "resolved", language)
    assert said in text
    assert "A new lamp is in." in text


def test_resolved_without_words_greets_and_names_the_assignee(plain_scene: Scene) -> None:
    text = text_of(read(plain_scene.queue("tess", "resolved")))
    assert "Hi Tess,\n\nTom Tanner has marked ticket #4711 as solved.\n" in text


def test_a_receipt_shows_each_command_with_its_result(plain_scene: Scene) -> None:
    text, page = _mail_of(plain_scene, "receipt")
    assert "Not everything worked on ticket #4711:" in text
    assert "✓ #done – resolved\n✗ #lvel2 – did you mean #level2?" in text
    assert "did you mean #level2?" in page


def test_help_also_answers_the_other_commands_of_the_mail(plain_scene: Scene) -> None:
    text, page = _mail_of(plain_scene, "help")
    assert "✓ #done – resolved" in text
    assert "#lvel2" in page


def test_a_districts_file_takes_the_place_of_ours_and_of_nothing_else(
    plain_scene: Scene, tmp_path: Path
) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "closed.txt").write_text(
        '{% extends "base.txt" %}{% block body %}Bye {{ to.name }}{% endblock %}'
    )
    (tmp_path / "en" / "words.toml").write_text('[labels]\nticket = "Case"\n')
    mail = read(
        plain_scene.queue("tess", "closed"), delivery=DeliverySettings(sender=DESK, templates=tmp_path)
    )
    assert "Bye Tess Turner" in text_of(mail)
    assert "Case #4711 · Oak District Help Desk" in text_of(mail)
    assert "is closed now" in text_of(mail, "html")


@pytest.mark.parametrize(
    "slip", ["{% block", "{{ to.name.nothing.here }}", "{{ 1 / 0 }}", '{% include "gone.txt" %}']
)
def test_a_slip_in_a_districts_file_falls_back_to_ours(plain_scene: Scene, tmp_path: Path, slip: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "closed.txt").write_text(slip)
    mail = read(
        plain_scene.queue("tess", "closed"), delivery=DeliverySettings(sender=DESK, templates=tmp_path)
    )
    assert "is closed now" in text_of(mail)


def test_a_language_that_nobody_has_written_falls_back_to_english() -> None:
    values = {"to": {}, "ticket": {"number": 1}, "district": "Oak"}
    assert "Ticket #1 is closed now" in render("closed", "tlh", values, "UTC").text
    assert ["El", "proyector"][0] not in fallback_subject("closed", "tlh")
    assert "caso" in render("closed", "es-MX", values, "UTC").text
