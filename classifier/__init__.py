"""Telling a fault from a wish to be taught from a service request, and saying when unsure.

In:       subject and new words of a mail.
Out:      Found: kinds, category, confidence, reasons.
Not here: tickets, mail, the database.
"""
