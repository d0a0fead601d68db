"""What those who decide see of an author's doings, and what they do not."""

from contracts.appointments import Role
from tests.factories import DISTRICT
from tests.intake.corrections.test_correcting import corrected, decide, submitted, undo
from tests.intake.determination.office import ROADS, Office
from tests.intake.determination.test_pages import PAGE, page
from tests.intake.test_api import Api


async def test_why_it_was_withdrawn_is_the_authors_alone(office: Office, author: Api) -> None:
    one = await submitted(author)
    await author.post(f"/api/v1/initiatives/{one['id']}/withdrawal", json={"reason": "Личная причина"})
    leader = await office.grant(Role.LEADER, str(ROADS))

    async with office.at_desk(leader, pages=True) as desk:
        shown = await page(desk, f"{PAGE}/{one['id']}")

    assert "Отозвана автором" in shown
    assert "Личная причина" not in shown


async def test_an_authors_correction_is_no_second_acceptance(office: Office, author: Api) -> None:
    one = await submitted(author)
    head = await office.grant(Role.HEAD, DISTRICT)
    await undo(office, head, await decide(office, head, "determine", one))
    # The moment is no key: another clock may have written it.
    await office.pool.execute("UPDATE decision SET undone_at = undone_at - interval '1 second'")
    await corrected(author, one, direction="culture", form="collective")

    async with office.at_desk(head, pages=True) as desk:
        shown = await page(desk, f"{PAGE}/{one['id']}")

    history = shown[shown.index("Ход рассмотрения") :]
    assert "Исправлено автором: направление, от кого" in history
    assert history.count("Решение отменено") == 1
    assert "Принята" not in history
