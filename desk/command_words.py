"""The words of commands: their names, what people say instead in English and Spanish, the words of their values.

In:       nothing.
Out:      tables of words, folded (small letters, no accents).
Not here: reading lines (desk.commands), what a command does (desk.deeds).
"""



def words(text: str) -> frozenset[str]:
    """A set of words, written as a text."""
    return frozenset(text.split())


# Command → (argument: none, optional or required; synonyms). A blank within a synonym may also be typed as "-" or "_".
COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "done": (
        "none",
        (
            "close", "closed", "fixed", "fix", "resolved", "resolve", "solved", "complete", "completed", "finished",
            "all done", "listo", "hecho", "resuelto", "resuelta", "arreglado", "arreglada", "cerrar", "cerrado",
            "solucionado", "terminado",
        ),
    ),
    "mine": (
        "none",
        (
            "take", "claim", "take it", "i take it", "i'll take it", "i got it", "got it", "assign me", "mio", "mia",
            "es mio", "lo tomo", "me encargo", "yo", "tomar",
        ),
    ),
    "assign": (
        "required",
        ("give", "give to", "assign to", "handover", "hand over", "owner", "asignar", "asigna", "pasar a", "dar a"),
    ),
    "note": (
        "none",
        (
            "notes", "internal", "internal note", "private", "private note", "comment", "staff only", "nota", "interno",
            "interna", "nota interna", "privado", "comentario",
        ),
    ),
    "training": ("none", ("train", "coaching", "teach", "capacitacion", "formacion", "entrenamiento")),
    "fault": ("none", ("broken", "incident", "falla", "fallo", "averia", "roto")),
    "request": ("none", ("service", "service request", "solicitud", "peticion", "pedido")),
    "category": ("required", ("cat", "topic", "queue", "categoria", "tema")),
    "priority": ("required", ("prio", "prioridad")),
    "school": ("required", ("building", "campus", "site", "escuela", "colegio", "plantel")),
    "level1": ("none", ("l1", "tier1", "nivel1")),
    "level2": ("none", ("l2", "tier2", "nivel2")),
    "level3": ("none", ("l3", "tier3", "nivel3")),
    "up": ("none", ("escalate", "escalated", "level up", "escalar", "subir", "arriba")),
    "down": ("none", ("deescalate", "de escalate", "level down", "hand back", "bajar", "abajo")),
    "waiting": (
        "none",
        ("pending", "wait", "on hold", "hold", "stalled", "esperando", "espera", "en espera", "pendiente"),
    ),
    "time": (
        "required",
        ("spent", "time spent", "worked", "time worked", "timeworked", "log", "took", "tiempo", "minutes",
         "minutos"),
    ),
    "for": ("required", ("on behalf", "on behalf of", "behalf", "requester", "requestor", "para", "de parte de")),
    "same-as": (
        "required",
        (
            "same", "merge", "merge into", "merge with", "merged into", "duplicate", "duplicate of", "dup", "dup of",
            "dupe", "dupe of", "igual que", "igual a", "mismo que", "lo mismo que", "duplicado", "duplicado de",
            "unir", "unir con",
        ),
    ),
    "cc": ("required", ("add cc", "addcc", "watch", "watcher", "add watcher", "copy", "copia", "copiar", "con copia")),
    "uncc": (
        "required",
        ("un cc", "del cc", "delcc", "remove cc", "no cc", "unwatch", "remove watcher", "quitar copia", "sin copia"),
    ),
    "reopen": ("none", ("re open", "open", "open again", "reopened", "reabrir", "reabierto", "abrir")),
    "undo": ("none", ("oops", "revert", "take back", "deshacer", "anular", "revertir")),
    "help": ("none", ("ayuda", "commands", "comandos")),
}  # fmt: skip

# A word that is a command and its value at once.
SHORTCUTS = {"urgent": ("priority", "urgent"), "urgente": ("priority", "urgent")}

# Words that also head a list or a section: "# Training" may be somebody's heading.
HEADINGS = words("training fault request note help school category priority time cc for waiting done up down")

PRIORITY_WORDS = {
    "urgent": "urgent", "critical": "urgent", "emergency": "urgent", "highest": "urgent", "urgente": "urgent",
    "critica": "urgent", "critico": "urgent", "1": "urgent", "p1": "urgent",
    "high": "high", "important": "high", "alta": "high", "alto": "high", "2": "high", "p2": "high",
    "normal": "normal", "medium": "normal", "med": "normal", "default": "normal", "media": "normal", "medio": "normal",
    "3": "normal", "p3": "normal",
    "low": "low", "lowest": "low", "minor": "low", "baja": "low", "bajo": "low", "4": "low", "p4": "low",
}  # fmt: skip

# RT's `Status:` and what people put there.
STATUS_WORDS = {
    **dict.fromkeys(("resolved", "done", "closed", "fixed", "solved", "complete", "completed"), "done"),
    **dict.fromkeys(("resuelto", "cerrado", "listo", "terminado"), "done"),
    **dict.fromkeys(("open", "reopen", "reopened", "abierto", "reabierto"), "reopen"),
    **dict.fromkeys(("pending", "waiting", "stalled", "on hold", "pendiente", "en espera"), "waiting"),
}

