"""What everybody may read: nothing unless the campaign says so, and only what stands."""

from html import unescape
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from contracts.initiatives import InitiativeStatus
from services.intake.initiatives.domain import Initiative
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.intake.published.reader import ATOM, DELETED, Reader
from tests.intake.test_api import slug


async def text_of(reader: Reader, id_: str | UUID) -> int:
    """The status of the text by its link, the same for programs and for people."""
    answers = [
        await reader.get(f"/open/initiatives/{id_}"),
        await reader.get(f"/api/v1/open/initiatives/{id_}", Accept="application/json"),
    ]
    assert len({answer.status_code for answer in answers}) == 1, [answer.text for answer in answers]
    return int(answers[0].status_code)


async def test_texts_are_the_staffs_unless_the_campaign_says_otherwise(reader: Reader) -> None:
    await reader.told.office.redefine(version=3)
    initiative = await reader.determined()

    await reader.publish()

    for path in ("/open", f"/open/{DISTRICT}", "/open/feed.atom", f"/open/initiatives/{initiative.number}"):
        assert (await reader.get(path)).status_code == 404, path
    assert await text_of(reader, initiative.id) == 404
    assert await reader.told.office.pool.fetchval("SELECT count(*) FROM open_text") == 0


async def test_a_text_is_open_once_its_decision_can_no_longer_be_taken_back(reader: Reader) -> None:
    told = reader.told
    open_one, undone = [await told.submitted(title=f"Переход {nth}") for nth in range(2)]
    await told.decided("determine", open_one, old=False)
    taken = await told.decided("determine", undone, old=False)
    await reader.publish()
    before = [await text_of(reader, id_) for id_ in (open_one, undone)], await reader.numbers()
    await told.undone(taken)

    await reader.publish(minutes=11)

    assert before == ([404, 404], [])
    assert [await text_of(reader, id_) for id_ in (open_one, undone)] == [200, 404]
    found = (await reader.get(f"/api/v1/open/initiatives/{open_one}", Accept="application/json")).json()
    assert await reader.numbers() == [found["number"]]
    assert (found["title"], found["status"], found["municipality"]) == ("Переход 0", "determined", DISTRICT)
    assert found["page"].endswith(f"/open/initiatives/{found['number']}")
    page = await reader.page(f"/open/initiatives/{found['number']}")
    assert "Переход 0" in page
    assert "Нужен." in page
    assert "Определена" in page
    assert "Тайный" not in page
    assert "organization" not in found
    assert "participant" not in found


async def test_a_decision_that_may_be_taken_back_changes_nothing_in_public(reader: Reader) -> None:
    told = reader.told
    ids = [await told.submitted(title=f"Переход {nth}") for nth in range(4)]
    await told.decided("determine", *ids)
    await reader.publish()
    declined, merged, returned, into = ids
    await told.decided("decline", declined, by="head", old=False, reason="other", text="Нет.")
    await told.decided("merge", merged, by="head", old=False, into=into)
    back = await told.decided("return", returned, by="head", old=False, text="Перепишите.")
    await reader.publish()
    during = [await text_of(reader, id_) for id_ in ids]
    await told.undone(back, by="head")

    await reader.publish(minutes=11)

    assert during == [200, 200, 200, 200]
    assert [await text_of(reader, id_) for id_ in ids] == [410, 410, 200, 200]
    number = await told.office.pool.fetchval("SELECT number FROM initiative WHERE id = $1", UUID(into))
    gone = [unescape((await reader.get(f"/open/initiatives/{id_}")).text) for id_ in (declined, merged)]
    assert "принято новое решение" in gone[0]
    assert f'href="/open/initiatives/{number}"' in gone[1]
    slugs = [
        slug(await reader.get(f"/api/v1/open/initiatives/{id_}", Accept="application/json"))
        for id_ in (declined, merged)
    ]
    assert slugs == ["text-changed", "text-merged"]


