"""Words of signatures: device lines, legal notices, closings, titles and places of work.

In:       nothing.
Out:      patterns and word tables.
Not here: deciding on lines (intake.signature, intake.contact_block).
"""

import re

DEVICE = re.compile(
    r"(?:"
    r"sent (?:from|via|with|using|by) (?:my |the |an? )?(?:new |verizon |at&t |t-mobile |sprint |school |"
    r"work |samsung |htc |mobile |cell )*"
    r"(?:aqua mail|iphone|ipad|ipod|android|samsung|galaxy|blackberry|windows|outlook|mail\b|yahoo|gmail|google|"
    r"huawei|htc|nokia|motorola|"
    r"moto|pixel|lg\b|sony|xperia|oneplus|xiaomi|redmi|phone|mobile|cell|smartphone|tablet|device|"
    r"mobile device|proton|protonmail|surface|"
    r"chromebook|kindle|nine|spark|airmail|mailbird|k-9|k9|aquamail|bluemail|boxer|workspace|apple|mac|"
    r"macbook|front|superhuman|hey|"
    r"edison|newton|polymail|canary|thunderbird|fairemail|tutanota|zoho|aol|comcast|xfinity|verizon|at&t|"
    r"t-mobile|sprint|telus|"
    r"wireless|zimbra|imail|mailspring|shortwave|missive|myself on the go|a phone|my phone)"
    r"|get (?:outlook|bluemail|yahoo mail|spark|typeapp|the outlook)\b.{0,20} for |download (?:outlook|"
    r"the gmail)|"
    r"(?:sent|composed|typed) (?:on|from) (?:the go|the move)|sent on the (?:go|run)|please excuse (?:any |"
    r"my )?(?:typos|brevity|spelling)|"
    r"excuse (?:the |any )?(?:typos|brevity)|"
    r"enviado (?:desde|do|de|a partir do|pelo|via|con|com|através) .{0,8}?(?:mi|meu|um|una|el|o|correo|"
    r"outlook|yahoo|iphone|ipad|samsung|android|dispositivo|"
    r"smartphone|celular|telefone|tel[eé]fono|m[oó]vil|gmail|galaxy|proton|aplicaci)|"
    r"obtener outlook para|obtenga outlook|obt[eé]m o outlook|obter o outlook|"
    r"envoy[ée] (?:de|depuis|à partir de|avec|via) .{0,12}?(?:iphone|ipad|mon|android|samsung|outlook|"
    r"yahoo|mobile|t[ée]l[ée]phone|smartphone|appareil|"
    r"gmail|galaxy|orange|proton|courrier|l['’]app)|"
    r"t[ée]l[ée]charger? outlook|obtenez outlook|"
    r"(?:von|diese nachricht wurde von) mein\w{1,2} .{1,40}(?:gesendet|gesendet\.|geschickt|verschickt)|"
    r"gesendet (?:von|mit|aus|über) |"
    r"outlook für (?:ios|android) (?:beziehen|herunterladen|abrufen)|holen sie sich outlook|"
    r"laden sie outlook|"
    r"inviato (?:da|dal|dall['’]|con|tramite) .{0,12}?(?:iphone|ipad|mio|android|samsung|outlook|yahoo|"
    r"libero|dispositivo|smartphone|cellulare|posta|"
    r"telefono|gmail)|scarica outlook|ottieni outlook|"
    r"verzonden (?:vanaf|met|via|van|vanuit) .{0,12}?(?:mijn|iphone|ipad|android|samsung|outlook|telefoon|"
    r"mobiel)|verstuurd vanaf|outlook voor (?:ios|android)|"
    r"skickat (?:från|via|med) |skickades från|sendt (?:fra|via|med) (?:min|mit|mitt|outlook|iphone|ipad|"
    r"android|samsung|yahoo)|sendt fra|hent outlook|hämta outlook|"
    r"få outlook|lähetetty .{0,40}(?:iphone|ipad|puhelime|laittee|android|samsung|outlook)|hanki outlook|"
    r"wysłan[eoy] z |wysłano z|wysłane z|pobierz outlook|odesláno z|odoslané z|poslano (?:s|z|iz|sa) |"
    r"отправлено (?:с|из|от|через) |"
    r"надіслано (?:з|із|від) |отправлено из|скачать outlook|надіслано з|изпратено от|trimis (?:de pe|din|"
    r"de la|cu) |iphone['’]?um?dan gönderildi|"
    r".{0,30}(?:gönderildi|tarafımdan gönderildi)$|στάλθηκε από|εστάλη από|küldve .{0,30}|.{0,30}(?:iphone|"
    r"ipad|android|készülék)\w*(?:-omról|-ról| küldve| elküldve)|"
    r"发自我的|从我的.{0,20}发送|發自我的|從我的.{0,20}(?:傳送|發送)|发自.{0,20}(?:iphone|手机|邮箱|ipad|"
    r"android|客户端)|.{0,12}(?:iphone|ipad|android)から送信|"
    r"iphoneから送信|.{0,16}から送信$|获取适用于|取得 ?outlook|下载.{0,10}outlook|"
    r"(?:나의|내) .{0,24}(?:에서|보냄)|.{0,24}에서 (?:보냄|보낸|발송)|đã gửi từ|được gửi từ|"
    r"gửi từ (?:iphone|ipad|điện|thiết|samsung|android|outlook|máy)|tải outlook|"
    r"voye (?:soti nan|depi|sot nan|pa|nan|ak) |"
    r"(?:أرسل|أُرسل|أرسلت|تم الإرسال|مرسل|مُرسل|مرسلة) من|ارسال شده از|از .{0,20} من ارسال|נשלח מ|"
    r"ipinadala mula|ipinadala gamit|ipinadala sa aking|dikirim dari|terkirim dari|imetumwa kutoka|ส่งจาก|"
    r"मेरे .{0,20} से भेजा|enviat des|"
    r"bidalia|saadetud minu|"
    r"(?:avast|virus-free|virenfrei|libre de virus|this e-?mail has been (?:checked|scanned) for virus)"
    r")",
    re.IGNORECASE,
)

