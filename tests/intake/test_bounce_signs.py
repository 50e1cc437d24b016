"""Reports in free text, told by many weak signs, and people's mail that bears some of the same."""

import pytest

from intake.bounce_sender import SenderKind, sender_kind
from intake.bounce_signs import NEEDED, weigh
from intake.delivery_words import FIRST_PERSON, says_undelivered
from intake.message import Message, read_message
from intake.screen import screen


def mail(sender: str, subject: str, body: str) -> Message:
    """A mail that says who sends it by nothing but its From: no return path, no Auto-Submitted, no report."""
    return read_message(
        f"From: {sender}\nTo: help@desk.example\nSubject: {subject}\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n"
        "Message-ID: <1@x.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{body}".encode()
    )


# What sends it, From, Subject, body, (recipient, status, action)
REPORTS = [
    (
        "Yahoo", "MAILER-DAEMON@yh.example", "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n\n<zed@yh.example>:\n554: delivery error: dd This user doesn't have an account\n\n--- Below this line is a copy of the message.\n\nReceived: from [192.0.2.1]\nTo: zed@yh.example\n",
        ("zed@yh.example", "5.0.0", "failed"),
    ),
    (
        "Tonline", "mailer-daemon@t-on.example", "Returned mail: Message undeliverable",
        "|------------------------- Message log follows: -------------------------|\n no valid recipients were found for this message\n|------------------------- Failed addresses follow: ---------------------|\n <uwe@t-on.example> ... unknown user\n|------------------------- Message text follows: ------------------------|\nTo: uwe@t-on.example\n",
        ("uwe@t-on.example", None, "failed"),
    ),
    (
        "GMX de", "\"GMX Mailer Daemon\" <mailer-daemon@gm.example>", "Mail delivery failed: returning message to sender",
        "Diese Nachricht wurde automatisch erzeugt.\n\nLeider konnte Ihre E-Mail nicht an den folgenden Empfänger zugestellt werden:\n\n  karl@gm.example\n    SMTP error from remote server for RCPT TO command, host: mx.gm.example reason: 550 Requested action not taken: mailbox unavailable\n",
        ("karl@gm.example", "5.0.0", "failed"),
    ),
    (
        "Exch55", "System Administrator <postmaster@ex.example>", "Undeliverable: lunch",
        "Your message\n\n  To:      Joe Fox\n  Subject: lunch\n  Sent:    Mon, 1 Feb 1999 10:00:00 -0500\n\ndid not reach the following recipient(s):\n\njoe.fox@ex.example on Mon, 1 Feb 1999 10:01:00 -0500\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=org;l=EX0102\n    MSEXCH:IMS:ORG:SITE:EX 0 (000C05A6) Unknown Recipient\n",
        ("joe.fox@ex.example", None, "failed"),
    ),
    (
        "PMDF", "PMDF Mail Server <postmaster@vms.example>", "Delivery report",
        "This report relates to a message you sent with the following header fields:\n\n  Message-id: <01J0@vms.example>\n  Date: Mon, 01 Jan 1996 10:00:00 +0000\n  From: help@desk.example\n  To: pat@vms.example\n  Subject: hi\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: pat@vms.example\n  Reason: Illegal local host address found\n",
        ("pat@vms.example", None, "failed"),
    ),
    (
        "KerioDelay", "\"Kerio Connect\" <postmaster@kc.example>", "Delivery delayed: hello",
        "This is a warning message only. You do not need to resend your message.\n\nYour message to <ada@slow.example> has not been delivered yet.\nLast error: 451 4.7.1 Try again later\n",
        ("ada@slow.example", "4.7.1", "delayed"),
    ),
    (
        "hMail", "mailer-daemon@hm.example", "Message undeliverable: test",
        "Your message did not reach some or all of the intended recipients.\n\n   Sent: Tue, 2 Mar 2010 10:00:00\n   Subject: test\n\nThe following recipient(s) could not be reached:\n\ntom@far.example\n   Error Type: SMTP\n   Remote server (192.0.2.1) issued an error.\n   hMailServer sent: RCPT TO:<tom@far.example>\n   Remote server replied: 550 5.1.1 unknown\n\nhMailServer\n",
        ("tom@far.example", "5.1.1", "failed"),
    ),
    (
        "Mercury", "Electronic Postmaster <postmaster@me.example>", "Postmaster Notify: Delivery Failure.",
        "The attached message has failed delivery and has been referred\nto you as postmaster. The following error report or reports\nwere given to explain the problem:\n\n   *** sue@me.example\n   User not known at this site.\n",
        ("sue@me.example", None, "failed"),
    ),
    (
        "IMail", "Postmaster <postmaster@im.example>", "Undeliverable Mail",
        "Unknown user: dora@im.example\n\nOriginal message follows.\n\nReceived: from x\nTo: dora@im.example\n\nhi\n",
        ("dora@im.example", None, "failed"),
    ),
    (
        "CommuniGate", "MAILER-DAEMON@cg.example", "Undeliverable mail: hello",
        "Failed to deliver to 'max@far.example'\nSMTP module(domain far.example) reports:\n host mx.far.example says:\n 550 5.2.1 account disabled\n",
        ("max@far.example", "5.2.1", "failed"),
    ),
    (
        "SmarterMail", "System Administrator <system@sm.example>", "Delivery Failure",
        "Could not deliver message to the following recipient(s):\n\nFailed Recipient: ivy@far.example\nReason: Remote host said: 550 No such user\n\n-- The header and top 20 lines of the message follows --\n",
        ("ivy@far.example", "5.0.0", "failed"),
    ),
    (
        "SES", "MAILER-DAEMON@am.example", "Delivery Status Notification (Failure)",
        "An error occurred while trying to deliver the mail to the following recipients:\nlee@far.example\n",
        ("lee@far.example", None, "failed"),
    ),
    (
        "mailru", "mailer-daemon@ru.example", "Mail failure.",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  ivan@ru.example\n    user not found\n",
        ("ivan@ru.example", None, "failed"),
    ),
    (
        "Yandex", "mailer-daemon@ya.example", "Недоставленное сообщение",
        "Это письмо отправлено почтовым сервером ya.example.\n\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может\nбыть отправлено одному или нескольким адресатам.\n\n<petr@far.example>: host mx said: 550 5.7.1 no such user\n",
        ("petr@far.example", "5.7.1", "failed"),
    ),
    (
        "163", "Postmaster@wy.example", "系统退信",
        "抱歉，您的邮件被退回来了……\n原邮件信息：\n收件人：li@far.example\n退信原因：收件人邮箱不存在\n",
        ("li@far.example", None, "failed"),
    ),
    (
        "QQ", "PostMaster@qq.example", "系统退信/System bounce",
        "很抱歉您发送的邮件被退回，以下是该邮件的相关信息：\n收件人 wang@far.example\n退信原因 SMTP error, RCPT TO: 550 Mailbox not found\n",
        ("wang@far.example", "5.0.0", "failed"),
    ),
    (
        "docomo", "MAILER-DAEMON@dc.example", "Undelivered Mail",
        "Your message was not delivered to the following recipients.\n\ntaro@dc.example : 550 Unknown user taro@dc.example\n",
        ("taro@dc.example", "5.0.0", "failed"),
    ),
    (
        "Orange fr, no daemon", "Service messagerie <messagerie@or.example>", "Votre message n'a pas pu être remis",
        "Bonjour,\n\nNous n'avons pas pu remettre votre message au destinataire suivant :\n  luc@or.example\n\nLa boîte du destinataire est saturée.\n",
        ("luc@or.example", None, "failed"),
    ),
    (
        "Libero", "Servizio Mail <mail@lb.example>", "Messaggio non consegnato",
        "Il tuo messaggio non ha potuto raggiungere:\n\nanna@lb.example\n\nMotivo: casella piena\n",
        ("anna@lb.example", None, "failed"),
    ),
    (
        "UOL", "Correio Automático <nao-responda@uo.example>", "Não foi possível entregar sua mensagem",
        "Olá,\n\nSua mensagem para joao@uo.example não foi entregue. O endereço não existe.\n",
        ("joao@uo.example", None, "failed"),
    ),
    (
        "Seznam", "Seznam Email <noreply@sz.example>", "Zprávu se nepodařilo doručit",
        "Dobrý den,\n\nVaši zprávu pro eva@sz.example se nepodařilo doručit. Schránka příjemce neexistuje.\n",
        ("eva@sz.example", None, "failed"),
    ),
    (
        "Onet", "Serwer poczty <mailer@on.example>", "Nie dostarczono wiadomości",
        "Twoja wiadomość do jan@on.example nie została dostarczona.\nPowód: skrzynka przepełniona (552 5.2.2)\n",
        ("jan@on.example", "5.2.2", "failed"),
    ),
    (
        "Naver", "네이버 메일 <noreply@nv.example>", "메일 발송이 실패했습니다",
        "보내신 메일이 아래 수신자에게 전달되지 못했습니다.\n\nkim@nv.example\n사유: 존재하지 않는 사용자\n",
        ("kim@nv.example", None, "failed"),
    ),
    (
        "Turkish", "Posta Sunucusu <posta@tr.example>", "İletiniz teslim edilemedi",
        "Sayın kullanıcımız,\n\nmehmet@tr.example adresine gönderdiğiniz ileti teslim edilemedi: kutu dolu.\n",
        ("mehmet@tr.example", None, "failed"),
    ),
    (
        "Greek", "Διακομιστής <noreply@gr.example>", "Αποτυχία παράδοσης",
        "Το μήνυμά σας προς nikos@gr.example δεν παραδόθηκε.\nΑιτία: άγνωστος χρήστης\n",
        ("nikos@gr.example", None, "failed"),
    ),
    (
        "Hebrew", "מערכת הדואר <no-reply@il.example>", "הודעתך לא נמסרה",
        "ההודעה שלך אל dana@il.example לא נמסרה. התיבה מלאה.\n",
        ("dana@il.example", None, "failed"),
    ),
    (
        "Arabic", "خادم البريد <noreply@ar.example>", "تعذر تسليم رسالتك",
        "تعذر تسليم رسالتك إلى omar@ar.example لأن العنوان غير موجود.\n",
        ("omar@ar.example", None, "failed"),
    ),
    (
        "Thai", "ระบบเมล <noreply@th.example>", "ไม่สามารถส่งข้อความได้",
        "ข้อความของคุณไม่สามารถส่งถึง somchai@th.example ได้ เนื่องจากไม่มีบัญชีนี้\n",
        ("somchai@th.example", None, "failed"),
    ),
    (
        "Hungarian", "Levelezőrendszer <rendszer@hu.example>", "Levél kézbesítése sikertelen",
        "Az Ön levelét nem sikerült kézbesíteni a következő címre: bela@hu.example\nOk: ismeretlen felhasználó\n",
        ("bela@hu.example", None, "failed"),
    ),
    (
        "Romanian", "Sistem Mail <sistem@ro.example>", "Mesajul nu a fost livrat",
        "Mesajul dvs. către ion@ro.example nu a putut fi livrat. Căsuța este plină.\n",
        ("ion@ro.example", None, "failed"),
    ),
    (
        "Finnish", "Sähköpostipalvelu <posti@fi.example>", "Viestiä ei voitu toimittaa",
        "Viestiäsi ei voitu toimittaa osoitteeseen matti@fi.example. Osoitetta ei ole.\n",
        ("matti@fi.example", None, "failed"),
    ),
    (
        "Swedish delay", "Mailserver <server@se.example>", "Ditt meddelande är försenat",
        "Ditt meddelande till lars@se.example har ännu inte kunnat levereras. Nya försök görs i 3 dygn.\n",
        ("lars@se.example", None, "delayed"),
    ),
    (
        "Indonesian", "Sistem Surel <noreply@id.example>", "Pesan Anda gagal terkirim",
        "Pesan Anda kepada budi@id.example tidak dapat dikirim. Kotak surat penuh.\n",
        ("budi@id.example", None, "failed"),
    ),
    (
        "X400", "X400 MTA <x400@gw.example>", "Delivery Report (failure) for G=Ann;S=Lee",
        "This report relates to your message: Subject: plan\nYour message was not delivered to:\n  C=GB;A=GOLD;P=ORG;S=Lee;G=Ann\nfor the following reason: unable-to-transfer, unrecognised-OR-name\n",
        (None, None, "failed"),
    ),
    (
        "Mimecast", "\"Mimecast Postmaster\" <postmaster@mc.example>", "[Postmaster] Email Delivery Failure",
        "The following email was not delivered.\nSubject: Report\nTo: jim@far.example\nReason: 550 Rejected by header based manually Blocked Senders\n",
        ("jim@far.example", "5.0.0", "failed"),
    ),
    (
        "Barracuda", "Barracuda Spam Firewall <bsf@bc.example>", "**Message you sent blocked by our bulk email filter**",
        "Your message to: pam@bc.example\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: price list\n",
        ("pam@bc.example", None, "failed"),
    ),
    (
        "Symantec", "Symantec_Mail_Security@sy.example", "Symantec Mail Security detected a prohibited attachment",
        "A message you sent to roy@sy.example was rejected because it contained a prohibited attachment (x.exe). The message was deleted and not delivered.\n",
        ("roy@sy.example", None, "failed"),
    ),
    (
        "Domino", "Postmaster@dm.example", "DELIVERY FAILURE: User rex (rex@dm.example) not listed in Domino Directory",
        "Your message\n\n  Subject: hi\n\nwas not delivered to:\n\n  rex@dm.example\n\nbecause:\n\n  User rex (rex@dm.example) not listed in Domino Directory\n",
        ("rex@dm.example", None, "failed"),
    ),
    (
        "GroupWise", "GroupWise Internet Agent <gwia@gw.example>", "Message status - undeliverable",
        "The message that you sent was undeliverable to the following:\n\tfay@gw.example (user not found)\n\nPossibly truncated original message follows:\n",
        ("fay@gw.example", None, "failed"),
    ),
    (
        "Fax", "eFax <no-reply@ef.example>", "Fax transmission failed",
        "Your fax to 15550100@ef.example could not be sent: no answer.\n",
        ("15550100@ef.example", None, "failed"),
    ),
    (
        "Brand hosting", "Bluebird Hosting <hello@bluebird.example>", "We couldn't deliver your message",
        "Hi,\n\nthe message you sent to gil@far.example did not get through. The other server said: mailbox is full.\nWe will not try again.\n\nThe Bluebird team\n",
        ("gil@far.example", None, "failed"),
    ),
    (
        "no words noreply", "noreply@sch.example", "Mail not delivered",
        "To: <ned@sch.example>\nError: no such account\n",
        ("ned@sch.example", None, "failed"),
    ),
    (
        "html postmark", "Delivery Service <bounce@pm.example>", "Message could not be delivered to ned@far.example",
        "Your message to ned@far.example hard bounced. SMTP reply: 550 5.1.1 The email account that you tried to reach does not exist.\n",
        ("ned@far.example", "5.1.1", "failed"),
    ),
    (
        "plain admin server", "admin@hostx.example", "Returned mail: no such user",
        "----- The message you sent was returned -----\nrecipient: old@hostx.example\nreason: no such user here\n",
        ("old@hostx.example", None, "failed"),
    ),
    (
        "citadel", "Citadel <citadel@ct.example>", "Delivery Status Notification (Failure)",
        "A message you sent could not be delivered to some or all of its recipients\ndue to prolonged unavailability of its destination(s).\nGiving up on the following addresses:\n\numa@far.example: unable to connect\n",
        ("uma@far.example", None, "failed"),
    ),
    (
        "msn", "Microsoft Hotmail <postmaster@hm.example>", "Delivery Status Notification (Failure)",
        "This is an automatically generated Delivery Status Notification.\n\nDelivery to the following recipients failed.\n\n       bea@hm.example\n",
        ("bea@hm.example", None, "failed"),
    ),
    (
        "icloud", "iCloud Mail <noreply@ic.example>", "Message not delivered",
        "Your message could not be delivered to nat@ic.example.\nThe recipient's mailbox is full.\n",
        ("nat@ic.example", None, "failed"),
    ),
    (
        "proton", "Proton Mail <no-reply@pr.example>", "Undelivered Mail Returned to Sender",
        "We were unable to send your message to al@pr.example. The address does not exist.\n",
        ("al@pr.example", None, "failed"),
    ),
    (
        "fastmail", "Mail Delivery System <MAILER-DAEMON@fm.example>", "Undelivered Mail Returned to Sender",
        "<cy@far.example>: Host or domain name not found. Name service error for name=far.example type=A: Host not found\n",
        ("cy@far.example", None, "failed"),
    ),
    (
        "zimbra quota", "MAILER-DAEMON@zi.example", "Undelivered Mail Returned to Sender",
        "<di@zi.example>: host zi.example said: 452 4.2.2 Over quota (in reply to end of DATA command)\n",
        ("di@zi.example", "4.2.2", "failed"),
    ),
    (
        "postfix delay", "MAILER-DAEMON@po.example", "Delayed Mail (still being retried)",
        "####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################################################################\n\nYour message could not be delivered for more than 4 hour(s).\nIt will be retried until it is 5 day(s) old.\n\n<eli@far.example>: connect to far.example[192.0.2.1]:25: Connection timed out\n",
        ("eli@far.example", None, "delayed"),
    ),
    (
        "exim warning", "Mail Delivery System <Mailer-Daemon@ex.example>", "Warning: message 1abc-000-Xx delayed 24 hours",
        "This message was created automatically by mail delivery software.\n\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on ex.example.\n\nThe address to which the message has not yet been delivered is:\n\n  flo@far.example\n    Delay reason: Connection refused\n",
        ("flo@far.example", None, "delayed"),
    ),
    (
        "qmail-ldap", "MAILER-DAEMON@qm.example", "failure notice",
        "Hi. This is the qmail-send program at qm.example.\nI tried to deliver a bounce message to this address, but the bounce bounced!\n\n<gus@far.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n",
        ("gus@far.example", "5.1.1", "failed"),
    ),
    (
        "courier", "\"Courier mail server\" <@cr.example>", "NOTICE: mail delivery status.",
        "This is a delivery status notification from cr.example,\nrunning the Courier mail server, version 0.60.\n\nUNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<hal@far.example>:\n    mx.far.example [192.0.2.1]:\n>>> RCPT TO:<hal@far.example>\n<<< 550 no such user\n",
        ("hal@far.example", "5.0.0", "failed"),
    ),
    (
        "oracle", "Oracle Email <daemon@or.example>", "Returned mail: Unable to deliver mail",
        "This Message was undeliverable due to the following reason:\n\nEach of the following recipients was rejected by a remote mail server.\n\n    Recipient: <ida@far.example>\n    Reason:    5.1.1 <ida@far.example>... User unknown\n",
        ("ida@far.example", "5.1.1", "failed"),
    ),
    (
        "interscan", "IMSVA <imsva@im.example>", "Mail rejected",
        "Your mail to jan@im.example violated the content policy and was deleted. It has not been delivered.\n",
        ("jan@im.example", None, "failed"),
    ),
    (
        "topica", "Proofpoint Essentials <notification@pp.example>", "Blocked message",
        "A message from help@desk.example to kay@pp.example was blocked: 554 attachment type not allowed\n",
        ("kay@pp.example", "5.0.0", "failed"),
    ),
    (
        "majordomo", "Majordomo@lists.example", "Undeliverable: post to staff",
        "Your message to staff@lists.example could not be posted: list does not exist.\n",
        ("staff@lists.example", None, "failed"),
    ),
    (
        "voicemail sys", "Unity Messaging System <unity@vm.example>", "Non-Delivery Receipt: voice",
        "Your message could not be delivered to 4410@vm.example. Mailbox not found.\n",
        ("4410@vm.example", None, "failed"),
    ),
    (
        "sms gateway", "SMS Center <sms@tel.example>", "Text not sent",
        "Your e-mail could not be sent as a text message to 15550199@tel.example: number not in service\n",
        ("15550199@tel.example", None, "failed"),
    ),
    (
        "german isp", "Ihr Mailteam <service@isp.example>", "Ihre E-Mail konnte nicht zugestellt werden",
        "Guten Tag,\n\nIhre E-Mail an otto@isp.example vom 3. März konnte nicht zugestellt werden.\nGrund: Das Postfach existiert nicht.\n\nIhr Mailteam\n",
        ("otto@isp.example", None, "failed"),
    ),
    (
        "german delay", "Mailserver <mailserver@isp.example>", "Verzögerte Zustellung",
        "Ihre Nachricht an otto@isp.example konnte noch nicht zugestellt werden. Der Server versucht es weiter.\n",
        ("otto@isp.example", None, "delayed"),
    ),
    (
        "es brand", "Correos Web <no-responder@cw.example>", "No hemos podido entregar tu mensaje",
        "Hola:\n\nTu mensaje para ines@cw.example no ha sido entregado porque la dirección no existe.\n\nEl equipo de Correos Web\n",
        ("ines@cw.example", None, "failed"),
    ),
    (
        "pt br", "Sistema de E-mail <sistema@br.example>", "Mensagem devolvida",
        "Sua mensagem para lia@br.example foi devolvida pelo servidor de destino: 550 5.1.1 usuário desconhecido\n",
        ("lia@br.example", "5.1.1", "failed"),
    ),
    (
        "ru provider", "Почтовая служба <noreply@pochta.example>", "Письмо не доставлено",
        "Здравствуйте!\n\nВаше письмо для oleg@pochta.example не доставлено: ящик переполнен.\n",
        ("oleg@pochta.example", None, "failed"),
    ),
    (
        "ua", "Поштовий сервер <server@ua.example>", "Лист не доставлено",
        "Ваш лист до iryna@ua.example не доставлено. Причина: адреса не існує.\n",
        ("iryna@ua.example", None, "failed"),
    ),
    (
        "bg", "Пощенска система <mail@bg.example>", "Неуспешна доставка",
        "Вашето съобщение до ivan@bg.example не може да бъде доставено.\n",
        ("ivan@bg.example", None, "failed"),
    ),
    (
        "sr", "Sistem pošte <sistem@rs.example>", "Poruka nije isporučena",
        "Vaša poruka za mila@rs.example nije isporučena. Sanduče je puno.\n",
        ("mila@rs.example", None, "failed"),
    ),
    (
        "lt", "Pašto sistema <sistema@lt.example>", "Laiškas nepristatytas",
        "Jūsų laiškas adresu jonas@lt.example nebuvo pristatytas.\n",
        ("jonas@lt.example", None, "failed"),
    ),
    (
        "et", "Postisüsteem <no-reply@ee.example>", "Kirja ei saanud kätte toimetada",
        "Teie kirja aadressile mari@ee.example ei õnnestunud edastada.\n",
        ("mari@ee.example", None, "failed"),
    ),
    (
        "fa", "سامانه ایمیل <noreply@ir.example>", "پیام شما تحویل نشد",
        "پیام شما به ali@ir.example تحویل داده نشد. صندوق پر است.\n",
        ("ali@ir.example", None, "failed"),
    ),
    (
        "hi", "मेल सेवा <noreply@in.example>", "आपका संदेश नहीं पहुँचा",
        "आपका संदेश ravi@in.example को नहीं भेजा जा सका।\n",
        ("ravi@in.example", None, "failed"),
    ),
    (
        "tl", "Sistema ng Mail <noreply@ph.example>", "Hindi naipadala ang iyong mensahe",
        "Ang iyong mensahe kay jun@ph.example ay hindi naihatid.\n",
        ("jun@ph.example", None, "failed"),
    ),
    (
        "ja carrier", "メール配信システム <postmaster@jp.example>", "配信不能",
        "次の宛先にメールを配信できませんでした。\n\nyuki@jp.example\n\n理由: 宛先不明\n",
        ("yuki@jp.example", None, "failed"),
    ),
    (
        "ja2", "no-reply@jp2.example", "メールをお届けできませんでした",
        "お送りいただいたメールは、以下の宛先にお届けできませんでした。\nyuki@jp.example\n",
        ("yuki@jp.example", None, "failed"),
    ),
    (
        "zh tw", "郵件系統 <system@tw.example>", "郵件無法傳遞",
        "您寄給 mei@tw.example 的郵件無法傳遞，信箱已滿。\n",
        ("mei@tw.example", None, "failed"),
    ),
    (
        "machine in own words", "Relay 3 <relay3@net.example>", "Message 88123 dropped",
        "Message 88123 for pia@far.example dropped after 5 attempts (connection refused).\n",
        ("pia@far.example", None, "failed"),
    ),
    (
        "expired", "smtp-out@net.example", "Message expired",
        "Queue id 7F22: <pia@far.example> expired after 5 days, last error 451 4.4.1 timeout. Returned to sender.\n",
        ("pia@far.example", "4.4.1", "failed"),
    ),
    (
        "vacation'd mailbox closed", "Mail Admin Robot <robot@old.example>", "Mailbox closed: ray@old.example",
        "The mailbox ray@old.example is closed. Your message was not forwarded and has been deleted.\n",
        ("ray@old.example", None, "failed"),
    ),
    (
        "no from system, attach", "help-noreply@crm.example", "Email delivery problem",
        "We could not deliver an email from help@desk.example to the contact sam@far.example. Response from the server: 550 5.4.1 Recipient address rejected\n",
        ("sam@far.example", "5.4.1", "failed"),
    ),
]

