"""The words by which mail clients introduce a quote, in the languages our families write.

In:       nothing.
Out:      word tables.
Not here: deciding on lines (intake.quotes, intake.header_block).
"""

# "wrote", "writes" and their like as clients put them; longer forms may stand anywhere in the line.
WROTE = (
    # English
    "wrote", "writes", "said", "schrieb", "schrieben", "hat geschrieben", "geschrieben",
    # French, Spanish, Catalan, Galician, Portuguese, Italian, Romanian, Haitian Creole
    "a écrit", "a ecrit", "écrit", "écrivait", "écrivit", "escribió", "escribio", "ha escrito", "escribía",
    "va escriure", "ha escrit", "escribiu", "escreveu", "escrito por", "ha scritto", "scrive", "scritto da",
    "a scris", "scris", "ekri", "te ekri", "ekri sa", "te ekri sa",
    # Dutch, Danish, Norwegian, Swedish, Icelandic, Finnish, Estonian
    "schreef", "het volgende geschreven", "skrev", "skrev følgende", "skrifaði", "kirjoitti", "kirjoittaa",
    "kirjutas",
    # Polish, Czech, Slovak, Slovenian, Croatian, Serbian, Russian, Ukrainian, Bulgarian
    "napisał", "napisała", "napisał(a)", "napisał/a", "napisali", "pisze", "napsal", "napsala", "napsal(a)",
    "napísal", "napísala", "napísal(a)", "napisal", "napisala", "napisal(a)", "je napisao", "je napisala",
    "napisao", "piše", "написал", "написала", "написал(а)", "пишет", "писал", "писала", "писал(а)",
    "написав", "написала", "написав(ла)", "пише", "писав", "написа", "је написао", "је написао/ла",
    "је написала",
    # Baltic, Hungarian, Greek, Turkish, Albanian
    "rakstīja", "rašė", "parašė", "írta", "ezt írta", "a következőt írta", "έγραψε", "έγραψες", "γράφει",
    "yazdı", "şunu yazdı", "şunları yazdı", "shkroi", "shkruajti",
    # Chinese, Japanese, Korean, Vietnamese, Thai
    "写道", "寫道", "写了", "寫了", "写到", "寫到", "编写", "のメール", "が書きました", "さんは書きました",
    "は書きました", "wrote", "작성", "님이 작성", "님이 씀", "썼습니다", "작성함", "쓰기", "đã viết", "viết",
    "เขียนว่า", "เขียน", "ได้เขียนว่า",
    # Arabic, Persian, Urdu, Hebrew, Hindi, Punjabi, Bengali, Amharic
    "كتب", "كتبت", "كتب/ت", "تمت كتابة ما يلي بواسطة", "نوشت", "نوشته", "نے لکھا", "כתב", "כתבה", "כתב/ה",
    "מאת", "ने लिखा", "लिखा", "ਨੇ ਲਿਖਿਆ", "লিখেছেন", "ጻፈ",
    # Tagalog, Indonesian, Malay, Swahili, Somali, Hmong, Basque, Armenian, Georgian
    "sumulat", "isinulat", "isinulat ni", "ay sumulat", "nagsulat", "menulis", "menulis:", "tulis",
    "telah menulis",
    "aliandika", "ameandika", "ayaa qoray", "qoray", "sau", "hau idatzi du", "idatzi du", "գրել է", "დაწერა",
)  # fmt: skip

# What an introduction line begins with, when it begins with a small word before the date.
STARTERS = (
    "on", "at", "le", "el", "a", "il", "il giorno", "in data", "am", "den", "em", "a las", "no dia", "dia",
    "op", "d.", "dnia", "w dniu", "dne", "dňa", "dana", "na", "vào", "vào lúc", "pada", "noong", "nang", "sa",
    "στις", "την", "τη", "στισ", "în data de", "în", "pe", "la", "v", "в", "на", "от", "у", "u", "tarihinde",
    "在", "于", "於", "في", "بتاريخ", "در", "ב-", "בתאריך", "ב", "nan", "siku ya", "mnamo", "el dia",
    "el día",
    "al", "del", "maandag", "þann", "þ.", "ngày", "lúc", "เมื่อ", "เมื่อวันที่", "hôm", "kl.", "ikkje",
    "2024年", "hnub",
)  # fmt: skip

