"""Results become utterances once, are acknowledged after the commit, and never block each other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from meeting_server.live.speech_in import SpeechIn
from meeting_server.meetings import Heard
from meeting_server.room import commands as c
from meeting_server.room.commands import Actor
from meeting_server.room.refusal import Unknown
from tests.meeting_server.place import Place
from transcription.link import Arrived, News, Progress, Span, Voiced, Workforce
from transcription.recording import JOURNAL, mend
from transcription.wire import RATE, Result


class Hub:
    """The server's end of the link in memory."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Result] = asyncio.Queue()
        self.told: asyncio.Queue[News] = asyncio.Queue()
        self.passing: asyncio.Queue[Result] = asyncio.Queue()
        self.accepted: list[str] = []
        self.surveys: list[tuple[str, dict[str, int]]] = []
        self.resumed: list[tuple[str, int, int]] = []
        self.whole: list[str] = []
        self.hinted: list[tuple[tuple[str, ...], str]] = []
        self.force = Workforce(1, 1, 0)
        self.fresh = asyncio.Event()

    @property
    def url(self) -> str:
        return "memory:"

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def results(self) -> AsyncIterator[Result]:
        while True:
            yield await self.queue.get()

    async def interims(self) -> AsyncIterator[Result]:
        while True:
            yield await self.passing.get()

    async def news(self) -> AsyncIterator[News]:
        while True:
            yield await self.told.get()

    async def accept(self, id: str) -> None:
        self.accepted.append(id)
        self.fresh.set()

    async def resume(self, room: str, track: str, cursor: int, journal: Path, until: int = 0) -> None:
        self.resumed.append((track, cursor, until))
        self.fresh.set()

    async def survey(self, room: str, journal: Path, cursors: Mapping[str, int], *, whole: bool = False) -> None:
        self.surveys.append((room, dict(cursors)))
        self.whole += [room] if whole else []
        self.fresh.set()

    async def hints(self, room: str, hot_words: Sequence[str], prompt: str) -> None:
        self.hinted.append((tuple(hot_words), prompt))
        self.fresh.set()

    async def forget(self, room: str, spans: Sequence[Span]) -> None: ...

    async def tell_listener(self, head: Mapping[str, Any]) -> None: ...

    def workforce(self) -> Workforce:
        return self.force

    async def until(self, true: Any) -> None:
        async with asyncio.timeout(10):
            while not true():
                self.fresh.clear()
                await self.fresh.wait()


def result(track: str, second: int, text: str) -> Result:
    start = second * RATE
    return Result(f"{track}:{start}", track, start, start + RATE, text, text, 900, "test")


@contextlib.asynccontextmanager
async def listening(place: Place, hub: Hub) -> AsyncIterator[SpeechIn]:
    running = place.running
    speech = SpeechIn(
        hub, running.meetings, running.parts.settings.recordings, running.owing, running.parts.clock.now
    )  # fmt: skip
    task = asyncio.create_task(speech.run())
    try:
        yield speech
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def opened(place: Place, track: str, *, transcribe: bool = True) -> str:
    """An open meeting with one track of the hall."""
    meeting = await place.meeting()
    client = place.signed_in("bithu")
    async with (
        place.live(meeting, client, device="computer") as live,
        place.live(meeting, client, device="hall", tab="hall") as hall,
    ):
        session = (await hall.told("welcome"))["you"]["session"]
        await live.told("snapshot")
        await live.do("decide_recording", record=True, transcribe=transcribe)
        assert (await live.do("open"))["type"] == "accepted"
        at = place.running.parts.clock.now()
        await place.running.meetings.track_opened(meeting, track, session, 0, at)
    return meeting


async def spoken(place: Place, meeting: str) -> list[str]:
    return [line.text for line in (await place.running.meetings.state(meeting)).transcript.utterances]


async def test_a_result_is_written_once_and_acknowledged_each_time(place: Place) -> None:
    meeting, hub = await opened(place, "t-1"), Hub()
    async with listening(place, hub):
        for one in (result("t-1", 0, "Kính thưa các đồng chí"), result("t-1", 0, "Kính thưa các đồng chí")):
            hub.queue.put_nowait(one)
        await hub.until(lambda: len(hub.accepted) == 2)
    assert await spoken(place, meeting) == ["Kính thưa các đồng chí"]


async def test_after_a_restart_a_track_is_found_in_the_log(place: Place) -> None:
    meeting, hub = await opened(place, "t-2"), Hub()
    async with listening(place, hub) as speech:
        assert not speech._meeting_of
        hub.queue.put_nowait(result("t-2", 3, "Câu thứ nhất"))
        await hub.until(lambda: bool(hub.accepted))
    assert await spoken(place, meeting) == ["Câu thứ nhất"]


