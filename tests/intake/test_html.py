"""HTML as readable text: lines as a browser lays them, nothing hidden, bounded time.

In:       small pieces of HTML.
Out:      their text and regions.
Not here: what the sender newly wrote (tests.intake.test_body).
"""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.html import html_to_text, lay_out
from intake.html_regions import BODY, INTRODUCTION, QUOTE, SIGNATURE
from tests.patience import HANG_SECONDS, examples

TABLE = [
    # lines
    ("a<br>b", "a\nb"),
    ("<div>a</div><div>b</div>", "a\nb"),
    ("<div>a<br></div><div>b</div>", "a\nb"),
    ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
    ("<p>a</p><p>b</p>", "a\n\nb"),
    ("<p>a<p>b", "a\n\nb"),
    ('<p class="MsoNormal">a</p><p class="MsoNormal">b</p>', "a\nb"),
    ('<p class="MsoNormal">a</p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">b</p>', "a\n\nb"),
    ("<style>p{margin:0}</style><p>a</p><p>b</p>", "a\nb"),
    ('<p style="margin:0">a</p><p style="margin:0">b</p>', "a\nb"),
    ("a <b>bold</b><i>!</i>", "a bold!"),
    ("  a \n  b  ", "a b"),
    ("a&nbsp;&nbsp;b", "a  b"),
    ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
    ('<div style="white-space: pre-wrap">a\nb</div>', "a\nb"),
    ("<h1>a</h1>b<hr>c", "a\n\nb\n________________________________\nc"),
    # lists and tables
    ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
    ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
    ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n\n- b"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a\tb\nc\td"),
    ("<table><tr><th>From:</th><td>Ann</td></tr></table>", "From: Ann"),
    ("<table><tr><td><div>a</div></td><td><div>b</div></td></tr></table>", "a\nb"),
    # links and images
    ('<a href="https://x.example/a">here</a>', "here <https://x.example/a>"),
    ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
    ('<a href="https://x.example">www.x.example</a>', "www.x.example"),
    ('<a href="mailto:a@x.example?subject=b">a@x.example</a>', "a@x.example"),
    ('<a href="mailto:a@x.example">Ann</a>', "Ann <a@x.example>"),
    ('<a href="#top">up</a> <a href="javascript:x()">js</a> <a name="n">n</a>', "up js n"),
    ('<a href="https://safe.example/?url=https%3A%2F%2Fx.example%2Fa&amp;d=1">https://x.example/a</a>', "https://x.example/a"),
    ('<img src="cid:1" alt="screen">', "[image: screen]"),
    ('<img src="x" alt="\U0001f600">', "\U0001f600"),
    ('<img src="x" width=1 height=1 alt="t"><img src="y">z', "z"),
    ('<img alt="A picture containing text Description automatically generated">z', "z"),
    # what is not shown
    ("a<!-- b -->c", "ac"),
    ("a<!--[if mso]>b<![endif]-->c", "ac"),
    ("a<!--[if !mso]><!-->b<!--<![endif]-->c", "abc"),
    ("a<![if !vml]>b<![endif]>c", "abc"),
    ("<title>t</title><script>x<y</script><style>s{}</style>a", "a"),
    ('<div style="display:none">h<div>h</div>h</div>a', "a"),
    ('<span style="DISPLAY : None">h</span>a', "a"),
    ('<span style="visibility:hidden">h</span>a', "a"),
    ('<span style="font-size:0px">h</span>a', "a"),
    ('<td style="font-size:0"><span style="font-size:14px">a</span>h</td>', "a"),
    ('<span style="font-size:0.9em">a</span>', "a"),
    ('<span style="mso-hide:all">h</span>a<span hidden>h</span>', "a"),
    ('<div style="max-height:0;overflow:hidden">h</div><div style="max-height:10px">a</div>', "a"),
    ('<div style="opacity:0">h</div><div style="opacity:0.5">a</div>', "a"),
    ("a\u200b\u034f\ufeffb", "ab"),
    # entities and careless source
    ("&lt;b&gt; &amp; &eacute; &#8364; &#x20AC; &unknown;", "<b> & é € € &unknown;"),
    ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ("a <b", "a <b"),
    ("a<br/>b</br>c", "a\nb\nc"),
    ('<a title="1>0" href="https://x.example/q">t</a>', "t <https://x.example/q>"),
    ("</div></p>a", "a"),
    ("<style>never closed a", "never closed a"),
    ("<!-- never closed", "never closed"),
    ("a\x00b", "ab"),
    ("", ""),
    # quotes
    ("a<blockquote>b<br>c</blockquote>d", "a\n\n> b\n> c\n\nd"),
    ("<blockquote type=cite>a<blockquote type=cite>b</blockquote></blockquote>", "> a\n>\n> > b"),
    ('<blockquote style="margin:0 0 0 40px;border:none">a</blockquote>', "a"),
]


