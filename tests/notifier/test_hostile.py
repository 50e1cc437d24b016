"""Whatever people are called and write: no header, no markup, no template, no hidden turn of the text."""

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from models import Notice
from notifier.compose import compose
from notifier.digest import item_of
from notifier.wording import OURS
from tests.notifier.scene import DELIVERY, DESK_IDENTITY, Scene, text_of

LANGUAGES = ("en", "es")
TEMPLATES = sorted(path.stem for path in (OURS / "en").glob("*.txt"))
EVIL = (
    "Tom\r\nBcc: evil@mail.example\r\n\r\n<script>alert(1)</script><img src=https://evil.example/p.png>"
    "{{7*7}}{% include 'en/help.txt' %}${7*7}\"'><a href=\"https://evil.example/x\" onclick=x>\u202egnp.exe\u2066\x1b[31m\x00\u200b"
)
ALLOWED_TAGS = frozenset({"html", "head", "meta", "title", "style", "body", "div", "p", "a", "br", "strong", "span", "table", "tr", "td",
                          "tbody", "blockquote", "h2"})  # fmt: skip
OURS_ALONE = frozenset({"from", "to", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
                        "x-auto-response-suppress", "x-district-desk", "content-language", "content-type", "mime-version"})  # fmt: skip


class Page(HTMLParser):
    """Every tag, its attributes, and whether all that were opened are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


def _facts(text: str) -> dict[str, object]:
    ticket = {"number": 4711, "subject": text, "status": "open", "kinds": ["fault"], "level": 1, "priority": "high",
              "school": text, "requester": text, "team": text, "days": 3, "quiet_days": 2, "done": False, "with": text}  # fmt: skip
    item = {"template": "follow_up", "subject_line": text, "reply_to": "help+t1.p1.x@oakdistrict.example", "is_assignee": True,
            "handed_by": text, "because": text, "author": text, "internal": True, "text": text, "ticket": ticket}  # fmt: skip
    return {
        "because": [text], "guess": text, "handed_by": text, "opened_by": text, "by": text, "reason": text, "hints": [text],
        "folded": text, "similar": [1], "days": 3, "into": 1, "holder": text, "commands": text, "deeds": [text], "subject": text,
        "thread": [{"author": text, "at": "2026-09-14T08:00:00+00:00", "internal": True, "text": text, "files": 1}],
        "results": [{"command": text, "outcome": text, "ok": False}], "tickets": [item],
        "sections": [{"key": "late", "tickets": [item], "more": 3}], "counts": {"late": 1, "mine": 0, "waiting": 0, "queue": 0},
        "topics": [{"category": text, "tickets": [ticket]}], "open": 1, "done": 2, "more": 3,
    }  # fmt: skip


def _queue(scene: Scene, template: str, language: str, text: str, who: str = "tom") -> Notice:
    district = scene.district
    for name in ("tess", "tom"):
        district[name].name, district[name].language = text[:200], language
    district.schools["oak"].name = text[:200]
    scene.ticket.subject, scene.ticket.language = text, language
    facts = _facts(text)
    return scene.queue(who, template, entry=scene.say("tess", text), facts=facts)


def _written(notice: Notice) -> tuple[str, str, list[tuple[str, str]]]:
    raw = compose(notice, DESK_IDENTITY, DELIVERY)
    mail = message_from_bytes(raw, policy=policy.default)
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    fields = re.findall(r"(?m)^([A-Za-z-]+): ((?:.|\r\n )*)", head)
    return text_of(mail), text_of(mail, "html"), fields  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["tom", "tess"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_that_people_write_acts(plain_scene: Scene, template: str, language: str, who: str) -> None:
    notice = _queue(plain_scene, template, language, EVIL, who)
    text, page, fields = _written(notice)
    assert {name.lower() for name, _ in fields} <= OURS_ALONE
    assert len({name.lower() for name, _ in fields}) == len(fields)
    read = Page(page)
    assert read.tags <= ALLOWED_TAGS
    assert not {name for name in read.attributes if name.startswith("on")} and "src" not in read.attributes
    assert read.open == []
    for body in (text, page):
        assert "49" not in body  # {{7*7}}
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_link_goes_to_the_desk_or_is_one_that_was_written(plain_scene: Scene, template: str, language: str) -> None:
    _, page, _ = _written(_queue(plain_scene, template, language, "See https://manual.example/lamp and tell me."))
    for link in Page(page).links:
        ours = link.startswith(("mailto:help%2Bt4711.p", "mailto:help%2Bt1.p1.x@", "mailto:help%2Bh"))
        assert ours or link == "https://manual.example/lamp"
        assert len(link) < 2_048 and "+" not in link and not re.search(r"[^!-~]", link)
    assert "url(" not in page and "@import" not in page and "<link" not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_each_stays_under_what_gmail_shows_with_the_longest_words(plain_scene: Scene, template: str, language: str) -> None:
    words = "<&\"'> 王 {{7*7}}\n" * 20_000
    district = plain_scene.district
    for name in ("tess", "tom"):
        district[name].name, district[name].language = "<&\"王>" * 40, language
    plain_scene.ticket.subject, plain_scene.ticket.language = "<&\"王>" * 190, language
    for who in ("tess", "tom"):
        # The thread as long as desk.telling gives it.
        said = {"author": "<&\"王>" * 40, "at": "2026-09-14T08:00:00+00:00", "internal": True, "text": words[:4_000], "files": 1}
        facts = _facts("<&\"王> " * 12) | {"folded": words[:4_000], "thread": [said] * 20}
        text, page, _ = _written(plain_scene.queue(who, template, entry=plain_scene.say("tess", words), facts=facts))
        assert len(page.encode()) < 102_000
        assert len(text.encode()) < 102_000 and text.strip()


def test_what_did_not_fit_is_attached_whole(plain_scene: Scene) -> None:
    said = [{"author": f"Person {n}", "at": "2026-09-14T08:00:00+00:00", "internal": False, "files": 0, "text": f"Start {n} {'<x>' * 1_300} end {n}"} for n in range(20)]
    notice = plain_scene.queue("tom", "assigned", entry=plain_scene.first, facts={"thread": said, "folded": "folded words"})
    mail = message_from_bytes(compose(notice, DESK_IDENTITY, DELIVERY), policy=policy.default)
    (whole,) = mail.iter_attachments()  # type: ignore[attr-defined]
    for n in range(20):
        assert f"end {n}" in whole.get_content()
    assert "folded words" in whole.get_content()
    for kind in ("plain", "html"):
        shown = text_of(mail, kind)  # type: ignore[arg-type]
        assert "end 19" in shown and "end 0" not in shown
        assert "the rest is in the attached text file" in shown


def test_a_very_long_subject_is_cut_in_a_link_alone(plain_scene: Scene) -> None:
    notice = _queue(plain_scene, "assigned", "en", "王" * 500)
    _, page, fields = _written(notice)
    links = [link for link in Page(page).links if link.startswith("mailto:")]
    assert links and all(len(link) < 2_048 and "subject=Re%3A%20%5B%234711%5D%20%E7%8E%8B" in link for link in links)
    assert len(notice.subject) > 190 and "Subject" in dict(fields)


def test_a_digests_part_holds_no_more_than_its_notice(plain_scene: Scene) -> None:
    notice = _queue(plain_scene, "assigned", "en", EVIL)
    item = item_of(notice)
    assert "\u202e" not in str(item) and "\r" not in item["subject_line"]
    assert item["text"] == notice.context["entry"]["text"]
