"""Letters as they come, good and nasty, made here and copied from nobody."""

import base64
import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP

QUESTION = "Здравствуйте! Как зарегистрироваться?"
SENDER = "Пётр Иванов <petr@example.ru>"

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
EXE = b"MZ\x90\x00" + bytes(64)
TNEF = b"\x78\x9f\x3e\x22" + bytes(64)


def letter(text: str = QUESTION, **headers: str) -> EmailMessage:
    """A letter that nothing is wrong with; `message_id="…"` becomes `Message-ID: …`."""
    mail = EmailMessage(policy=SMTP)
    for name, value in with_defaults(headers).items():
        mail[name] = value
    mail.set_content(text)
    return mail


def sent(text: str = QUESTION, **headers: str) -> bytes:
    """The same as it travels."""
    return letter(text, **headers).as_bytes()


def raw(body: bytes, *more: bytes, **headers: str) -> bytes:
    """Headers of ours, then more, then a body, byte by byte."""
    head = [f"{name}: {value}".encode() for name, value in with_defaults(headers).items()]
    return b"\r\n".join([*head, *more, b"", body])


def with_defaults(headers: Mapping[str, str]) -> dict[str, str]:
    named = {name.replace("_", "-").title().replace("-Id", "-ID"): value for name, value in headers.items()}
    whole = {
        "From": SENDER,
        "To": "liniya@example.ru",
        "Subject": "Question",
        "Message-ID": "<q1@example.ru>",
    }
    return {name: value for name, value in (whole | named).items() if value}


def with_files(*files: tuple[str, bytes], **headers: str) -> bytes:
    """A letter with files, called what they say and said to be nothing."""
    mail = letter(**headers)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def with_html(html: str, plain: str = "", **headers: str) -> bytes:
    mail = letter(plain or QUESTION, **headers)
    if plain:
        mail.add_alternative(html, subtype="html")
    else:
        mail.set_content(html, subtype="html")
    return mail.as_bytes()


def archive(*names: str, mimetype: str = "") -> bytes:
    """A ZIP file with these in it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        if mimetype:
            file.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            file.writestr(zipfile.ZipInfo(name), "<Types/>" if name.endswith(".xml") else "content")
    return whole.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
DOCM = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
ODT = archive("content.xml", mimetype="application/vnd.oasis.opendocument.text")


def without_charset(text: str, charset: str, subject: str = "") -> bytes:
    """Bytes of a charset that the letter says nothing of, in its head too."""
    more = [f"Subject: {subject}".encode(charset)] if subject else []
    return raw(text.encode(charset), *more, subject="" if subject else "Question")


def nested(depth: int) -> bytes:
    """Parts within parts within parts."""
    body = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + QUESTION.encode()
    for level in range(depth):
        mark = f"b{level}".encode()
        head = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n'
        body = head + b"--" + mark + b"\r\n" + body + b"\r\n--" + mark + b"--\r\n"
    return raw(b"")[:-2] + body


def never_closed() -> bytes:
    """A boundary that is opened and never closed, and base64 that stops in the middle."""
    body = b"\r\n".join(
        [
            b"--cut",
            b"Content-Type: text/plain; charset=utf-8",
            b"",
            QUESTION.encode(),
            b"--cut",
            b'Content-Type: application/pdf; name="act.pdf"',
            b"Content-Transfer-Encoding: base64",
            b"",
            base64.b64encode(PDF)[:-3],
        ]
    )
    return raw(body, b'Content-Type: multipart/mixed; boundary="cut"')


def bounce(of: str, report: bool = True, action: str = "failed") -> bytes:
    """A mail server says that a letter has not arrived, or else what became of it; its head comes back."""
    body = "\r\n".join(
        [
            "--report",
            "Content-Type: text/plain; charset=utf-8",
            "",
            "550 5.1.1 no such user",
            "--report",
            "Content-Type: message/delivery-status",
            "",
            f"Action: {action}",
            "--report",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: <{of}>",
            "Subject: x",
            "--report--",
            "",
        ]
    )
    kind = b'Content-Type: multipart/report; report-type=delivery-status; boundary="report"'
    head = [kind] if report else [b"Content-Type: text/plain"]
    sender = "Mail Delivery System <MAILER-DAEMON@mx.example.ru>"
    return raw(body.encode(), b"Return-Path: <>", *head, From=sender, message_id="<bounce@mx.example.ru>")


def read_receipt(of: str) -> bytes:
    """A mail program says that a letter of ours was read (RFC 8098)."""
    body = "\r\n".join(
        [
            "--report",
            "Content-Type: message/disposition-notification",
            "",
            "Disposition: manual-action/MDN-sent-manually; displayed",
            "--report--",
            "",
        ]
    )
    kind = b'Content-Type: multipart/report; report-type=disposition-notification; boundary="report"'
    return raw(body.encode(), kind, message_id="<mdn@example.ru>", references=f"<{of}>")


def large(size: int) -> bytes:
    """A letter of so many bytes: a few words and much that looks like a PDF."""
    content = PDF + bytes(range(256)) * (size * 3 // 4 // 256)
    return with_files(("plan.pdf", content))