# From, Subject, body
PEOPLE = [
    ("Rita Voss <rvoss@s.example>", "Undeliverable: trip", "Your message to joe@far.example couldn't be delivered.\njoe wasn't found at far.example.\n"),
    ("rvoss@s.example", "my mails bounce", "Mail to joe@far.example comes back with 550 5.1.1 user unknown. Please fix.\n"),
    ("\"Voss, Rita\" <rita.voss@s.example>", "Delivery failure", "joe@far.example 550 5.1.1\nYour message could not be delivered.\n\nRita\n"),
    ("Front Office <office@s.example>", "Mail delivery failed", "Letters to parent joe@far.example were not delivered, it says mailbox is full. Please tell us another way.\n"),
    ("Library <library@s.example>", "Undelivered mail", "Overdue notices to kim@far.example and lee@far.example bounced today (552 mailbox full). Can the accounts be updated?\n"),
    ("Coach Hill <coach@s.example>", "emails not going through", "none of the emails I send to the booster club (boosters@far.example) get delivered. they get 'message blocked'\n"),
    ("Support Team <support@vendor.example>", "Your messages to us", "Hello, your mail to billing@vendor.example could not be delivered last week because our server was down. Please resend it. Sorry! Mia\n"),
    ("Mia Post <mpost@s.example>", "Message failed to send", "Outlook says message failed to send to all@s.example, error 0x800CCC0F\n"),
    ("Postmaster <postmaster@n.example>", "Mail from your server", "Hello colleagues, mail from you to our users was rejected (550 5.7.1) because your PTR is missing. Please add it.\nRegards, Tom\n"),
    ("Marie Courrier <mcourrier@e.example>", "Message non distribué", "Bonjour, le message pour paul@f.example n'a pas été distribué. Merci de vérifier.\n"),
    ("Server Room <serverroom@s.example>", "AC failed", "The AC in the server room failed again. Mail server is at 31C. Please send somebody.\n"),
    ("Post Office Desk <post@s.example>", "Parcel not delivered", "The parcel for room 12 was not delivered, UPS returned it to sender. Whom should it go to?\n"),
    ("Delivery <deliveries@s.example>", "Your delivery was returned", "Two toner boxes were not accepted at the dock. Your order 550 is back here, call 5.1.1 for a new slot. - Ed, warehouse\n"),
    ("佐藤 <sato@k.example>", "メールが戻ってきます", "pta@far.example に送れません。配信できませんと出ます。確認お願いします。\n"),
    ("山田 花子 <hanako@k.example>", "配信エラー", "お世話になっております。保護者 sato@far.example へのメールが配信できませんでした。対応をお願いします。\n"),
    ("Li Wei <lwei@c.example>", "邮件无法投递", "老师您好，您的邮件发送到 li@far.example 被退回了，请检查。\n"),
    ("Ivan P <ip@r.example>", "Письмо не доставлено", "Здравствуйте, письмо на anna@r.example не доставлено, ошибка 550. Посмотрите пожалуйста.\n"),
    ("secretaria@e.example", "Correo devuelto", "El correo a padre@f.example fue devuelto con 550. Favor de revisar la lista.\n"),
    ("mr.k@s.example", "bounced again", "<joe@far.example>: 550 5.1.1 User unknown\nsame as yesterday\n"),
    ("noreply@s.example", "undelivered", "I write from the scanner account. My mails to joe@far.example come back undelivered, 550.\n"),
    ("Sys Admin Joe <root@lab.example>", "mail queue stuck", "Hey, the mail for you was not delivered since friday, relay says 451 4.7.1 for help@desk.example. I flushed it. Joe\n"),
    ("Webmaster <webmaster@s.example>", "contact form mails not delivered", "Form mails to nurse@s.example were not delivered since the update. Could you look at SPF?\n"),
    ("Notices <notices@s.example>", "Notices returned", "The overdue notices of families a@f.example were returned as undeliverable; we need new addresses.\n"),
    ("Mail Room <mailroom@s.example>", "Undeliverable mail", "Attached is the list of returned mail. Your letters to the Hall family were not delivered. Please send new addresses to mailroom2@s.example.\n"),
    ("IT Helpdesk <it@other.example>", "Re your bounce", "We checked: your message to zed@other.example was rejected since the mailbox was disabled. It is open now, please resend.\nSam\n"),
    ("Kai Berg <kberg@s.example>", "Delivery Status Notification (Failure)", "lisa@far.example\n550 5.1.1\n"),
    ("Athletics Office <athletics@s.example>", "Message blocked", "Your message to refs@far.example has been blocked. See technical details: 550 5.7.1\n\n^ this comes back every time\n"),
    ("kberg@s.example", "Undeliverable: roster", "Delivery has failed to these recipients: lisa@far.example\n"),
    ("k.berg@s.example", "Undeliverable: roster", "Your message to lisa@far.example couldn't be delivered. 550 5.1.1\n"),
    ("Front Desk <frontdesk@s.example>", "parent mail returned", "mail to lisa@far.example was returned, is it spelled right\n"),
    ("Server Admin <sadmin@s.example>", "relay", "Relay rejected mail from scanner to lisa@far.example, 550 5.7.1. I need the IP allowed.\n"),
    ("Ms. Post <post.ms@s.example>", "your message", "Hi, your message did not arrive, my box was full. Please send again to post.home@far.example. Ms. Post\n"),
    ("Petra Postel <ppostel@s.example>", "Zustellung fehlgeschlagen", "Mails an lisa@far.example werden nicht zugestellt, 550 5.1.1. Bitte prüfen.\nP. Postel\n"),
    ("Sekretariat <sekretariat@s.example>", "Unzustellbar: Einladung", "Die Einladung an lisa@far.example konnte nicht zugestellt werden. Bitte um Hilfe. Frau Kern\n"),
    ("Secrétariat <secretariat@s.example>", "mail revenu", "Le message envoyé à lisa@far.example n'a pas été remis (boîte pleine). Que faire ? Mme Roux\n"),
    ("Dirección <direccion@s.example>", "Correo no entregado", "El correo para lisa@far.example no se pudo entregar, sale error 550. Favor de ayudarnos.\n"),
    ("Segreteria <segreteria@s.example>", "Mail non consegnata", "La mail a lisa@far.example non è stata consegnata. Potete controllare? Grazie, Carla\n"),
    ("Email Marketing Class <bpratt@s.example>", "mail merge failed", "The mail merge failed: 40 messages were not sent. lisa@far.example was first.\n"),
    ("Notifications Team <nora@vendor.example>", "Your webhook mail bounced", "Hi Sam, your notification to ops@far.example bounced with 550, so I paused it. Tell me when it's fixed. Nora\n"),
    ("Bot Club <botclub@s.example>", "robot not delivered", "The robot kit was not delivered. Order contact is kit@far.example. Could you call?\n"),
    ("Sam Relay <srelay@s.example>", "message not sent", "Message to lisa@far.example not sent. Tried twice.\n"),
    ("Returns <returns@vendor.example>", "Your return was refused", "Your return 550 was refused at the dock. The message slip says unknown sender. Write to rma@vendor.example.\n"),
    ("Amir <amir77@gm.example>", "failed delivery", "my email to teacher lisa@s.example failed, mailbox unavailable\n"),
    ("陳老師 <chen@t.example>", "郵件被退回", "寄給家長 lisa@far.example 的郵件被退回，請協助。\n"),
    ("김민수 <minsu@k.example>", "메일이 반송됩니다", "lisa@far.example 로 보낸 메일이 반송됩니다. 확인 부탁드립니다.\n"),
    ("أحمد <ahmad@a.example>", "رسالة لم تصل", "لم يتم تسليم رسالتي إلى lisa@far.example. أرجو المساعدة.\n"),
    ("Nguyen Thi Lan <lan@v.example>", "Thư không gửi được", "Thư gửi cho lisa@far.example không gửi được, báo lỗi 550. Nhờ thầy xem giúp.\n"),
    ("Lost & Found <lostfound@s.example>", "returned mail", "Someone returned a mail bag. Owner kberg@s.example? It was not delivered to the office.\n"),
    ("Principal Vega <principal@s.example>", "Fwd Undeliverable", "Your message to board@far.example couldn't be delivered.\n550 5.4.1\n"),
    ("nurse@s.example", "not delivered", "forms to kim@far.example not delivered\n"),
    ("help@vendor.example", "Your mail", "Your mail to sales@vendor.example was not delivered to the right team, I forwarded it to ops@vendor.example. Lea\n"),
    ("Web Team <web@s.example>", "form mail not sent", "Form mails to kim@s.example are not sent since Monday. Error 550 5.7.1. Can you check the relay?\n"),
    ("Data Center Ops <dcops@county.example>", "Mail relay maintenance", "Mail relay moves tonight. Messages may be delayed up to 2 hours. Contact dcops2@county.example.\n"),
    ("ISP Postmaster Team <postmaster@isp.example>", "Complaint about your server", "Dear admin, mail from 192.0.2.1 was rejected, 554 5.7.1, sample recipient kim@isp.example. Please fix the open relay.\n\nISP abuse team\n"),
    ("mail@familie-berg.example", "Mail kam zurück", "Meine Mail an lehrer@s.example kam zurück, Postfach voll. Bitte weitergeben. Berg\n"),
    ("Posta Família <posta@silva.example>", "mensagem não entregue", "A mensagem para prof@s.example não foi entregue. Podem avisar a professora? Obrigado, Rui Silva\n"),
    ("info@verein.example", "Einladung nicht zugestellt", "Guten Tag, die Einladung an direktor@s.example wurde nicht zugestellt. Haben Sie eine neue Adresse? Viele Grüße, Vorstand\n"),
    ("Server Dude <root@home.example>", "Mail from my server", "Your server rejected my mail to kim@s.example with 550 5.7.1. I am a parent with my own server. Can you whitelist me?\n"),
    ("Office Mail <mail@church.example>", "Undeliverable", "Our letter to kim@s.example came back undeliverable. Who runs the food drive now? Pastor Ann\n"),
    ("system@smallco.example", "quote", "Hi, message to your purchasing kim@s.example was rejected. Sending the quote here instead. Bob from SmallCo\n"),
    ("admin@neighbor.example", "delivery problem", "Mail to your domain is deferred: 451 4.7.1 greylisted for kim@s.example. Known issue? Regards Ned\n"),
    ("Postbank Filiale <service@pb.example>", "Rückfrage", "Ihre E-Mail an filiale@pb.example habe ich erhalten, der Anhang wurde nicht zugestellt. Bitte erneut senden. Freundliche Grüße\nUlla Kern\n"),
]

