"""What the hall kept while its line was cut comes in afterwards: every utterance once, nothing of a time off record."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest

from meeting_server.clock import SystemClock
from meeting_server.http.safety import on_record, within
from meeting_server.media.clock import Clock
from meeting_server.media.node import Node
from meeting_server.media.settings import NodeSettings
from minutes.record.events import HALL, Erased
from tests.meeting_server.media.clients import until
from tests.meeting_server.place import MEMBER, Live, Place, serving
from tests.sound import RATE, Sound, murmur, quiet, recorded
from tests.transcription.ends import Scripted, running
from transcription.link.websocket import WebSocketHub, WebSocketProducer, WebSocketTaker
from transcription.listener import Listener
from transcription.wire import Packet
from transcription.worker import work

TOKEN = "a-token-for-the-tests"
CUT_S, PIECE_S, OVERLAP_S = 300, 10, 0.25
BEFORE_MS = 600_000


@dataclass
class Shift:
    """Both clocks are so much behind: what happens now happened then."""

    ms: int = 0


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Shift:
    shift = Shift()
    server, node = SystemClock.now, Clock.now
    monkeypatch.setattr(SystemClock, "now", lambda self: server(self) - shift.ms)
    monkeypatch.setattr(Clock, "now", lambda self: node(self) - shift.ms)
    return shift


@contextlib.asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[Place, WebSocketHub]]:
    """Server, media node, listener and a recogniser that reads each utterance as its own span."""
    hub = WebSocketHub("127.0.0.1", 0, TOKEN)
    async with serving(folder, hub) as place:
        settings = place.running.parts.settings
        of_node = NodeSettings(settings.run, settings.recordings, ("127.0.0.1",), disk_reserve=0)
        node = Node(of_node)
        await node.start()
        try:
            await place.running.node.came.wait()
            listener = Listener(of_node.feed_socket, WebSocketProducer(hub.url, TOKEN), interims=False)
            workers = work(Scripted(), lambda name: WebSocketTaker.connect(hub.url, TOKEN, name), 1)
            async with running(listener.run(), workers):
                await until(lambda: bool(hub.workforce().listeners and hub.workforce().workers), 20)
                yield place, hub
        finally:
            await node.stop()


@dataclass
class Hall:
    """The hall's device of a meeting that opens ten minutes ago; the clocks stand there still."""

    place: Place
    meeting: str
    chair: Live
    client: httpx.AsyncClient
    session: str
    opened_at: int

    async def send(
        self, second: float, sound: Sound | bytes, client: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        data = sound if isinstance(sound, bytes) else recorded(sound)
        path = f"/api/meetings/{self.meeting}/safety"
        at = self.opened_at + round(second * 1000)
        return await (client or self.client).post(
            path, params={"session": self.session, "at": at}, content=data,
            headers={"Content-Type": "audio/webm;codecs=opus"},
        )  # fmt: skip

    async def spans(self) -> list[tuple[float, float]]:
        """What is written down, by seconds from the opening."""
        room = await self.place.running.meetings.state(self.meeting)
        lines = room.transcript.utterances
        return [((line.said_at - self.opened_at) / 1000, (line.ends_at - self.opened_at) / 1000) for line in lines]


@contextlib.asynccontextmanager
async def hall(place: Place, shift: Shift) -> AsyncIterator[Hall]:
    shift.ms = BEFORE_MS
    meeting, client = await place.meeting(), place.signed_in("bithu")
    async with (
        place.live(meeting, client, device="computer") as chair,
        place.live(meeting, client, device="hall", tab="hall") as device,
    ):
        session = (await device.told("welcome"))["you"]["session"]
        await chair.told("snapshot")
        await chair.do("decide_recording", record=True, transcribe=True)
        assert (await chair.do("open"))["type"] == "accepted"
        opened_at = (await place.running.meetings.state(meeting)).meeting.opened_at
        assert opened_at is not None
        yield Hall(place, meeting, chair, client, session, opened_at)


PAUSE_S, SENTENCE_S = 0.9, 1.5
SPEAKER, THIRD = "Vi Thị Lan", "Lương Thị Hoa"


def meeting_of(seconds: int) -> Sound:
    """Sentences with pauses before them."""
    parts: list[Sound] = []
    while sum(map(len, parts)) < seconds * RATE:
        parts += [quiet(PAUSE_S), murmur(SENTENCE_S, seed=len(parts) % 7)]
    return np.concatenate(parts)[: seconds * RATE]


def middles(seconds: int) -> list[float]:
    """When the middle of each sentence is said."""
    each = PAUSE_S + SENTENCE_S
    return [number * each + PAUSE_S + SENTENCE_S / 2 for number in range(int(seconds / each))]


async def test_after_five_minutes_without_a_line_no_utterance_is_lost_and_none_doubled(
    tmp_path: Path, shift: Shift
) -> None:  # fmt: skip
    sound, begun = meeting_of(CUT_S), 20
    said = [begun + middle for middle in middles(CUT_S)]
    assert len(said) == 125
    async with house(tmp_path) as (place, _), hall(place, shift) as here:
        shift.ms = 0
        for second in range(0, CUT_S, PIECE_S):
            end = round((second + PIECE_S + OVERLAP_S) * RATE)
            reply = await here.send(begun + second, sound[second * RATE : end])
            assert reply.status_code == 200, reply.text
            assert reply.json()["kept"] > 400
        again = await here.send(begun, sound[: PIECE_S * RATE])
        assert again.json() == {"kept": 0}
        heard, spans = -1, await here.spans()
        while not all(_covering(spans, one) for one in said):
            await here.chair.until(lambda heard=heard: len(here.chair.heard) > heard, 30)
            heard, spans = len(here.chair.heard), await here.spans()
        assert [one for one in said if len(_covering(spans, one)) != 1] == []
        lines = (await place.running.meetings.state(here.meeting)).transcript.utterances
        assert {line.channel for line in lines} == {"hall"}


def _covering(spans: list[tuple[float, float]], one: float) -> list[tuple[float, float]]:
    return [span for span in spans if span[0] <= one < span[1]]


async def test_who_may_send_what_and_when(tmp_path: Path, shift: Shift) -> None:
    voice = np.concatenate([quiet(0.3), murmur(2.0), quiet(0.3)])
    async with house(tmp_path) as (place, _), hall(place, shift) as here:
        shift.ms = BEFORE_MS // 2
        assert (await here.chair.do("off_record", mode="pause"))["type"] == "accepted"
        shift.ms = BEFORE_MS // 4
        assert (await here.chair.do("on_record"))["type"] == "accepted"
        shift.ms = 0
        assert (await here.send(-100, voice)).json()["code"] == "off_record"
        assert (await here.send(10, b"\x1aE\xdf\xa3 nothing")).json()["code"] == "no_sound"
        elsewhere = await here.send(10, voice, place.signed_in("thuky"))
        assert elsewhere.status_code == 200, elsewhere.text
        stranger = await place.by_link(here.meeting, MEMBER)
        refused = await here.send(10, voice, stranger)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
        plain = await here.client.post(
            f"/api/meetings/{here.meeting}/safety", params={"session": here.session, "at": 1}, content=b"x"
        )
        assert plain.status_code == 415
        assert (await here.send(10, bytes(1024 * 1024 + 1))).status_code == 413
        for second in (301, 350, 445):
            assert (await here.send(second, voice)).json()["code"] == "off_record"
        assert (await here.send(298, voice)).json()["kept"] > 60
        assert (await here.send(460, voice)).json()["kept"] > 100


async def test_a_remote_members_copy_counts_only_while_they_had_the_floor(tmp_path: Path, shift: Shift) -> None:
    async with house(tmp_path) as (place, _), hall(place, shift) as here:
        own = await place.by_link(here.meeting, MEMBER)
        async with place.live(here.meeting, own, device="phone", seat="remote", informed=True, private=True) as phone:
            here.session = (await phone.told("welcome"))["you"]["session"]
            member = place.ids[MEMBER]
            shift.ms = 400_000
            given = await here.chair.do("give_floor", member=member, channel="remote")
            assert given["type"] == "accepted", given
            shift.ms = 300_000
            assert (await here.chair.do("return_floor", member=member))["type"] == "accepted"
            shift.ms = 0
            voice = murmur(3.0)
            assert (await here.send(250, voice, own)).json()["kept"] > 100
            assert (await here.send(100, voice, own)).json()["code"] == "off_record"
            assert (await here.send(350, voice, own)).json()["code"] == "off_record"
            assert (await here.send(250, voice)).json()["code"] == "not_yours"
            await until(lambda: bool(here.chair.views.get("captions")), 20)
            assert {line["name"] for line in here.chair.views["captions"]} == {MEMBER}


async def test_a_borrowed_phones_copy_is_its_speakers_and_only_that_phone_may_send_it(
    tmp_path: Path, shift: Shift
) -> None:  # fmt: skip
    async with house(tmp_path) as (place, _), hall(place, shift) as here:
        owner = await place.by_link(here.meeting, MEMBER)
        async with place.live(here.meeting, owner, device="phone", seat="remote", informed=True, private=True) as phone:
            here.session = (await phone.told("welcome"))["you"]["session"]
            linked = await here.chair.do("link_session", session=here.session, member=place.ids[SPEAKER])
            assert linked["type"] == "accepted", linked
            shift.ms = 400_000
            await here.chair.do("give_floor", member=place.ids[SPEAKER], channel="remote")
            shift.ms = 300_000
            await here.chair.do("return_floor", member=place.ids[SPEAKER])
            shift.ms = 0
            voice = murmur(3.0)
            assert (await here.send(250, voice, await place.by_link(here.meeting, THIRD))).json()["code"] == "not_yours"
            assert (await here.send(250, voice, owner)).json()["kept"] > 100
            room = await place.running.meetings.state(here.meeting)
            assert [t.member for t in room.tracks.values() if t.session == here.session] == [place.ids[SPEAKER]]


async def test_the_browser_is_told_what_it_must_not_keep(tmp_path: Path, shift: Shift) -> None:
    async with house(tmp_path) as (place, _), hall(place, shift) as here:
        shift.ms = BEFORE_MS // 2
        await here.chair.do("off_record", mode="pause")
        await here.chair.do("on_record")
        shift.ms = BEFORE_MS // 4
        assert (await here.chair.do("erase_last", minutes=1, reason="nói nhầm"))["type"] == "accepted"
        await here.chair.until(lambda: len(here.chair.views["meeting"]["recording"]["left_out"]) == 2)
        paused, erased = here.chair.views["meeting"]["recording"]["left_out"]
        assert paused[0] <= paused[1] <= erased[0]
        assert erased[1] - erased[0] == 60_000


async def test_times_on_record_leave_out_what_was_erased(tmp_path: Path, shift: Shift) -> None:
    async with house(tmp_path) as (place, _), hall(place, shift) as here:
        shift.ms = BEFORE_MS - 120_000
        erased = await here.chair.do("erase_last", minutes=1, reason="nói nhầm")
        assert erased["type"] == "accepted", erased
        shift.ms = 0
        room = await place.running.meetings.state(here.meeting)
        span = room.meeting.erased[0]
        assert isinstance(span, Erased)
        times = on_record(room, HALL, place.running.parts.clock.now())
        assert not times.meets(span.since, span.until)
        packets = [Packet(position, b"\xf8") for position in range(0, 20 * 48_000, 960)]
        kept = within(packets, span.until - 5_000, times)
        assert kept[0].position >= 5 * 48_000
        assert (await here.send((span.since - here.opened_at) / 1000 + 5, murmur(2.0))).json()["code"] == "off_record"
