"""Commands beside a running server: each is answered, whatever it sends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from meeting_server.errands import NOT_OURS, BadMessage, Errands, Line
from tests.transcription.ends import running

LIMIT = 1_000


class Asked(BaseModel):
    what: str


class Told(BaseModel):
    back: str = ""
    refused: str = ""


async def serve(line: Line) -> None:
    """Tells back what it is told; "bad" is refused."""
    while True:
        asked = await line.take(Asked, LIMIT // 2, 1.0)
        if asked.what == "bad":
            raise KeyError(asked.what)
        await line.say(Told(back=asked.what))


@pytest.fixture
async def socket(tmp_path: Path) -> AsyncIterator[Path]:
    path = tmp_path / "errand.sock"
    errands = Errands(path, serve, limit=LIMIT, faults=(KeyError,), why=lambda error: f"Không nhận {error}.")
    async with running(errands.run()):
        async with asyncio.timeout(10):
            while not path.exists() or path.stat().st_mode & 0o777 != 0o600:  # noqa: ASYNC110 - made when it likes
                await asyncio.sleep(0.01)
        yield path


@pytest.mark.parametrize(
    "sent",
    [
        b"{}\n",
        b"\xff\n",
        json.dumps({"what": "x" * (LIMIT // 2)}).encode() + b"\n",  # past what this message may have
        b"x" * LIMIT * 20 + b"\n",  # past what the socket takes at all
        b'{"what": ',  # and then silence
    ],
)
async def test_what_cannot_be_taken_is_refused_in_words_and_harms_nobody(socket: Path, sent: bytes) -> None:
    other = await Line.open(socket, LIMIT)
    assert other is not None
    await other.say(Asked(what="trước"))
    reader, writer = await asyncio.open_unix_connection(str(socket))
    writer.write(sent)
    async with asyncio.timeout(10):
        assert json.loads(await reader.readline()) == {"refused": NOT_OURS}
    writer.close()
    assert (await other.take(Told, LIMIT)).back == "trước"
    other.close()


async def test_a_fault_is_told_and_a_line_too_long_for_the_other_end_too(socket: Path) -> None:
    line = await Line.open(socket, LIMIT)
    assert line is not None
    await line.say(Asked(what="một"))
    with pytest.raises(BadMessage):
        await line.take(Told, 5)
    await line.say(Asked(what="bad"))
    assert (await line.take(Told, LIMIT)).refused == "Không nhận 'bad'."
    with pytest.raises(EOFError):
        await line.take(Told, LIMIT)
    line.close()


async def test_no_server_is_no_line(tmp_path: Path) -> None:
    assert await Line.open(tmp_path / "none.sock", LIMIT) is None