async def test_what_its_author_takes_back_is_gone_at_once(reader: Reader) -> None:
    id_ = await reader.told.submitted(title="Переход у школы")
    await reader.told.decided("determine", id_)
    await reader.publish()
    withdrawn = await reader.told.client.post(f"/api/v1/initiatives/{id_}/withdrawal", json={})
    assert withdrawn.is_success, withdrawn.text

    at_once = await text_of(reader, id_), await reader.numbers(), list(await reader.feed())
    await reader.publish()

    assert at_once[:2] == (410, [])
    assert not [each for each in at_once[2] if each.tag == f"{ATOM}entry"]
    assert await text_of(reader, id_) == 410
    assert "Автор отозвал" in (await reader.get(f"/open/initiatives/{id_}")).text
    (deleted,) = (await reader.feed()).iter(DELETED)
    assert deleted.attrib["ref"] == f"urn:uuid:{id_}"
    words = "SELECT words FROM open_text WHERE initiative_id = $1"
    assert await reader.told.office.pool.fetchval(words, UUID(id_)) is None


async def test_who_erases_themselves_with_their_texts_takes_them_down(reader: Reader) -> None:
    initiative = await reader.determined(status=InitiativeStatus.PUT_FORWARD)
    await reader.publish()
    assert await text_of(reader, initiative.id) == 200
    await reader.told.office.pool.execute(
        "UPDATE initiative SET title = '', text = '', version = version + 1 WHERE id = $1", initiative.id
    )

    assert await text_of(reader, initiative.id) == 410
    await reader.publish()

    assert await text_of(reader, initiative.id) == 410
    assert await reader.numbers() == []


async def test_a_campaign_opens_and_closes_its_kinds(reader: Reader) -> None:
    office = reader.told.office
    accepted = await reader.determined(status=InitiativeStatus.ACCEPTED)
    determined = await reader.determined()
    seen = []
    for version, texts in enumerate(("determined", "accepted", "determined", "staff", "accepted"), 3):
        await office.redefine(version=version, life={"texts": texts})
        await reader.publish()
        seen.append([await text_of(reader, each.id) for each in (accepted, determined)])

    assert seen == [[404, 200], [200, 200], [410, 200], [404, 404], [200, 200]]


async def test_the_list_goes_on_and_is_narrowed_by_place_direction_and_words(reader: Reader) -> None:
    many = [await reader.determined() for _ in range(22)]
    far = await reader.determined(
        municipality=SETTLEMENT, title="Ёлка на площади", text="Зажечь огни.", direction="culture"
    )
    other = await reader.determined(municipality=OKRUG, title="Фонари", text="Починить уличные фонари.")
    await reader.publish()
    newest = [one.number for one in (other, far, *reversed(many))]

    page = await reader.page("/open")
    further = page.split('href="')[1:]
    onward = next(part.partition('"')[0] for part in further if part.startswith("/open?after="))

    assert await reader.numbers("/open") == newest[:20]
    assert await reader.numbers(onward) == newest[20:]
    assert await reader.numbers(f"/open/{SETTLEMENT}") == [far.number]
    assert await reader.numbers(f"/open/{OKRUG}") == [other.number]
    assert far.number in await reader.numbers(f"/open/{DISTRICT}")
    assert other.number not in await reader.numbers(f"/open/{DISTRICT}")
    assert await reader.numbers("/open?direction=culture") == [far.number]
    assert await reader.numbers(f"/open?q={quote('уличным фонарём')}") == [other.number]
    assert await reader.numbers(f"/open?q={quote('елки')}") == [far.number]
    assert await reader.numbers(f"/open/{OKRUG}?q={quote('елки')}") == []
    chosen = await reader.get(f"/open?municipality={OKRUG}&q={quote('фонари')}")
    assert chosen.headers["location"] == f"/open/{OKRUG}?q={quote('фонари')}"


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%E2%80%AE%20%27%22%29%3B--",
        "q=" + quote("ы" * 5000),
        "q=%26%20%7C%20%21%20%3A%2A",
        "after=nonsense",
        "after=9999-12-31T23:59:59%2B00:00~99999999999999999999",
        "after=2026-01-01~1",
        "after=0001-01-01T00:00:00%2B14:00~1",
        "after=9999-12-31T23:59:59-14:00~1",
        "direction=unknown&municipality=1",
    ],
    ids=["signs", "long", "operators", "no-cursor", "no-number", "naive", "first", "last", "unknown"],
)
async def test_nothing_in_an_address_breaks_a_list(reader: Reader, query: str) -> None:
    assert (await reader.get(f"/open?{query}")).status_code == 200
    assert (await reader.get(f"/open/feed.atom?{query}")).status_code == 200


