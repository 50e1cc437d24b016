"""A burst: 5,000 mails within ten seconds over 20 connections, and what becomes of each.

In:       how many mails, within how many seconds, over how many connections.
Out:      how many were taken, put off (4xx, sent again) and refused for good; until when all were tickets and all
          notices had left; whether each requester's acknowledgements left in the order of their mails; JSON.
Not here: rates without end (benchmarks.accept).

Run: python -m benchmarks.burst [--mails 5000] [--seconds 10] [--connections 20] [--json FILE]
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from email import message_from_bytes
from pathlib import Path
from typing import Any

from benchmarks.deliver import Delivered, deliver
from benchmarks.memory import with_sender
from benchmarks.running import ask, wait_until_done, whole_desk
from benchmarks.sample import make_mails
from tests.servers.smtp_sink import SmtpSink, running_sink


def order_of_answers(folder: Path, sink: SmtpSink) -> tuple[int, int]:
    """How many mails were answered one by one; how many of those answers overtook an earlier one to the same person."""
    known = ask(folder, "SELECT id, message_id FROM inbound_mail")
    arrived = {f"<{message_id}>": number for number, message_id in known}
    last: defaultdict[str, int] = defaultdict(int)
    answered, overtaking = set(), 0
    for envelope, raw in sink.mails:
        asked = arrived.get((message_from_bytes(raw)["In-Reply-To"] or "").strip())
        if asked is None or asked in answered or "@oakdistrict" not in envelope.rcpt_tos[0]:
            continue
        answered.add(asked)
        overtaking += asked < last[envelope.rcpt_tos[0]]
        last[envelope.rcpt_tos[0]] = max(asked, last[envelope.rcpt_tos[0]])
    return len(answered), overtaking


def books(folder: Path, mails: int) -> dict[str, Any]:
    """What the database knows about them afterwards."""
    states = dict(ask(folder, "SELECT state, count(*) FROM inbound_mail GROUP BY state"))
    unanswered = (
        "SELECT count(*) FROM inbound_mail WHERE state = 'ticketed' AND NOT EXISTS "
        "(SELECT 1 FROM notice WHERE notice.cause = 'mail:' || inbound_mail.id AND answers_mail)"
    )
    answers = dict(ask(folder, "SELECT state, count(*) FROM notice WHERE answers_mail GROUP BY state"))
    return {"states": states, "lost": mails - sum(states.values()), "answers": answers,
            "without_an_answer": ask(folder, unanswered)[0][0]}  # fmt: skip


def burst(mails: int, seconds: float, connections: int) -> dict[str, Any]:
    """One burst at a service that has just started."""
    letters = list(with_sender(make_mails(mails)))
    with tempfile.TemporaryDirectory() as name, running_sink() as sink:
        folder = Path(name)
        with whole_desk(folder, sink.address) as desk:
            begun = time.perf_counter()
            shown: Delivered = deliver(desk.smtp_port, iter(letters), connections, mails / seconds)
            wait_until_done(folder, mails)
            done = time.perf_counter() - begun
        waits = sorted(shown.waits)
        answered, overtaking = order_of_answers(folder, sink)
        return {
            "mails": mails, "taken": len(waits), "put_off": shown.put_off, "refused": len(shown.refused),
            "taken_after_s": shown.seconds, "p50_ms": waits[len(waits) // 2] * 1e3,
            "p99_ms": waits[int(len(waits) * 0.99)] * 1e3, "most_ms": waits[-1] * 1e3, "done_after_s": done,
            "answered_singly": answered, "overtaking": overtaking, "sent": len(sink.mails), **books(folder, mails),
        }  # fmt: skip


def main() -> None:
    """Burst, print, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--mails", type=int, default=5_000)
    options.add_argument("--seconds", type=float, default=10.0)
    options.add_argument("--connections", type=int, default=20)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    found = burst(given.mails, given.seconds, given.connections)
    print("  taken {taken} of {mails} within {taken_after_s:.1f} s, p50 {p50_ms:.0f}, p99 {p99_ms:.0f}, most "
          "{most_ms:.0f} ms; put off {put_off}, refused for good {refused}, lost {lost}".format(**found))  # fmt: skip
    print("  all tickets and notices done after {done_after_s:.1f} s; mails {states}, answers to requesters {answers}, "
          "mails without one {without_an_answer}".format(**found))  # fmt: skip
    print(f"  answered singly {found['answered_singly']}, of which out of order {found['overtaking']}, goal 0")
    if given.json:
        given.json.write_text(json.dumps({"benchmark": "burst", **found}, indent=1))


if __name__ == "__main__":
    main()
