"""The words the house has agreed on: kinds, categories, states, roles.

In:       nothing.
Out:      tuples of slugs; which status may follow which.
Not here: tables. Reading a mail and printing a usage line need these words and no database.
"""

KINDS = ("fault", "training", "request")

CATEGORIES = (
    "accounts-passwords", "network-wifi", "devices", "displays-projection", "printing", "software-apps",
    "learning-platforms", "student-information", "email-calendar", "phones-voicemail", "audio-video",
    "assessment-testing", "security-phishing", "web-filter", "other",
)  # fmt: skip

PRIORITIES = ("low", "normal", "high", "urgent")

# ITIL's life of a case: nobody has it, somebody has it, we wait, we think it is done, it is done.
STATUSES = ("new", "open", "pending", "resolved", "closed")
UNDONE = ("new", "open", "pending")
MAY_FOLLOW = {
    "new": frozenset({"open", "pending", "resolved", "closed"}),
    "open": frozenset({"new", "pending", "resolved", "closed"}),
    "pending": frozenset({"new", "open", "resolved", "closed"}),
    "resolved": frozenset({"open", "closed"}),
    "closed": frozenset({"open"}),
}

# `received` waits for a worker; every other state is settled.
MAIL_STATES = ("received", "ticketed", "screened", "duplicate", "held", "quarantined")
# `queued` waits for the sender; `silent` was never to be sent and says why; `gathered` is told within another notice.
NOTICE_STATES = ("queued", "sent", "failed", "silent", "gathered")

ROLES = ("requester", "technician", "itf", "media-coordinator", "student", "contractor", "analyst", "manager")

# Roles whose replies act on a ticket; a student's and a plain requester's words are only words.
WORKING_ROLES = frozenset({"technician", "itf", "media-coordinator", "contractor", "analyst", "manager"})
