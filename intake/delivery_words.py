"""That a mail was not delivered, in the languages of many mail systems.

In:       nothing; a text.
Out:      says_undelivered, REASON_LABEL, YOUR_MAIL, FIRST_PERSON, GREETING, MACHINE_QUESTION.
Not here: phrases of single systems (intake.bounce_words), deciding (intake.bounce).

A language has hundreds of ways to say it, but few words for "deliver" and few for "not": one of each close together,
in either order, says it in a sentence nobody has listed. Alone this proves nothing, as people say it as well.
"""

import re

_BEFORE, _AFTER = 60, 45

# Stems of "deliver", "send", "hand over", where a word begins; scripts without blanks between words anywhere.
_DELIVER = re.compile(
    r"\b(?:deliver|transmi[ts]|relay|sent\b|send\b|forward|zu(?:ge|zu)?stell|übermittel|aus(?:ge|zu)?liefer|gesendet|versendet|"
    r"(?:af|be|ut|över|aus)?lever|bezorg|bestel|verzonden|verstuur|aflewer|fram(?:för|kom)|frem(?:me|send)|sendes|skickas|"
    r"toimit|perille|välit|remis|remett|délivr|distribu|achemin|livr|lliur|entreg|envia|consegn|recapit|inoltr|inviat|spedit|"
    r"trimis|dostarcz|doręcz|doruč|isporuč|dostav|piegād|pristat|edasta|kätte|toimeta|kohale|kézbesít|továbbít|elküld|"
    r"teslim|iletil|gönderil|ulaş|çatdır|dorëz|afhen|skila|danfon|dosbarth|seachad|bidali|terkirim|dikirim|mengirim|"
    r"(?:di|ter|meny)?sampai|(?:di|meng)?hantar|(?:nai|ma|i)?(?:padala|hatid)|kutumwa|wasilish|delivre|"
    r"достав|отправ|надісл|надсил|испоруч|испорач|жеткіз|παραδ|παράδ|παρέδ|σταλ|αποστ|"
    r"gửi|chuyển|giao)|"
    r"נמסר|למסור|מסיר|נשלח|שליח|להעביר|تسليم|توصيل|إيصال|إرسال|ارسال|تحویل|वितरित|वितरण|पहुँच|पहुंच|डिलीवर|भेज|"
    r"ส่ง|配信|配送|送信|届|送達|転送|配達|投[递遞]|送[达達]|[传傳][递遞送]|[发發]送|전달|배달|전송|발송|보내",
    re.IGNORECASE,
)
# "Not", "failed", "impossible"; in Turkish and its kin the verb itself says no.
_NOT = re.compile(
    r"\b(?:not|never|unable|cannot|fail\w*|impossible|refused|nicht|fehl\w*|fehler|unmöglich|niet|kon|mislukt|nie|ikke|inte|"
    r"ej|mislyk\w*|misslyck\w*|ei|epäonnist\w*|ne|pas|non|échec|échou\w*|no|não|nao|falh\w*|fall[oóa]\w*|impos[si]\w*|"
    r"error|mancat\w*|fallit\w*|nu|eșu\w*|eroare|není|nebyl\w*|nelze|nebolo|nemož\w*|nepodař\w*|nepodar\w*|nije|nisu|ni|"
    r"не|невозмож\w*|ошибк\w*|неуда\w*|неуспе\w*|помилк\w*|неможлив\w*|емес|болмады|ne(?:var|izdev|pavyk|buvo)\w*|nav|"
    r"nem|sikertelen|δεν|αδύνατ\w*|αποτυχ\w*|αποτυγχ\w*|không|thất bại|tidak|tak|gagal|hindi|nabigo|imeshind\w*|haiku\w*|"
    r"nuk|ekki|methu|níor|ezin|pa|başarısız|mümkün ol\w*|uğursuz)\b|n[’'](?:t|a|est|ont|y)\b|"
    r"\w(?:eme|ama|ilme|ılma|ulma|ülmə|ilmə|ılma)(?:di|dı|miş|mış|yor|z)|"
    r"לא|נכשל|אי אפשר|تعذر|فشل|لم|لا |غير|نشد|نمی|नहीं|विफल|असफल|ไม่|ませ[んず]|でき(?:な|ず)|れなかった|失敗|失败|不[能达達可成]|エラー|"
    r"[无無]法|未|못|않|실패|없|불가",
    re.IGNORECASE,
)
# Both in one word.
_UNDELIVERED = re.compile(
    r"undeliver|non[- ]?(?:deliver|remi[st]|distribu|recapit|consegn|entreg)|unzustell|onbestel|(?:u|o)lever(?:er|t)|"
    r"ne(?:doruč|isporuč|dostav|pristat|piegād)|nie(?:dostarcz|doręcz|doruč)|недостав|непоставен|kézbesíthetetlen|"
    r"\bbounced?\b|\breturned (?:mail|to)|退信|退回|반송|不達|未達|μη παραδ|retourné|devuelt|zurückgeschickt|retour\b",
    re.IGNORECASE,
)
# "The message was refused": a word for a mail and one for sending it back.
_MAIL = re.compile(
    r"\b(?:e-?mails?|mails?|messages?|fax|nachricht|bericht|correo|mensaje|courriel|message|courrier|missatge|mensagem|messaggio|posta|"
    r"mesaj\w*|wiadomość|zpráv\w+|správ\w+|poruk\w+|sporočil\w+|meddeland\w+|meddelels\w+|melding\w*|besked\w*|viesti\w*|"
    r"письм\w+|сообщени\w+|лист\w*|повідомлен\w+|съобщени\w+|üzenet\w*|level\w*|ileti\w*|μήνυμα\w*|thư|tin nhắn|pesan|surel|mensahe)\b|"
    r"メール|邮件|郵件|메일|رسال|بريد|הודע|संदेश|ईमेल|ข้อความ|อีเมล",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:fail(?:ed|ure)|dropped|expired|discarded|deleted|block|reject|refus|bounce|returned|abgelehnt|abgewiesen|zurückgewiesen|zurückgegeben|geweigerd|geblokkeerd|teruggestuurd|"
    r"afvist|avvist|avvisa|blokk|blocker|rechaz|bloque|devuel|retorn|recus|rejeit|bloqu|devolv|rejet|renvoy|rifiut|respint|respins|"
    r"odrzuc|zwróc|zablok|odmít|vrácen|zamiet|odbij|vraćen|zavrn|отклон|заблок|возвращ|відхил|повернут|отхвърл|върнат|elutasít|visszaut|"
    r"reddedil|engellen|iade|απορρίφ|απορρίπτ|từ chối|bị trả|ditolak|diblokir|dikembalikan|tinanggihan|hylät|hylk|palaute)|"
    r"拒|退|거부|차단|반송|返送|رفض|رُفض|נדח|נחס|अस्वीकार|लौटा|ปฏิเสธ|ตีกลับ",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?。！？](?=\s|$)|[。！？]|\n\s*\n")

