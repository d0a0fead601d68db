"""Whatever is sent as a file: what is kept of it, and what is not taken, whichever name it has."""

import io
import random
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from services.chassis.errors import Invalid
from services.intake.attachments.domain.attachments import LARGEST
from services.intake.attachments.domain.judging import judge, packed
from services.intake.attachments.reading import AttachmentReader
from tests.intake.attachments.cases import (
    OBJECTS,
    PAGE,
    PDF,
    TEXT,
    archive,
    bomb,
    document,
    moving,
    office,
    open_document,
    photograph,
    picture,
    saved,
    stream,
)

ACTION = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def judged(body: bytes, name: str = "файл") -> tuple[str, str, bytes]:
    """Its name, its kind and its body, as it is kept."""
    said, first, kind, changed = judge(packed(name, body)).split(b"\n", 3)
    assert said != b"refused", first
    return first.decode(), kind.decode(), changed if said == b"changed" else body


def refused(body: bytes, name: str = "файл") -> str:
    said, slug, _ = judge(packed(name, body)).split(b"\n", 2)
    assert said == b"refused"
    return slug.decode()


def drawn(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(judged(body)[2]))


@pytest.mark.parametrize(
    ("given", "body", "name"),
    [
        ("Смета.pdf", PDF, "Смета.pdf"),
        ("Смета.exe", PDF, "Смета.exe.pdf"),
        ("фото\u202egpj.exe", picture(), "фотоgpj.exe.jpg"),
        ("фото.JPEG", picture(), "фото.jpeg"),
        ("../../../etc/passwd", picture("PNG"), "etc passwd.png"),
        ("C:\\Users\\Пётр\\схема.webp", picture("WEBP"), "C Users Пётр схема.webp"),
        ("план\x00.docx\r\nX: y", office("word"), "план.docx X y.docx"),
        ("con.txt", TEXT, "файл con.txt"),
        ("NUL .pdf", PDF, "файл NUL.pdf"),
        ("lpt1.a.b.png", picture("PNG"), "файл lpt1.a.b.png"),
        ("список.js", TEXT, "список.js.txt"),
        ("а" * 300 + ".xlsx", office("xl"), "а" * 100 + ".xlsx"),
        ("😀" * 90, office("ppt"), "😀" * 50 + ".pptx"),
        ("\u200b.", open_document(), "файл.odt"),
        ("", TEXT, "файл.txt"),
    ],
    ids=range(15),
)
def test_a_file_is_called_what_it_is(given: str, body: bytes, name: str) -> None:
    assert judged(body, given)[0] == name


@pytest.mark.parametrize(
    "body",
    [
        b"MZ\x90\x00" + bytes(60),
        b"#!/bin/sh\nrm -rf /",
        b"\xef\xbb\xbf \n<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(60),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60),
        b"{\\rtf1 x}",
        b"text\x00text",
        b"text\x01text",
        b"text" * 30_000 + b"\x00",
        archive({"run.exe": "x"}),
        archive({"[Content_Types].xml": "<!DOCTYPE", "word/document.xml": ""}),
        office("word")[:60],
        open_document("spreadsheet"),
        archive({"[Content_Types].xml": "<Types/>", **{f"word/{nth}": "" for nth in range(10_001)}}),
        bomb(office("word")),
    ],
    ids=range(16),
)
def test_what_is_no_such_file_is_not_taken_whatever_its_name(body: bytes) -> None:
    assert refused(body, "Смета.pdf") == "attachment-kind"


@pytest.mark.parametrize(
    "body",
    [
        office("word", "vnd.ms-word.document.macroEnabled.main+xml"),
        office("xl", "vnd.ms-office.vbaProject"),
        office("word", parts={"word/VBAPROJECT.BIN": b"x"}),
        open_document(parts={"Basic/Standard/Module1.xml": b"x"}),
        open_document(parts={"Scripts/python/x.py": b"x"}),
    ],
    ids=range(5),
)
def test_macros_are_found_under_whatever_name(body: bytes) -> None:
    assert refused(body) == "attachment-macros"


def test_a_photograph_says_no_longer_where_it_was_taken_and_stands_upright() -> None:
    given = photograph()
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(0x8825)

    name, kind, body = judged(given)

    image = Image.open(io.BytesIO(body))
    assert (name, kind, image.size) == ("файл.jpg", "image/jpeg", (40, 60))
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment"} & image.info.keys()
    assert b"Ivanov" not in body
    # What was left is on top once it is turned to the right.
    assert [image.convert("L").getpixel((20, height)) for height in (5, 55)] == [0, 255]


@pytest.mark.parametrize(
    ("body", "mode"),
    [
        (picture("JPEG", "CMYK"), "RGB"),
        (picture("JPEG", "L"), "L"),
        (picture("PNG", "1"), "L"),
        (picture("PNG", "LA"), "RGBA"),
        (picture("PNG", "P", transparency=0), "RGBA"),
        (picture("PNG", "I;16"), "L"),
        (picture("WEBP", "RGBA"), "RGB"),
        (moving("MPO"), "RGB"),
    ],
    ids=["cmyk", "grey", "bits", "clear grey", "palette", "16 bits", "webp", "camera's pair"],
)
def test_an_image_looks_as_before(body: bytes, mode: str) -> None:
    image = drawn(body)

    assert image.mode == mode
    assert getattr(image, "n_frames", 1) == 1


