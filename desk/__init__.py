"""The use-cases of the desk, their wiring and the command line.

In:       mail from intake, commands from people.
Out:      tickets, events, notices.
Not here: parsing, training, wording.
"""