# "Your message", as the system says to whoever sent it.
YOUR_MAIL = re.compile(
    r"\b(?:your (?:\w+ )?(?:e-?mail|mail|message|document|fax)\b|(?:e-?mail|message|mail) (?:that |which )?you (?:have )?sent|"
    r"you (?:recently )?sent|you (?:tried|attempted) to (?:send|reach|e-?mail)|"
    r"ihr(?:e|er|en)? (?:e-?mail|nachricht|mail|schreiben)|(?:deine?|deiner) (?:e-?mail|nachricht|mail)|"
    r"(?:uw|je|jouw) (?:e-?mail|bericht|mail)|(?:din|dit|ditt|deres|er) (?:e-?)?(?:mail|besked|meddelelse|melding|meddelande|e-?post|brev|post)|"
    r"viesti(?:si|äsi|nne|änne)\b|lähettämäsi|votre (?:e-?mail|message|courrier|courriel|mail)|message que vous avez|"
    r"(?:su|tu) (?:mensaje|correo|mail|e-?mail)|mensaje que (?:envió|enviaste|ha enviado)|(?:el seu|el teu) (?:missatge|correu)|"
    r"(?:a )?(?:sua|tua) (?:mensagem|e-?mail)|(?:o )?(?:seu|teu) (?:e-?mail|correio)|mensagem que (?:enviou|você)|"
    r"(?:il )?(?:suo|tuo) (?:messaggio|e-?mail)|(?:la )?sua (?:e-?mail|mail)|(?:messaggio|mail) (?:da lei|che hai|che ha) inviat|"
    r"mesajul (?:dvs|dumneavoastră|tău|pe care)|(?:twoj[ae]|państwa|pana) (?:wiadomość|poczta|e-?mail)|"
    r"vaš[aei]?h?o? (?:zpráv|e-?mail|poruk|správ|sporočil|pošt|pism)\w*|va[ší]+ (?:zpráv|e-?mail)\w*|"
    r"ваш[аеиу]? (?:письмо|сообщение|почт\w*|лист\w*|повідомлення|съобщение|порука|e-?mail)|вашето (?:съобщение|писмо)|"
    r"(?:az ön|ön) (?:által|level|üzenet)\w*|(?:üzenete|levele|levelét|üzenetét)\b|jūsų (?:laišk|žinut|el\. ?pašt)\w*|"
    r"jūsu (?:vēstul|ziņojum|e-?past)\w*|teie (?:kiri|e-?kiri|sõnum)\w*|(?:mesaj|ileti|e-?posta|məktub)(?:ınız|niz|nız|iniz|unuz)\w*|"
    r"gönderdiğiniz|το (?:μήνυμα|email|e-mail) σας|μήνυμά σας|mesazhi juaj|skeyti(?:ð)? þitt|"
    r"(?:thư|tin nhắn|email) (?:của (?:bạn|quý)|bạn)|(?:pesan|surat|e-?mel|e-?mail|surel) (?:anda|kamu)|(?:iyong|inyong) (?:mensahe|e-?mail|sulat)|"
    r"barua pepe yako|ujumbe wako|imèl ou|mesaj ou)|"
    r"ההודעה שלך|הודעתך|הדואר שלך|رسالتك|رسالتكم|بريدك|پیام شما|ایمیل شما|आपका (?:संदेश|ईमेल|मेल|मैसेज)|आपके (?:संदेश|ईमेल)|"
    r"(?:ข้อความ|อีเมล|จดหมาย)(?:ของคุณ|ที่คุณ)|お(?:客様|送り)|あなたの|送信され(?:た|ました)|[您你](?:的|發|发|寄|所)|귀하|고객님|보내신|회원님",
    re.IGNORECASE,
)

