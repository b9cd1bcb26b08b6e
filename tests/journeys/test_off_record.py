"""Off record is off record: what is said meanwhile is in no file, queue, socket message or log, byte by byte."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiortc.codecs.opus import OpusEncoder

from meeting_server.rehearsal.participant import Participant
from tests.journeys.words import words
from tests.journeys.world import MODELS, REMOTE, SECRETARY, World, need_the_model, serving
from transcription import models
from transcription.recording import JOURNAL, segments

pytestmark = [pytest.mark.speech, pytest.mark.serial]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    need_the_model()
    with serving(tmp_path_factory.mktemp("off_record"), HOPCHIBO_LOG="debug") as world:
        yield world


class Packets:
    """Every Opus packet that a participant of this process sends, with its moment; those of earlier tests too."""

    sent: ClassVar[list[tuple[float, bytes]]] = []

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        encode = OpusEncoder.encode

        def kept(encoder: Any, frame: Any, force_keyframe: bool = False) -> Any:
            payloads, stamp = encode(encoder, frame, force_keyframe)
            self.sent += [(time.monotonic(), payload) for payload in payloads]
            return payloads, stamp

        patch.setattr(OpusEncoder, "encode", kept)

    def between(self, since: float, until: float) -> set[bytes]:
        """Payloads that were sent only then (room noise repeats; speech does not)."""
        outside = {payload for at, payload in self.sent if not since <= at <= until}
        return {payload for at, payload in self.sent if since <= at <= until and len(payload) >= 24} - outside


def overheard(people: list[Participant]) -> list[dict[str, Any]]:
    """Everything that the participants' sockets are told from now on."""
    told: list[dict[str, Any]] = []
    for person in people:
        take = person._take

        def both(message: dict[str, Any], take: Any = take) -> None:
            told.append(message)
            take(message)

        person._take = both  # type: ignore[method-assign]
    return told


@pytest.mark.parametrize("mode", ["pause", "secret"])
async def test_words_off_record_are_nowhere(mode: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    packets = Packets(monkeypatch)
    voices = sorted(models.voice_samples(MODELS, say=lambda _: None), key=lambda voice: len(voice[1]))
    (before, _), (after, _) = voices[:2]
    # One marker a mode: the same one, encoded alike by the other mode's test, would count as said outside the pause.
    marker, marker_words = voices[-1 if mode == "pause" else -2]
    chair = await world.signed_in("leader")
    meeting = await world.schedule(chair)
    await chair.connect(meeting, "computer")
    ids = {line["name"]: line["member"] for line in chair.views["ledger"]["lines"]}
    await chair.do("appoint_secretary", member=ids[SECRETARY])
    await chair.do("decide_recording", record=True, transcribe=True, reason="")
    hall = await world.signed_in("leader", "Hội trường")
    await hall.connect(meeting, "hall")
    remote = await world.by_link(chair, meeting, REMOTE)
    await remote.connect(meeting, "phone")
    await chair.do("open")
    await hall.call(speak=True)
    await remote.call(speak=False)
    told = overheard([chair, hall, remote])

    await hall.say(before)
    await chair.until(lambda: len(chair.captions) >= 1, 60, "thấy chữ trước khi dừng")
    count, heard = len(chair.captions), remote.heard.loud_seconds
    await chair.do("off_record", mode=mode, topic="Việc nội bộ")
    since = time.monotonic()
    await asyncio.sleep(0.3)  # packets on their way when it was shut are older than the pause
    await hall.say(marker)
    until = time.monotonic() - 1.7  # the recording ends in 1.5 s of room noise, whose packets repeat
    listened = remote.heard.loud_seconds - heard
    await chair.do("on_record")
    await hall.say(after)
    await chair.until(lambda: len(chair.captions) > count, 60, "thấy chữ sau khi ghi lại")
    await world.leave()

    assert (listened > 1) is (mode == "pause"), "a pause is heard by the others, secret contents are not"
    secret = packets.between(since + 0.3, until)
    assert len(secret) > 50
    phrases = threes(marker_words)
    heard = threes(" ".join(line["text"] for line in chair.captions.values()))
    assert heard
    log = world.log.read_text(encoding="utf-8").lower()
    assert not [phrase for phrase in heard if phrase in log], "what was recognised is no matter of the log"
    said = "\n".join(map(str, told)).lower()
    assert not [phrase for phrase in phrases if phrase in said]
    for path in world.files():
        data = clear(path)
        leaked = [round(at - until, 2) for at, payload in packets.sent if payload in secret and payload in data]
        assert not leaked, f"{path.parent.name}/{path.name}: {len(leaked)} of {len(secret)}, seconds: {leaked[:5]}"
        text = data.decode("utf-8", "ignore").lower()
        assert not [phrase for phrase in phrases if phrase in text], path.name


def threes(text: str) -> set[str]:
    """Three words in a row, as they would be written."""
    said = words(text)
    return {" ".join(said[at : at + 3]) for at in range(len(said) - 2)}


def test_the_search_would_find_what_is_recorded(world: World) -> None:
    """The journals hold sound at all: the search above looks at the right places."""
    journals = [path for path in world.files() if path.name == "journal"]
    assert sum(path.stat().st_size for path in journals) > 10_000


async def test_erasing_takes_the_last_minutes_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    packets = Packets(monkeypatch)
    voices = sorted(models.voice_samples(MODELS, say=lambda _: None), key=lambda voice: len(voice[1]))
    marker, marker_words = voices[-1]
    chair = await world.signed_in("leader")
    meeting = await world.schedule(chair)
    await chair.connect(meeting, "computer")
    await chair.do("decide_recording", record=True, transcribe=True, reason="")
    hall = await world.signed_in("leader", "Hội trường")
    await hall.connect(meeting, "hall")
    await chair.do("open")
    await hall.call(speak=True)
    since = time.monotonic()
    await hall.say(marker)
    until = time.monotonic()
    await chair.until(lambda: len(chair.captions) >= 1, 60, "thấy chữ")
    heard = " ".join(line["text"] for line in chair.captions.values())
    secret = packets.between(since, until)
    journal = world.data / "recordings" / meeting / "journal"
    assert len(recorded(journal, secret)) > 50
    await chair.do("erase_last", minutes=5, reason="Nói nhầm nội dung mật")
    await chair.until(lambda: not chair.views["captions"], 20, "chữ đã mất")
    await world.leave()
    assert not recorded(journal, secret)
    phrases = threes(heard) | threes(marker_words)
    for path in world.files():
        text = clear(path).decode("utf-8", "ignore").lower()
        assert not [phrase for phrase in phrases if phrase in text], path.name


def clear(path: Path) -> bytes:
    """A file's bytes; a journal's as they were before they were enciphered."""
    return b"".join(body for _, body in segments(path)) if path.name == JOURNAL else path.read_bytes()


def recorded(journal: Path, payloads: set[bytes]) -> set[bytes]:
    data = clear(journal)
    return {payload for payload in payloads if payload in data}