def test_sixteen_bits_of_grey_become_the_same_grey() -> None:
    assert drawn(saved(Image.new("I;16", (9, 9), 40_000), "PNG")).getpixel((4, 4)) == 156


def test_colours_are_as_the_profile_means_them_and_a_broken_one_harms_nothing() -> None:
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for profile in (own, b"nonsense" * 40, own[:200]):
        image = drawn(picture("PNG", icc_profile=profile))
        assert (image.getpixel((5, 5)), image.getpixel((55, 5))) == ((0, 0, 0), (255, 255, 255))
        assert "icc_profile" not in image.info


def test_a_program_behind_an_image_is_not_kept() -> None:
    for format_ in ("JPEG", "PNG", "WEBP"):
        assert b"<script>" not in judged(picture(format_) + b"<script>alert(1)</script>")[2]


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_what_moves_is_not_taken(format_: str) -> None:
    assert refused(moving(format_)) == "attachment-image-animated"


def test_a_broken_image_is_not_taken() -> None:
    whole = picture(size=(600, 400))

    for body in (whole[:-200], whole[:30], b"\xff\xd8\xff", picture("PNG")[:-30], b"RIFF\x10\0\0\0WEBPVP8 "):
        assert refused(body) == "attachment-image-broken"


def test_an_image_of_too_many_points_is_not_unpacked() -> None:
    # One bit a point: sixty million of them in 7 KB.
    small = saved(Image.new("1", (10_000, 6_000)), "PNG")

    assert refused(small) == "attachment-image-large"


async def test_an_image_that_lies_about_its_size_breaks_its_own_process_alone() -> None:
    reader = AttachmentReader()
    lying = bytearray(picture("PNG"))
    lying[16:24] = (49_000).to_bytes(4, "big") + (1_000).to_bytes(4, "big")

    with pytest.raises(Invalid, match="attachment-"):
        await reader.read("a.png", bytes(lying))
    assert (await reader.read("a.png", picture("PNG"))).name == "a.png"


async def test_nothing_and_too_much_are_refused_unread() -> None:
    for size, slug in ((0, "attachment-empty"), (LARGEST + 1, "attachment-size")):
        with pytest.raises(Invalid, match=slug):
            await AttachmentReader().read("a.txt", b"a" * size)


def test_a_pdf_of_pages_is_kept_byte_by_byte() -> None:
    assert judged(PDF) == ("файл.pdf", "application/pdf", PDF)
    noise = random.Random(1).randbytes(3_000_000)
    assert judged(document(*PAGE, stream(noise, b"/Filter /DCTDecode", packed=False)))[1] == "application/pdf"


@pytest.mark.parametrize(
    "body",
    [
        document(*PAGE, ACTION),
        document(*PAGE, b"<< /S /J#61vaScrip#74 >>"),
        document(*PAGE, b"<< /S /Launch /F (cmd.exe) >>"),
        document(*PAGE, b"<< /Names << /EmbeddedFiles 3 0 R >> >>"),
        document(*PAGE, b"<< /Type /Filespec /EF << /F 4 0 R >> >>"),
        document(*PAGE, b"<< /AcroForm << /XFA 5 0 R >> >>"),
        document(*PAGE, stream(b"5 0 " + ACTION, OBJECTS)),
        document(*PAGE, stream(b"5 0 << /S /#4aavaScript >>", OBJECTS)),
        # Not called a stream of objects, though read as one.
        document(*PAGE, stream(b" % x\n5 0 << /EF << >> >>")),
        document(*PAGE, stream(b"5 0 << /EF << >> >>", b"/Type /ObjStm /N 1 /First 4", packed=False)),
        document(b"(stream", stream(b"5 0 " + ACTION, OBJECTS)),
        # An object within what seems to be an image.
        document(*PAGE, stream(b"\n7 0 obj\n" + ACTION, b"", packed=False)),
        PDF + document(ACTION),
    ],
    ids=range(13),
)
def test_a_pdf_that_does_more_than_show_pages_is_not_taken(body: bytes) -> None:
    assert refused(body, "Смета.pdf") == "attachment-pdf-active"


@pytest.mark.parametrize(
    "head",
    [
        b"/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]",
        b"/Type /#4fbjStm /N 1 /First 4 /Filter /LZWDecode",
    ],
    ids=["hex", "lzw"],
)
def test_a_pdf_whose_objects_cannot_be_looked_into_is_not_taken(head: bytes) -> None:
    odd: Any = stream(b"\xff\x80 not deflated", head, packed=False)

    assert refused(document(*PAGE, odd)) == "attachment-pdf-unclear"
    large = b"<< %s >>\nstream\n%s\nendstream" % (OBJECTS, zlib.compress(b"1 0 " + bytes(70_000_000), 1))
    assert refused(document(*PAGE, large)) == "attachment-pdf-unclear"


def test_a_pdf_under_a_password_is_not_taken() -> None:
    assert refused(document(*PAGE, ends=b"trailer << /Encrypt 9 0 R >>")) == "attachment-pdf-locked"