# Programs that tell of something else, or pass on what a person wrote.
NOTICES = [
    ("Parcels <noreply@parcels.example>", "Your parcel could not be delivered", "Hello, we tried to deliver your parcel today but nobody was in. We will try again tomorrow. Questions? support@parcels.example\n"),
    ("Library System <noreply@lib.example>", "Overdue notice", "Your loan is overdue. Please return it. Do not reply to this mail, write to lib@lib.example.\n"),
    ("Copier <scanner@s.example>", "Scan to mail failed", "Scan to kberg@s.example failed. Error 3.2: server did not respond.\n"),
    ("Zoom <no-reply@zoom.example>", "Meeting recording failed", "Your recording could not be processed.\n"),
    ("Google Forms <forms-noreply@gf.example>", "New response", "kberg@s.example filled in the form: 'mail to parents not delivered'.\n"),
    ("Canvas <notifications@lms.example>", "New message from Kai Berg", "Kai Berg wrote: I could not send my essay to lisa@s.example, message blocked. View it in Canvas.\n"),
    ("Jira <jira@vendor.example>", "[JIRA] (HD-5) Mail not delivered to users", "Kai Berg commented on HD-5: mail to lisa@far.example is rejected with 550 5.1.1.\n"),
    ("Bank <noreply@bank.example>", "Payment returned", "Your payment to vendor@far.example was returned: account closed.\n"),
    ("Voicemail <voicemail@s.example>", "New voicemail", "You have a message from 555. Transcript: my email was not delivered to lisa@s.example please call.\n"),
    ("UPS Quantum <pkginfo@ups.example>", "Exception: delivery delayed", "Your package is delayed due to weather.\n"),
    ("Security Camera <camera4@s.example>", "Camera 4 offline", "Alert could not be sent to guard@s.example before. Camera 4 offline.\n"),
]

