"""One file of a meeting is made beside the running server, and only of one that was to be recorded."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from meeting_server.media.recorder import RoomJournal
from meeting_server.mixing import CannotMix, mix_meeting
from tests.meeting_server.place import Place, serving
from tests.sound import murmur
from transcription.opus import encode
from transcription.recording import Sound, TrackStart


def record(place: Place, meeting: str) -> None:
    journal = RoomJournal(place.running.parts.settings.recordings / meeting)
    journal.open()
    journal.add(TrackStart(1, "t-1", 0, 1_700_000_000_000))
    for packet in encode(murmur(2.0)):
        journal.add(Sound(1, packet))
    journal.write()


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("all*")]


@pytest.mark.parametrize("decided", [True, False])
async def test_what_was_decided_to_be_recorded_is_mixed(tmp_path: Path, decided: bool) -> None:
    target = tmp_path / "all.ogg"
    async with serving(tmp_path / "data") as place:
        settings, meeting = place.running.parts.settings, await place.meeting()
        async with place.live(meeting, place.signed_in("bithu"), device="computer") as live:
            await live.told("welcome")
            with pytest.raises(CannotMix):
                await asyncio.to_thread(mix_meeting, settings, meeting, target)
            assert (await live.do("decide_recording", record=decided, transcribe=True))["type"] == "accepted"
        if decided:
            with pytest.raises(CannotMix):
                await asyncio.to_thread(mix_meeting, settings, meeting, target)
        record(place, meeting)
        if decided:
            assert 1.9 < await asyncio.to_thread(mix_meeting, settings, meeting, target) < 2.3
            with pytest.raises(FileNotFoundError):  # the folder is missing, not the recording
                await asyncio.to_thread(mix_meeting, settings, meeting, tmp_path / "nowhere" / "all.ogg")
        else:
            with pytest.raises(CannotMix):
                await asyncio.to_thread(mix_meeting, settings, meeting, target)
    assert files(tmp_path) == (["all.ogg"] if decided else [])
