"""`districtdesk init`: a commented configuration to start from.

In:       a path.
Out:      the file, never over an existing one.
Not here: reading it (desk.config).
"""

from pathlib import Path

TEMPLATE = """\
# District Desk. Every key may also be set as DISTRICTDESK_SECTION__KEY in the environment,
# and a secret may be kept in a file named by …_FILE (DISTRICTDESK_DELIVERY__PASSWORD_FILE).
# After a change: districtdesk check, then start the service again.

[district]
name = "Sample District"          # what people read in our mails
address = "help@localhost"        # the address teachers write to
# aliases = ["helpdesk@localhost"]  # other addresses of the desk
# timezone = "America/New_York"
# language = "en"                 # "en" or "es", for people whose own language is not known

[database]
url = "sqlite:///districtdesk.db" # or "postgresql://user:password@host/districtdesk"

[smtp]                            # mail servers hand us mail here
listen = "127.0.0.1:8025"
# tls_cert = "/etc/districtdesk/cert.pem"
# tls_key = "/etc/districtdesk/key.pem"
# max_size_mb = 35
# client_connections = 20         # at once from one address that is no relay
# client_mails_a_minute = 120

[delivery]                        # how our own mails leave; without a smarthost they are laid in outbox/
# smarthost = "smtp.district.example:587"
# tls = "starttls"                # "none", "starttls" or "implicit"
# username = "help@district.example"
# password = "…"                  # better: DISTRICTDESK_DELIVERY__PASSWORD_FILE=/run/secrets/smtp
# from = "help@district.example"
# templates = "templates/"        # your own wording, file by file

# A mailbox that is read by IMAP, beside or instead of the SMTP listener. As many as you like.
# [[mailbox]]
# name = "help"
# host = "imap.district.example"
# username = "help@district.example"
# password = "…"                  # better: DISTRICTDESK_MAILBOX__HELP__PASSWORD_FILE=/run/secrets/imap
# done_folder = "Done"            # taken mails are moved there; without it they are marked as read

[auth]
# trusted_results = "mx.google.com"   # whose Authentication-Results header we may believe
# verify = true                       # check DKIM ourselves (pip install 'districtdesk[verify]')
# proof = ["assign=confirm"]          # commands that need more proof than usual
# relays = ["10.0.0.0/24"]            # mail servers of ours that hand in mail by SMTP

[notices]                         # times are in the district's zone
# daily_at = "07:00"              # each technician's list of the day; "never": no list
# weekly_on = "monday"            # each ITF's list of training asked for; "never": no list

[tickets]                         # what silence does, in days; 0: never
# remind_after_days = 3           # a waiting ticket's requester is reminded once …
# resolve_after_days = 5          # … and then it is solved
# close_after_days = 7            # a solved one is closed

# A small district lives in this file; a larger one comes by 'districtdesk roster import'.
[[school]]
code = "oak"
name = "Oak Elementary"

# [[person]]
# name = "Ann Lee"
# address = "ann.lee@district.example"
# role = "itf"                    # requester technician itf media-coordinator student contractor analyst manager
# schools = ["oak"]

# [[person]]
# name = "Tom Reyes"
# address = "tom.reyes@district.example"
# role = "technician"
# level = 1
# schools = ["oak"]
# language = "es"                 # "en" or "es"; whoever writes in the other one is answered in it

# [[team]]
# name = "Triage"                 # gets what the classifier is unsure of
# members = ["tom.reyes@district.example"]

# Who serves what. An absent key means any; the most specific row wins.
# [[coverage]]
# kind = "training"
# school = "oak"
# person = "ann.lee@district.example"

# [[coverage]]                    # a row without conditions catches the rest
# team = "Triage"
"""


def write_configuration(name: str) -> str | None:
    """Write the commented file; a sentence when it cannot be done, else None."""
    path = Path(name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE)
    except FileExistsError:
        return f"{path} exists already; it is left as it is"
    except OSError as error:
        return f"{path} cannot be written: {error.strerror}"
    return None
