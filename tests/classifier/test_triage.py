"""The judge as everybody else meets it: shipped weights, reasons, doubts, speed.

In:       classifier.triage, the shipped weights.
Out:      nothing.
Not here: how good it is (test_quality).
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from classifier.corpus import KINDS, corpus_sha256, read_corpus
from classifier.triage import load_triage
from classifier.weights import FORMAT_VERSION, SHIPPED, WeightsError, load, save

TRIAGE = load_triage()


def test_the_shipped_weights_fit_the_shipped_corpus():
    weights = load(SHIPPED)
    assert weights.corpus_sha256 == corpus_sha256()
    assert weights.version == FORMAT_VERSION
    assert SHIPPED.stat().st_size < 8_000_000


def test_a_normal_start_imports_neither_scikit_learn_nor_scipy_and_is_light():
    code = (
        "import sys; from pathlib import Path\n"
        "from classifier.triage import load_triage; load_triage().classify('a', 'b')\n"
        "peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n"
        "print('sklearn' in sys.modules, 'scipy' in sys.modules, peak)"
    )
    bare = "from pathlib import Path; print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out[:2] == ["False", "False"]
    least = subprocess.run([sys.executable, "-c", bare], capture_output=True, text=True, check=True).stdout
    assert int(out[2]) - int(least) < 60 * 1024


@pytest.mark.parametrize(
    ("subject", "text", "kind", "category"),
    [
        ("Clevertouch", "The Clevertouch in room 9 is frozen and won't turn off.", "fault", "displays-projection"),
        ("", "how do i set up a rubric in canvas?", "training", "learning-platforms"),
        ("Password", "I forgot my password, could you please reset it?", "request", "accounts-passwords"),
        ("", "la impresora no imprime", "fault", "printing"),
        ("", "Never mind, the projector is working again. Thank you!", "none", "displays-projection"),
    ],
)
def test_a_plain_mail_is_understood(subject, text, kind, category):
    found = TRIAGE.classify(subject, text)
    assert (found.kind, found.category) == (kind, category)


def test_reasons_quote_the_mail_and_name_the_rule():
    found = TRIAGE.classify("Projector", "The projector in the library is not turning on.")
    assert any("'not turning" in reason and "speaks for a fault" in reason for reason in found.because)
    assert any("'projector" in reason and "displays-projection" in reason for reason in found.because)


@pytest.mark.parametrize("text", ["", "   \n", "???", "zxqv wqpl brrt", "Привет, мир", "12345 678"])
def test_what_cannot_be_understood_is_left_to_a_person(text):
    found = TRIAGE.classify("", text)
    assert not found.confident
    assert found.ticket_kinds == ()
    assert any("a person should look" in reason for reason in found.because)


def test_a_ticket_takes_kinds_over_only_when_the_judge_is_sure():
    for row in read_corpus()[::5]:
        found = TRIAGE.classify(row.subject, row.text)
        assert len(found.ticket_kinds) <= 2
        assert set(found.ticket_kinds) <= set(KINDS)
        first, second = sorted(found.kinds.values(), reverse=True)[:2]
        unheard = any("many of its words are unknown" in reason for reason in found.because)
        stands_out = first >= TRIAGE._kind_threshold and second < 0.5 and not unheard
        if found.kind == "none" or not (found.confident or stands_out):
            assert found.ticket_kinds == ()
        else:
            assert found.kind in found.ticket_kinds
            assert all(kind in (found.kind, "fault") or found.kinds[kind] >= 0.05 for kind in found.ticket_kinds)


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("The smartboard in 5 does not turn on, and once it works could somebody show me the annotation tools?", 2),
        ("The board in room 5 is broken and stays black. It was fine yesterday and I have restarted it twice.", 1),
    ],
)
def test_a_mail_that_wants_two_things_has_two_kinds(text, kinds):
    found = TRIAGE.classify("", text)
    assert len(found.ticket_kinds) == kinds and "fault" in found.ticket_kinds


def test_threads_may_share_one_judge():
    rows = read_corpus()[:60]
    alone = [TRIAGE.classify(row.subject, row.text) for row in rows]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda row: TRIAGE.classify(row.subject, row.text), rows))
    assert together == alone


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not really", b"\x80\x04\x95 a pickle"])
def test_damaged_weights_are_refused(tmp_path, damage):
    file = tmp_path / "weights.npz"
    file.write_bytes(damage)
    with pytest.raises(WeightsError):
        load(file)


def test_a_pickle_inside_the_file_is_never_opened(tmp_path):
    file = tmp_path / "weights.npz"
    np.savez(file, head=np.array([{"version": FORMAT_VERSION}], dtype=object))
    with pytest.raises(WeightsError):
        load(file)


def test_weights_of_another_version_are_refused(tmp_path, monkeypatch):
    file = tmp_path / "weights.npz"
    save(load(SHIPPED), file)
    monkeypatch.setattr("classifier.weights.FORMAT_VERSION", FORMAT_VERSION + 1)
    with pytest.raises(WeightsError, match="version"):
        load(file)


def test_an_installation_without_corpus_uses_the_weights_it_has(tmp_path):
    found = load_triage(corpus=tmp_path).classify("", "the printer is jammed")
    assert found == TRIAGE.classify("", "the printer is jammed")
