"""kill -9 of each process in mid-sentence: the meeting is there, every utterance arrives, and arrives once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import websockets

from meeting_server.rehearsal.participant import Participant, RehearsalFault
from tests.journeys.words import errors, words
from tests.journeys.world import MODELS, SECRETARY, World, need_the_model, serving
from transcription import models
from transcription.recording import JOURNAL, Sound, TrackStart, lines
from transcription.wire import RATE

pytestmark = [pytest.mark.speech, pytest.mark.serial]

LIMIT_S = 90
LOST_MS = 1_500  # the last second of sound, and what is still on its way to the node


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    need_the_model()
    with serving(tmp_path_factory.mktemp("killed")) as world:
        yield world


@pytest.fixture(scope="module")
def voices() -> list[tuple[Path, str]]:
    return models.voice_samples(MODELS, say=lambda _: None)


class Meeting:
    """A recorded meeting with a hall that can speak; ``desk`` reads."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def open(self) -> None:
        self.chair = await self.world.signed_in("leader")
        self.id = await self.world.schedule(self.chair)
        await self.chair.connect(self.id, "computer")
        ids = {line["name"]: line["member"] for line in self.chair.views["ledger"]["lines"]}
        await self.chair.do("appoint_secretary", member=ids[SECRETARY])
        await self.chair.do("decide_recording", record=True, transcribe=True, reason="")
        await self.chair.do("open")
        self.hall = await self.hall_comes()

    async def count_in(self) -> int:
        """A roll call; how many are present."""
        first = self.chair.views["ledger"]["lines"][:10]
        for line in first:
            await self.chair.do("call", member=line["member"], present=True, channel="hall")
        await self.chair.until(lambda: self.chair.views["ledger"]["present"] >= len(first), 10, "thấy đủ người")
        return int(self.chair.views["ledger"]["present"])

    async def hall_comes(self, former: Participant | None = None) -> Participant:
        """A browser at the hall, again and again until it is let in with sound."""
        hall = await self.world.signed_in("leader", "Hội trường")
        async with asyncio.timeout(40):
            while True:
                try:
                    await hall.connect(self.id, "hall")
                    await hall.call(speak=True)
                except (RehearsalFault, OSError, TimeoutError, websockets.WebSocketException):
                    await asyncio.sleep(0.5)
                else:
                    return hall

    async def spoken(self) -> list[dict[str, str]]:
        """The transcript as the server has it, by HTTP."""
        said = (await self.chair.get(f"/api/meetings/{self.id}/transcript"))["lines"]
        return [line for line in said if line["method"] == "speech"]

    async def heard(self, before: int, said: str) -> None:
        """The words of a clip stand in the transcript, in new lines, and no line twice."""
        wanted, seen = words(said), list[dict[str, str]]()
        async with asyncio.timeout(LIMIT_S):
            while True:
                seen = await self.spoken()
                if errors(wanted, words(" ".join(line["text"] for line in seen[before:]))) <= 0.6 * len(wanted):
                    break
                await asyncio.sleep(0.5)
        ids = [line["id"] for line in seen]
        assert len(ids) == len(set(ids))
        spans = sorted((line["track"], line["start"], line["end"]) for line in seen)
        for one, other in pairwise(spans):
            assert one[0] != other[0] or int(other[1]) >= int(one[2]) - 48_000 // 5, "an utterance stands twice"


@pytest.mark.parametrize("part", ["worker", "listener", "server", "media"])
async def test_a_sentence_survives_the_killing_of(part: str, world: World, voices: list[tuple[Path, str]]) -> None:
    held = Meeting(world)
    await held.open()
    present = await held.count_in()
    clip, said = max(voices, key=lambda voice: len(voice[1]))
    speaking = asyncio.create_task(held.hall.say(clip))
    await asyncio.sleep(1.5)  # in mid-sentence, by the speaker's clock
    killed_at = time.time_ns() // 1_000_000
    world.kill(part)
    if part == "media":
        speaking.cancel()
        await world.healthy()
        assert recorded_until(world.data / "recordings" / held.id / JOURNAL) > killed_at - LOST_MS
        held.hall = await held.hall_comes()
        await held.hall.say(clip)
    else:
        await speaking
        await world.healthy()
    await held.heard(0, said)
    again = await world.signed_in("leader", "Chủ trì trở lại")
    await again.connect(held.id, "computer")
    assert again.views["meeting"]["state"] == "open"
    assert again.views["ledger"]["present"] == present
    await world.leave()


def recorded_until(journal: Path) -> int:
    """When the last sound that is surely on disk was heard, in ms since the epoch."""
    began, until = dict[int, int](), 0
    for line in lines(journal):
        match line:
            case TrackStart(number, _, _, at):
                began[number] = at
            case Sound(number, packet):
                until = max(until, began[number] + packet.position * 1000 // RATE)
    return until
