"""What a roster import changes, a line a change, for the screen.

In:       one change.
Out:      one line that names the school or person and what becomes different.
Not here: counting (desk.roster), logs (these lines hold names and addresses).
"""

from collections.abc import Iterator

from desk.roster_state import PersonChange, PersonState, SchoolChange


def school_line(change: SchoolChange) -> str:
    """added school Oak Elementary (oak)."""
    old, new = change
    named = f"school {new.name} ({new.code})"
    if old is None:
        return f"added {named}"
    if old.source_id and not new.source_id:
        return f"no longer in the roster: {named}; it stays, with its tickets"
    what = [f"name {old.name} → {new.name}"] if old.name != new.name else []
    if old.source_id != new.source_id:
        what.append("known to the roster now" if old.source_id is None else "new id in the roster")
    return f"changed {named}: {'; '.join(what)}"


def person_line(change: PersonChange) -> str:
    """changed Ann Lee <ann@oakdistrict.example>: role requester → itf; schools + oak."""
    old, new = change
    address = new.addresses[0] if new.addresses else "no address"
    named = f"{new.name} <{address}>" if new.name else f"<{address}>"
    if old is None:
        return f"added {named} ({_place(new)})"
    if old.active and not new.active:
        return f"deactivated {named} ({_place(old)})"
    return f"changed {named}: {'; '.join(_differences(old, new))}"


def _place(person: PersonState) -> str:
    level = [f"level {person.level}"] if person.level else []
    return ", ".join([person.role, *level, *sorted(person.schools)])


def _differences(old: PersonState, new: PersonState) -> Iterator[str]:
    if new.active and not old.active:
        yield "active again"
    elif new.rostered and not old.rostered:
        yield "was a stranger, is in the roster now"
    for field in ("name", "role", "level", "language"):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield f"{field} {before or 'none'} → {after or 'none'}"
    if old.addresses != new.addresses:
        yield f"addresses {', '.join(old.addresses) or 'none'} → {', '.join(new.addresses) or 'none'}"
    moves = [f"+ {code}" for code in sorted(new.schools - old.schools)]
    moves += [f"- {code}" for code in sorted(old.schools - new.schools)]
    if moves:
        yield f"schools {', '.join(moves)}"
    yield from _source_differences(old, new)


def _source_differences(old: PersonState, new: PersonState) -> Iterator[str]:
    """Who names the person; of little weight, but a line must say why it is there."""
    if old.rostered and new.rostered and old.in_oneroster != new.in_oneroster:
        yield "in OneRoster now" if new.in_oneroster else "no longer in OneRoster"
    elif old.source_id != new.source_id:
        yield "new id in the roster"
    if (old.csv_role, old.csv_level) != (new.csv_role, new.csv_level) and old.role == new.role:
        named = "named in the CSV too; the configuration holds" if new.in_config else f"the CSV says {new.csv_role}"
        yield named if new.csv_role else "no longer in the CSV"