NOTICE_STARTS = re.compile(
    r"(?:confidential|notice|privacy|privileged|disclaimer|this (?:e-?mail|message|electronic|"
    r"communication|transmission|information|document)|"
    r"the (?:information|contents?|preceding|above)|legal notice|important notice|important:|ferpa|"
    r"under (?:the )?\w+|pursuant to|please note|note:|"
    r"e-?mail (?:disclaimer|confidentiality|correspondence|communication)|all e-?mail|please consider|"
    r"think before|consider the environment|save (?:a tree|paper)|"
    r"if you (?:are not|have received|received) (?:the|this)|any (?:unauthorized|views)|"
    r"student (?:records?|information)|statement of confid|non-?discrimination|"
    r"aviso|este (?:correo|mensaje|e-?mail)|esta (?:comunicaci|mensagem)|la informaci|el contenido|"
    r"nota de conf|confidencial|advertencia|antes de imprimir|"
    r"avis|ce (?:message|courriel|courrier)|diese (?:e-?mail|nachricht)|der inhalt|vertraulich|haftungs|"
    r"questo messaggio|questa e-?mail|avvertenza|"
    r"les informations|ce document|cette communication|le contenu|esta e-?mail|o conteúdo|as informações|il contenuto|"
    r"(?:ta|niniejsza|powyższa) (?:wiadomość|korespondencja)|treść tej|t(?:ento|ato) (?:e-?mail|zpráva|správa)|"
    r"(?:ez|jelen) (?:az )?(?:e-?mail|üzenet)|"
    r"d(?:etta|enne) (?:e-?post|e-?mail|meddelande|meddelelse|besked|melding)|"
    r"tämä (?:viesti|sähköposti)|(?:это|данное|настоящее) (?:сообщение|письмо|электронное)|цей лист|це повідомлення|"
    r"bu (?:e-?posta|mesaj|ileti)|το παρόν|acest (?:mesaj|e-?mail)|本(?:邮件|郵件|メール)|이 (?:메일|이메일|메시지)|"
    r"هذه الرسالة|le informazioni|dit bericht|deze e-?mail|equal opportunity|the \w+ (?:school )?district (?:does not|"
    r"is an))",
    re.IGNORECASE,
)
NOTICE_TITLES = re.compile(
    r"(?:confidentiality|confidential|privacy|legal|disclaimer|notice of confid|statement of confid|"
    r"nota de conf|aviso (?:de|legal)|avis de|non-?discrimination|vertraulichkeit|haftungs|ferpa (?:notice|"
    r"statement))",
    re.IGNORECASE,
)
# One of these is enough where a notice may start; of the hints it takes two.
NOTICE_SAYS = re.compile(
    r"intended recipient|intended (?:only|solely|exclusively) for|(?:sole|only) (?:use )?(?:of|"
    r"for) the (?:use|intended|named|address|person)|"
    r"confidential and/?(?:or)? |legally privileged|privileged (?:and|or|information|material)|"
    r"may contain (?:confidential|privileged|information|student|legally)|contains? (?:confidential|"
    r"privileged) |is (?:strictly )?confidential|"
    r"unauthorized (?:review|use|disclosure|access|dissemination|copying)|public records? (?:law|act|"
    r"request)|are public records?\b|family educational rights|"
    r"(?:before|antes de|avant d['’]|bevor .{0,20}) ?(?:printing|you print|imprimi|drucken)|"
    r"consider the environment|"
    r"does not discriminate|exclusivamente (?:a|para|por|al)|únicamente (?:a|para|al) |(?:para|"
    r"dirigido a) su destinatario|"
    r"solo para el destinatario|contiene información confidencial|informa(?:ción|ções|tions?) confiden|"
    r"destinataire|vertrauliche informationen|informazioni riservate|vertrouwelijke informatie|"
    r"medio ambiente",
    re.IGNORECASE,
)
NOTICE_HINTS = re.compile(
    r"confidential|privileged|in error|notify the sender|delete (?:it|this (?:e-?mail|message)|all copies|"
    r"the (?:message|e-?mail))|"
    r"ferpa|prohibited|addressee|disclos|disseminat|person to whom|individual or entity|destinatario|"
    r"confidencial|por error|"
    r"destinatário|confidentiel|par erreur|vertraulich|empfänger|irrtümlich|riservat|vertrouwelijk|intended|"
    r"rechtlich geschützt|un(?:befugte|erlaubte)|richtige adressat|(?:vernichten|löschen) sie|"
    r"veuillez (?:le |la )?(?:détruire|supprimer|effacer)|strictement (?:interdite?|personnel)|"
    r"elimin(?:e|ar) (?:este|el)|prohibid[ao]|proibid[ao]|vietat[ao]|"
    r"cancell(?:are|i) (?:il|la|questo)|geadresseerde|verwijder|adresat|poufn|důvěrn|dôvern|adresát|bizalmas|címzett|"
    r"konfidentiell|fortrolig|mottagare|modtager|luottamukse|конфиденциальн|получател|адресат|конфіденційн|"
    r"gizli|alıcı|εμπιστευτικ|παραλήπτη|confidenţial|confidențial|destinatar|机密|保密|機密|收件人|기밀|수신인|"
    r"bảo mật|سرية|المرسل إليه|חסוי",
    re.IGNORECASE,
)
LIST_FOOTER = re.compile(
    r"\._,_\.___$|,_\._,___$|.{0,80} mailing list$|you(?: are receiv|['’]re receiv|"
    r"['’]ve receiv| received| have received|"
    r" receive) (?:ing |ed )?this (?:e-?mail|message|mail) because|"
    r"to unsubscribe (?:from|send|,|click|visit)|to (?:stop receiving|view this discussion|"
    r"manage your (?:subscription|notification))",
    re.IGNORECASE,
)