# What a person says of himself; qmail's and Postfix' "I'm sorry to have to inform you" are no such thing.
FIRST_PERSON = re.compile(
    r"\b(?:(?-i:I) (?!(?:wasn't|was not) able to deliver|did not|har\b)\w+|i'(?:ve|ll|d)|"
    r"i (?:am|was|have|had|get|got|need|cant?|could|tried|try|keep|see|think|know|send|sent|wr[io]te|will|would|just|never|only|still|"
    r"want|e-?mail\w*|do|dont)|my|mine|me|ich|mein\w*|mir|mich|j['’](?:ai|essa\w+|envoi\w+|aimerais|avais|écris|attends)|"
    r"je (?:vois|pense|ne|n['’]\w+|suis|re[cç]ois|veux|peux|dois|l['’]|voudrais|souhaite|vous|crois|sais|cherche|viens)|mon|mes|"
    r"yo|mis?|necesito|envié|escribo|eu (?:não|nao|envi|tent|preciso|recebi|mando|quero|estou)\w*|meus?|minhas?|enviei|"
    r"io (?:non|ho|sto)|mio|mia|miei|ho (?:ricevuto|inviato|mandato|scritto|provato|bisogno)|ik|mijn|jag|mitt|mina|jeg|"
    r"min (?:mail|e-?mail|e-?post|konto|dator|klass\w*|elev|adress\w*)|minä|minun|moj[aeą]|mój|mnie|wysła[łl]\w+|mám|můj|poslal\w?|"
    r"я|мне|меня|мо[йиеёя]|мої|мені|nekem|küldtem|benim|gönderdim|bana|εγώ|έστειλα|tôi|mình|saya|aku|ako|aking|mwen)\b|"
    r"\bאני\b|שלי\b|رسالتي|أنا |أرسلت |मैं|मेर[ाेी]|ฉัน|ผม|私|僕|わたし|我(?![们們])|저는|제가|저희|내가",
    re.IGNORECASE,
)
# Who greets somebody in particular; systems greet their users, customers, or nobody.
GREETING = re.compile(
    r"\W{0,9}(?:hi|hello|hey|dear|hallo|moin|hola|ciao|salut|good (?:morning|afternoon|evening))[ ,]{1,2}"
    r"(?!(?:dear |valued )?(?:users?|customers?|clients?|senders?|sir|madam|subscribers?|members?|there|you|e-?mail|kunde\w*|nutzer\w*|"
    r"usuari\w+|client\w+|utent\w+|this|the|your|we|an?|our)\b)[^\W\d_]{2,30}",
    re.IGNORECASE,
)
# Questions that systems put into the reader's mouth, or to him about his own mail.
MACHINE_QUESTION = re.compile(
    r"what (?:should|can|do|does|happened|to do|went)|\bwhy\b|how (?:can|do) (?:i|you)|need (?:more )?help|questions\?|"
    r"was (?:kann|ist|muss|soll)|warum|que (?:faire|puis|s.est)|pourquoi|qué (?:puede|debo|significa|ha|pas)|por qué|"
    r"o que (?:fazer|aconteceu|houve)|por que|che cosa|cosa (?:fare|è)|perché|wat (?:kunt|moet|nu)|waarom|vad (?:kan|ska)|hvad|hva |"
    r"что делать|почему|co (?:dělat|robić|można)|dlaczego",
    re.IGNORECASE,
)


