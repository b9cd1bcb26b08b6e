"""A better model replaces only what nobody corrected, and nothing once the minutes are approved."""

from __future__ import annotations

from pathlib import Path

import pytest

from meeting_server.meetings import Heard
from meeting_server.retranscribing import CannotRead, read_meeting, run, wanted
from meeting_server.room import commands as c
from meeting_server.serving import exclusive
from meeting_server.settings import Settings
from minutes.record.events import Retranscribed, utterance_id
from tests.meeting_server.room.given import CHAIR, SECRETARY
from tests.meeting_server.test_meetings import House, hold, house
from tests.transcription.ends import Feed, Scripted
from tests.transcription.test_listener import SPEECH, expected
from transcription.recording import JOURNAL

__all__ = ["house"]  # a fixture


async def spoken(house: House, tmp_path: Path) -> str:
    """A meeting whose hall track is in a journal and was written down by a small model."""
    meeting = await hold(house)
    feed = Feed(tmp_path)
    await feed.open(meeting, "t-hall")
    await feed.packets(meeting, "t-hall", SPEECH)
    folder = tmp_path / meeting
    folder.mkdir()
    feed.journal.rename(folder / JOURNAL)
    for number, (start, end) in enumerate(expected()):
        assert await house.meetings.hear(meeting, Heard("t-hall", start, end, f"câu {number}", model="small"))
    return meeting


async def texts(house: House, meeting: str) -> dict[str, str]:
    return {said.id: said.text for said in (await house.meetings.state(meeting)).transcript.utterances}


async def test_lines_are_read_again_but_not_those_corrected_by_hand(house: House, tmp_path: Path) -> None:
    meeting = await spoken(house, tmp_path)
    first, *rest = [utterance_id("t-hall", start) for start, _ in expected()]
    await house.meetings.do(meeting, SECRETARY, c.Correct(first, "Sửa tay"))
    passed: list[int] = []
    done = await read_meeting(house.meetings, tmp_path, meeting, Scripted(), "large", passed.append)
    assert (done.read, done.changed) == (len(rest), len(rest)) == (len(passed), len(passed))
    lines = await texts(house, meeting)
    assert lines.pop(first) == "Sửa tay"
    assert lines == {utterance_id("t-hall", start): f"{start}-{end}" for start, end in expected()[1:]}
    assert (await read_meeting(house.meetings, tmp_path, meeting, Scripted(), "large")).read == 0


async def test_a_correction_made_while_the_model_reads_wins(house: House, tmp_path: Path) -> None:
    meeting = await spoken(house, tmp_path)
    first = utterance_id("t-hall", expected()[0][0])
    await house.meetings.do(meeting, SECRETARY, c.Correct(first, "Sửa tay"))
    assert not await house.meetings.retranscribe(meeting, Retranscribed(first, "máy", "máy", "large"))
    assert (await texts(house, meeting))[first] == "Sửa tay"


async def test_approved_minutes_keep_their_transcript(house: House, tmp_path: Path) -> None:
    meeting = await spoken(house, tmp_path)
    for command in (c.ReadBack(CHAIR.member), c.PassMinutes(7), c.Close(), c.Submit(), c.Approve(confirmed=True)):
        actor = SECRETARY if isinstance(command, c.ReadBack | c.Submit) else CHAIR
        await house.meetings.do(meeting, actor, command)
    with pytest.raises(CannotRead, match="đã được duyệt"):
        await read_meeting(house.meetings, tmp_path, meeting, Scripted(), "large")


async def test_without_a_recording_it_says_so(house: House, tmp_path: Path) -> None:
    meeting = await hold(house)
    with pytest.raises(CannotRead, match="không có bản ghi âm"):
        await read_meeting(house.meetings, tmp_path / "none", meeting, Scripted(), "large")


async def test_a_running_server_is_not_gone_behind(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    settings.folders()
    with exclusive(settings), pytest.raises(CannotRead, match="Máy chủ đang chạy"):
        await run(settings, "m-1", "")


async def test_typed_words_and_the_models_own_are_not_read(house: House, tmp_path: Path) -> None:
    meeting = await spoken(house, tmp_path)
    await house.meetings.do(meeting, SECRETARY, c.TypeSpeech("Ghi tay"))
    room = await house.meetings.state(meeting)
    assert len(wanted(room, "large")) == len(expected())
    assert wanted(room, "small") == []