THANKS = (
    "thanks", "thank you", "many thanks", "thanks again", "thanks in advance", "thank you in advance", "thx",
    "ty", "tks", "thanks so much", "thank you so much", "thank you very much", "thanks a lot",
    "thanks for your help", "thank you for your help", "thanks a million", "kindly", "have a great day",
    "have a good day", "have a nice day", "have a wonderful day", "take care", "talk soon", "gracias",
    "muchas gracias", "mil gracias", "gracias de antemano", "merci", "merci beaucoup", "merci d'avance",
    "danke", "vielen dank", "obrigado", "obrigada", "grazie", "bedankt", "dank je", "dziękuję", "děkuji",
    "спасибо", "дякую", "mèsi", "mèsi anpil", "cảm ơn", "cám ơn", "salamat", "maraming salamat", "谢谢", "謝謝",
    "شكرا", "شكراً", "감사합니다", "ありがとうございます", "tack", "tak", "takk", "kiitos", "teşekkürler",
    "ευχαριστώ", "köszönöm", "mulțumesc", "asante", "mahadsanid", "ua tsaug",
)  # fmt: skip
FAREWELLS = (
    "regards", "best regards", "kind regards", "warm regards", "warmest regards", "with kind regards", "warmly",
    "best", "best wishes", "all the best", "sincerely", "sincerely yours", "yours sincerely", "yours truly",
    "yours faithfully", "yours", "respectfully", "respectfully yours", "cheers", "cordially", "with gratitude",
    "gratefully", "with appreciation", "in service", "blessings", "rgds", "br", "kr", "saludos", "un saludo",
    "saludos cordiales", "cordialmente", "atentamente", "atte", "un cordial saludo", "cordialement",
    "bien cordialement", "bien à vous", "salutations", "mit freundlichen grüßen", "mit freundlichem gruß",
    "freundliche grüße", "viele grüße", "lg", "mfg", "liebe grüße", "beste grüße", "gruß", "grüße",
    "atenciosamente", "abraços", "cumprimentos", "cordiali saluti", "distinti saluti", "saluti",
    "met vriendelijke groet", "groeten", "groetjes", "mvg", "pozdrawiam", "z poważaniem", "s pozdravem",
    "с уважением", "з повагою", "trân trọng", "此致", "敬礼", "مع التحية", "よろしくお願いします",
    "med vänliga hälsningar", "vänliga hälsningar", "hälsningar", "mvh", "med venlig hilsen", "venlig hilsen",
    "hilsen", "vennlig hilsen", "terveisin", "saygılarımla", "üdvözlettel", "cu stimă",
)  # fmt: skip

