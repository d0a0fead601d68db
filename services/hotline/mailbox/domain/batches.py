"""Letters to a process that reads them, and what it has read, as bytes."""

import struct
from collections.abc import Sequence
from dataclasses import asdict, replace

import orjson

from services.hotline.mailbox.domain import parsing
from services.hotline.mailbox.domain.attachments import File
from services.hotline.mailbox.domain.letters import Letter
from services.hotline.mailbox.domain.senders import Author

HEAD = struct.Struct(">QQ")
"""How many bytes of a letter follow, and how many it has."""


def packed(letters: Sequence[tuple[bytes, int]]) -> bytes:
    """Letters, or their beginnings, each with the size of the whole."""
    return b"".join(part for content, size in letters for part in (HEAD.pack(len(content), size), content))


def read(content: bytes) -> bytes:
    """The job: what these letters say."""
    found, at = [], 0
    while at < len(content):
        length, size = HEAD.unpack_from(content, at)
        at += HEAD.size
        found.append(parsing.read(content[at : at + length], size))
        at += length
    said = orjson.dumps([_without_bodies(letter) for letter in found])
    bodies = [file.body for letter in found for file in letter.files]
    return b"".join((HEAD.pack(len(said), 0), said, *bodies))


def unpacked(content: bytes) -> list[Letter]:
    """The letters of an answer. Raises ValueError for anything else."""
    length, _ = HEAD.unpack_from(content)
    at, letters = HEAD.size + length, []
    for said in orjson.loads(content[HEAD.size : at]):
        files = []
        for file in said.pop("files"):
            files.append(File(file["name"], file["media_type"], content[at : at + file["size"]]))
            at += file["size"]
        letters.append(Letter(**{**said, "author": Author(said["author"])}, files=files))
    return letters


def _without_bodies(letter: Letter) -> dict[str, object]:
    said = asdict(replace(letter, files=[]))
    files = [{"name": f.name, "media_type": f.media_type, "size": len(f.body)} for f in letter.files]
    return said | {"files": files}
