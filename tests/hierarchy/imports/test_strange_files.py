"""Tables as spreadsheets, editors and mail programs of others write them."""

import io
from collections.abc import Callable

import pytest
import xlsxwriter

from contracts.structure import MunicipalityKind
from services.chassis.tables import formats, sheets
from services.chassis.tables.cells import is_error, one_line
from services.chassis.tables.rows import BadFile
from services.chassis.web.problems import Sentences
from services.chassis.web.tables import as_csv, as_xlsx
from services.hierarchy.imports.domain import oktmo, population
from services.hierarchy.imports.domain.oktmo import check_digit
from services.hierarchy.imports.domain.population import People
from services.hierarchy.territory.domain import organizations
from services.hierarchy.territory.domain.structure import Municipality
from tests.hierarchy.tables import spreadsheet, table

SENTENCES = Sentences("services.hierarchy")
CODES = ("13603000", "13603151")
HEAD = "Код ОКТМО;Население;Аудитория\r\n"
TEXT = HEAD + "13603000;29652;1343\r\n13603151;14820;34\r\n"
PEOPLE = {"13603000": People(29652, 1343), "13603151": People(14820, 34)}
PLACES = {
    "13603000": Municipality(
        "13603000", "Сосновский район", MunicipalityKind.MUNICIPAL_DISTRICT, None, "13603000"
    )
}


def told(parse: Callable[[], object]) -> list[tuple[int, str]]:
    """What is wrong, by line, in the words that people read."""
    with pytest.raises(BadFile) as refusal:
        parse()
    return [(row.line, SENTENCES(row.why.slug, row.why.facts)) for row in refusal.value.rows]


def workbook(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        fill(book, book.add_worksheet())
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1251"),
        TEXT.replace(";", ",").encode(),
        TEXT.replace(";", "\t").encode("cp1251"),
        TEXT.replace(";", "\t").encode("utf-16"),
        TEXT.replace(";", "\t").encode("utf-16-be"),
        TEXT.replace(";", "\t").encode("utf-16-le"),
        ("sep=;\r\n" + TEXT).encode("cp1251"),
        ('"sep=|"\r\n' + TEXT.replace(";", "|")).encode(),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("34\r\n", "34").encode(),
    ],
    ids="utf8 mark 1251 commas tabs unicode-text utf16be utf16le sep bars mac unix no-end".split(),
)
def test_a_table_is_read_whatever_parts_its_cells_and_writes_its_letters(content: bytes) -> None:
    assert population.parse(table(content), CODES) == PEOPLE


def test_a_comma_in_names_parts_no_cells() -> None:
    rows = "".join(
        f"13 60{n} 000;{n};Районы, округа, города, сёла и прочее, номер {n};\r\n" for n in range(9)
    )

    assert {len(line.cells) for line in table(rows).lines} == {3}


def test_a_line_is_numbered_as_an_editor_shows_it() -> None:
    text = "sep=;\r\n" + HEAD + '13603000;"1\r\n2";1\r\n13603151;много;1\r\n'

    assert [line for line, _ in told(lambda: population.parse(table(text), CODES))] == [5]


def test_missing_cells_at_the_end_of_a_row_are_empty() -> None:
    text = "Номер;Название;Вид;Где находится;Работников\r\n1;Школа;школа;;40\r\n2;Клуб;клуб\r\n3;Сад;сад;\r\n"

    entries = organizations.parse(table(text), PLACES, "13603000")

    assert [(e.name, e.place, e.headcount) for e in entries.values()] == [
        ("Школа", "13603000", 40),
        ("Клуб", "13603000", None),
        ("Сад", "13603000", None),
    ]


def test_a_cell_too_many_names_its_row() -> None:
    text = HEAD + "13603000;1;1;;;\r\n13603151;1;1;;заметка\r\n"

    assert told(lambda: population.parse(table(text), CODES)) == [
        (3, "В строке столбцов: 5, а должно быть 3.")
    ]


def test_the_classifier_may_lack_its_last_cells() -> None:
    rows = [("13600000", "Муниципальные районы"), ("13603000", "Сосновский")]
    text = "\r\n".join(f"{code};{check_digit(code)};{name}" for code, name in rows)

    assert [unit.code for unit in oktmo.parse(table(text), "13")] == ["13603000"]


def classifier(*rows: tuple[str, str]) -> list[tuple[object, ...]]:
    return [(int(code), check_digit(code), name, "") for code, name in rows]


OF_03 = classifier(
    ("03600000", "Муниципальные районы"), ("03603000", "Сосновский"), ("03603151", "- Каменское")
)


def test_a_lost_first_zero_is_put_back_where_the_control_digit_proves_it() -> None:
    as_text = "\r\n".join(";".join(map(str, row)) for row in OF_03)

    for content in (spreadsheet(*OF_03), as_text.encode()):
        assert [unit.code for unit in oktmo.parse(table(content), "03")] == ["03603000", "03603151"]
    assert [line for line, _ in told(lambda: oktmo.parse(table(as_text), "36"))] == [1]
    assert "есть регионы: 03" in told(lambda: oktmo.parse(table(as_text), "36"))[0][1]


def test_a_code_of_seven_digits_without_that_proof_is_refused() -> None:
    [(line, sentence)] = told(
        lambda: oktmo.parse(table(f"3603000;{check_digit('03603000') + 1};Сосновский"), "03")
    )

    assert line == 1
    assert "потеряла первый ноль, код – 03603000" in sentence


