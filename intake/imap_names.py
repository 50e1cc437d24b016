"""A folder's name as the server spells it.

In:       the name a person has written into the configuration.
Out:      the server's name for it, or None.
Not here: selecting, creating.

Some hosts keep every folder below the inbox ("INBOX.Done") and separate levels by a dot (RFC 2342).
"""

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError


def find_name(client: IMAPClient, wanted: str) -> str | None:
    """The folder's name there: as written, or below the prefix of the personal namespace; None if absent."""
    for name in dict.fromkeys((wanted, _prefixed(client, wanted))):
        if client.folder_exists(name):
            return name
    return None


def name_to_create(client: IMAPClient, wanted: str) -> str:
    """The name under which this server lets a person create a folder."""
    return _prefixed(client, wanted)


def _prefixed(client: IMAPClient, wanted: str) -> str:
    try:
        personal = client.namespace().personal
    except CapabilityError:
        return wanted
    if not personal:
        return wanted
    prefix, separator = personal[0]
    name = wanted.replace("/", separator) if separator else wanted
    return name if not prefix or name.startswith(prefix) else prefix + name
