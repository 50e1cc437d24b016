"""Names of header fields and separators as mail clients write them above a quoted or forwarded mail.

In:       nothing.
Out:      word tables.
Not here: finding blocks of them (intake.header_block).
"""

_ROLES = {
    "other": (
        "importance, wichtigkeit, importancia, importância, importanza, priority, priorität, priorité, "
        "priorità, "
        "prioridad, prioridade, attachments, attachment, anlagen, anlage, anhänge, pièces jointes, "
        "pièce jointe, "
        "datos adjuntos, archivos adjuntos, anexos, allegati, bijlagen, załączniki, přílohy, вложения, "
        "附件, 添付ファイル, "
        "reply-to, reply to, antwort an, responder a, répondre à, organization, sensitivity, "
        "vertraulichkeit, "
        "message-id, newsgroups, mailed-by, signed-by, security, 重要性, 重要度, categories, kategorien, "
        "flag status, follow up flag"
    ),
    "cc": (
        "cc, c.c., kopie, kopie an, copie, copie à, copia, con copia, cópia, com cópia, kopia, kopi, "
        "kopio, dw, do wiadomości, "
        "копия, копія, в копии, 抄送, 副本, 참조, bilgi, másolatot kap, másolat, κοιν, κοινοποίηση, نسخة, "
        "نسخة إلى, עותק, สำเนา, "
        "tembusan, bcc, cci, cco, ccn, 密送, 密件副本, đồng gửi, kopya"
    ),
    "to": (
        "to, an, a, à, para, per, aan, til, till, vastaanottaja, do, komu, pro, кому, до, 收件人, 收信人, "
        "宛先, 받는 사람, 받는사람, "
        "받는이, 수신, 수신인, tới, đến, người nhận, gửi đến, gửi tới, pou, kime, alıcı, címzett, προς, "
        "către, catre, "
        "إلى, الى, به, אל, ถึง, kepada, kwa, za, destinataire, destinataires, destinatario, destinatarios, "
        "destinatário, "
        "empfänger, ontvanger, mottagare, modtager, mottaker, odbiorca, příjemce, получатель, recipients, "
        "kam, "
        "para kay, per a"
    ),
    "subject": (
        "subject, subj, betreff, objet, sujet, asunto, assunto, oggetto, onderwerp, emne, ämne, aihe, "
        "otsikko, temat, tytuł, "
        "předmět, predmet, тема, относно, 主题, 主旨, 標題, 标题, 主題, 件名, 제목, chủ đề, tiêu đề, sijè, "
        "sije, objè, paksa, "
        "konu, tárgy, θέμα, subiect, الموضوع, موضوع, נושא, เรื่อง, หัวเรื่อง, subjek, perihal, perkara, "
        "mada, teema, tema, "
        "zadeva, naslov, efni, assumpte, ntsiab lus"
    ),
    "date": (
        "date, sent, sent at, sent on, date sent, gesendet, gesendet am, gesendet um, datum, envoyé, "
        "envoyé le, envoyée, "
        "date d'envoi, date d’envoi, enviado, enviado el, enviado em, enviada, enviada el, enviada em, "
        "fecha, "
        "fecha de envío, data, data invio, inviato, inviato il, verzonden, sendt, dato, skickat, "
        "lähetetty, päivämäärä, päiväys, "
        "pvm, wysłano, wysłane, odesláno, odoslané, dátum, дата, дата отправки, отправлено, надіслано, "
        "изпратено, 发送时间, "
        "发送日期, 日期, 寄件日期, 傳送時間, 傳送日期, 寄送時間, 发件日期, 时间, 時間, 送信日時, 送信日, "
        "日付, 日時, 보낸 날짜, 보낸날짜, "
        "날짜, 보낸시간, 보낸 시간, ngày, đã gửi, đã gửi vào lúc, gửi lúc, voye, voye le, dat, petsa, "
        "ipinadala, "
        "ipinadala noong, gönderme tarihi, tarih, gönderildi, gönderilme tarihi, elküldve, küldve, "
        "ημερομηνία, στάλθηκε, "
        "εστάλη, trimis, dată, التاريخ, تاريخ, تاريخ الإرسال, تم الإرسال, الإرسال, تاریخ, נשלח, תאריך, "
        "ส่งเมื่อ, วันที่, "
        "tanggal, dikirim, terkirim, imetumwa, tarehe, saadetud, poslano, poslato, enviat, enviat el, hnub"
    ),
    "from": (
        "from, von, de, da, van, fra, från, lähettäjä, od, от, від, 发件人, 寄件人, 寄件者, 發件人, "
        "差出人, 送信者, 보낸 사람, 보낸사람, "
        "보낸이, 발신, 발신인, từ, người gửi, depi, soti nan, soti, mula kay, mula sa, kimden, gönderen, "
        "feladó, από, "
        "αποστολέας, expéditeur, remitente, remetente, mittente, absender, afzender, avsändare, afsender, "
        "avsender, "
        "nadawca, odesílatel, odosielateľ, expeditor, de la, către la, отправитель, відправник, من, "
        "المرسل, از, מאת, จาก, "
        "dari, kutoka, frá, saatja, pošiljatelj, प्रेषक, ka socota, sender, lähettänyt"
    ),
}  # fmt: skip
FIELDS: dict[str, str] = {name.strip(): role for role, names in _ROLES.items() for name in names.split(",")}
"""Lower-case field name to its role: from, date, to, cc, subject or other."""

