"""Safety copies: what a browser kept while its line was cut, laid into the room's journal as tracks of their own.

Pieces of one session that follow each other are one track, so that a sentence is not cut where a piece ends. Nothing is
taken of a time when the gate was not open, and nothing that the same microphone's tracks have recorded already, so a
piece may come twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from meeting_server.media.capture import Capture, CapturedTrack
from meeting_server.media.ogg import duration
from meeting_server.media.recorder import RoomJournal
from transcription.wire import RATE, Packet

APART_MS = 20_000  # pieces further apart are two tracks
IDLE_MS = 60_000  # nothing more came for so long: the track ends
MAX_OPUS = 1275
SAMPLES_A_MS = RATE // 1000


@dataclass(slots=True)
class _Copy:
    """``reached``: when its last packet ends (ms); ``came``: when the last piece came."""

    captured: CapturedTrack
    reached: int
    came: int


class Copies:
    """Of one room."""

    def __init__(self, capture: Capture, journal: RoomJournal) -> None:
        self._capture, self._journal = capture, journal
        self._copies: dict[str, _Copy] = {}

    def take(
        self, session: str, others: tuple[str, ...], at: int, packets: Sequence[Packet], now: int
    ) -> dict[str, Any]:  # fmt: skip
        """Keep what may be kept and is not there yet. ``others``: tracks of the same microphone."""
        said = [(packet, at + packet.position // SAMPLES_A_MS) for packet in packets]
        wanted = [(packet, when) for packet, when in said if self._wanted(packet, when, session, others, now)]
        copy = self._copies.get(session)
        if wanted:
            copy = self._going_on(session, wanted[0][1], now)
            placed = []
            for packet, when in wanted:
                placed.append((Packet((when - copy.captured.at) * SAMPLES_A_MS + _rest(packet), packet.payload), when))
                copy.reached = when + duration(packet.payload) // SAMPLES_A_MS
            self._capture.late(copy.captured, placed)
            copy.came = now
        captured = copy.captured if copy else CapturedTrack("", 0, 0)
        return {"track": captured.track, "rtp0": captured.rtp0, "at": captured.at, "kept": len(wanted)}

    def _wanted(self, packet: Packet, when: int, session: str, others: tuple[str, ...], now: int) -> bool:
        lasts = duration(packet.payload) // SAMPLES_A_MS
        if not lasts or len(packet.payload) > MAX_OPUS or when + lasts > now:
            return False
        if not self._journal.gates.was_open(when, when + lasts):
            return False
        copy = self._copies.get(session)
        if copy is not None and copy.captured.at <= when < copy.reached:
            return False
        return not any(track in self._journal.kept and self._journal.kept[track].has(when) for track in others)

    def _going_on(self, session: str, when: int, now: int) -> _Copy:
        copy = self._copies.get(session)
        if copy is not None and copy.reached <= when <= copy.reached + APART_MS:
            return copy
        if copy is not None:
            self._capture.ended(copy.captured, now)
        copy = self._copies[session] = _Copy(CapturedTrack("t-" + secrets.token_hex(8), 0, when), when, now)
        self._capture.started(copy.captured)
        return copy

    def expire(self, now: int) -> None:
        for session, copy in list(self._copies.items()):
            if now - copy.came > IDLE_MS:
                self._capture.ended(self._copies.pop(session).captured, now)

    def end(self, now: int) -> None:
        for copy in self._copies.values():
            self._capture.ended(copy.captured, now)
        self._copies.clear()


def _rest(packet: Packet) -> int:
    """Samples beyond the whole millisecond."""
    return packet.position % SAMPLES_A_MS
