"""Warnings that a mail system puts above a mail: "CAUTION: external email".

In:       the lines of a mail and their marks.
Out:      the lines of a banner at the top.
Not here: anything a person wrote; without the mail system's own phrases nothing is touched.
"""

import re

from intake.header_block import is_rule

_OPENS = re.compile(
    r"[\s*_\[({<|#!⚠️🛑=~-]*(?:caution|external|warning|attention|alert|notice|be careful|stop|"
    r"this (?:e-?mail|message|sender)|"
    r"you don['’]?t often get|some people who received|precaución|precaucion|atención|advertencia|aviso|"
    r"este (?:correo|mensaje|e-?mail)|"
    r"correo externo|externe|achtung|vorsicht|extern|diese e-?mail|no suele recibir|"
    r"sie erhalten nicht (?:oft|häufig)|"
    r"vous ne recevez pas souvent|avertissement|ce (?:courriel|message)|courriel externe|attenzione|"
    r"cuidado|atenção|let op|"
    r"sent by an external|the sender of this|it (?:looks|appears) like this)",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:originat|came|sent|comes|received|is) (?:ed )?(?:from|by)? ?(?:a |an |"
    r"the )?(?:someone )?(?:outside|external)|outside (?:of )?"
    r"(?:the|our|your|this|my) (?:\w+ ){0,3}(?:organi[sz]ation|district|school|company|network|domain|"
    r"agency)|external (?:e-?mail|sender|source|message|address)|"
    r"do not (?:click|open)|don['’]t (?:click|open)|unknown senders?|know the content|"
    r"don['’]t often get e-?mail from|learn why this is important|unless you (?:recogni[sz]e|know|trust)|"
    r"originated outside|fuera de(?:l| la| nuestra| su)|(?:remitente|correo) externo|no haga clic|"
    r"externe[rnsm]? (?:absender|e-?mail|quelle|mail)|"
    r"außerhalb|expéditeur externe|extérieur|ne cliquez pas|mittente esterno|non fare clic|"
    r"remetente externo|não clique|"
    r"externe afzender|aka\.ms/learnaboutsenderidentification|por qué es importante|warum dies wichtig|"
    r"pourquoi (?:c['’]est|cela est)|"
    r"suele recibir correos",
    re.IGNORECASE,
)
_TAG_ALONE = re.compile(
    r"[\s*_\[({<|#!⚠️=-]*(?:external|externo|extern|externe)(?: e-?mail| sender| message| mail)?[\s*_\])}>|"
    r"#!⚠️=:.-]*$",
    re.IGNORECASE,
)
_END = (".", "!", ":", "]", ")", "*", ">", "?")
_LONGEST = 8


def find_banner(lines: list[str], marks: list[int]) -> list[int]:
    """The lines of the banner or banners that stand before the first words; [] when there is none."""
    end = at = 0
    for _ in range(4):
        while at < len(lines) and marks[at] == 0 and (not lines[at].strip() or is_rule(lines[at])):
            at += 1
        below = _end_of_banner(lines, marks, at) if at < len(lines) and not marks[at] else None
        if below is None:
            break
        end = at = below
    drawn = range(end, at) if end else range(0)  # a rule right below belongs to the banner
    return [*range(end), *(number for number in drawn if lines[number].strip())]


def _end_of_banner(lines: list[str], marks: list[int], start: int) -> int | None:
    """The line after a banner that begins at `start`, or None."""
    if not _OPENS.match(lines[start][:120]):
        return None
    said = None
    for at in range(start, min(start + _LONGEST, len(lines))):
        line = lines[at].strip()
        if marks[at] or (not line and (said is not None or at > start + 1)):
            break
        before = lines[at - 1].strip()[-200:] if at > start else ""
        # A phrase counts for the line it ends on: it may be wrapped.
        if any(match.end() > len(before) + 1 for match in _SAYS.finditer(f"{before} {line[:600]}")):
            said = at
    if said is None:
        return start + 1 if _TAG_ALONE.match(lines[start][:80]) else None
    while said + 1 < len(lines) and lines[said + 1].strip() and not lines[said].rstrip().endswith(_END):
        said += 1
        if said - start > _LONGEST:
            return None
    return said + 1
