"""How mail systems say in free text that they could not deliver.

In:       nothing.
Out:      patterns for senders, subjects and bodies, gathered from the wording of many systems and languages.
Not here: deciding (intake.bounce).

Every pattern is linear: no nested repetition, every gap bounded.
"""

import re

# Local parts and display names behind which a mail system writes.
SENDER = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|post[-_.]?master|mdaemon|mailsystem|mail[-_.]?delivery[-_.]?\w*|mta\d*|smtp|"
    r"mmdf|pmdf|mxserver|lsmtp|virus[-_.]?alert|amavisd?(?:-new)?|mail[-_.]?(?:system|router|gate(?:way)?|filter|guard)|mailgate|imsva[-\w]*|router|"
    r"bounces?(?:[-+=_.].*)?|[\w.+-]{1,60}-bounces?|mail[-_.]?admin\w*|daemon|noreply-mail-?delivery|microsoftexchange[0-9a-f]{16,})$",
    re.IGNORECASE,
)
# The stricter ones: whoever has such a name is a program.
DAEMON = re.compile(r"(?:mail(?:er)?[-_.]?daemon|mdaemon|mail[-_.]?delivery[-_.]?(?:sub)?system)$", re.IGNORECASE)
DAEMON_NAME = re.compile(r"mail(?:er)?[-_ ]daemon|mail delivery (?:sub)?system|mdaemon at ", re.IGNORECASE)
SENDER_NAME = re.compile(
    r"mail delivery (?:sub)?system|mailer[- ]?daemon|postmaster|mail delivery service|internet mail delivery|"
    r"mail administrator|system administrator|^mail system|message router|mail delivery (?:service|subsystem|system)|zustell|microsoft outlook$|"
    r"delivery (?:notification|status)|administrador de correo|sistema de correo",
    re.IGNORECASE,
)

_FAILED = (
    r"(?:"
    r"undeliver(?:able|ed)\b|(?:mail|message|e-?mail)\b.{0,30}\b(?:undeliver|could not be delivered|not delivered|"
    r"delivery (?:failed|failure|error|problem)|returned)|mail delivery (?:failed|failure|problem|error|subsystem)|"
    r"mail (?:system )?(?:error|failure)|delivery (?:status )?(?:notification|failure|failed|report|error|problem|"
    r"has (?:failed|been delayed)|delayed|unsuccessful|incomplete)|failure notice|failed mail|returned (?:to sender|e?-?mail)|"
    r"non[- ]?(?:delivery|remis|recapit)|non[- ]?delivery|permanent delivery failure|delayed mail|"
    r"warning\W{0,3}(?:could not send|message|e?-?mail|delayed)|(?:could not|cannot|can't|unable to) (?:be )?(?:send|deliver)|"
    r"address not found|user unknown|message (?:status|status report|undeliverable|blocked|not delivered|delivery)|"
    r"nondeliverable|rejected:|rejected mail|unzustellbar|zustellung|nicht zustellbar|mail konnte nicht|"
    r"no se (?:puede|pudo) entregar|no entregado|mensaje no entregado|error de entrega|correo devuelto|"
    r"[ée]chec de (?:la )?(?:remise|distribution)|non remis|message non (?:délivré|remis|distribué)|"
    r"não (?:entregue|foi possível entregar)|falha na entrega|(?:avviso di )?mancata consegna|non[- ]?deliverable|message not deliverable|impossibile recapitare|"
    r"onbestelbaar|niet bezorgd|недоставлен|не доставлен|ошибка доставки|未送達|配信不能|配信できません|"
    r"mensaje devuelto|message retardé|avertissement.{0,3}: ?message|kunde inte levereras|kunne ikke (?:leveres|afleveres)|"
    r".{0,30}nie została dostarczon|error sending message|"
    r"niet te bestellen|반송|배달|발송 실패|"
    r"退信|系统退信|无法投递|無法傳遞|투递|반송|전달 실패|notificación de estado de (?:la )?entrega|"
    r"benachrichtigung zum .{0,12}übermittlungsstatus|statusbenachrichtigung|notification d'état de remise|"
    r"kézbesíthetetlen|nedoručitel|niedostarcz|teslim edilemedi|ikke leveret|kunne ikke leveres|olevererbar"
    r")"
)
SUBJECT = re.compile(rf"^\W{{0,8}}{_FAILED}", re.IGNORECASE)
SUBJECT_ANYWHERE = re.compile(rf"(?<!\w){_FAILED}", re.IGNORECASE)