# The line on which reports tell why.
REASON_LABEL = re.compile(
    r"^[ \t*>-]{0,9}(?:the )?(?:reason|error|cause|diagnos\w+|last (?:error|result)|grund|ursache|fehler|raison|cause|motif|motivo|causa|razón|"
    r"oorzaak|reden|orsak|årsag|årsak|syy|powód|důvod|dôvod|razlog|причина|ошибка|помилка|ok|hiba|sebep|neden|αιτία|lý do|alasan|sebab|"
    r"motiv|dahilan|理由|原因|エラー|退信原因|사유|이유|السبب|סיבה|कारण|สาเหตุ)\b[^:：\n]{0,40}[:：]",
    re.IGNORECASE | re.MULTILINE,
)


def says_undelivered(text: str) -> bool:
    """Whether a sentence of the text says that something was not delivered."""
    return bool(_UNDELIVERED.search(text)) or _are_near(_DELIVER, _NOT, text) or _are_near(_MAIL, _REFUSED, text)


def _are_near(word: re.Pattern[str], other: re.Pattern[str], text: str) -> bool:
    """Whether both stand in one sentence, a few words apart, in either order."""
    for found in word.finditer(text):
        before = _STOP.split(text[max(0, found.start() - _BEFORE) : found.start()])[-1]
        after = _STOP.split(text[found.start() : found.end() + _AFTER], maxsplit=1)[0]
        if other.search(before) or other.search(after):
            return True
    return False