# Who the writer of a plain sentence is; no client puts a pronoun before "wrote".
PRONOUNS = frozenset(
    [
        "he", "she", "they", "i", "we", "you", "it", "who", "someone", "somebody", "nobody", "everyone", "which",
        "that", "one", "und", "er", "sie", "ich", "wir", "es", "il", "elle", "je", "nous", "ils", "elles", "on",
        "qui", "él", "ella", "yo", "ellos", "ellas", "quien", "que", "ele", "ela", "eu", "eles", "lui", "lei",
        "io", "che", "loro", "hij", "zij", "ik", "wij", "он", "она", "они", "я", "мы", "кто", "що", "він",
        "вона", "han", "hon", "jag", "vi", "hun", "de", "jeg", "student", "teacher", "mother", "father", "mom",
        "dad", "parent", "also", "and", "then", "never", "just", "what",
    ]
)

WEEKDAYS = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "mié",
    "mie", "jue", "vie", "sáb", "dom", "seg", "ter", "qua", "qui", "sex", "mo", "di", "mi", "do", "fr", "sa",
    "so", "ma", "wo", "vr", "za", "zo", "pon", "wt", "śr", "czw", "pt", "sob", "ndz", "niedz", "po", "út", "st",
    "čt", "pá", "ne", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "man", "tir", "ons", "tor", "fre", "lør",
    "søn", "mån", "tis", "lör", "sön", "ti", "ke", "to", "pe", "la", "su", "pzt", "sal", "çar", "per", "cum",
    "cmt", "paz", "δευ", "τρι", "τετ", "πεμ", "παρ", "σαβ", "κυρ", "h", "k", "sze", "cs", "p", "szo", "v", "lin",
    "len", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch", "lunes", "martes", "miércoles", "jueves",
    "viernes", "sábado", "domingo", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "montag", "dienstag",
    "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "segunda", "terça", "quarta", "quinta", "sexta", "понедельник", "вторник",
    "среда", "четверг", "пятница", "суббота", "воскресенье", "mar.", "luni", "marți", "miercuri", "joi",
    "vineri",
]

# Words by which a client cites without a verb after the name.
CITING = (
    "quoting", "citando a", "citando", "citando:", "zitat von", "citation de", "citerar", "citeren",
    "en réponse à",
    "quote from", "selon", "цитирую", "cytowanie", "quoth", "begin quote from", "reply to message from",
)  # fmt: skip

# "Reply above this line", as help desks write it.
ABOVE_THIS_LINE = (
    "reply above this line", "type your reply above this line", "reply above the line",
    "above this line to reply",
    "write above this line", "reply above this", "replies above this line", "enter your reply above",
    "respond above this line", "add your reply above", "reply to this email above", "write your reply above",
    "antworten sie über dieser zeile", "antworten sie oberhalb dieser zeile", "über dieser zeile",
    "oberhalb dieser zeile", "oberhalb dieser linie", "oberhalb der linie", "über dieser linie",
    "répondre au-dessus de cette ligne", "répondez au-dessus de cette ligne", "au-dessus de cette ligne",
    "au dessus de cette ligne", "ci-dessus de cette ligne", "por encima de esta línea",
    "encima de esta línea",
    "encima de esta linea", "arriba de esta línea", "arriba de esta linea", "sobre esta línea",
    "acima desta linha", "acima dessa linha", "sopra questa riga", "sopra questa linea",
    "al di sopra di questa riga",
    "boven deze regel", "boven deze lijn", "ovanför denna rad", "ovanför den här raden",
    "ovenfor denne linje",
    "over denne linje", "ovenfor denne linjen", "over denne linjen", "tämän rivin yläpuolelle",
    "powyżej tej linii", "nad tą linią", "nad tento řádek", "nad tímto řádkem", "выше этой строки",
    "выше этой линии",
    "вище цього рядка", "fölé írja", "deasupra acestei linii", "bu satırın üzerine", "bu satırın üstüne",
    "in this line above", "在此行上方", "在此行以上", "在这行上面", "在此線上方", "この行より上",
    "この行の上",
    "이 줄 위에", "trên dòng này", "phía trên dòng này", "anlè liy sa a", "anwo liy sa a", "فوق هذا السطر",
    "مעל שורה זו", "מעל שורה זו", "sa itaas ng linyang ito", "πάνω από αυτή τη γραμμή",
)  # fmt: skip