# What mail systems write in that very form, and nobody else but who copies it.
SET_SUBJECT = re.compile(
    r"^\W{0,4}(?:delivery status notification\b|undelivered mail returned to sender|mail delivery (?:failed|failure|error)\s?:|failure notice$|"
    r"returned mail:|undeliver(?:able|ed)(?: mail| message)?:|delivery failure:|mail system error|message status - |"
    r"postmaster notify|warning: could not send|unzustellbar:|non remis\s?:|onbestelbaar:|no se puede entregar:|não entregue:|"
    r"non recapitabile:|недоставлено:|ikke leveret:|olevererbart:|niedostarczone:|nedoručitelné:)",
    re.IGNORECASE,
)

# Each says by itself that a mail system writes about a mail that did not arrive.
BODY = re.compile(
    r"could not be delivered (?:to|because|for|as)|has not (?:delivered the following|reached the (?:person|recipient)|"
    r"been (?:fully )?delivered to)|not yet been\s{1,3}fully\s{1,3}delivered|message is undeliverable|"
    r"recipients? cannot be delivered|kunnen niet worden bereikt|niet (?:bij|aan) .{0,40}geadresseerden|(?:mail|message)\b.{0,40}\b(?:was|were|has been|have been) (?:rejected|refused|blocked|bounced)|(?:was|were) not delivered to|(?:mail|message|e-?mail)\b.{0,60}\b(?:could|can) ?not be delivered|unable to deliver (?:your|the|this|to)|"
    r"was unable to deliver|errore di consegna|è stato rifiutato|did not reach the following recipient|undeliverable (?:to|mail)|this is the (?:mail system|\S{1,30} program) at|"
    r"this message was created automatically by (?:the )?mail|permanent fatal errors|permanent error|"
    r"the following (?:address(?:es)?|recipient(?:\(s\)|s)?|message to|organization)\b.{0,60}"
    r"(?:fail|rejected|errors?|not deliver|undeliver|delayed)|"
    r"delivery to the following recipients?|delivery has failed|i (?:wasn't|was not) able to deliver|"
    r"sorry to have to inform you|unable to relay|couldn't be delivered|could not be sent|"
    r"(?:mail|message|e-?mail|delivery)\b.{0,40}\bis being returned|returned mail|your (?:message|mail|e-?mail)"
    r"(?s:.{0,140}?)(?:not be delivered|was not delivered|undeliverable|has been delayed|hasn't been delivered)|"
    r"(?:transcript of session follows|original message follows|message headers? follow)|warning message only|"
    r"final-recipient:|diagnostic-code:|rcpt to:\s?<|(?:recipient|user|mailbox|address)\b.{0,40}"
    r"(?:unknown|not found|does not exist|doesn't exist|unavailable|over quota|is full|disabled|rejected)|"
    r"no such (?:user|recipient|mailbox|address)|invalid (?:recipient|address)|quota exceeded|mailbox full|"
    r"no (?:ha podido|pudo|puede) ser entregad|nie (?:została|zostało|mogła|może|mogło) .{0,20}dostarczon|"
    r"kunde inte levereras|kunne ikke (?:leveres|afleveres|bli levert)|ei voitu toimittaa|kon niet worden (?:bezorgd|afgeleverd)|"
    r"n'a pas été (?:remis|délivré|distribué|acheminé)|n'a pas (?:encore )?pu être (?:remis|délivré|distribué|acheminé)|nem (?:sikerült )?kézbesít|nelze doručit|nebylo možné doručit|"
    r"no se (?:ha podido|pudo|puede) entregar|no se encontró|buzón (?:lleno|no)|n'a pas (?:pu être|été) (?:remis|délivr|distribu)|"
    r"(?:konnte|kann) nicht (?:zugestellt|übermittelt|ausgeliefert)|nicht zugestellt|não pôde ser entregue|"
    r"non è stato possibile|не (?:может быть|было|удалось) достав|無法(?:傳遞|投遞)|无法(?:投递|送达|传送)|配信できません|送信できません",
    re.IGNORECASE,
)

DELAY = re.compile(
    r"\bdelay(?:ed)?\b|warning message only|will (?:be retried|continue to (?:try|retry)|keep trying|retry)|"
    r"not (?:yet )?been delivered (?:yet|after)|not yet (?:been )?(?:fully )?delivered|not yet been\s{1,3}fully|attempts? .{0,40}will continue|still pending|still trying|temporar(?:y|ily) (?:problem|failure|unable)|"
    r"could not send (?:mail|message) for|hasn't been delivered yet|do not (?:need to )?resend|verzögert|retras|"
    r"transient|queued for|pas encore (?:pu|été)|continuons d['’]essayer|(?:seguirá|seguiremos) intent|todavía no (?:se|ha)|"
    r"wird weiter versucht|noch nicht (?:zugestellt|übermittelt)|ainda não|continuar[aá] tentando|non è ancora|nog niet|ännu inte|"
    r"endnu ikke|(?:ещё|еще|пока) не|ще не|尚未|稍后|まだ|아직|henüz|"
    r"nie została jeszcze|kolejne próby|opóźnion|zpožděn|zatím nebyl|oneskoren|försenad|forsinket|viivästy|késlelte|întârzi|gecik|"
    r"καθυστέρ|затрим|задерж|забав|chậm|tertunda|延迟|延遲|遅延|지연|تأخر|מתעכב|\bdemor|atrasad|in ritardo|vertraag",
    re.IGNORECASE,
)