CATEGORY_WORDS: dict[str, tuple[str, ...]] = {
    "accounts-passwords": (
        "account", "password", "passwords", "login", "logins", "log in", "sign in", "signin", "sso", "locked out",
        "password reset", "cuenta", "cuentas", "contraseña", "contraseñas", "clave",
    ),
    "network-wifi": (
        "wi-fi", "wireless", "internet", "net", "ethernet", "lan", "switch", "access point", "ap", "red", "wifi",
    ),
    "devices": (
        "device", "chromebook", "chromebooks", "laptop", "laptops", "computer", "computers", "pc", "desktop", "ipad",
        "ipads", "tablet", "tablets", "hardware", "cart", "charger", "keyboard", "mouse", "portatil", "computadora",
        "computadoras", "dispositivo", "dispositivos", "equipo",
    ),
    "displays-projection": (
        "display", "projector", "projectors", "smartboard", "smart board", "board", "promethean", "tv", "screen",
        "monitor", "document camera", "doc cam", "panel", "proyector", "pantalla", "pizarra",
    ),
    "printing": (
        "print", "printer", "printers", "toner", "copier", "copiers", "scanner", "ink", "paper jam", "impresora",
        "impresoras", "impresion", "tinta", "copiadora",
    ),
    "software-apps": (
        "app", "program", "programs", "install", "license", "office", "excel", "word", "programa", "programas",
        "aplicacion", "aplicaciones",
    ),
    "learning-platforms": (
        "lms", "canvas", "google classroom", "schoology", "moodle", "seesaw", "clever", "classroom", "plataforma",
        "plataformas",
    ),
    "student-information": ("sis", "powerschool", "infinite campus", "skyward", "gradebook", "grades", "attendance",
                            "roster", "calificaciones", "asistencia"),
    "email-calendar": ("mail", "e-mail", "gmail", "outlook", "inbox", "correo", "calendario"),
    "phones-voicemail": ("phone", "telephone", "voice mail", "intercom", "telefono", "telefonos", "buzon de voz"),
    "audio-video": (
        "av", "a/v", "sound", "speaker", "speakers", "microphone", "mic", "camera", "zoom", "meet", "sonido",
        "altavoz", "microfono", "camara",
    ),
    "assessment-testing": ("test", "tests", "exam", "exams", "map", "staar", "secure browser", "examen", "examenes"),
    "security-phishing": ("phish", "spam", "scam", "virus", "malware", "seguridad"),
    "web-filter": ("filter", "blocked", "blocked site", "unblock", "website", "filtro", "bloqueado", "web filter"),
    "other": ("misc", "anything else", "otro", "otra", "otros", "varios"),
}  # fmt: skip

# Words that make a sentence of what would else be a name: "#for the record", "#assign is not what I meant".
SENTENCE_WORDS = words("""
    the a an and or but is are was were be been am it its this that these those i you we they he she my your our their
    his her of to in on at by with without from into about as if so not no yes do does did done has have had will would
    can could should may might must now then when where what who why how here there again still just only also all any
    some more most than too very please thanks up down out off over needs need wants want works work worked starts
    start started begins opens closes closed open got get gets goes went looks look looks love loves great good new
    today tomorrow yesterday monday tuesday wednesday thursday friday real sure sale
    el la los las un una unos unas y o pero es son esta estan era fue que de del al a en por con sin para se lo le su
    sus mi mis no si ya aun todavia hoy manana ayer muy mas hay tiene tengo necesita necesito funciona abre cierra
    seguridad
    """)

# Of these, what is also part of people's names: "Will", "May Chen", "Ana de la Cruz".
NAME_WORDS = words("may will an do so al de del la las los y lo su mi ya he good new great love")
# But no name of two words begins so.
NO_NAME_BEGINS = words("la las los el un una mi su lo ya al so do an good new great")
# What no single word after `#for` names.
NO_NAME = words("now real sale sure that this what it them us you here there free fun once all hoy siempre esto")

# What may follow a command without changing it: "#done thanks!", "#mine please".
POLITE_WORDS = words("""
    please pls plz thanks thank thx ty tks you so much very many a lot again all cheers now ok okay yay done here it for
    this one gracias muchas mil por favor ya saludos bye best regards sorry oops perdon everyone team
    """)
POLITE_CORE = words("""
    please pls plz thanks thank thx ty tks cheers ok okay yay gracias favor now ya saludos sorry oops perdon
    """)

GREETINGS = words("""
    hi hello hey hiya dear morning afternoon good greetings hola buenas buenos estimado estimada querido querida
    """)
CLOSINGS = words("""
    thanks thank thx ty cheers best regards sincerely kind warm warmly respectfully gracias saludos atentamente
    cordialmente bye ta yours many much saludo abrazo abrazos cordial cordiales respetuosamente later
    """)
