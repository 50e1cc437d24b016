"""The district's own mail group in front of the desk.

In:       a Message, the desk's addresses.
Out:      whether the group passed it on, and who really wrote it.
Not here: other lists, which are bulk (intake.automatic).
"""

import re

from intake.addresses import read_addresses
from intake.message import Message, NameAddr
from models.address import base_address, is_desk_address

# Looked for only where a word begins: else each letter of a long word would be tried.
LIST_ADDRESS = re.compile(r"(?<![^\s<>:,;?@])[^\s<>:,;?@]++@[^\s<>:,;?]+")
_VIA = re.compile(r"\s{1,9}via\s{1,9}.{1,200}$", re.IGNORECASE)


def author_of(message: Message, desk_addresses: tuple[str, ...]) -> NameAddr:
    """Who wrote the mail: the author, or behind a group's rewritten From the original one.

    Such a group ("'Ann Lee' via Help Desk <help@district>") keeps the author in X-Original-From or X-Original-Sender,
    else in Reply-To.
    """
    address = message.author.address
    if not address or not is_desk_address(address, desk_addresses) or not is_of_own_group(message, desk_addresses):
        return message.author
    name = _VIA.sub("", (message.author.name or "")[:1_000]).strip("' \"") or None
    kept = [box for field in ("x-original-from", "x-original-sender") for value in message.fields_named(field)
            for box in read_addresses(value)]  # fmt: skip
    for box in (*kept, *message.reply_to):
        if box.address and not is_desk_address(box.address, desk_addresses):
            return NameAddr(box.name or name, box.address)
    return NameAddr(name, None)


def is_of_own_group(message: Message, desk_addresses: tuple[str, ...]) -> bool:
    """Whether the mail came through the district's own group: its list address is the desk's.

    Such a group rewrites From to itself ("'Ann Lee' via Help Desk") and adds a list's fields, but a
    person wrote the mail.
    """
    fields = ("list-id", "list-post", "x-google-group-id", "list-archive", "list-unsubscribe", "list-help")
    if not any(message.field_named(name) is not None for name in fields):
        return False
    named = set()
    for name in ("list-post", "mailing-list", "list-unsubscribe", "x-beenthere", "list-help"):
        for value in message.fields_named(name):
            named |= {found[0].replace("+unsubscribe", "").lower() for found in LIST_ADDRESS.finditer(value)}
    list_id = re.search(r"<([^<>\s]{3,253})>", message.field_named("list-id") or "")
    dotted = {address.lower().replace("@", ".") for address in desk_addresses}
    return bool(list_id and list_id[1].lower() in dotted) or any(
        is_desk_address(address, desk_addresses) or base_address(address) in desk_addresses for address in named
    )


