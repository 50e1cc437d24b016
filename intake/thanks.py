"""Whether a reply only says thanks, so that it need not wake anybody.

In:       the new words of a reply.
Out:      yes or no; when in doubt no, because a request overlooked is worse than a ticket reopened.
Not here: what becomes of the ticket.
"""

import re

_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
MAX_WORDS = 18
MAX_LETTERS = 2_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_THANKS = _words(
    "thank thanks thx ty thanx tysm gracias mil merci obrigado obrigada danke grazie appreciate appreciated "
    "agradezco agradecida agradecido"
)
# Words that may stand beside a thank-you without asking for anything.
_KIND = _words("""
    a again all am and are as awesome best better bit bye cheers day de did doing el en es esta está excelente
    everything fast fine fixed for funciona good got great happy hello help helping helped hi hola i igual im i'm
    is it it's its job just kind kindly la las lo los lot love ma'am me mr mrs ms much muchas muchísimas
    muy my nice now of ok okay on our perfect perfecta perfecto por perfectly problem quick quickly rápido re ready
    really right si sí sir so solved solucionado su super sure team that that's the this time to todo too tu
    up very weekend well what wonderful wonders working works worked y yes you your you're u ya ayuda listo lista
    resuelto genial bien día buen buena tarde feliz fin semana amable amables tanto tiempo
    """)


def is_only_thanks(text: str) -> bool:
    """Whether every word of a short text is thanks or goes with it; a question never is."""
    if len(text) > MAX_LETTERS or "?" in text or "¿" in text:
        return False
    words = [word.replace("’", "'").lower() for word in _WORDS.findall(text)]
    if not words:
        return bool(text.strip()) and not any(char.isalnum() for char in text)  # a lone 👍
    if len(words) > MAX_WORDS or any(char.isdigit() for char in text):
        return False
    if not any(word in _THANKS for word in words):
        return False
    # One or two words we do not know are a name: "Thank you Mr. Okafor".
    unknown = [word for word in words if word not in _THANKS and word not in _KIND]
    return len(unknown) <= 1 and not any(word in _DOUBT for word in unknown)


_DOUBT = _words(
    "not no but still however though never again broken isn't doesn't don't didn't can't won't wasn't pero todavía "
    "aún aun sigue nunca tampoco broke down dead back another other also problem issue"
)
