"""Words in a sender's name or address that say what sits behind it.

In:       nothing.
Out:      SYSTEM, SERVICE, ROOM, in many languages.
Not here: deciding (intake.bounce_sender), the names of single mail systems (intake.bounce_words).
"""

import re

# A word of mail systems in a name or a local part.
_WORD = (
    r"(?:(?:e-?)?mails?|smtp|post(?:a|e|en|al|i|is)?|correo|correio|courrier|courriel|poczta|pošta|servers?|serv(?:eur|idor|idore|er)|"
    r"systems?|sistem[aiu]?|système|gateway|gw|gate|router|relay|mta|mx\d{0,3}|daemon|deliver(?:y|ies)|notif\w{0,20}|agent|"
    r"bounces?|uucp|root|faxmaster|filter|guard|robot|automat\w{0,10}|queue|spool|exchange|domino|notes|groupwise|ccmail|majordomo|listserv|listproc|mailman|sympa|sms|voicemail|hosting|returns?|firewall|"
    r"spam\w{0,12}|anti-?(?:virus|spam)|messaging|messagerie)"
)
SYSTEM = re.compile(
    rf"(?:^|[\W\d_]){_WORD}(?:$|[\W\d_])|^(?:mail|smtp|post|fax|uucp|sms)(?!on|ma[nm])\w|(?:mail|server|system|gate|daemon|master|smtp)$|"
    r"(?:mail|post|inter)[-_ ]?(?:scan|server|gate|bo[dt]|system|bezorg|dienst)|zustell|bezorg|postverk|"
    r"rendszer|levelez|kiszolgál|szerver|serwer|sunucu|sistem|sähköposti|palvelin|järjestelm|tjänst|tjeneste|strežnik|poslužit|"
    r"sustav|serveris|saada(?:tis|nd)|"
    r"почт|пошт|поща|доставк|систем|сервер|メール|郵便|配信|システム|サーバ|邮件|郵件|邮局|系统|系統|메일|우편|시스템|hệ thống|máy chủ|"
    r"بريد|البريد|النظام|خادم|דואר|מערכת|ταχυδρομ|σύστημα|διακομιστ|เมล|ระบบ|मेल|डाक|प्रणाली",
    re.IGNORECASE,
)
# Where a machine or a person may sit.
SERVICE = re.compile(
    r"(?:^|[\W\d_])(?:supp?ort\w?|services?|servicio|administrator\w*|admins?|info|help\w*|team|office|noc|abuse|security|ops|it|"
    r"desk|contact|kundenservice|assistenza|soporte|suporte|suport|accounts?|hello|care|klant\w*|kunde\w*)(?:$|[\W\d_])",
    re.IGNORECASE,
)
# Rooms and offices where people sit, whatever else the name says ("Mail Room", "Post Office Desk").
ROOM = re.compile(r"(?:^|[\W\d_]|mail|post)(?:room|office|desk|dept|department|library|front|staff|teachers?|class|club|grade|program|coordinator|principal|"
    r"secretar\w{1,6}|registrar|nurse|counsel(?:or|ing)|attendance|athletics|coach|cafeteria|kitchen|pta|warehouse|reception|secretaría|dirección|"
    r"sekretariat|schulleitung|hausmeister|accueil|vie-?scolaire|cdi|segreteria|presidenza|administratie|kansli)(?:$|[\W\d_])", re.IGNORECASE)
