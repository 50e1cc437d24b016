"""The morning: a dark projector, a puzzle in room 9, a printer, an account.

In:       nothing.
Out:      MORNING, steps in order.
Not here: playing them.
"""

from tests.acceptance.day.steps import Step

MORNING = (
    Step(
        "tess", "smtp", "gmail", subject="Projector in room 12 stays dark",
        words="""
            Hi,

            the projector in room 12 does not turn on any more. The remote is fine, there is no light at all.

            Tess Turner
            Grade 4
            """,
        then="""
            ticketed #1
            #1 tess: opened - > new
            #1 desk: assignee - > Tom Tanner
            ✉ tess: acknowledgement #1
            ✉ tom: assigned #1
            """,
    ),
    Step(
        "tom", "imap", "iphone", answers="assigned #1",
        words="""
            I will come by at ten.

            #Mine
            """,
        then="""
            ticketed #1
            #1 tom: proved
            #1 tom: status new > open
            #1 tom: reply
            ✉ tess: reply #1
            ✉ tom: receipt #1
            """,
    ),
    Step(
        "tess", "smtp", "outlook", answers="reply #1",
        words="The fan is silent too, if that helps.",
        then="""
            ticketed #1
            #1 tess: follow-up
            ✉ tom: follow_up #1
            """,
    ),
    Step(
        "emil", "imap", "thunderbird", subject="Room 9",
        words="""
            Hello,

            could someone stop by room 9 sometime this week?
            """,
        then="""
            ticketed #2
            #2 emil: opened - > new
            #2 desk: team - > Triage
            ✉ emil: acknowledgement #2
            ✉ tom: assigned_team #2
            ✉ mara: assigned_team #2
            """,
    ),
    # The desk was not sure what it is, and asked; one tap answers.
    Step(
        "emil", "smtp", "tap", answers="acknowledgement #2",
        words="Please show me how",
        then="""
            ticketed #2
            #2 emil: kinds - > training
            #2 desk: team Triage > -
            #2 desk: assignee - > Ida Ivers
            ✉ ida: assigned #2
            """,
    ),
    Step(
        "tom", "smtp", "gmail", answers="follow_up #1",
        words="""
            The lamp is gone, and I have no spare. Lena Lund takes over.

            #time 20m
            #level2
            """,
        then="""
            ticketed #1
            #1 tom: proved
            #1 tom: time - > 20
            #1 tom: level 1 > 2
            #1 desk: assignee Tom Tanner > Lena Lund
            #1 tom: status open > new
            #1 tom: reply
            ✉ lena: assigned #1
            ✉ tess: reply #1
            ✉ tom: receipt #1
            """,
    ),
    Step(
        "ida", "imap", "owa", answers="assigned #2",
        words="""
            Happy to show you. Does Thursday at three suit you?

            #category learning platforms
            #cc mara
            """,
        then="""
            ticketed #2
            #2 ida: proved
            #2 ida: category - > learning-platforms
            #2 ida: watcher - > Mara Moss
            #2 ida: reply
            #2 ida: status new > open
            ✉ emil: reply #2
            ✉ mara: reply #2
            ✉ ida: receipt #2
            """,
    ),
    Step(
        "carmen", "imap", "gmail", subject="No imprime",
        words="""
            Buenos días:

            La impresora de la sala de maestros no imprime desde ayer. Dice atasco de papel pero no hay papel atascado.

            Carmen Vega
            """,
        then="""
            ticketed #3
            #3 carmen: opened - > new
            #3 desk: assignee - > Mara Moss
            ✉ carmen: acknowledgement #3
            ✉ mara: assigned #3
            """,
    ),
    Step(
        "mara", "imap", "iphone", answers="assigned #3",
        words="""
            Voy para allá.

            #Mío
            """,
        then="""
            ticketed #3
            #3 mara: proved
            #3 mara: status new > open
            #3 mara: reply
            ✉ carmen: reply #3
            ✉ mara: receipt #3
            """,
    ),
    Step(
        "mara", "smtp", "outlook", answers="assigned #3",
        words="""
            Ya imprime: era el rodillo.

            #Listo
            #tiempo media hora
            """,
        then="""
            ticketed #3
            #3 mara: proved
            #3 mara: time - > 30
            #3 mara: reply
            #3 mara: status open > resolved
            ✉ carmen: resolved #3
            ✉ mara: receipt #3
            """,
    ),
    Step(
        "carmen", "smtp", "tap", answers="resolved #3",
        words="Funciona, gracias",
        then="""
            ticketed #3
            #3 carmen: follow-up
            """,
    ),
    Step(
        "maria", "smtp", "outlook", subject="Cuenta para la nueva asistente",
        words="""
            Buenas tardes:

            ¿Pueden crear una cuenta de correo para la nueva asistente, Rosa Díaz? Empieza el lunes.

            Gracias
            """,
        then="""
            ticketed #4
            #4 maria: opened - > new
            #4 desk: assignee - > Tom Tanner
            ✉ maria: acknowledgement #4
            ✉ tom: assigned #4
            """,
    ),
    # Commands and a note: nothing of it is for the teacher.
    Step(
        "tom", "imap", "outlook", answers="assigned #4",
        words="""
            #assign omar
            #priority high
            #note please check the licences first
            """,
        then="""
            ticketed #4
            #4 tom: proved
            #4 tom: priority normal > high
            #4 tom: assignee Tom Tanner > Omar Ortiz
            #4 tom: note
            ✉ omar: assigned #4
            ✉ tom: receipt #4
            """,
    ),
    # A slip, and back.
    Step(
        "omar", "smtp", "gmail", answers="assigned #4",
        words="#training",
        then="""
            ticketed #4
            #4 omar: proved
            #4 omar: kinds request > training
            #4 desk: assignee Omar Ortiz > Ida Ivers
            ✉ ida: assigned #4
            ✉ omar: receipt #4
            """,
    ),
    Step(
        "omar", "imap", "gmail", answers="assigned #4",
        words="#undo",
        then="""
            ticketed #4
            #4 omar: proved
            #4 omar: kinds training > request
            #4 omar: assignee Ida Ivers > Omar Ortiz
            ✉ ida: taken_back #4
            ✉ omar: receipt #4
            """,
    ),
    # One command that cannot be done stops no other; the receipt says so.
    Step(
        "omar", "smtp", "iphone_es", answers="assigned #4",
        words="""
            La cuenta está lista, la clave va por correo interno.

            #Done
            #time soon
            """,
        then="""
            ticketed #4
            #4 omar: proved
            #4 omar: reply
            #4 omar: status new > open
            #4 omar: status open > resolved
            ✉ maria: resolved #4
            ✉ omar: receipt #4
            """,
    ),
)
