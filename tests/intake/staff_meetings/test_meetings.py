from uuid import uuid4

from tests.intake.staff_meetings.meeting import *


async def test_it(meetings: Meetings) -> None:
    token = await meetings.coordinator()
    print(words(await meetings.look(token)))
    path = await meetings.begun(token)
    print(words(await meetings.look(token, f"{path}/people")))
    print(words(await meetings.look(token, path)))
    a, b = uuid4(), uuid4()
    answer = await meetings.send(
        token, path, do="send", **rows(row(a, "1, ёлк"), row(b, "9", title="", direction="", form=""))
    )
    print(answer.status_code, words(answer))
    print(await meetings.grid(path))
    for p in ("idea", "sheet", "leaflet"):
        r = await meetings.look(token, f"{path}/papers/{p}.pdf")
        print(r.status_code, len(r.content), r.headers)
        open(f"/tmp/{p}.pdf", "wb").write(r.content)
