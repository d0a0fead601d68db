"""What an author changed, as those read it who decide."""

import re
from uuid import uuid4

from contracts.appointments import Role
from tests.intake.determination.office import ROADS, Office
from tests.intake.determination.test_pages import page


async def test_who_decides_sees_what_the_author_changed(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    one = await office.submit(title="Мост <b>здесь", text="Нужен мост в Лесном.")
    none = await office.submit(title="Без правок")
    await office.pool.execute(
        """INSERT INTO wording (municipality, initiative_id, version, title, text, replaced_at)
           VALUES ($1, $2, 2, 'Мост', 'Нужен мост.', now())""",
        one.municipality,
        one.id,
    )

    async with office.at_desk(leader, pages=True) as desk:
        shown = await desk.get(f"/determination/{one.id}")
        other = await page(desk, f"/determination/{none.id}")
        foreign = await desk.get(f"/determination/{uuid4()}")

    words = " ".join(re.sub(r"<[^>]*>", "", shown.text).split())
    assert "убрать: Мост конец добавить: Мост &lt;b&gt;здесь конец" in words
    assert "Нужен убрать: мост. конец добавить: мост в Лесном. конец" in words
    assert ("Что изменил автор" in other, foreign.status_code) == (False, 404)