SENDERS = [
    ("MAILER-DAEMON@x.example", SenderKind.DAEMON),
    ("postmaster@x.example", SenderKind.POSTMASTER),
    ("Mailbezorging <dienst@x.example>", SenderKind.SYSTEM),
    ("=?utf-8?B?0J/QvtGH0YLQvtCy0LDRjyDRgdC70YPQttCx0LA=?= <x@x.example>", SenderKind.SYSTEM),  # Почтовая служба
    ("no-reply@x.example", SenderKind.NOBODY),
    ("Brightmark <support@x.example>", SenderKind.SERVICE),
    ("Mail Room <mailroom@x.example>", SenderKind.ROOM),  # a room in a school, not a program
    ("Citadel <citadel@x.example>", SenderKind.UNKNOWN),
    ("s204417@x.example", SenderKind.BARE),
    ("tina m <nightowl@x.example>", SenderKind.NAMED),
    ("k.berg@x.example", SenderKind.NAMED),
    ("Marie Courrier <mcourrier@x.example>", SenderKind.PERSON),  # people have such names
    ('"Marta Quiles, Mail Delivery Coordinator" <mquiles@x.example>', SenderKind.PERSON),
    ("ArGo Mail <argo@x.example>", SenderKind.SYSTEM),
]

SENTENCES = [
    "could not be delivered", "nie została dostarczona", "kon niet worden bezorgd", "não foi entregue", "teslim edilemedi",
    "не было доставлено", "配信できませんでした", "无法投递", "전달되지 못했습니다", "לא נמסרה", "لم يتم تسليم", "không gửi được",
    "ei voitu toimittaa", "nem sikerült kézbesíteni", "The message was refused", "Deine Nachricht wurde abgewiesen",
]


