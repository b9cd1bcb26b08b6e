"""One microphone's packets: who spends its budget, what the ring keeps for the beginning of a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from pylibsrtp import Error, Policy, Session

from meeting_server.media.capture import Capture, CapturedTrack
from meeting_server.media.clock import Clock
from meeting_server.media.feed import Feed
from meeting_server.media.recorder import RoomJournal
from meeting_server.media.rtp import header
from meeting_server.media.source import KEEP_COUNTER, MOST_FORGED, MOST_PACKETS, MOST_STRANGE, Source
from transcription.recording import packets

KEY = bytes(range(30))
VOICE, FRAME = 111, 960


class Hand(Clock):
    """Time by hand."""

    now_ms = 1000

    def steady(self) -> int:  # type: ignore[override]  # the real one asks the system
        return self.now_ms


class Heard:
    """The room of the source."""

    def __init__(self) -> None:
        self.forwarded: list[int] = []

    def track_started(self, session: str, track: CapturedTrack) -> None: ...
    def voice_changed(self, session: str, voiced: bool, now: int) -> None: ...
    def loud(self, session: str, level: int, now: int) -> None: ...

    def forward(
        self, session: str, payload: bytes, sequence: int, timestamp: int, level: int, marker: bool, now: int
    ) -> None:
        self.forwarded.append(sequence)


class Microphone:
    """A source and the browser that feeds it, with real SRTP between them."""

    def __init__(self, folder: Path) -> None:
        self.out, self.into = _session(Policy.SSRC_ANY_OUTBOUND), _session(Policy.SSRC_ANY_INBOUND)
        self.journal = RoomJournal(folder / "r")
        self.journal.open()
        self.capture = Capture("r", self.journal, Feed(folder / "feed.sock", list))
        self.room, self.clock, self.sequence, self.tried = Heard(), Hand(), 0, 0
        self.source = Source("one", VOICE, 1, self._unprotect, self.room, self.capture, self.clock)

    def _unprotect(self, data: bytes) -> bytes | None:
        self.tried += 1
        try:
            return self.into.unprotect(data)
        except Error:
            return None

    def packet(self, level: int) -> bytes:
        head = header(VOICE, False, self.sequence, self.sequence * FRAME, 7, _level(level))
        self.sequence += 1
        return head + b"\xf8" + bytes(40)

    def say(self, count: int, level: int = 20) -> None:
        for _ in range(count):
            self.clock.now_ms += 20
            if self.sequence % 5 == 0:
                self.source.expire(self.clock.now_ms)
            assert self.source.received(self.out.protect(self.packet(level)))

    def kept(self) -> list[int]:
        self.journal.write()
        track = self.source.track
        assert track is not None
        return [packet.position // FRAME for packet in packets(self.journal.path, track.track)]


def _session(kind: int) -> Session:
    return Session(Policy(key=KEY, ssrc_type=kind))


def _level(level: int) -> bytes:
    return b"\xbe\xde\x00\x01" + bytes([0x10, level, 0, 0])


@pytest.fixture
def microphone(tmp_path: Path) -> Microphone:
    return Microphone(tmp_path)


def forged(ssrc: int, number: int) -> bytes:
    return header(VOICE, False, number, number * FRAME, ssrc, _level(20)) + bytes(60)


@pytest.mark.parametrize("ssrc", [7, 8], ids=["the microphone's number", "another number"])
def test_forged_packets_use_up_nothing_of_the_voices_budget(microphone: Microphone, ssrc: int) -> None:
    microphone.say(10)
    for number in range(200):
        assert not microphone.source.received(forged(ssrc, 100 + number))
    microphone.say(4)
    assert microphone.room.forwarded == list(range(14))


def test_decrypting_what_is_forged_is_bounded(microphone: Microphone) -> None:
    microphone.say(10)
    microphone.source.expire(microphone.clock.now_ms)
    microphone.tried = 0
    for number in range(2000):
        microphone.source.received(forged(8, number))
    assert microphone.tried == MOST_STRANGE
    for number in range(2000):
        microphone.source.received(forged(7, number))
    assert microphone.tried == MOST_FORGED


def test_a_flood_of_its_own_is_cut_to_a_voices_pace(microphone: Microphone) -> None:
    microphone.say(10)
    microphone.source.expire(microphone.clock.now_ms)
    passed = [microphone.source.received(microphone.out.protect(microphone.packet(20))) for _ in range(500)]
    assert sum(passed) == MOST_PACKETS


@pytest.mark.parametrize("silent", [KEEP_COUNTER - 9, KEEP_COUNTER, 2 * KEEP_COUNTER + 3, 400])
def test_the_beginning_of_a_word_has_no_hole(microphone: Microphone, silent: int) -> None:
    """Of the gated packets one in so many is decrypted for the counter: never one that may still be wanted."""
    microphone.capture.open(0)
    microphone.say(5)
    microphone.clock.now_ms += 3000
    microphone.source.expire(microphone.clock.now_ms)
    microphone.say(silent, level=100)
    microphone.say(5)
    kept = [number for number in microphone.kept() if number >= 5]
    last = 5 + silent + 4
    assert kept == list(range(last - 24, last + 1)), "400 ms before the word, and the word"


def test_a_forged_loud_packet_opens_no_ring(microphone: Microphone) -> None:
    microphone.capture.open(0)
    microphone.say(5)
    microphone.clock.now_ms += 3000
    microphone.source.expire(microphone.clock.now_ms)
    microphone.say(30, level=100)
    microphone.source.received(forged(7, 40))
    assert [number for number in microphone.kept() if number >= 5] == []
