"""Doing what a technician's reply says, once it is proved to be the technician's.

In:       an Act, a ticket, a Reading of the reply.
Out:      changes by the verbs of desk.tickets, and one receipt.
Not here: whether the technician is who he says (desk.authority), reading the commands (desk.commands), the single
          commands (desk.deeds, desk.on_behalf, desk.watchers, desk.merging, desk.undo).

Nothing half-done. All commands of a mail are checked before the first is done. Then:
- A command that cannot be done stops no other: a wrong category is no reason to forget the time spent. The receipt
  says of each what became of it.
- But when a command that says who is meant, or which ticket (`#for`, `#assign`, `#same-as`, a misspelt one of
  these, or a misspelt `#note`), cannot be done, nothing of this mail goes to the requester: its words are kept as a
  note for colleagues, and `#done` waits. Words sent to the wrong reader cannot be called back; words not sent can be
  sent again.
- `#undo` comes first: it is about an earlier mail.
- `#note` below other words parts the mail: those go to the requester, what follows it to colleagues alone.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from desk import tickets
from desk.act import Act
from desk.command_values import fold, read_minutes
from desk.commands import Command, Reading
from desk.deeds import CHECKS as ABOUT_THE_TICKET
from desk.deeds import OVER
from desk.merging import check_merge
from desk.on_behalf import check_for, tell_whose
from desk.outcome import Check, Deed, Outcome, Task, refuse
from desk.telling import tell_technician
from desk.undo import check_undo, keep_deed, standing_of
from desk.watchers import check_cc, check_uncc
from models import Entry, Ticket

__all__ = ["Outcome", "obey"]

# What decides who reads the words.
AUDIENCE = frozenset({"for", "assign", "same-as"})
# First whose it is and what it is, so that whoever gets the ticket reads all of it; then the rest as written.
_FIRST = ("for", "cc", "uncc", "category", "priority", "school", "note", "time")
_LAST = ("same-as",)


def obey(
    session: Session, act: Act, ticket: Ticket, reading: Reading, entry: Entry, *, opens: bool = False
) -> tuple[Outcome, ...]:
    """Carry out a whole reply: commands, then words, then the end of the ticket if that was said.

    The end comes last, so that words and `#done` in one mail reach the requester as one mail. The receipt keeps the
    order as written. With `opens` the same mail has made the ticket, and its words are the ticket's first entry.
    """
    if act.who is None:
        raise ValueError("nobody commands")
    entry.text = "" if _is_own_name(reading.words, act) else reading.words
    spoken = bool(entry.text or entry.attachments) and not opens
    task = Task(session, act, act.who, ticket, reading, opens=opens)
    public = spoken and not reading.internal and not (reading.has("undo") and not entry.text)
    undone = {
        place: _carry_out(check_undo(task, one)) for place, one in enumerate(reading.commands) if one.name == "undo"
    }
    checked = _check_all(replace(task, entry=entry if public else None), undone)
    hushed = _is_hushed(reading, checked)
    if public and not hushed:
        task = replace(task, entry=entry)
    if spoken:  # first, so that whoever is given the ticket reads them with the rest
        entry.visibility = "public" if task.speaks else "internal"
        tickets.put_on(session, ticket, entry)
        task = replace(task, written=entry)
    if reading.note and not opens:
        tickets.add_note(session, act, ticket, note_beside(entry, reading.note))
    checked = _check_all(task, undone)  # those that tell somebody know now whether words go along
    outcomes = _do(task, entry if spoken else None, checked, undone, hushed)
    outcomes += [Outcome(line, _not_understood(near), False) for line, near in reading.near_misses]
    _answer(task, outcomes, _hints(task, spoken and bool(entry.text), hushed))
    return tuple(outcomes)


def note_beside(entry: Entry, text: str) -> Entry:
    """What the same mail says to colleagues alone, as an entry of its own."""
    return Entry(
        at=entry.at, author=entry.author, author_id=entry.author_id, author_address=entry.author_address,
        visibility="internal", text=text,
        inbound_id=entry.inbound_id,
    )  # fmt: skip


def _check_all(task: Task, done: dict[int, Outcome]) -> list[Outcome | Deed]:
    """What each command finds: a refusal, or the deed ready to be done."""
    commands = enumerate(task.reading.commands)
    return [done.get(place) or _CHECKS.get(command.name, _nothing)(task, command) for place, command in commands]


def _is_hushed(reading: Reading, checked: Sequence[Outcome | Deed]) -> bool:
    """Whether it is in doubt who should read the words."""
    failed = {
        c.name
        for c, found in zip(reading.commands, checked, strict=True)
        if isinstance(found, Outcome) and not found.ok
    }
    meant = {near.removesuffix(" …").removeprefix("#") for _, near in reading.near_misses}
    return bool(failed & AUDIENCE or meant & (AUDIENCE | {"note"}))


def _do(
    task: Task, entry: Entry | None, checked: Sequence[Outcome | Deed], undone: dict[int, Outcome], hushed: bool
) -> list[Outcome]:
    """Everything in its order; one outcome for each command, in the order as written."""
    commands = task.reading.commands
    before = standing_of(task.ticket)
    if task.opens:  # without the commands the ticket would be of whoever wrote
        before["requester_id"] = task.who.id
    by_place = undone | _described(task, checked, skip=undone)
    ends = task.reading.has("done") and task.ticket.status not in OVER
    merges = task.reading.has("same-as")
    _speak(task, entry, before, tell=not ends and not merges)  # else the words go along with what ends it
    for place, command in enumerate(commands):
        if command.name in _LAST:
            by_place[place] = _carry_out(checked[place])
    for place, command in enumerate(commands):
        if command.name == "done":
            by_place[place] = _finish(task, command, hushed)
    if task.ticket.requester_id != before["requester_id"] and not task.opens:
        tell_whose(task)
    lines = [commands[place].line for place, one in sorted(by_place.items()) if one.ok and place not in undone]
    minutes = sum(
        read_minutes(commands[place].argument) or 0
        for place, one in by_place.items() if one.ok and commands[place].name == "time"
    )  # fmt: skip
    keep_deed(task, before, lines, minutes)
    return [by_place[place] for place in sorted(by_place)]


def _described(task: Task, checked: Sequence[Outcome | Deed], skip: dict[int, Outcome]) -> dict[int, Outcome]:
    commands = task.reading.commands
    order = sorted(range(len(commands)), key=lambda place: commands[place].name not in _FIRST)
    early = [place for place in order if commands[place].name not in ("done", *_LAST) and place not in skip]
    return {place: _carry_out(checked[place]) for place in early}


def _carry_out(found: Outcome | Deed) -> Outcome:
    return found if isinstance(found, Outcome) else found()


def _speak(task: Task, entry: Entry | None, before: dict, *, tell: bool) -> None:
    """Put the words where they belong; what words alone change is no command, and not taken back with them."""
    if entry is None:
        return
    if not task.speaks:
        tickets.add_note(task.session, task.act, task.ticket, entry)
        return
    was = standing_of(task.ticket)
    tickets.add_words(task.session, task.act, task.ticket, entry, tell=tell)
    task.session.flush()
    now = standing_of(task.ticket)
    before |= {name: value for name, value in now.items() if value != was[name]}


def _finish(task: Task, command: Command, hushed: bool) -> Outcome:
    ticket = task.ticket
    if ticket.merged_into is not None:
        return Outcome(command.line, f"closed; it goes on as #{ticket.merged_into}")
    if hushed:
        if task.opens:
            tickets.assign(task.session, task.act, ticket, task.who, "who opened it has to say whose it is")
        return refuse(command, "not done, because something else here could not be; mend that and send #done again")
    if ticket.status in OVER:
        return refuse(command, f"it was {ticket.status} already")
    if task.opens:
        if not (task.reading.has("assign") or task.reading.has("mine")):
            tickets.assign(task.session, task.act, ticket, task.who, "the one who solved it had it")
        first = tickets.first_entry(task.session, ticket)
        tickets.resolve(task.session, task.act, ticket, command.line, first, "helped")
    else:
        tickets.resolve(task.session, task.act, ticket, command.line, task.entry)
    told = "" if ticket.requester_id == task.who.id else "; the requester has been told"
    return Outcome(command.line, f"resolved{told}")


def _is_own_name(words: str, act: Act) -> bool:
    """Whether the words are nothing but who wrote them: "#done", and below it "Tom"."""
    own = set(fold(act.who.name or "").split()) if act.who is not None else set()
    said = {word.strip(".,-–—") for word in fold(words).split()} if len(words) < 60 else set()
    return bool(said) and said <= own | {""}


def _not_understood(near: str) -> str:
    return f"not understood; did you mean {near}?" if near else "not understood, not sent on; #help lists all commands"


def _hints(task: Task, spoken: bool, hushed: bool) -> list[str]:
    if hushed and spoken and not task.reading.internal:
        return [
            "Your words were not sent to anybody: they are kept as a note. Send them again with the command mended."
        ]
    return []


def _answer(task: Task, outcomes: list[Outcome], hints: list[str]) -> None:
    """One receipt for all of it, to the technician alone."""
    reading = task.reading
    if not (reading.commands or reading.near_misses):
        return
    results = [{"command": o.command, "outcome": o.outcome, "ok": o.ok} for o in outcomes if o.outcome]
    template = "help" if reading.has("help") else "receipt"
    facts = {"results": results, "hints": hints, "opened": task.opens}
    tell_technician(task.session, task.act, task.ticket, template, facts, task.who)


def _nothing(task: Task, command: Command) -> Outcome | Deed:
    return Outcome(command.line, "kept as a note for colleagues" if command.name == "note" else "")


_CHECKS: dict[str, Check] = {
    **ABOUT_THE_TICKET,
    "for": check_for,
    "cc": check_cc,
    "uncc": check_uncc,
    "same-as": check_merge,
    "note": _nothing,
    "help": _nothing,
    "done": _nothing,
}