@pytest.mark.parametrize(("name", "sender", "subject", "body", "wanted"), REPORTS, ids=[one[0] for one in REPORTS])
def test_a_report_in_free_text_is_a_bounce(
    name: str, sender: str, subject: str, body: str, wanted: tuple[str | None, str | None, str]
) -> None:
    found = screen(mail(sender, subject, body), None, ())
    assert found.kind == "bounce"
    assert found.bounce is not None
    assert (found.bounce.recipient, found.bounce.status, found.bounce.action) == wanted


@pytest.mark.parametrize(("sender", "subject", "body"), PEOPLE, ids=[f"{one[0]} {one[1]}" for one in PEOPLE])
def test_a_person_who_tells_of_mail_that_did_not_arrive_is_a_person(sender: str, subject: str, body: str) -> None:
    assert screen(mail(sender, subject, body), None, ()).kind == "human"


@pytest.mark.parametrize(("sender", "subject", "body"), NOTICES, ids=[f"{one[0]} {one[1]}" for one in NOTICES])
def test_a_program_that_tells_of_something_else_is_no_bounce(sender: str, subject: str, body: str) -> None:
    assert screen(mail(sender, subject, body), None, ()).kind != "bounce"


@pytest.mark.parametrize(("sender", "kind"), SENDERS, ids=[one[0] for one in SENDERS])
def test_a_sender_is_told_by_name_and_address(sender: str, kind: SenderKind) -> None:
    assert sender_kind(mail(sender, "", "")) is kind


@pytest.mark.parametrize("sentence", SENTENCES)
def test_not_and_deliver_close_together_say_it_in_many_languages(sentence: str) -> None:
    assert says_undelivered(sentence)


def test_not_in_another_sentence_does_not_say_it() -> None:
    assert not says_undelivered("The pizza is for room 4, not for room 5. We deliver at noon, as you wished last week.")


def test_a_mail_system_s_standing_apologies_are_no_person_s_voice() -> None:
    assert FIRST_PERSON.search("I need this today")
    assert not FIRST_PERSON.search("görs i 3 dygn; puno je; retried in 30 min; mail.eu")


def test_the_same_words_weigh_less_from_a_person() -> None:
    words = ("Undeliverable: trip", "Your message to joe@far.example couldn't be delivered. 550 5.1.1 unknown\n")
    assert weigh(mail("Mail System <system@x.example>", *words), False) >= NEEDED
    assert weigh(mail("Rita Voss <rvoss@x.example>", *words), False) < NEEDED