def test_every_table_puts_the_first_zero_back() -> None:
    place = Municipality(
        "03603000", "Сосновский район", MunicipalityKind.MUNICIPAL_DISTRICT, None, "03603000"
    )
    text = "Номер;Учредитель;Где находится;Название;Вид\r\n1;3603000;3603000;Школа;школа\r\n"

    [entry] = organizations.parse(table(text), {"03603000": place}).values()

    assert (entry.founder, entry.place) == ("03603000", "03603000")
    assert list(population.parse(table(HEAD + "3603000;1;1\r\n"), ["03603000"])) == ["03603000"]


def test_an_error_of_a_formula_is_a_bad_row_that_names_its_cell() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ("Код ОКТМО", "Население", "Аудитория", "Моё"))
        sheet.write_row(1, 0, (13603000, None, 1343))
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_row(2, 0, (13603151, 14820))
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")

    assert told(lambda: population.parse(table(workbook(fill)), CODES)) == [
        (2, "В ячейке B2 ошибка «#N/A»: исправьте её в таблице или очистите ячейку."),
        (3, "В ячейке C3 ошибка «#DIV/0!»: исправьте её в таблице или очистите ячейку."),
    ]


@pytest.mark.parametrize(
    "error", "#Н/Д #ССЫЛКА! #ЗНАЧ! #ДЕЛ/0! #ИМЯ? #ЧИСЛО! #REF! Err:502 Ошибка:502 ####".split()
)
def test_an_error_as_text_is_one_too(error: str) -> None:
    text = HEAD + f"13603000;{error};1343\r\n"

    assert f"В ячейке B2 ошибка «{error}»" in told(lambda: population.parse(table(text), CODES))[0][1]
    assert not is_error("#1")


def test_errors_of_an_old_spreadsheet_are_seen_before_it_is_read() -> None:
    bool_error = b"\x05\x02\x08\x00" + b"\x01\x00\x01\x00\x0f\x00" + b"\x2a\x01"
    formula = b"\x06\x00\x1b\x00" + b"\x02\x00\x02\x00\x0f\x00" + b"\x02\x00\x17\x00\x00\x00\xff\xff"
    number = b"\x06\x00\x1b\x00" + b"\x02\x00\x02\x00\x0f\x00" + b"\x00\x00\x00\x00\x00\x00\xf0\x3f"

    seen = [bool(sheets.ERRORS_OF_XLS.search(record)) for record in (bool_error, formula, number)]

    assert seen == [True, True, False]


def test_a_head_in_letters_that_look_alike_is_a_head() -> None:
    for head in ("Kод ОKТМО;Hаселение;Aудитория", "\u200bКод\u00a0ОКТМО;Насе\u00adление;аудитория\ufeff"):
        assert population.parse(table(f"{head}\r\n13603000;29652;1343"), CODES) == {
            CODES[0]: PEOPLE[CODES[0]]
        }


def test_what_nobody_sees_is_no_part_of_a_code_or_a_number() -> None:
    text = HEAD + "\u200b1360\u20603000\u200e;29\u202f652;13\u00a043\r\n"

    assert population.parse(table(text), CODES) == {CODES[0]: PEOPLE[CODES[0]]}


@pytest.mark.parametrize(
    "name", ["\u200b", "\u2060", "\u3164", "\u2800", "\ufeff", "\u00ad", "\u202e", " \u115f "]
)
def test_a_name_that_nobody_sees_is_none(name: str) -> None:
    text = f"Номер;Название;Вид\r\n1;{name};школа\r\n"

    assert told(lambda: organizations.parse(table(text), PLACES, "13603000")) == [
        (2, "Заполните столбец «Название».")
    ]


def test_letters_of_two_signs_are_made_one() -> None:
    assert one_line("И\u0306ошкар-Ола,\u000bе\u0308лка\x00") == "Йошкар-Ола, ёлка"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"\xff\xd8\xff\xe0", "картинка"),
        (b"\x89PNG\r\n\x1a\n", "картинка"),
        (b"PK\x03\x04[Content_Types].xml word/document.xml PK\x05\x06", "документ Word"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text", "документ Writer"),
        (b"PK\x03\x04scan.jpg PK\x05\x06", "архив"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "документ Word"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "таблица под паролем"),
        (b"{\\rtf1", "документ Word"),
        (b"Rar!\x1a\x07", "архив"),
        ("\ufeff <html><table>".encode(), "веб-страница, хотя файл может называться XLS"),
        (b'<?xml version="1.0"?><Workbook>', "XML"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(content: bytes, kind: str) -> None:
    assert told(lambda: table(content)) == [(1, f"Это {kind}. Загрузите таблицу CSV или XLSX.")]


def test_a_table_is_never_taken_for_another_kind() -> None:
    for content in (spreadsheet(("BM", "<html>")), b"BM;GIF\r\n1;2", "MM;Номер".encode(), b"<b>;2"):
        assert formats.foreign(content) is None


def test_dates_truths_and_long_numbers_are_text() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_number(2, 1, 46_067, book.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_row(2, 2, (True, 1e300, 0.5, 2**40))

    [line] = table(workbook(fill)).lines

    assert (line.number, line.cells) == (3, ("", "2026-02-14", "True", "1e+300", "0.5", str(2**40)))


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_an_export_is_read_back_as_it_was(make: Callable[..., bytes]) -> None:
    names = [
        "Школа, детский сад, клуб",
        "Иванов,=1+1",
        "=1+1",
        "-5",
        '«Ёлка» "№ 1"; филиал',
        "a\nb",
        "＝1",
    ]
    rows = [(str(nth), name, "@клуб", "", 10 + nth) for nth, name in enumerate(names)]
    content = make(("Номер", "Название", "Вид", "Где находится", "Работников"), rows)

    entries = organizations.parse(table(content), PLACES, "13603000")

    assert [(e.external_id, e.name, e.kind, e.headcount) for e in entries.values()] == [
        (number, one_line(name), kind, headcount) for number, name, kind, _, headcount in rows
    ]
