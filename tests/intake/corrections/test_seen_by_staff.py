"""What those who decide see of an author's doings, and what they do not."""

from contracts.appointments import Role
from tests.intake.corrections.test_correcting import submitted
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
