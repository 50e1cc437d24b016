"""The beginnings of the subjects of automatic answers.

In:       nothing.
Out:      ANSWER_SUBJECT, gathered from mail programs in many languages.
Not here: deciding (intake.automatic): a subject alone is what a teacher may write as well.
"""

import re

ANSWER_SUBJECT = re.compile(
    r"^\W{0,6}(?:"
    r"automatic (?:reply|response)|auto(?:mated|matic)?[- ]?(?:reply|response|responder|answer)|out[- ]of[- ](?:the[- ])?office|"
    r"(?:i am|i'm) (?:away|out of)|away from (?:my )?(?:mail|office|desk)|on (?:vacation|leave|holiday)|vacation (?:reply|message)|"
    r"respuesta autom[aá]tica|fuera de (?:la )?oficina|ausencia|ausente|contestador|autorespuesta|"
    r"r[ée]ponse automatique|absence|absent|abwesenheit|automatische antwort|abwesend|nicht im (?:b[üu]ro|haus)|"
    r"resposta autom[aá]tica|aus[êe]ncia|risposta automatica|fuori (?:ufficio|sede)|automatisch antwoord|afwezig|"
    r"автоответ|автоматический ответ|вне офиса|自动(?:回复|答复)|自動(?:回覆|回復|返信|応答)|자동 ?(?:회신|응답|답장)|부재 ?중|"
    r"tr[ảa] l[ờo]i t[ựu] [đd][ộo]ng|رد تلقائي|الرد التلقائي|repons otomatik|awtomatikong tugon|autosvar|automaattinen vastaus|"
    r"automatick[áa] odpov[ěe][ďd]|autoodpowied[źz]|otomatik yan[ıi]t|automatikus v[áa]lasz|fr[åa]nvaro|"
    r"автомати(?:чен отговор|чна відповідь|чески отговор)|automatski odgovor|samodejni odgovor|r[ăa]spuns automat|"
    r"αυτόματη απάντηση|balasan otomatis|jawapan automatik|מענה אוטומטי|תשובה אוטומטית|پاسخ خودکار|ตอบกลับอัตโนมัติ|"
    r"automatisk svar|autom[āa]tisk[āa] atbilde|automatinis atsakymas|automaatvastus|resposta autom[àa]tica|sjálfvirkt svar|"
    r"(?:read|return|delivery) receipt|read:|gelesen:|le[íi]do:|lu\s?:|confirmaci[óo]n de lectura|"
    r"we (?:have )?received your (?:e?mail|message|request)|your (?:request|ticket|message) (?:has been|was) received"
    r")",
    re.IGNORECASE,
)
