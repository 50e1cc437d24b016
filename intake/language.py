"""The language a person wrote in: English or Spanish.

In:       a text, the language that holds when in doubt.
Out:      "en" or "es".
Not here: other languages; their writers get the district's default.
"""

import re

_WORD = re.compile(r"[a-záéíóúüñ']+")
SCANNED = 4_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that are frequent in one of the two languages and are no word of the other.
_SPANISH = _words("""el la los las una unos unas del al que qué por para con sin sobre desde hasta pero como cómo cuando cuándo
    donde dónde porque está están estoy estamos hay tengo tiene tienen tenemos puedo puede pueden podría podrían
    necesito necesita necesitamos quiero quisiera favor gracias hola buenos buenas días tardes mi mis su sus nuestro
    nuestra muy más también ya aún todavía ayer hoy mañana esta este esto ese esa eso aquí se le les nos lo imprime
    funciona sirve prende enciende carga impresora computadora pantalla proyector contraseña cuenta salón aula
    maestra maestro estudiantes clase ayuda ayudar saludos atentamente ningún ninguna nadie no y o de en un es""")
_ENGLISH = _words("""the an of to and is are was were my your our their his her its it this that these those with without from for
    on at by please thanks thank you we they he she i i'm can't cannot can could would should will won't don't doesn't
    isn't not does do did have has had need help how what when where why who which there here hello hi hey morning
    room class students teacher printer screen projector computer password account working work works broken""")
# These stand in both lists' texts too often to decide alone.
_WEAK = _words("no de en un es y o la se me")


def language_of(text: str, default: str) -> str:
    """The language of a mail's own words; `default` when they do not tell.

    Function words decide, because they are few, frequent and never names of things. Inverted question
    and exclamation marks and ñ are as good as a word.
    """
    sample = text[:SCANNED].lower()
    words = _WORD.findall(sample)
    spanish = sum(0.5 if word in _WEAK else 1.0 for word in words if word in _SPANISH)
    spanish += 2.0 * ("¿" in sample or "¡" in sample) + 1.0 * ("ñ" in sample)
    english = sum(1.0 for word in words if word in _ENGLISH)
    if spanish > english and spanish >= 1.0:
        return "es"
    if english > spanish:
        return "en"
    return default
