"""One poller a mailbox: the lease."""

from datetime import timedelta

from desk.imap_door import LEASE_SECONDS, hold_lease


def test_one_holder_at_a_time_who_may_renew(store, clock):
    with store.writing() as session:
        assert hold_lease(session, "imap:help", "one", clock.now)
    with store.writing() as session:
        assert not hold_lease(session, "imap:help", "two", clock.now)
        assert hold_lease(session, "imap:help", "one", clock.now)
        assert hold_lease(session, "imap:other", "two", clock.now)


def test_a_lease_that_is_not_renewed_is_free_again(store, clock):
    with store.writing() as session:
        hold_lease(session, "imap:help", "one", clock.now)
    later = clock.now + timedelta(seconds=LEASE_SECONDS + 1)
    with store.writing() as session:
        assert hold_lease(session, "imap:help", "two", later)
    with store.writing() as session:
        assert not hold_lease(session, "imap:help", "one", later)
