"""Midday: a telephone, an outage that two report, a repair done in passing, a pupil's mail, a lost pupil record.

In:       nothing.
Out:      MIDDAY, steps in order.
Not here: playing them.
"""

from tests.acceptance.day.steps import Step

MIDDAY = (
    Step(
        "nora", "smtp", "gmail", subject="Phone in room 31",
        words="""
            The desk phone in room 31 is dead, there is no dial tone.

            Nora Nash
            """,
        then="""
            ticketed #5
            #5 nora: opened - > new
            #5 desk: assignee - > Cora Cole
            ✉ nora: acknowledgement #5
            ✉ cora: assigned #5
            """,
    ),
    # A contractor who has worked with RT all his life.
    Step(
        "cora", "imap", "iphone", answers="assigned #5",
        words="""
            Status: pending
            TimeWorked: 45
            Priority: low

            A new handset is on order, it comes on Monday. Is anybody in the room before eight?
            """,
        then="""
            ticketed #5
            #5 cora: proved
            #5 cora: time - > 45
            #5 cora: priority normal > low
            #5 cora: status new > pending
            #5 cora: reply
            ✉ nora: reply #5
            ✉ cora: receipt #5
            """,
    ),
    Step(
        "nora", "smtp", "away", answers="reply #5",
        words="I am in a training today and read my mail tomorrow.",
        then="""
            screened
            """,
    ),
    Step(
        "hugo", "imap", "owa", subject="Wi-Fi in the gym",
        words="""
            The Wi-Fi in the gym is down, no laptop can connect.

            Hugo Hart
            """,
        then="""
            ticketed #6
            #6 hugo: opened - > new
            #6 desk: assignee - > Pete Park
            ✉ hugo: acknowledgement #6
            ✉ pete: assigned #6
            """,
    ),
    # The same mail by the other door.
    Step(
        "hugo", "smtp", "owa", again=True,
        words="",
        then="""
            ticketed #6
            """,
    ),
    # Hugo's mailbox is full: his acknowledgement comes back.
    Step(
        "hugo", "smtp", "bounce", answers="acknowledgement #6",
        words="",
        then="""
            screened
            #6 desk: undelivered - > acknowledgement
            ✉ hugo: acknowledgement #6 (failed)
            """,
    ),
    Step(
        "nora", "imap", "iphone", subject="No internet",
        words="The wifi in the gym is not working, my laptop does not connect.",
        then="""
            ticketed #7
            #7 nora: opened - > new
            #7 desk: assignee - > Pete Park
            ✉ nora: acknowledgement #7
            ✉ pete: assigned #7
            """,
    ),
    Step(
        "pete", "smtp", "outlook", answers="assigned #7",
        words="#Same as 6",
        then="""
            ticketed #7
            #7 pete: proved
            #7 pete: merged - > #6
            #7 pete: status new > closed
            #6 pete: took in - > #7
            #6 pete: watcher - > Nora Nash
            ✉ nora: merged #7
            ✉ pete: receipt #7
            """,
    ),
    # She answers on the old thread, and it goes where it goes on.
    Step(
        "nora", "imap", "gmail", answers="merged #7",
        words="It is back in the library, but the gym is still without.",
        then="""
            ticketed #6
            #6 nora: follow-up
            ✉ pete: follow_up #6
            """,
    ),
    Step(
        "pete", "imap", "gmail", answers="assigned #6",
        words="""
            A switch had lost its power, it is up again.

            #done, #time 1h30
            """,
        then="""
            ticketed #6
            #6 pete: proved
            #6 pete: time - > 90
            #6 pete: reply
            #6 pete: status new > open
            #6 pete: status open > resolved
            ✉ hugo: resolved #6
            ✉ nora: resolved #6
            ✉ pete: receipt #6
            """,
    ),
    # Opened and closed in one mail.
    Step(
        "tom", "imap", "outlook", subject="fixed Ms Ruiz's document camera, cable",
        words="""
            #for ruiz
            #done
            #time 15m
            """,
        then="""
            ticketed #8
            #8 tom: opened - > new
            #8 desk: team - > Triage
            #8 tom: proved
            #8 tom: requester Tom Tanner > Maria Ruiz
            #8 tom: time - > 15
            #8 tom: assignee - > Tom Tanner
            #8 tom: status new > open
            #8 tom: status open > resolved
            ✉ maria: helped #8
            ✉ tom: receipt #8
            """,
    ),
    Step(
        "pete", "smtp", "gmail", subject="Fwd: Speakers in the auditorium",
        words="Hugo wrote to me alone, he means the big loudspeakers.",
        forwards=(
            "hugo", "Speakers in the auditorium",
            "The speakers in the auditorium have no sound, the microphone is dead too.\n\nHugo",
        ),
        then="""
            ticketed #9
            #9 pete: opened - > new
            #9 desk: assignee - > Pete Park
            #9 pete: proved
            #9 pete: requester Pete Park > Hugo Hart
            ✉ hugo: acknowledgement #9
            ✉ pete: assigned #9
            """,
    ),
    Step(
        "sami", "imap", "gmail", subject="Chromebook cart",
        words="The Chromebook cart in Mr. Eriksen's room does not charge, all laptops are empty. The charging light is off.",
        then="""
            ticketed #10
            #10 sami: opened - > new
            #10 desk: assignee - > Tom Tanner
            ✉ sami: acknowledgement #10
            ✉ tom: assigned #10
            """,
    ),
    Step(
        "tom", "smtp", "iphone", answers="assigned #10",
        words="""
            #For emil.eriksen@oakdistrict.example
            #School elm
            """,
        then="""
            ticketed #10
            #10 tom: proved
            #10 tom: requester Sami Salo > Emil Eriksen
            #10 tom: watcher - > Sami Salo
            #10 tom: school oak > elm
            #10 desk: assignee Tom Tanner > Mara Moss
            ✉ mara: assigned #10
            ✉ emil: acknowledgement #10
            ✉ tom: receipt #10
            """,
    ),
    Step(
        "nora", "smtp", "outlook", subject="Transfer student missing",
        words="""
            Please add the new transfer student to my period 3 roster in PowerSchool. He was enrolled on Monday.
            """,
        then="""
            ticketed #11
            #11 nora: opened - > new
            #11 desk: assignee - > Abel Ames
            ✉ nora: acknowledgement #11
            ✉ abel: assigned #11
            """,
    ),
    Step(
        "abel", "imap", "outlook", answers="assigned #11",
        words="""
            #level3
            #note the import of last night ended with an error
            """,
        then="""
            ticketed #11
            #11 abel: proved
            #11 abel: level 1 > 3
            #11 desk: assignee Abel Ames > Theo Thorn
            #11 abel: note
            ✉ theo: assigned #11
            ✉ abel: receipt #11
            """,
    ),
)
