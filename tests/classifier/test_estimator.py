"""Training: the same rows give the same weights, and serving says what scikit-learn says.

In:       classifier.estimator on a part of the corpus.
Out:      nothing.
Not here: how good the whole is (test_quality).
"""

import shutil

import numpy as np
import pytest

from classifier.corpus import CATEGORIES, CORPUS_FOLDER, KINDS, LABELS, corpus_sha256, read_corpus
from classifier.estimator import fit, folds, read_all, train
from classifier.evaluate import train_report
from classifier.serving import Judge
from classifier.triage import Triage, load_triage
from classifier.weights import NETWORK_LIMIT, NETWORK_SHARE, load, save

ROWS = read_corpus()[::10]


@pytest.fixture(scope="module")
def weights():
    return train(ROWS, "a" * 64)


def test_serving_and_scikit_learn_agree(weights):
    """Both ways to the probabilities: exported numbers, and the fitted estimators' own predictions."""
    heads = fit(ROWS, read_all(ROWS))
    judge = Judge(weights)
    calibration = weights.calibration
    for row, read in zip(ROWS[:60], read_all(ROWS[:60]), strict=True):
        ids, values = heads.vectors.row(*read)
        dense = np.zeros((1, len(heads.vectors.vocabulary)))
        dense[0, ids] = values
        served = judge.judge(row.subject, row.text)
        second = heads.network.fitted.predict_proba(dense)[0]
        odds = NETWORK_SHARE * np.clip(np.log(second) - np.log1p(-second), -NETWORK_LIMIT, NETWORK_LIMIT)
        for n in range(len(LABELS)):
            score = heads.kinds[n].decision_function(dense)[0] + odds[n]
            expected = 1 / (1 + np.exp(-(calibration.slopes[n] * score + calibration.offsets[n])))
            assert served.kinds[n] == pytest.approx(expected, abs=1e-9)
        scores = heads.category.decision_function(dense)[0] + odds[len(LABELS) + heads.category.classes_]
        raw = np.exp(scores / calibration.temperature)
        expected = raw / raw.sum()
        assert served.categories[heads.category.classes_] == pytest.approx(expected, abs=1e-9)


def test_the_nearest_known_message_of_a_known_message_is_itself(weights):
    judge = Judge(weights)
    for row in ROWS[:200:10]:  # fewer rows than MOST_EXAMPLES: all are kept
        line, alike = judge.nearest(judge.judge(row.subject, row.text).heard, CATEGORIES.index(row.category))
        assert alike > 0.98
        first = f"{row.subject} {row.text}".split()[0]
        assert first in line


def test_the_same_rows_give_the_same_weights(weights):
    again = train(ROWS, "a" * 64)
    assert again.vocabulary == weights.vocabulary
    assert np.array_equal(again.coefficients, weights.coefficients)
    assert np.array_equal(again.layers.hidden, weights.layers.hidden)
    assert again.calibration == weights.calibration


def test_weights_come_back_from_the_file_as_they_were(weights, tmp_path):
    save(weights, tmp_path / "w.npz")
    back = load(tmp_path / "w.npz")
    assert back.vocabulary == weights.vocabulary
    assert back.calibration == weights.calibration
    assert back.corpus_sha256 == "a" * 64
    assert np.array_equal(back.coefficients, weights.coefficients)
    assert back.examples.lines == weights.examples.lines
    row = ROWS[0]
    assert Triage(back).classify(row.subject, row.text) == Triage(weights).classify(row.subject, row.text)


def test_a_voice_is_never_on_both_sides_of_a_fold():
    for seen, unseen in folds(ROWS):
        assert not {ROWS[n].voice for n in seen} & {ROWS[n].voice for n in unseen}


def test_every_row_is_judged_once():
    assert sorted(n for _, unseen in folds(ROWS) for n in unseen) == list(range(len(ROWS)))


def test_a_changed_corpus_is_trained_anew_and_kept(tmp_path):
    corpus, cache = tmp_path / "corpus", tmp_path / "cache"
    corpus.mkdir()
    for file in sorted(CORPUS_FOLDER.glob("*.jsonl"))[:3]:
        shutil.copy(file, corpus)
    first = load_triage(cache=cache, corpus=corpus)
    (kept,) = cache.glob("*.npz")
    assert load(kept).corpus_sha256 == corpus_sha256(corpus)
    written = kept.stat().st_mtime_ns
    second = load_triage(cache=cache, corpus=corpus)
    assert kept.stat().st_mtime_ns == written
    assert first.classify("", "no wifi") == second.classify("", "no wifi")


def test_train_writes_weights_that_a_start_then_uses(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for file in sorted(CORPUS_FOLDER.glob("*.jsonl"))[:2]:
        shutil.copy(file, corpus)
    report = train_report(tmp_path / "new.npz", corpus)
    assert "messages" in report
    assert load(tmp_path / "new.npz").corpus_sha256 == corpus_sha256(corpus)
    assert load_triage(tmp_path / "new.npz", corpus=corpus).classify("", "printer jam").kind in (*KINDS, "none")
