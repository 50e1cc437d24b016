"""What still waits in a folder, as tables and as properties."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.backoff import Backoff
from intake.cursor import Cursor
from intake.progress import PARKED_SECONDS, TRIES, Found, Progress


def found(above: set[int] = frozenset(), unseen: set[int] = frozenset()) -> Found:  # type: ignore[assignment]
    return Found(frozenset(above), frozenset(unseen))


def at(last_uid: int) -> Progress:
    """Progress in a folder that has been read up to `last_uid`."""
    progress = Progress(Cursor(1, last_uid))
    progress.enter(1, highest=last_uid)
    return progress


def take(progress: Progress, *uids: int) -> None:
    for uid in uids:
        progress.stored(uid)
    progress.marked(uids)


def test_the_first_start_stands_behind_all_that_is_there() -> None:
    progress = Progress(None)
    assert progress.enter(7, highest=40)
    assert progress.cursor == Cursor(7, 40)
    assert progress.to_fetch(found(unseen={12, 3}), 0) == [3, 12]


def test_the_cursor_moves_only_as_far_as_nothing_is_left_behind() -> None:
    progress = at(10)
    look = found(above={11, 12, 13}, unseen={11, 12, 13})
    take(progress, 11, 13)
    assert progress.advance(look, 0, is_complete=False)
    assert progress.cursor == Cursor(1, 11)
    take(progress, 12)
    assert progress.advance(look, 0, is_complete=True)
    assert progress.cursor == Cursor(1, 13)


def test_what_is_stored_but_not_marked_is_marked_and_not_fetched_again() -> None:
    progress = at(10)
    progress.stored(11)
    look = found(above={11, 12}, unseen={11, 12})
    assert progress.to_mark(look) == [11]
    assert progress.to_fetch(look, 0) == [12]
    progress.advance(look, 0, is_complete=True)
    assert progress.cursor == Cursor(1, 10)


def test_a_mail_that_keeps_failing_is_parked_and_comes_back() -> None:
    progress = at(10)
    look = found(above={11}, unseen={11})
    assert [progress.failed(11, 0) for _ in range(TRIES)] == [False] * (TRIES - 1) + [True]
    assert progress.to_fetch(look, 1) == []
    assert progress.to_fetch(look, PARKED_SECONDS + 1) == [11]


def test_a_parked_mail_holds_the_cursor_only_when_somebody_has_opened_it() -> None:
    for unseen, reached in (({11}, 12), (set(), 10)):
        progress = at(10)
        look = found(above={11, 12}, unseen={*unseen, 12})
        for _ in range(TRIES):
            progress.failed(11, 0)
        take(progress, 12)
        progress.advance(look, 1, is_complete=True)
        assert progress.last_uid == reached


def test_mails_that_failed_come_after_fresh_ones() -> None:
    progress = at(0)
    progress.put_back(1)
    progress.put_back(1)
    progress.put_back(2)
    assert progress.to_fetch(found(above={1, 2, 3, 4}), 0) == [3, 4, 2, 1]


def test_while_uids_start_again_only_a_complete_look_moves_the_cursor() -> None:
    progress = Progress(Cursor(1, 500))
    progress.enter(2, highest=3)
    assert progress.starts_again
    look = found(above={1, 2}, unseen={2})
    take(progress, 1)
    assert not progress.advance(look, 0, is_complete=False)
    assert progress.cursor == Cursor(1, 500)
    take(progress, 2)
    assert progress.advance(look, 0, is_complete=True)
    assert progress.cursor == Cursor(2, 3)
    assert not progress.starts_again


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["arrives", "opened", "look", "fails", "crash"]), st.integers(1, 8)), max_size=40
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_happens_every_mail_is_taken_in_the_end(events: list[tuple[str, int]], rng: random.Random) -> None:
    """A folder in memory: mails arrive, people open them, fetches fail, the process dies and forgets.

    One mail is beyond help: long passed over as unreadable, then opened by a person, then forgotten in a crash.
    """
    seen: dict[int, bool] = {}
    taken: set[int] = set()
    progress, ticks = at(0), 0.0
    crashes = any(what == "crash" for what, _ in events)

    def look(failing: int) -> None:
        nonlocal ticks
        ticks += PARKED_SECONDS / 2
        above = {uid for uid in seen if uid > progress.last_uid}
        view = found(above | set(progress.remembered()), {uid for uid in seen if not seen[uid]})
        for uid in progress.to_fetch(view, ticks):
            if rng.randrange(8) < failing:
                progress.failed(uid, ticks)
                continue
            progress.stored(uid)
            taken.add(uid)
            seen[uid] = True
            progress.marked([uid])
            progress.advance(view, ticks, is_complete=False)
        progress.advance(view, ticks, is_complete=True)

    for what, number in events:
        if what == "arrives":
            seen[len(seen) + 1] = number % 2 == 0  # half of them are opened before the desk looks
        elif what == "opened" and number in seen and (progress.last_uid < number or not crashes):
            seen[number] = True
        elif what == "look":
            look(failing=0)
        elif what == "fails":
            look(failing=number)
        elif what == "crash":
            progress = Progress(progress.cursor)
            progress.enter(1, highest=max(seen, default=0))
    for _ in range(4):
        look(failing=0)
    assert taken == set(seen)
    assert progress.last_uid == max(seen, default=0)


def test_waits_double_up_to_a_minute_and_for_a_password_up_to_five() -> None:
    backoff = Backoff(random.Random(1))
    quick = [backoff.next(lasting=False) for _ in range(12)]
    slow = [backoff.next(lasting=True) for _ in range(12)]
    assert 0.75 <= quick[0] <= 1.25 and max(quick) <= 60 and quick[-1] >= 45
    assert 7.5 <= slow[0] <= 12.5 and max(slow) <= 300 and slow[-1] >= 225
    backoff.reset()
    assert backoff.next(lasting=True) <= 12.5
