"""What the player needs stands there before anybody listens; only of what is recorded, only while there is room."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meeting_server.live.replay import Replay
from tests.meeting_server.journals import write
from tests.meeting_server.media.clients import until
from tests.meeting_server.place import Place
from tests.sound import murmur
from transcription.opus import encode
from transcription.recording import Sound, TrackStart


@contextlib.asynccontextmanager
async def made(place: Place, *, spare: bool = True, every_s: float = 60, record: bool = True) -> AsyncIterator[Path]:
    """An open meeting with two seconds in its journal; the Ogg file that is to be made."""
    meeting = await place.meeting()
    async with place.live(meeting, place.signed_in("bithu"), device="computer") as live:
        await live.told("snapshot")
        await live.do("decide_recording", record=record, transcribe=True)
        await live.do("open")
    folder = place.running.parts.settings.recordings / meeting
    write(folder, [TrackStart(1, "t-1", 0, 0), *(Sound(1, packet) for packet in encode(murmur(2.0)))])
    replay = Replay(place.running.meetings, place.running.parts.settings.recordings, lambda: spare, every_s, 0)
    running = asyncio.create_task(replay.run())
    replay.closed(meeting)
    try:
        yield folder / "made" / "sound" / "t-1.ogg"
    finally:
        running.cancel()


async def test_a_closed_meeting_is_made_at_once(place: Place) -> None:
    async with made(place) as ogg:
        await until(ogg.exists, 10)


async def test_a_meeting_that_goes_on_grows_with_each_round(place: Place) -> None:
    async with made(place, every_s=0.05) as ogg:
        await until(ogg.exists, 10)
        size = ogg.stat().st_size
        write(ogg.parents[2], [Sound(1, packet) for packet in encode(murmur(1.0), start=96_000)])
        await until(lambda: ogg.stat().st_size > size, 10)


@pytest.mark.parametrize(("spare", "record"), [(False, True), (True, False)])
async def test_nothing_is_made_of_what_is_not_recorded_or_when_the_disk_is_full(
    place: Place, spare: bool, record: bool
) -> None:
    async with made(place, spare=spare, record=record, every_s=0.05) as ogg:
        await asyncio.sleep(0.3)  # several rounds
        assert not ogg.exists()
