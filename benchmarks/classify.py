"""What judging one mail costs, beside telling its language, in one run.

In:       the corpus.
Out:      microseconds a mail for each, and their ratio.
Not here: how right the judgement is (districtdesk evaluate).
"""

import statistics
import time

from classifier.corpus import read_corpus
from classifier.triage import load_triage
from intake.language import language_of


def main() -> None:
    """Print the medians over every tenth message of the corpus."""
    began = time.perf_counter()
    triage = load_triage()
    print(f"loading the weights     {1e3 * (time.perf_counter() - began):9.0f} ms")
    rows = read_corpus()[::10]
    judging = statistics.median(_timed(lambda row=row: triage.classify(row.subject, row.text)) for row in rows)
    reading = statistics.median(_timed(lambda row=row: language_of(row.text, "en")) for row in rows)
    print(f"classify, a mail        {1e6 * judging:9.0f} µs")
    print(f"telling its language    {1e6 * reading:9.0f} µs  ({reading / judging:.2f} of that)")


def _timed(work) -> float:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
