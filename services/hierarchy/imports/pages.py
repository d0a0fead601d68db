"""Pages: tables brought as files: what one would change is looked through, then taken."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.structure import MunicipalityKind
from services.chassis.db.idempotency import repeat_of
from services.chassis.errors import NotFound
from services.chassis.web.forms import Form, from_here, sent, sent_file
from services.chassis.web.tables import download, ending_of, files
from services.directory.russian import search_text
from services.directory.staff import RENEWAL
from services.hierarchy.core.domain.rows import Column
from services.hierarchy.core.office import AnyRequest, Office, Visit
from services.hierarchy.imports.commands.import_file import (
    Looked,
    Wanted,
    bring_file,
    look_through,
    may_bring,
    take_file,
)
from services.hierarchy.imports.domain.population import COLUMNS as OF_POPULATION
from services.hierarchy.imports.store.imports import What
from services.hierarchy.territory.commands.apply_changes import Plan
from services.hierarchy.territory.domain.organizations import COLUMNS, FOUNDER, alike
from services.hierarchy.territory.domain.structure import Municipality, Organization
from services.hierarchy.territory.store import municipalities

ADDRESS = "/cabinet/imports"
LARGEST_FILE = 20_000_000
"""Bytes; the gateway lets through as much."""

SHOWN = 100
"""Rows of a list on the page; there may be thousands."""

KINDS = {
    MunicipalityKind.MUNICIPAL_DISTRICT: "муниципальный район",
    MunicipalityKind.MUNICIPAL_OKRUG: "муниципальный округ",
    MunicipalityKind.URBAN_OKRUG: "городской округ",
    MunicipalityKind.INNER_CITY: "внутригородской район",
    MunicipalityKind.URBAN_SETTLEMENT: "городское поселение",
    MunicipalityKind.RURAL_SETTLEMENT: "сельское поселение",
}
TITLES = {
    "name": "название",
    "kind": "вид",
    "parent": "район",
    "place": "где находится",
    "headcount": "работников",
    "oktmo_now": "код ОКТМО сейчас",
    "smo": "СМО",
    "population": "население",
    "audience": "аудитория",
}
"""What may change, in words."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of a file: its name, what tells it from others, and what becomes of it in words."""

    name: str
    hint: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """How many things there are, and the first of them."""

    count: int
    first: list[Thing]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file would do, for the page."""

    unchanged: int
    added: Several
    changed: Several
    missing: Several
    twins: Several


class ImportPages(Controller):
    """Tables for the region's structure."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LARGEST_FILE

    @get("/{what:str}")
    async def ask(
        self, request: AnyRequest, what: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """Which file, with which columns."""
        visit, wanted = await office.visit(request), _wanted(what, request.query_params.get("of", ""))
        return await _form(request, office, visit, wanted, Form())

    @post("/{what:str}")
    async def bring(
        self, request: AnyRequest, what: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """The file is there to be looked through."""
        visit, form = await office.visit(request), await sent(request)
        wanted = _wanted(what, form.of("of"))
        try:
            async with office.uploads.turn():
                content = await sent_file(request, "file")
                now = office.clock.now()
                id_ = await bring_file(office.pool, office.reader, visit.who, wanted, content, now)
        except Exception as error:
            return await _form(request, office, visit, wanted, form, office.refuse(form, error))
        return office.go(f"{ADDRESS}/{what}/{id_}", *visit.cookies)

    @get("/{what:str}/{id_:uuid}")
    async def look(
        self, request: AnyRequest, what: FromPath[str], id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Response[bytes]:
        """What it would change, or everything that is wrong with it (`format=csv` or `xlsx`: as a file)."""
        visit = await office.visit(request)
        return await _look(request, office, visit, what, id_, Form())

    @post("/{what:str}/{id_:uuid}")
    async def take(
        self, request: AnyRequest, what: FromPath[str], id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Response[bytes] | Redirect:
        """It is done, and back to where the list is."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            now = office.clock.now()
            answer = await take_file(office.pool, visit.who, id_, form.of("word"), now, repeat)
        except Exception as error:
            return await _look(request, office, visit, what, id_, form, office.refuse(form, error))
        told = orjson.loads(answer.body)
        back = _back(_wanted(told["what"], told["of"]))
        done = urlencode({"added": told["added"], "changed": told["changed"], "done": told["what"]})
        return office.go(f"{back}?{done}", *visit.cookies)


def _wanted(what: str, of: str) -> Wanted:
    try:
        return Wanted(What(what), of.strip())
    except ValueError:
        raise NotFound("import-unknown") from None


def _back(wanted: Wanted) -> str:
    return f"/cabinet/municipalities/{wanted.of}/organizations" if wanted.founder else "/cabinet/structure"


def _columns(wanted: Wanted) -> tuple[Column, ...]:
    """The columns that a table is to have; the classifier is taken as it is published."""
    if wanted.what is What.ORGANIZATIONS:
        return tuple(column for column in COLUMNS if column is not FOUNDER or not wanted.founder)
    return OF_POPULATION if wanted.what is What.POPULATION else ()


async def _form(
    request: AnyRequest, office: Office, visit: Visit, wanted: Wanted, form: Form, status: int = 200
) -> Response[str]:
    async with office.pool.acquire() as db, db.transaction():
        _, founder = await may_bring(db, visit.who, wanted)
    values = {"what": wanted.what.value, "of": wanted.of, "founder": founder, "columns": _columns(wanted)}
    return await office.page(
        request, visit, "imports/upload.html", form, status, **values, back=_back(wanted)
    )


async def _look(
    request: AnyRequest, office: Office, visit: Visit, what: str, id_: UUID, form: Form, status: int = 200
) -> Response[str] | Response[bytes]:
    looked = await look_through(office.pool, visit.who, id_)
    address, of = f"{ADDRESS}/{what}/{id_}", looked.wanted.of
    again = f"{ADDRESS}/{what}?{urlencode({'of': of})}"
    if looked.bad:
        told = [(row.line, office.sentences(row.why.slug, row.why.facts)) for row in looked.bad]
        if ending := ending_of(request.query_params):
            return await download("Ошибки в файле", ending, ("Строка", "Что не так"), told)
        return await office.page(
            request,
            visit,
            "imports/refused.html",
            form,
            bad=told[:SHOWN],
            all_bad=len(told),
            files=files(address),
            again=again,
        )
    async with office.pool.acquire() as db:
        names = {code: m.name for code, m in (await municipalities.all_by_code(db)).items()}
    return await office.page(
        request,
        visit,
        "imports/preview.html",
        form,
        status,
        what=what,
        address=address,
        again=again,
        shown=await asyncio.to_thread(_shown, looked, names),
        word=looked.word,
    )


def _shown(looked: Looked, names: Mapping[str, str]) -> Shown:
    """Of the one kind of thing that a file of the screen is about."""
    (plan,) = looked.plans
    changes = plan.changes
    first = zip(changes.before[:SHOWN], changes.changed[:SHOWN], strict=True)
    changed = [Thing(*_called(new, names), tuple(_differences(old, new, names))) for old, new in first]
    return Shown(
        unchanged=len(changes.unchanged),
        added=_several(changes.added, names),
        changed=Several(len(changes.changed), changed),
        missing=_several(changes.missing, names),
        twins=_several(list(_twins(plan)), names),
    )


def _several(things: Sequence[Any], names: Mapping[str, str]) -> Several:
    return Several(len(things), [Thing(*_called(thing, names)) for thing in things[:SHOWN]])


def _called(thing: Municipality | Organization, names: Mapping[str, str]) -> tuple[str, str]:
    if isinstance(thing, Organization):
        return thing.name, f"№ {thing.external_id}, {names.get(thing.founder, thing.founder)}"
    return thing.name, thing.code


def _twins(plan: Plan[Any]) -> Iterator[Organization]:
    """What is to be added under a name that the founder has already, or a number that looks like another one:
    perhaps the same once more."""
    changes = plan.changes
    names, numbers = set[tuple[str, str]](), set[tuple[str, str]]()
    for each in (*changes.before, *changes.unchanged, *changes.missing):
        if isinstance(each, Organization):
            numbers.add((each.founder, alike(each.external_id)))
            if not each.closed:
                names.add((each.founder, search_text(each.name)))
    for each in changes.added:
        if isinstance(each, Organization):
            number = each.founder, alike(each.external_id)
            if number in numbers or (each.founder, search_text(each.name)) in names:
                yield each
            numbers.add(number)


def _differences(old: Any, new: Any, names: Mapping[str, str]) -> Iterator[str]:
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after and field.name in TITLES:
            yield f"{TITLES[field.name]}: {_word(before, names)} → {_word(after, names)}"


def _word(value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, MunicipalityKind):
        return KINDS[value]
    return "нет" if value is None else names.get(str(value), str(value))
