"""Whatever a file holds, it is a table or a refusal that we foresaw, in bounded time."""

import asyncio
import csv
import io
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

import xlsxwriter
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from contracts.structure import MunicipalityKind
from services.chassis.errors import Refused
from services.chassis.tables.reading import BOUNDS
from services.chassis.tables.rows import BadFile, Table
from services.hierarchy.appointments.domain import annex
from services.hierarchy.core.reading import FileReader
from services.hierarchy.imports.domain import oktmo, population
from services.hierarchy.territory.domain import campaign, organizations, smos
from services.hierarchy.territory.domain.structure import Municipality
from tests.hierarchy.tables import document, table

KNOWN = {
    "13603000": Municipality(
        "13603000", "Сосновский район", MunicipalityKind.MUNICIPAL_DISTRICT, None, "13603000"
    )
}
HEADS = (
    ("Код ОКТМО", "Население", "Аудитория"),
    ("Номер", "Учредитель", "Название", "Вид", "Работников"),
    ("№", "Роль", "Имя", "Адрес", "Где"),
)
PARSERS: tuple[Callable[[Table], object], ...] = (
    lambda read: population.parse(read, KNOWN),
    lambda read: organizations.parse(read, KNOWN),
    lambda read: organizations.parse(read, KNOWN, "13603000"),
    lambda read: oktmo.parse(read, "13"),
    lambda read: annex.read(annex.written(read)),
)

in_process = settings(max_examples=100, suppress_health_check=list(HealthCheck))
in_children = settings(in_process, max_examples=20, phases=(Phase.explicit, Phase.reuse, Phase.generate))

words = st.sampled_from(
    [
        "13603000",
        "3603000",
        "Глава",
        "Роль",
        "#N/A",
        "#Н/Д",
        "=1+1",
        "'-",
        "sep=,",
        "1 000",
        "\u200b",
        '"',
        "«»",
        "\0",
    ]
)
texts = st.text(max_size=12) | words
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
days = st.dates(date(1900, 1, 1)) | st.datetimes(datetime(1900, 1, 1))  # noqa: DTZ001
cells = texts | numbers | st.booleans() | days
rows = st.lists(st.lists(texts, max_size=6), max_size=8)


def foreseen(read: Callable[[], Table]) -> None:
    """The file is read, and each of our tables made of it, or refused with a slug."""
    try:
        read_table = read()
    except BadFile:
        return
    for parse in PARSERS:
        try:
            parse(read_table)
        except (BadFile, Refused):
            continue


def bounded(content: bytes) -> None:
    """The same in a child, which has no more memory than it may: it ends in time."""
    began = time.monotonic()

    foreseen(lambda: asyncio.run(FileReader().table(content)))

    assert time.monotonic() - began < BOUNDS.seconds + 10


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """A table as some program writes it, and sometimes cut or spoilt."""
    written = io.StringIO(newline="")
    ends = draw(st.sampled_from(["\r\n", "\n", "\r"]))
    separator = draw(st.sampled_from([";", ",", "\t", "|"]))
    writer = csv.writer(written, delimiter=separator, lineterminator=ends)
    if draw(st.booleans()):
        writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator=ends)
    writer.writerow(draw(st.sampled_from(HEADS)))
    writer.writerows(draw(rows))
    encoding = draw(
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1251", "cp866", "utf-32"])
    )
    content = written.getvalue().encode(encoding, "replace")
    return content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content


@st.composite
def workbooks(draw: st.DrawFn) -> bytes:
    """A sheet with anything in it: merged and far cells, errors, dates, numbers of any size."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, format_ = (
            book.add_worksheet(),
            book.add_format({"num_format": draw(st.sampled_from(["dd.mm.yyyy", "[h]:mm", "0"]))}),
        )
        sheet.write_row(0, 0, draw(st.sampled_from(HEADS)))
        places = st.tuples(st.integers(1, 12), st.integers(0, 7) | st.sampled_from([300, 16_383]))
        for (row, column), cell in draw(st.dictionaries(places, cells, max_size=12)).items():
            sheet.write(row, column, cell, format_)
        for row, error in draw(
            st.dictionaries(st.integers(1, 12), st.sampled_from(["#N/A", "#REF!"]), max_size=3)
        ).items():
            sheet.write_formula(row, 1, "=NA()", None, error)
        if draw(st.booleans()):
            sheet.merge_range(14, 0, draw(st.integers(15, 1000)), 3, draw(texts))
    far = draw(st.sampled_from(["", "", "A1048576", "C1048576", "XFD1048576"]))
    return with_cell(content.getvalue(), far) if far else content.getvalue()


def with_cell(content: bytes, address: str) -> bytes:
    """A workbook with a blank far down: xlsxwriter would go through all the rows before it."""
    changed = io.BytesIO()
    cell = f'<row r="1048576"><c r="{address}" t="inlineStr"><is><t> </t></is></c></row></sheetData>'
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(changed, "w") as new:
        for name in book.namelist():
            new.writestr(name, book.read(name).replace(b"</sheetData>", cell.encode()))
    return changed.getvalue()


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A workbook of which some bytes are others."""
    content = bytearray(draw(workbooks()))
    for place, byte in draw(
        st.dictionaries(st.integers(0, len(content) - 1), st.integers(0, 255), max_size=8)
    ).items():
        content[place] = byte
    return bytes(content[: draw(st.integers(1, len(content)))] if draw(st.booleans()) else content)


@in_process
@given(csv_files())
def test_any_csv_is_a_table_or_refused(content: bytes) -> None:
    foreseen(lambda: table(content))


@in_process
@given(st.binary(max_size=300).filter(lambda content: not content.startswith((b"PK", b"\xd0\xcf"))))
@example(b'"' + b";" * 200_000)
@example(b"a" * 200_000)
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    foreseen(lambda: table(content))


@in_process
@given(
    st.text(max_size=200)
    | st.lists(words | st.sampled_from([";", "\t", "\n", "Координатор", "; "])).map("".join)
)
def test_any_pasted_annex_is_read_or_refused(text: str) -> None:
    with suppress(Refused):
        assert annex.read(text)


@in_process
@given(
    st.binary(max_size=100)
    | st.lists(
        st.sampled_from(
            ["- ", "id: ", "a", "*a", "&a ", "[", "]", "{", "}", "\n", "  ", ",", "? ", "!x ", "\t", "|", "'"]
        )
    )
    .map("".join)
    .map(str.encode)
)
@example(b"? [a, b]\n: c\n")
@example(b"- !!binary x\n- <<: {a: b}\n")
def test_any_yaml_is_read_or_refused(content: bytes) -> None:
    for parse in (lambda read: smos.parse(read, {"13603000": None}), campaign.parse):
        try:
            parse(document(content))
        except BadFile:
            continue


@in_children
@given(workbooks())
def test_any_workbook_is_a_table_or_refused(content: bytes) -> None:
    bounded(content)


@in_children
@given(
    spoilt()
    | st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest)
    | st.binary(max_size=600).map(lambda rest: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rest)
)
def test_any_spoilt_workbook_is_a_table_or_refused(content: bytes) -> None:
    bounded(content)
