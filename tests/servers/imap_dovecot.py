"""Dovecot, the IMAP server most districts that host their own mail run.

In:       the `dovecot` program of this machine (2.3 or 2.4).
Out:      Dovecot: a server of the test's own, with a port in the clear and one under TLS.
Not here: looking into the mailbox (tests.servers.imap_account).

It runs wholly as one unprivileged user, also when the tests run as root: the same way everywhere.
"""

import grp
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import absent
from tests.servers.imap_account import ImapAccount
from tests.servers.process import free_port, group_of, spawn, wait_for_port

_deliveries = itertools.count(1_800_000_000)

COMMON = """
base_dir = {room}/run
log_path = {room}/log
protocols = imap
listen = {listen}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
auth_failure_delay = 0
mail_fsync = never
mail_max_userip_connections = 100
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service imap-hibernate {{
  chroot =
}}
"""

VERSION_2_3 = """
state_dir = {room}/state
imap_capability = {capability}
disable_plaintext_auth = {refuse_clear}
mail_location = maildir:{room}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={room}/mail
}}
ssl = {ssl}
ssl_cert = <{room}/cert.pem
ssl_key = <{room}/key.pem
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
}}
"""

VERSION_2_4 = """
state_dir = {room}/state
auth_allow_cleartext = {allow_clear}
mail_driver = maildir
mail_path = {room}/mail
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {room}/mail
  }}
}}
ssl = {ssl}
ssl_server_cert_file = {room}/cert.pem
ssl_server_key_file = {room}/key.pem
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
}}
"""


class Dovecot(ImapAccount):
    """One Dovecot over a Maildir in `room`; may be stopped and started again on the same ports.

    To be like a stricter or odder host, set before `start()`: `prefix` ("INBOX."), `refuse_clear`,
    `capability` ("IMAP4rev1", for a host without MOVE and IDLE; Dovecot 2.3 only).
    """

    name = "dovecot"
    # Dovecot trusts a connection between one address and itself; by this one a client comes from elsewhere.
    other_host = "127.0.0.2"

    def __init__(self, room: Path, program: str) -> None:
        super().__init__(free_port())
        self.tls_port = free_port()
        self.room = room
        self.program = program
        self.prefix = ""
        self.refuse_clear = False
        self.capability = ""
        self.user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._process: subprocess.Popen[bytes] | None = None
        self._prepare()

    @property
    def ca_file(self) -> Path:
        """The certificate to trust for the port under TLS."""
        return self.room / "cert.pem"

    def start(self) -> None:
        """Start, and wait until it greets."""
        config = self.room / "dovecot.conf"
        config.write_text(self._config())
        out = self.room / "output"
        as_user = self.user if os.geteuid() == 0 else None
        self._process = spawn([self.program, "-F", "-c", str(config)], out, as_user)
        try:
            wait_for_port(self.port, self._process, out, b"* OK")
        except RuntimeError as error:
            log = self.room / "log"
            raise RuntimeError(f"{error}\n{log.read_text() if log.exists() else ''}") from None

    def stop(self) -> None:
        """Kill it with all its children, as a crash would: clients see their connection break."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)  # a polite end lets clients in IDLE stay
            self._process.wait()
            self._process = None
            # A lock that was being written names no holder, and the next one waits two minutes for it.
            for lock in (self.room / "mail").glob("*.lock"):
                lock.unlink(missing_ok=True)

    def reset_uidvalidity(self) -> None:
        """Let the server forget the numbers of the inbox: UIDs start again under another UIDVALIDITY."""
        self.stop()
        for place in (self.room / "mail").glob("dovecot*"):
            if not place.name.startswith("dovecot-uidvalidity"):  # by which it knows to choose a higher one
                place.unlink()
        self.start()

    def lay_file(self, mail: bytes, readable: bool = True) -> Path:
        """Lay a mail into the inbox as a file, as a delivery agent would; an unreadable one is a bad mail."""
        place = self.room / "mail" / "new" / f"{next(_deliveries)}.laid.example"
        place.write_bytes(mail)
        place.chmod(0o644 if readable else 0o000)
        return place

    def _prepare(self) -> None:
        places = [self.room, *(self.room / "mail" / name for name in ("", "cur", "new", "tmp"))]
        for place in places[1:]:
            place.mkdir()
        if os.geteuid() == 0:
            for place in places:
                os.chown(place, pwd.getpwnam(self.user).pw_uid, group_of(self.user))
        openssl = shutil.which("openssl")
        if openssl is None:
            return
        command = [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", str(self.room / "key.pem"), "-out", str(self.ca_file), "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        (self.room / "key.pem").chmod(0o644)  # a key for two days on a loopback port

    @property
    def is_new(self) -> bool:
        """Whether this is Dovecot 2.4 or newer, whose configuration is written otherwise."""
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True).stdout
        found = re.match(r"(\d+)\.(\d+)", version)
        return found is not None and (int(found[1]), int(found[2])) >= (2, 4)

    def _config(self) -> str:
        head = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" if self.is_new else ""
        template = head + COMMON + (VERSION_2_4 if self.is_new else VERSION_2_3)
        return template.format(
            room=self.room, user=self.user, group=grp.getgrgid(group_of(self.user)).gr_name,
            port=self.port, tls_port=self.tls_port, password=self.password, prefix=self.prefix,
            separator="." if self.prefix else "/", ssl="yes" if self.ca_file.exists() else "no",
            capability=self.capability,
            listen=f"{self.host}, {self.other_host}" if self.refuse_clear else self.host,
            refuse_clear="yes" if self.refuse_clear else "no",
            allow_clear="no" if self.refuse_clear else "yes",
        )  # fmt: skip


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """A Dovecot for the length of the block; skips the test where it is not installed."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        absent("dovecot", "the program is not installed", "Install Debian's `dovecot-imapd`")
    room = Path(tempfile.mkdtemp(prefix="districtdesk-dovecot-"))
    room.chmod(0o755)
    server = Dovecot(room, program)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(room, ignore_errors=True)