# It was late, and now it is over.
OVER = re.compile(
    r"\b(?:(?<!before )(?<!without )giving up|(?:have|has|been|['’]ve) given up|gave up|no (?:further|more) (?:attempts|tries)|(?:will not|won['’]t) (?:be )?(?:retr|try|tried|attempt)|"
    r"expired after|too old|endgültig|aufgegeben|keine weiteren|a été abandonn|no se (?:volverá|harán|intentará)|"
    r"não (?:haverá|serão feitas)|non verranno|niet (?:meer|opnieuw) geprobeerd)|больше не|прекращен|不再|これ以上",
    re.IGNORECASE,
)

# Below this the returned mail begins; its addresses are not the failed ones.
ORIGINAL = re.compile(
    r"^[ \t>*#-]{0,12}(?:original message(?: headers?)?(?: follows?)?|(?:below|here|this) (?:this line )?is a copy of "
    r"the (?:message|original)|(?:the )?(?:header|text|body|copy) of (?:your |the )?(?:original )?(?:message|mail)|"
    r"returned message follows|unsent message below|message (?:header|text|body)s? follows?|"
    r"received: (?:from|by)|return-path:|start of (?:forwarded|returned|original) message|"
    r"mensaje original|ursprüngliche nachricht|message d'origine|forwarded (?:mail|message))",
    re.IGNORECASE | re.MULTILINE,
)

REPLY_PREFIX = re.compile(r"^\s*(?:re|fw|fwd|aw|wg|tr|rv|sv|vs|enc|res)\s?(?:\[\d+\])?\s?[:：]", re.IGNORECASE)

# A mail system that says that all went well, or only that it took the mail.
SUCCESS = re.compile(
    r"(?<!un)success(?:ful|fully)|(?:has|have|was|were) (?:been )?(?:delivered to|received by|relayed to)|return receipt|"
    r"delivery (?:confirmation|receipt)|erfolgreich|wurde zugestellt|entregado correctamente|con éxito|avec succès|"
    r"remis avec|com sucesso|con successo|правильно доставлен|успешно|已成功|成功(?:送达|投递|发送)|配信されました|"
    r"정상적으로|vacation|out of (?:the )?office|abwesen|ausente|absence|fuori sede|fuera de la oficina",
    re.IGNORECASE,
)

# Local parts that say that nobody reads the answer.
NOBODY = re.compile(
    r"(?:[\w.-]{0,30}[._-])?(?:no|do-?not|don-?t|never)[._-]?reply|ne-?pas-?repondre|no-?responder|no-?contestar|"
    r"nao-?responda|keine-?antwort|nicht-?antworten",
    re.IGNORECASE,
)

# What only programs say of themselves.
MACHINE_SAYS = re.compile(
    r"(?:automatically|auto-?) ?generated|generated automatically|created automatically|automated (?:message|mail|notice)|"
    r"do not reply to this|will not (?:try|retry) again|automatisch (?:erstellt|erzeugt|generiert)|generad[oa] automáticamente|"
    r"généré automatiquement|gerad[oa] automaticamente|generat[oa] automaticamente|wygenerowan\w+ automatycznie",
    re.IGNORECASE,
)

# What other machines tell of, with the same words in it.
OTHER_REPORT = re.compile(
    r"almost full|nearly full|(?:is|is now|has reached) \d{2,3} ?%|quota warning|^cron <|quarantine (?:summary|digest|report|notification)|mail queue (?:>|\d|is|has|size)|mailq\b|"
    r"we have received your (?:request|e-?mail|message)|gave it the number|casi lleno|fast voll|presque pleine",
    re.IGNORECASE,
)

# A postmaster who writes himself: questions, wishes, what he sees and does.
PERSON_ACTS = re.compile(
    r"(?<!you do)(?<!i do)\?|\b(?:i (?:see|have|think|am|will|need|know|can|just|would|did|was (?:just|told|asked))|i've|i'll|i'd|"
    r"we (?:see|need|want|only|would|noticed|think)|"
    r"please (?:fix|add|whitelist|call|look|let|unblock|tell|help|advise|put|ask|have (?:a|some))|do you|did you|can you|could you|would you|will you|give me|let me|call me|tell me|my (?:\w+ ){0,2}\w+|"
    r"veo que|necesito|puedes|podría[ns]?|ich (?:habe|sehe|brauche)|j'ai|je (?:vois|pense))\b",
    re.IGNORECASE,
)