REPLY_SEPARATORS = (
    "original message", "original mail", "original e-mail", "original email", "reply message",
    "reply separator",
    "ursprüngliche nachricht", "ursprüngliche mail", "originalnachricht", "original-nachricht",
    "ursprungliche nachricht",
    "message d'origine", "message d’origine", "message original", "message initial", "courriel original",
    "mensaje original", "mensaje origina", "mensaje de origen", "correo original", "mensagem original",
    "messaggio originale", "messaggio original", "oorspronkelijk bericht", "oorspronkelijke bericht",
    "origineel bericht",
    "original meddelelse", "oprindelig meddelelse", "oprindelig besked", "opprinnelig melding",
    "original melding",
    "ursprungligt meddelande", "originalmeddelande", "alkuperäinen viesti", "wiadomość oryginalna",
    "oryginalna wiadomość", "treść oryginalnej wiadomości", "původní zpráva", "pôvodná správa",
    "původní e-mail",
    "исходное сообщение", "первоначальное сообщение", "оригинальное сообщение", "вихідне повідомлення",
    "початкове повідомлення", "оригинално съобщение", "eredeti üzenet", "mesaj original", "mesajul original",
    "orijinal mesaj", "özgün ileti", "orijinal ileti", "αρχικό μήνυμα", "αρχικο μηνυμα", "πρωτότυπο μήνυμα",
    "原始邮件", "原邮件", "原始郵件", "原始訊息", "原始信息", "回复的邮件", "回复邮件", "元のメッセージ",
    "元メッセージ", "original",
    "원본 메시지", "원본 메일", "원본메일", "thư gốc", "tin nhắn gốc", "thư ban đầu", "mesaj orijinal",
    "mesaj original la",
    "mesaj orijinal la", "orihinal na mensahe", "orihinal na mensahe", "الرسالة الأصلية", "رسالة أصلية",
    "پیام اصلی",
    "הודעה מקורית", "ข้อความต้นฉบับ", "pesan asli", "ujumbe asili", "izvorna poruka", "originalna poruka",
    "izvirno sporočilo", "algne kiri", "missatge original", "upprunaleg skilaboð",
)  # fmt: skip
FORWARD_SEPARATORS = (
    "forwarded message", "forwarded mail", "forwarded email", "forwarded e-mail", "begin forwarded message",
    "forwarded by", "start of forwarded message", "forward message", "forwarded letter", "fwd",
    "weitergeleitete nachricht", "weitergeleitete mail", "weitergeleitet von",
    "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail", "message transféré", "message transmis", "message réexpédié",
    "début du message transféré", "début du message réexpédié", "courriel transféré", "transféré par",
    "mensaje reenviado", "inicio del mensaje reenviado", "correo reenviado", "reenviado por",
    "mensagem encaminhada",
    "mensagem reencaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada",
    "encaminhado por",
    "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato", "inoltrato da",
    "doorgestuurd bericht", "begin doorgestuurd bericht", "doorgestuurde bericht", "videresendt meddelelse",
    "start på videresendt besked", "videresendt besked", "videresendt melding", "videresendt e-post",
    "start på videresendt melding", "vidarebefordrat meddelande", "vidarebefordrat mail",
    "vidarebefordrat brev",
    "började vidarebefordrat brev", "välitetty viesti", "edelleenlähetetty viesti", "lähetetty viesti alkaa",
    "wiadomość przekazana dalej", "przekazana wiadomość", "początek przekazanej wiadomości",
    "wiadomość przekazana",
    "przeposlana zpráva", "přeposlaná zpráva", "předaná zpráva", "preposlaná správa",
    "пересылаемое сообщение",
    "пересланное сообщение", "начало переадресованного сообщения", "перенаправленное сообщение",
    "переслане повідомлення", "переслане сообщение", "препратено съобщение", "továbbított üzenet",
    "továbbított levél", "mesaj redirecționat", "mesaj redirectionat", "forwarded messages",
    "yönlendirilmiş ileti",
    "iletilmiş mesaj", "yönlendirilen ileti", "iletilen mesaj", "προωθημένο μήνυμα", "προωθημενο μηνυμα",
    "转发的邮件", "已转发邮件", "转发邮件", "被转发邮件信息", "转发信息", "转发的信件", "開始轉寄郵件",
    "轉寄郵件", "已轉寄的郵件",
    "轉寄的郵件", "以下是转发的邮件", "下面是被转发的邮件", "开始转发的信息", "開始轉寄訊息",
    "転送メッセージ", "転送されたメッセージ",
    "전달된 메일", "전달된 메시지", "전달된 이메일", "thư được chuyển tiếp", "tin nhắn được chuyển tiếp",
    "thư đã chuyển tiếp",
    "thư chuyển tiếp", "mesaj transfere", "mesaj ki transfere", "mesaj yo voye", "ipinasang mensahe",
    "ipinasa na mensahe", "رسالة معاد توجيهها", "الرسالة المعاد توجيهها", "رسالة تمت إعادة توجيهها",
    "رسالة محولة",
    "پیام هدایت‌شده", "הודעה שהועברה", "ข้อความที่ส่งต่อ", "pesan terusan", "pesan yang diteruskan",
    "proslijeđena poruka", "prosleđena poruka", "posredovano sporočilo", "edastatud kiri",
    "missatge reenviat",
    "persiąstas laiškas", "pārsūtīts ziņojums", "mensaxe reenviada",
)  # fmt: skip
FORWARD_ENDS = (
    "end forwarded", "end of forwarded", "end of the forwarded", "ende der weitergeleiteten",
    "fin du message transféré", "fin du message réexpédié", "fin del mensaje reenviado",
    "final del mensaje reenviado", "fim da mensagem", "fine messaggio inoltrato", "fine del messaggio inoltrato",
    "einde doorgestuurd", "slut på videresendt", "slut på vidarebefordrat", "koniec przekazanej",
    "koniec wiadomości przekazanej", "konec přeposlané", "конец пересылаемого", "конец пересланного",
    "конец переадресованного", "кінець пересланого", "转发邮件结束", "轉寄郵件結束",
)  # fmt: skip
FORWARD_SUBJECTS = frozenset(
    [
        "fw", "fwd", "fwrd", "wg", "tr", "rv", "enc", "i", "inoltra", "doorst", "pd", "vb", "vl", "ilt", "i̇lt",
        "ιλτ", "转发", "轉寄", "転送", "προθ", "πρθ", "fs", "trs", "переслать", "пересылка", "전달", "chuyển",
        "rd", "tf", "přeposláno", "redirecționat", "tov", "doorsturen", "weitergeleitet", "reenv", "reenvío",
        "encaminhada", "إعادة", "הועבר", "transfere", "ohladit",
    ]
)
REPLY_SUBJECTS = frozenset(
    [
        "re", "aw", "sv", "antw", "ant", "res", "r", "rif", "ref", "rép", "rep", "odp", "vá", "ynt", "yan", "ατ",
        "απ", "σχετ", "回复", "回覆", "答复", "返信", "atb", "bls", "trả", "답장", "رد", "השב", "ответ", "відп",
        "resp",
    ]
)