async def test_what_may_not_be_written_is_acknowledged_too(place: Place) -> None:
    meeting, hub = await opened(place, "t-3", transcribe=False), Hub()
    async with listening(place, hub):
        hub.queue.put_nowait(result("t-3", 0, "Không ai được chép câu này"))
        await hub.until(lambda: bool(hub.accepted))
    assert await spoken(place, meeting) == []


async def test_a_result_that_cannot_be_written_yet_does_not_hold_up_the_others(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meeting_server.live.speech_in.AGAIN_S", 0.05)
    meeting, hub = await opened(place, "t-4"), Hub()
    async with listening(place, hub) as speech:
        speech.track("t-late", meeting)
        hub.queue.put_nowait(result("t-late", 0, "Đến sớm quá"))
        hub.queue.put_nowait(result("t-4", 0, "Câu đúng lúc"))
        await hub.until(lambda: hub.accepted == [f"t-4:{0}"])
        monkeypatch.setattr("meeting_server.live.speech_in.TRIES", 1)
    assert await spoken(place, meeting) == ["Câu đúng lúc"]


async def test_what_was_given_up_is_found_by_the_next_survey_and_comes_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meeting_server.live.speech_in.AGAIN_S", 0.01)
    monkeypatch.setattr("meeting_server.live.speech_in.TRIES", 1)
    meeting, hub = await opened(place, "t-6"), Hub()
    refused = result("t-6", 2, "Câu bị từ chối")
    hear, down = place.running.meetings.hear, True

    async def failing(where: str, heard: Heard) -> bool:
        if down and heard.start == refused.start:
            raise Unknown("disk_full", "Đĩa đầy.")
        return await hear(where, heard)

    monkeypatch.setattr(place.running.meetings, "hear", failing)
    async with listening(place, hub):
        hub.queue.put_nowait(result("t-6", 0, "Câu thứ nhất"))
        hub.queue.put_nowait(refused)
        hub.queue.put_nowait(result("t-6", 4, "Câu thứ ba"))
        await hub.until(lambda: refused.id in hub.accepted and len(hub.accepted) == 3)
        assert await spoken(place, meeting) == ["Câu thứ nhất", "Câu thứ ba"]
        spans = tuple((second * RATE, (second + 1) * RATE) for second in (0, 2, 4))
        hub.told.put_nowait(Voiced(meeting, "t-6", spans))
        await hub.until(lambda: bool(hub.resumed))
        assert hub.resumed == [("t-6", refused.start, refused.end)]
        down = False
        hub.queue.put_nowait(refused)
        await hub.until(lambda: len(hub.accepted) == 4)
        assert await spoken(place, meeting) == ["Câu thứ nhất", "Câu bị từ chối", "Câu thứ ba"]
        assert await place.running.meetings.unheard(meeting, "t-6", spans) == []


async def test_a_listener_that_comes_is_asked_what_is_owed(place: Place) -> None:
    meeting, hub = await opened(place, "t-5"), Hub()
    mend(place.running.parts.settings.recordings / meeting / JOURNAL)
    async with listening(place, hub):
        hub.told.put_nowait(Arrived("listener", "l"))
        await hub.until(lambda: bool(hub.surveys))
        hub.told.put_nowait(Progress(meeting, 4_000))
        client = place.signed_in("bithu")
        async with place.live(meeting, client, device="computer") as live:
            await live.until(lambda: live.views.get("meeting", {}).get("owed_ms") == 4_000)
    assert hub.surveys[0] == (meeting, {"t-5": 0})


async def test_recognition_is_told_the_item_and_the_names_mended_by_hand(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meeting_server.live.speech_in.HINTS_S", 0.05)
    meeting, hub = await opened(place, "t-6"), Hub()
    meetings = place.running.meetings
    item = (await meetings.state(meeting)).agenda.items[0]
    leader = Actor((await meetings.state(meeting)).meeting.chair, seat="hall")
    async with listening(place, hub) as speech:
        speech.track("t-6", meeting)
        hub.queue.put_nowait(result("t-6", 0, "sửa đường vào bản ma"))
        await hub.until(lambda: bool(hub.hinted) and bool(hub.accepted))
        await meetings.do(meeting, leader, c.StartItem(item.id))
        await hub.until(lambda: hub.hinted[-1][1] == item.title)
        await meetings.do(meeting, leader, c.Correct("t-6:0", "Sửa đường vào bản Mạ Hồ."))
        await hub.until(lambda: "Mạ Hồ" in hub.hinted[-1][0])


@pytest.mark.parametrize(
    ("force", "state"),
    [
        (Workforce(1, 1, 0), "ok"),
        (Workforce(0, 1, 0), "down"),
        (Workforce(1, 0, 0), "down"),
        (Workforce(1, 1, 99), "behind"),
    ],
)
async def test_the_desks_are_told_how_recognition_is(place: Place, force: Workforce, state: str) -> None:
    hub = Hub()
    hub.force = force
    async with listening(place, hub) as speech:
        assert speech.state() == state
