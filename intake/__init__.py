"""Taking mail: the doors, the reading, the screening, and whose ticket it is.

In:       mail by SMTP, IMAP or file.
Out:      stored mail, frozen Messages, Verdicts, the ticket a mail belongs to.
Not here: tickets' verbs (desk), outgoing mail (notifier).
"""
