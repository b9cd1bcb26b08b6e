"""The running server answers who would read a meeting again, by its own socket."""

from __future__ import annotations

import asyncio

import pytest

from meeting_server.rereading import SOCKET, CannotRead, Way
from tests.meeting_server.place import Place


async def test_a_running_server_says_which_meetings_may_be_read_again(place: Place) -> None:
    meeting, socket = await place.meeting(), place.running.parts.settings.run / SOCKET
    async with asyncio.timeout(10):
        while (way := await Way.open(socket)) is None:  # noqa: ASYNC110 - the server's socket, made when it likes
            await asyncio.sleep(0.01)
    with pytest.raises(CannotRead, match="không có bản ghi âm"):
        await way.task(meeting, "large")
    way.close()
