"""Files as people send them, good and nasty, made here and copied from nobody."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

TEXT = "Смета: 120 тысяч рублей.\n".encode()
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(
    format_: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (60, 40), **more: object
) -> bytes:
    """An image whose left half is dark."""
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    return saved(image.convert(mode), format_, **more)


def saved(image: Image.Image, format_: str, **more: Any) -> bytes:
    whole = io.BytesIO()
    image.save(whole, format_, **more)
    return whole.getvalue()


def photograph() -> bytes:
    """Taken by a camera that was held upright and knows where it was."""
    told = Image.Exif()
    told[0x0112], told[0x010F] = 6, "Camera of Ivanov"
    told.get_ifd(0x8825).update({1: "N", 2: (56.0, 51.0, 8.0), 3: "E", 4: (41.0, 23.0, 1.0)})
    return picture(exif=told, comment=b"taken by Ivanov")


def moving(format_: str) -> bytes:
    """Several images in one file."""
    first = Image.new("RGB", (20, 20), "white")
    return saved(
        first, format_, save_all=True, append_images=[Image.new("RGB", (20, 20), "red")], duration=100
    )


def document(*objects: bytes, ends: bytes = b"trailer << /Root 1 0 R >>\n%%EOF\n") -> bytes:
    """A PDF of these objects."""
    numbered = (b"%d 0 obj\n%s\nendobj\n" % (nth, each) for nth, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + ends


def stream(content: bytes, head: bytes = b"/Filter /FlateDecode", *, packed: bool = True) -> bytes:
    body = zlib.compress(content) if packed else content
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(body), body)


PAGE = (b"<< /Type /Catalog /Pages 2 0 R >>", stream(b"1 0 0 1 0 0 cm BT (/JSON) Tj ET"))
OBJECTS = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
PDF = document(*PAGE, stream(b"5 0 << /Type /Page >>", OBJECTS))


def archive(entries: Mapping[str, str | bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return whole.getvalue()


def office(folder: str, kind: str = "main+xml", parts: Mapping[str, bytes] | None = None) -> bytes:
    """A document of Microsoft's, with a part of this kind, and more parts."""
    types = f'<Types xmlns="x"><Override PartName="/{folder}/x" ContentType="application/{kind}"/></Types>'
    return archive({"[Content_Types].xml": types, f"{folder}/document.xml": "<x/>", **(parts or {})})


def open_document(kind: str = "text", parts: Mapping[str, bytes] | None = None) -> bytes:
    """A document of LibreOffice's, with more parts."""
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return archive({"mimetype": mimetype, "content.xml": "<x/>", **(parts or {})})


def bomb(of: bytes) -> bytes:
    """An archive whose first entry says that it unpacks to a gigabyte."""
    at = of.index(b"PK\x01\x02") + 24
    return of[:at] + (1_000_000_000).to_bytes(4, "little") + of[at + 4 :]