TITLES = frozenset(
    [
        "teacher", "principal", "assistant", "secretary", "librarian", "counselor", "counsellor", "nurse",
        "coach", "director", "coordinator", "specialist", "technician", "manager", "clerk", "registrar", "aide",
        "paraprofessional", "paraeducator", "custodian", "superintendent", "supervisor", "administrator",
        "admin", "dean", "psychologist", "therapist", "interventionist", "engineer", "president", "ceo", "cto",
        "cfo", "vp", "consultant", "analyst", "developer", "officer", "professor", "instructor", "tutor",
        "substitute", "department", "dept", "grade", "kindergarten", "pre-k", "math", "science", "english",
        "history", "music", "art", "pe", "stem", "esl", "ell", "sped", "education", "bookkeeper", "accountant",
        "treasurer", "receptionist", "attendance", "chair", "head", "lead", "leader", "facilitator", "liaison",
        "advisor", "educator", "media", "pathologist", "speech", "resource", "reading", "literacy",
        "intervention", "technology", "support", "services", "operations", "executive", "senior", "associate",
        "vice", "deputy", "intern", "chief", "architect", "founder", "partner", "attorney", "sales", "marketing",
        "account", "representative", "agent", "planner", "buyer", "driver", "dispatcher", "transportation",
        "maestra", "maestro", "profesora", "profesor", "directora", "subdirectora", "secretaria", "secretario",
        "bibliotecaria", "consejera", "coordinadora", "asistente", "enfermera", "enseignant", "enseignante",
        "professeur", "professeure", "directrice", "directeur", "secrétaire", "infirmière", "bibliothécaire",
        "conseillère", "lehrer", "lehrerin", "schulleiter", "schulleiterin", "sekretariat", "sekretärin",
        "rektor", "geschäftsführer", "leiter", "leiterin", "professora", "diretora", "diretor", "coordenadora",
        "secretária", "insegnante", "dirigente", "docente", "segretaria", "directeur", "leerkracht", "docent",
        "leraar", "nauczyciel", "nauczycielka", "dyrektor", "pwofesè", "direktè", "giáo", "viên", "hiệu",
        "trưởng", "guro", "punong-guro",
    ]
)
PLACES = frozenset(
    [
        "school", "schools", "elementary", "middle", "high", "academy", "district", "isd", "usd", "cusd",
        "unified", "college", "university", "campus", "institute", "center", "centre", "office", "inc", "inc.",
        "llc", "ltd", "ltd.", "gmbh", "corp", "corp.", "company", "library", "building", "hall", "laboratory",
        "lab", "academy", "charter", "preschool", "escuela", "colegio", "distrito", "primaria", "secundaria",
        "preparatoria", "instituto", "oficina", "école", "ecole", "lycée", "collège", "académie", "commission",
        "schule", "grundschule", "gymnasium", "realschule", "gesamtschule", "mittelschule", "escola", "colégio",
        "secretaria", "scuola", "liceo", "istituto", "school", "basisschool", "szkoła", "liceum", "škola",
        "lekòl", "trường", "paaralan", "foundation", "agency", "department", "division",
    ]
)
CONTACT_LABELS = frozenset(
    [
        "phone", "tel", "telephone", "cell", "mobile", "office", "fax", "ext", "extension", "x", "direct",
        "work", "home", "voice", "voicemail", "desk", "main", "p", "t", "m", "c", "o", "f", "d", "w", "e",
        "email", "e-mail", "mail", "web", "website", "www", "site", "url", "room", "rm", "suite", "ste", "po",
        "box", "p.o", "fon", "telefon", "handy", "mobil", "teléfono", "telefono", "móvil", "movil", "correo",
        "tél", "tél.", "téléphone", "portable", "bureau", "courriel", "telefax", "cel", "celular", "fono",
        "skype", "teams", "zoom", "twitter", "facebook", "instagram", "linkedin", "whatsapp", "line", "toll",
        "free", "or", "and", "ph", "youtube", "tiktok", "threads", "pinterest", "bluesky", "follow", "us", "on",
    ]
)
