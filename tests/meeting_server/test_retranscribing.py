"""A better model replaces only what nobody corrected, and nothing once the minutes are approved."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from meeting_server.meetings import Heard
from meeting_server.publishing import Viewer
from meeting_server.rereading import (
    MAX_READ,
    MOST_READERS,
    SOCKET,
    CannotRead,
    Rereading,
    Task,
    Text,
    Way,
    task_of,
    wanted,
)
from meeting_server.retranscribing import Alone, Done, Writer, read_task, run
from meeting_server.room import commands as c
from meeting_server.room.commands import Actor
from meeting_server.serving import exclusive
from meeting_server.settings import Settings
from minutes.record.events import Retranscribed, utterance_id
from tests.meeting_server.room.given import CHAIR, HOP, SECRETARY
from tests.meeting_server.test_meetings import House, hold, house, remote
from tests.sound import quiet
from tests.transcription.ends import Feed, Scripted, running
from tests.transcription.test_listener import SPEECH, expected
from tests.voices import MODELS, load, voice_samples
from transcription.again import utterances
from transcription.models import EMBEDDED, get_embedded
from transcription.opus import encode
from transcription.recording import JOURNAL

__all__ = ["house"]  # a fixture


@dataclass
class Desk:
    """A meeting that may be read again: by the command alone, or beside the server that has it open."""

    house: House
    recordings: Path
    socket: Path | None = None

    async def read(self, meeting: str, reader: Scripted | None = None, passed: list[int] | None = None) -> Done:
        with contextlib.ExitStack() as stack:
            if self.socket is None:
                task = task_of(await self.house.meetings.state(meeting), self.recordings, "large")
                writer: Writer = Alone(self.house.meetings, meeting, "large")
            else:
                way = await way_to(self.socket)
                stack.callback(way.close)
                writer, task = way, await way.task(meeting, "large")
            return await read_task(task, reader or Scripted(), writer, (passed if passed is not None else []).append)


async def way_to(socket: Path) -> Way:
    async with asyncio.timeout(10):
        while (way := await Way.open(socket)) is None:  # noqa: ASYNC110 - the server's socket, made when it likes
            await asyncio.sleep(0.01)
    return way


@pytest.fixture(params=["alone", "beside the server"])
async def desk(request: pytest.FixtureRequest, house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    if request.param == "alone":
        yield Desk(house, tmp_path)
        return
    socket = tmp_path / "again.sock"
    async with running(Rereading(socket, house.meetings, tmp_path).run()):
        (await way_to(socket)).close()
        yield Desk(house, tmp_path, socket)


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


async def approve(house: House, meeting: str) -> None:
    for command in (c.ReadBack(CHAIR.member), c.PassMinutes(6), c.Close(), c.Submit(), c.Approve(confirmed=True)):
        actor = SECRETARY if isinstance(command, c.ReadBack | c.Submit) else CHAIR
        await house.meetings.do(meeting, actor, command)


async def shown(house: House, meeting: str, actor: Actor) -> int:
    """Milliseconds that this person is told to be read again."""
    subscription = await house.meetings.subscribe(meeting, Viewer(actor))
    message = await anext(subscription)
    subscription.close()
    assert message[0] == "snapshot"
    return int(message[2]["meeting"]["again_ms"])


async def gone(house: House, meeting: str) -> None:
    async with asyncio.timeout(10):
        while await shown(house, meeting, CHAIR):  # noqa: ASYNC110 - the other end of a socket is told by the kernel
            await asyncio.sleep(0.01)


async def test_lines_are_read_again_but_not_those_corrected_by_hand(desk: Desk) -> None:
    meeting = await spoken(desk.house, desk.recordings)
    first, *rest = [utterance_id("t-hall", start) for start, _ in expected()]
    await desk.house.meetings.do(meeting, SECRETARY, c.Correct(first, "Sửa tay"))
    passed: list[int] = []
    assert await desk.read(meeting, passed=passed) == Done(len(rest), len(rest))
    assert passed == [(end - start) // 48 for start, end in expected()[1:]]
    lines = await texts(desk.house, meeting)
    assert lines.pop(first) == "Sửa tay"
    assert lines == {utterance_id("t-hall", start): f"{start}-{end}" for start, end in expected()[1:]}
    assert await desk.read(meeting) == Done(0, 0)


async def test_a_correction_made_while_the_model_reads_wins(house: House, tmp_path: Path) -> None:
    meeting = await spoken(house, tmp_path)
    first = utterance_id("t-hall", expected()[0][0])
    await house.meetings.do(meeting, SECRETARY, c.Correct(first, "Sửa tay"))
    assert not await house.meetings.retranscribe(meeting, Retranscribed(first, "máy", "máy", "large"))
    assert (await texts(house, meeting))[first] == "Sửa tay"


async def test_approved_minutes_keep_their_transcript(desk: Desk) -> None:
    meeting = await spoken(desk.house, desk.recordings)
    await approve(desk.house, meeting)
    with pytest.raises(CannotRead, match="đã được duyệt"):
        await desk.read(meeting)


async def test_without_a_recording_it_says_so(desk: Desk) -> None:
    meeting = await hold(desk.house)
    with pytest.raises(CannotRead, match="không có bản ghi âm"):
        await desk.read(meeting)


async def test_typed_words_and_the_models_own_are_not_read(house: House, tmp_path: Path) -> None:
    meeting = await spoken(house, tmp_path)
    await house.meetings.do(meeting, SECRETARY, c.TypeSpeech("Ghi tay"))
    room = await house.meetings.state(meeting)
    assert len(wanted(room, "large")) == len(expected())
    assert wanted(room, "small") == []


async def test_a_server_that_is_just_starting_is_not_gone_behind(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    settings.folders()
    with exclusive(settings), pytest.raises(CannotRead, match="đang khởi động"):
        await run(settings, "m-1", "")


# -- beside a running server


@pytest.fixture
async def socket(house: House, tmp_path: Path) -> AsyncIterator[Path]:
    path = tmp_path / "again.sock"
    async with running(Rereading(path, house.meetings, tmp_path).run()):
        (await way_to(path)).close()
        yield path


async def test_the_desk_sees_that_it_is_read_again_and_members_do_not(
    house: House, tmp_path: Path, socket: Path
) -> None:
    meeting = await spoken(house, tmp_path)
    way = await way_to(socket)
    task = await way.task(meeting, "large")
    await way.write(text_of(task, 0), 7_000)
    assert [await shown(house, meeting, who) for who in (CHAIR, SECRETARY, remote(HOP))] == [7_000, 7_000, 0]
    way.close()
    await gone(house, meeting)


async def test_a_reader_that_dies_leaves_what_it_wrote_and_the_next_reads_the_rest(
    house: House, tmp_path: Path, socket: Path
) -> None:
    meeting = await spoken(house, tmp_path)
    way = await way_to(socket)
    task = await way.task(meeting, "large")
    assert await way.write(text_of(task, 0), 1)
    other = await way_to(socket)
    with pytest.raises(CannotRead, match="đang được chép lại"):
        await other.task(meeting, "large")
    other.close()
    way.close()
    await gone(house, meeting)
    assert await Desk(house, tmp_path, socket).read(meeting) == Done(len(expected()) - 1, len(expected()) - 1)


async def test_approving_meanwhile_stops_the_reader(house: House, tmp_path: Path, socket: Path) -> None:
    meeting = await spoken(house, tmp_path)
    way = await way_to(socket)
    task = await way.task(meeting, "large")
    await approve(house, meeting)
    with pytest.raises(CannotRead, match="đã được duyệt"):
        await way.write(text_of(task, 0), 1)
    way.close()
    assert (await texts(house, meeting))[task.lines[0].utterance] == "câu 0"


async def test_a_server_that_stops_says_how_to_go_on(house: House, tmp_path: Path) -> None:
    meeting = await spoken(house, tmp_path)
    path = tmp_path / "again.sock"
    async with running(Rereading(path, house.meetings, tmp_path).run()):
        way = await way_to(path)
        task = await way.task(meeting, "large")
    with pytest.raises(CannotRead, match="chạy lại lệnh này để chép tiếp"):
        await way.write(text_of(task, 0), 1)
    way.close()


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\n",
        b'{"v": 2, "meeting": "m", "model": "x"}\n',
        b'{"v": 1, "meeting": "nobody-knows", "model": "x"}\n',
        b"x" * (MAX_READ + 1) + b"\n",
    ],
)
async def test_what_is_no_reader_is_refused_in_words(socket: Path, line: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(str(socket))
    writer.write(line)
    async with asyncio.timeout(10):
        answer = json.loads(await reader.readline())
    assert "task" not in answer
    assert answer["refused"].endswith(".")
    writer.close()


async def test_a_few_meetings_at_once_are_read_and_no_more(house: House, tmp_path: Path, socket: Path) -> None:
    ways = []
    for _ in range(MOST_READERS):
        ways.append(await way_to(socket))
        await ways[-1].task(await spoken(house, tmp_path), "large")
    ways.append(await way_to(socket))
    meeting = await spoken(house, tmp_path)
    with pytest.raises(CannotRead, match="nhiều cuộc họp"):
        await ways[-1].task(meeting, "large")
    for way in ways:
        way.close()


def test_only_the_owner_of_the_data_reaches_the_socket(socket: Path) -> None:
    assert socket.stat().st_mode & 0o777 == 0o600


def text_of(task: Task, number: int) -> Text:
    return Text(utterance=task.lines[number].utterance, text="Mới.", spoken="mới", confidence=900, words=[])


@pytest.mark.speech
async def test_the_command_itself_reads_beside_a_running_server(house: House, tmp_path: Path) -> None:
    get_embedded(MODELS)
    meeting, data, feed = await hold(house), tmp_path / "data", Feed(tmp_path)
    packets = encode(np.concatenate([quiet(0.5), load(voice_samples()[4][0]), quiet(1.0)]))
    await feed.open(meeting, "t-hall")
    await feed.packets(meeting, "t-hall", packets)
    folder = data / "recordings" / meeting
    folder.mkdir(parents=True)
    (data / "run").mkdir()
    (data / "hopchibo.sqlite").symlink_to(house.path)
    feed.journal.rename(folder / JOURNAL)
    for start, end in utterances(packets, "t-hall"):
        assert await house.meetings.hear(meeting, Heard("t-hall", start, end, "câu cũ", model="small"))
    async with running(Rereading(data / "run" / SOCKET, house.meetings, data / "recordings").run()):
        (await way_to(data / "run" / SOCKET)).close()
        command = (sys.executable, "-m", "meeting_server", "retranscribe", meeting, "--data", str(data))
        told = await asyncio.create_subprocess_exec(
            *command, "--models", str(MODELS), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        said, faults = await asyncio.wait_for(told.communicate(), 240)
    assert told.returncode == 0, faults.decode()
    assert "✓ Đã chép lại" in said.decode()
    lines = (await house.meetings.state(meeting)).transcript.utterances
    assert {line.model for line in lines} == {EMBEDDED}
    assert "câu cũ" not in {line.text for line in lines}