@pytest.mark.parametrize(
    "which",
    ["0", "-1", "9" * 30, "№1", "x", str(uuid4()), "%00", "a" * 2000],
    ids=["zero", "below", "huge", "sign", "word", "id", "nul", "long"],
)
async def test_what_was_never_open_is_not_there(reader: Reader, which: str) -> None:
    assert (await reader.get(f"/open/initiatives/{which}")).status_code == 404


async def test_the_feed_holds_any_title_and_goes_on(reader: Reader) -> None:
    title = "<b>Дом & двор]]>\x01\x0b\ufffe \U0001f6b8 «\u202eкавычки»"
    first = await reader.determined(title=title)
    others = [await reader.determined() for _ in range(50)]
    await reader.publish()

    whole = await reader.feed()
    links = {link.attrib["rel"]: link.attrib["href"] for link in whole.findall(f"{ATOM}link")}
    rest = await reader.feed(links["next"][links["next"].index("/open") :])
    entries = [*whole.findall(f"{ATOM}entry"), *rest.findall(f"{ATOM}entry")]

    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids == [one.id.urn for one in (*reversed(others), first)]
    assert entries[-1].findtext(f"{ATOM}title") == "<b>Дом & двор]]> \U0001f6b8 «\u202eкавычки»"
    assert whole.findtext(f"{ATOM}id") == rest.findtext(f"{ATOM}id")
    assert whole.findtext(f"{ATOM}updated")
    assert links["self"].endswith("/open/feed.atom")
    assert "next" not in {link.attrib["rel"] for link in rest.findall(f"{ATOM}link")}
    assert "Дети переходят" not in "".join(whole.itertext())
    assert [entry.findtext(f"{ATOM}updated") for entry in entries].count(None) == 0


async def test_what_has_not_changed_is_not_sent_again(reader: Reader) -> None:
    await reader.determined()
    await reader.publish()
    for path in ("/open", "/open/feed.atom", "/open/initiatives/1"):
        answer = await reader.get(path)
        again = await reader.get(path, **{"If-None-Match": answer.headers["etag"]})

        assert (answer.status_code, again.status_code, again.content) == (200, 304, b""), path
        assert answer.headers["cache-control"] == "public, max-age=60"

    await reader.determined()
    await reader.publish()
    answer = await reader.get("/open", **{"If-None-Match": answer.headers["etag"]})
    own = await reader.told.client.get("/open", headers={"Accept": "text/html"})

    assert answer.status_code == 200
    assert "public" not in own.headers["cache-control"]
    assert "/sign-out" in own.text


async def test_a_feed_tells_what_changes_first(reader: Reader) -> None:
    one, other = await reader.determined(), await reader.determined()
    await reader.publish()
    await change(reader, one)
    await reader.publish()

    ids = [entry.findtext(f"{ATOM}id") for entry in (await reader.feed()).findall(f"{ATOM}entry")]

    assert ids == [one.id.urn, other.id.urn]
    assert await reader.numbers() == [other.number, one.number]


async def change(reader: Reader, initiative: Initiative) -> None:
    """It is put forward, without a decision that could be taken back."""
    await reader.told.office.pool.execute(
        "UPDATE initiative SET status = 'put-forward', version = version + 1 WHERE id = $1", initiative.id
    )
