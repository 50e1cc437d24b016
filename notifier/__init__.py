"""Writing to people: when, in which words, and by which way.

In:       wishes of desk.tickets, as Notice rows.
Out:      mails in one thread per ticket, or the reason for silence.
Not here: reading mail (intake), what happens to a ticket (desk).
"""
