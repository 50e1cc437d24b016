"""Links and images as text.

In:       the attributes of an `a` or `img` as written, and the label shown.
Out:      what a reader should see besides the label.
Not here: fetching; nothing here opens an address.
"""

from urllib.parse import unquote

from intake.html_regions import attributes

_LONGEST = 2000


def link_text(written: str, label: str) -> str:
    """` <address>` to put after the label, or "" when the label says it already or is missing."""
    target = attributes(written).get("href", "").strip()
    shown = " ".join(label.split())
    if not shown or not target or len(target) > _LONGEST:
        return ""
    lowered = target.lower()
    if lowered.startswith("mailto:"):
        target = unquote(target[7:].split("?")[0])
        return "" if not target or target.lower() in shown.lower() else f" <{target}>"
    if not lowered.startswith(("http://", "https://", "ftp://", "www.")):
        return ""
    if _same(shown, target) or _same(shown, _unwrapped(target)):
        return ""
    return f" <{target}>"


def _same(shown: str, target: str) -> bool:
    return _bare(shown) == _bare(target)


def _bare(address: str) -> str:
    address = address.strip(" <>").lower()
    for prefix in ("https://", "http://", "ftp://"):
        address = address.removeprefix(prefix)
    return address.removeprefix("www.").rstrip("/.")


def _unwrapped(target: str) -> str:
    """The address behind a scanner's link, where it stands in the link itself."""
    for key in ("?url=", "&url=", "?u=", "?q="):
        start = target.lower().find(key)
        if start >= 0:
            return unquote(target[start + len(key) :].split("&")[0])
    return target


def image_text(written: str) -> str:
    """The words an image stands for: its alternative text, unless it is a pixel or a machine's guess."""
    given = attributes(written)
    alternative = " ".join(given.get("alt", "").split())
    pixel = given.get("width") in ("0", "1") or given.get("height") in ("0", "1")
    if pixel or not alternative or len(alternative) > 300:
        return ""
    if "automatically generated" in alternative.lower():
        return ""
    if len(alternative) <= 4 and not alternative.isascii():
        return alternative  # an emoji sent as a picture
    return f"[image: {alternative.strip('[]')}]"
