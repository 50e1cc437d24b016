"""The afternoon: who may command and who may not, and the end of the projector's story.

In:       nothing.
Out:      AFTERNOON, steps in order; DAYS_LATER, what time alone does.
Not here: playing them.
"""

from tests.acceptance.day.steps import Later, Step

AFTERNOON = (
    Step(
        "theo", "smtp", "thunderbird", answers="assigned #11",
        words="""
            #fault
            #cc greta
            """,
        then="""
            ticketed #11
            #11 theo: proved
            #11 theo: watcher - > Greta Gold
            #11 theo: kinds request > fault
            ✉ greta: watching #11
            ✉ theo: receipt #11
            """,
    ),
    Step(
        "greta", "imap", "iphone", answers="watching #11",
        words="#Help",
        then="""
            ticketed #11
            #11 greta: proved
            ✉ greta: help #11
            """,
    ),
    Step(
        "theo", "imap", "thunderbird", answers="assigned #11",
        words="""
            The nightly import runs again, he is on your roster.

            #resolved
            """,
        then="""
            ticketed #11
            #11 theo: proved
            #11 theo: reply
            #11 theo: status new > open
            #11 theo: status open > resolved
            ✉ nora: resolved #11
            ✉ greta: resolved #11
            ✉ theo: receipt #11
            """,
    ),
    Step(
        "greta", "smtp", "owa", answers="resolved #11",
        words="""
            #reopen
            #note Ms Nash tells me that he is missing again
            """,
        then="""
            ticketed #11
            #11 greta: proved
            #11 greta: status resolved > open
            #11 greta: note
            ✉ theo: reopened #11
            ✉ greta: receipt #11
            """,
    ),
    # From home, by a host that signs nothing: held, and he is asked.
    Step(
        "theo", "smtp", "iphone", answers="reopened #11", verdict="none",
        words="""
            The cause is found, he stays on it now.

            #Done
            """,
        then="""
            held #11
            #11 desk: held
            ✉ theo: held #11
            """,
    ),
    Step(
        "theo", "imap", "tap", answers="held #11",
        words="#release",
        then="""
            screened #11
            #11 theo: released
            #11 theo: proved
            #11 theo: reply
            #11 theo: status open > resolved
            ✉ nora: resolved #11
            ✉ greta: resolved #11
            ✉ theo: receipt #11
            """,
    ),
    # Somebody writes in Tom's name. He is asked, and does not answer.
    Step(
        "tom", "smtp", "gmail", subject="Re: [#5] Phone in room 31", verdict="fail",
        words="""
            #done
            #assign greta
            """,
        then="""
            held #5
            #5 desk: held
            ✉ tom: held #5
            """,
    ),
    Step(
        "maria", "imap", "outlook", subject="Una pregunta",
        words="Buenas tardes: ¿tienen un momento mañana?",
        then="""
            ticketed #12
            #12 maria: opened - > new
            #12 desk: team - > Triage
            ✉ maria: acknowledgement #12
            ✉ tom: assigned_team #12
            ✉ mara: assigned_team #12
            """,
    ),
    Step(
        "mara", "smtp", "gmail", answers="assigned_team #12",
        words="""
            #request
            #category software
            """,
        then="""
            ticketed #12
            #12 mara: proved
            #12 mara: category - > software-apps
            #12 mara: kinds - > request
            #12 desk: team Triage > -
            #12 desk: assignee - > Tom Tanner
            ✉ tom: assigned #12
            ✉ mara: receipt #12
            """,
    ),
    Step(
        "lena", "imap", "owa", answers="assigned #1",
        words="""
            The new lamp is here. When is the room free today?

            #waiting
            """,
        then="""
            ticketed #1
            #1 lena: proved
            #1 lena: status new > pending
            #1 lena: reply
            ✉ tess: reply #1
            ✉ lena: receipt #1
            """,
    ),
    Step(
        "tess", "smtp", "iphone", answers="reply #1",
        words="After two is fine.",
        then="""
            ticketed #1
            #1 tess: follow-up
            #1 tess: status pending > open
            ✉ lena: follow_up #1
            """,
    ),
    Step(
        "lena", "smtp", "outlook", answers="follow_up #1", drops_plus=True,
        words="""
            The new lamp is in.

            #done
            #time 35 min
            """,
        then="""
            ticketed #1
            #1 lena: proved
            #1 lena: time - > 35
            #1 lena: reply
            #1 lena: status open > resolved
            ✉ tess: resolved #1
            ✉ lena: receipt #1
            """,
    ),
    Step(
        "tess", "imap", "tap", answers="resolved #1",
        words="Still broken",
        then="""
            ticketed #1
            #1 tess: follow-up
            #1 tess: status resolved > open
            ✉ lena: reopened #1
            """,
    ),
    Step(
        "lena", "imap", "gmail", answers="reopened #1", drops_plus=True,
        words="""
            #level1
            #note It is the cable this time, I think.
            """,
        then="""
            ticketed #1
            #1 lena: proved
            #1 lena: level 2 > 1
            #1 desk: assignee Lena Lund > Tom Tanner
            #1 lena: status open > new
            #1 lena: note
            ✉ tom: assigned #1
            ✉ lena: receipt #1
            """,
    ),
    Step(
        "tom", "smtp", "iphone", answers="assigned #1",
        words="""
            New cable, and the picture is there.

            #Fixed
            """,
        then="""
            ticketed #1
            #1 tom: proved
            #1 tom: reply
            #1 tom: status new > open
            #1 tom: status open > resolved
            ✉ tess: resolved #1
            ✉ tom: receipt #1
            """,
    ),
    Step(
        "tess", "imap", "gmail", answers="resolved #1",
        words="Thank you so much, Tom!",
        then="""
            ticketed #1
            #1 tess: follow-up
            """,
    ),
    Step(
        "emil", "imap", "outlook", answers="reply #2",
        words="Thursday is fine.",
        then="""
            ticketed #2
            #2 emil: follow-up
            ✉ ida: follow_up #2
            ✉ mara: follow_up #2
            """,
    ),
)

DAYS_LATER = (
    Later(
        4, 8,
        then="""
            #5 desk: reminder
            #5 desk: lapsed
            ✉ nora: reminder #5
            ✉ tom: daily
            ✉ pete: daily
            ✉ ida: daily
            ✉ mara: daily
            ✉ cora: daily
            ✉ ida: weekly
            """,
    ),
    Later(
        10, 6,
        then="""
            #5 desk: status pending > resolved
            #1 desk: status resolved > closed
            #3 desk: status resolved > closed
            #4 desk: status resolved > closed
            #6 desk: status resolved > closed
            #8 desk: status resolved > closed
            #11 desk: status resolved > closed
            ✉ nora: resolved #5
            """,
    ),
)
