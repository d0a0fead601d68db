"""Codes from letters."""

import asyncio
from email.message import EmailMessage
from pathlib import Path

import pytest

from deploy.demonstration import letters as module
from deploy.demonstration.letters import Letters
from deploy.demonstration.replay import beside
from deploy.demonstration.stopped import Stopped


def lay(folder: Path, name: str, to: str, code: str) -> None:
    mail = EmailMessage()
    mail["To"] = to
    mail.set_content(f"Здравствуйте!\n\nВведите код:\n\n{code}\n\nКод действует 15 минут.\n", cte="8bit")
    (folder / ".unfinished").write_bytes(bytes(mail))
    (folder / ".unfinished").rename(folder / f"{name}.eml")


async def test_each_gets_the_code_of_their_own_letter(tmp_path: Path) -> None:
    letters = Letters(tmp_path)
    async with beside(letters.run()):
        letters.expect("a@example.org")
        letters.expect("b@example.org")
        lay(tmp_path, "1", "b@example.org", "222222")
        lay(tmp_path, "2", "a@example.org", "111111")
        lay(tmp_path, "3", "somebody.else@example.org", "333333")

        codes = [await letters.code("a@example.org"), await letters.code("b@example.org")]

    assert codes == ["111111", "222222"]


async def test_letters_of_before_are_left_alone(tmp_path: Path) -> None:
    lay(tmp_path, "1", "a@example.org", "111111")
    letters = Letters(tmp_path)
    async with beside(letters.run()):
        letters.expect("a@example.org")
        await asyncio.sleep(0.1)
        lay(tmp_path, "2", "a@example.org", "222222")

        assert await letters.code("a@example.org") == "222222"


async def test_a_letter_that_does_not_come_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    letters = Letters(tmp_path / "not made yet")
    async with beside(letters.run()):
        letters.expect("a@example.org")
        with pytest.raises(Stopped, match="does its worker run"):
            await letters.code("a@example.org")