@pytest.mark.parametrize(("html", "text"), TABLE)
def test_html_is_laid_out_as_a_reader_sees_it(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("html", "region"),
    [
        ('<div class="gmail_signature">x</div>', SIGNATURE),
        ('<div id="Signature"><p>x</p></div>', SIGNATURE),
        ('<pre class="moz-signature">x</pre>', SIGNATURE),
        ('<div class="x_gmail_signature">x</div>', SIGNATURE),
        ('<div class="moz-cite-prefix">x</div>', INTRODUCTION),
        ('<div class="gmail_attr">x</div>', INTRODUCTION),
        ('<div class="yahoo_quoted">x</div>', QUOTE),
        ('<div id="divRplyFwdMsg">y</div><div>x</div>', QUOTE),
        ('<div><div class="OutlookMessageHeader">y</div></div>x', QUOTE),
        ('<hr id="zwchr">x', QUOTE),
        ('<blockquote type="cite"><div class="gmail_signature">x</div></blockquote>', QUOTE),
        ('<blockquote>y</blockquote><div>x</div>', BODY),
        ('<blockquote><div id="divRplyFwdMsg">y</div></blockquote><div>x</div>', BODY),
        ('<div class="gmail_quote">x</div>', BODY),
        ('<div class="signature-pad-request">x</div>', BODY),
    ],
)
def test_the_container_says_which_region_the_last_line_is_of(html: str, region: int) -> None:
    last = lay_out(html)[-1]
    assert last.text.endswith("x")
    assert last.region == region


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.sampled_from(
    ["<div>", "</div>", "<p>", "</p>", "<br>", "<blockquote>", "</blockquote>", "<ul>", "<li>", "</ul>", "<table>", "<td>",
     "</table>", "<pre>", "</pre>", "<b>", "</b>", '<a href="x">', "</a>", "<tr>", "<span style='color:red'>", "</span>"]
) | st.from_regex(r"w[a-z]{1,5}", fullmatch=True), max_size=40))  # fmt: skip
def test_no_visible_word_is_lost_whatever_the_nesting(pieces: list[str]) -> None:
    words = [piece for piece in pieces if not piece.startswith("<")]
    assert "".join(words) == "".join(c for c in html_to_text("".join(pieces)) if c.isalpha())


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=400))
def test_any_text_at_all_is_read_without_raising(html: str) -> None:
    html_to_text(html)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x", "<b>" * 100_000 + "x", "<blockquote>x" * 100_000, "<ul><li>x" * 100_000, "<p>x</p>" * 600_000,
        "<" * 5_000_000, "<a " * 1_600_000, '<a b="' * 800_000, "<!--" * 1_200_000, "<style>" * 700_000, "&" * 5_000_000,
        "&#" * 2_500_000, " " * 5_000_000, "\n" * 5_000_000, "<pre>" + "x\n" * 1_000_000, "</" * 2_500_000,
        '<span style="display:none">' * 100_000, '<i style="' + "a:b;" * 1_000_000 + '">x', "<div class=yahoo_quoted>x" * 100_000,
        "<style>" + "p {" * 1_000_000 + "</style>x", "<td>x" * 800_000, '<a href="http://x">y</a>' * 100_000,
    ],
    ids=lambda html: f"{html[:12]!r}-{len(html)}",
)  # fmt: skip
def test_time_is_bounded_whatever_the_source(html: str) -> None:
    began = time.process_time()
    html_to_text(html)
    assert time.process_time() - began < HANG_SECONDS


def test_what_stands_after_a_very_great_many_tags_is_still_read() -> None:
    assert html_to_text("<b></b>" * 200_000 + "<i>last words</i>") == "last words"
