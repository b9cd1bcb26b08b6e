"""A track's packets from a journal that may still grow (transcription.recording)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from transcription.hearing import Hearing
from transcription.recording import Sound, TrackEnd, TrackStart, lines_of, segments
from transcription.wire import RATE, Job, Packet


class JournalReader:
    """Each call goes on where the last one ended."""

    def __init__(self, path: Path, track: str, since: int) -> None:
        self._path, self._track, self._since = path, track, since
        self._offset: int | None = None
        self._number: int | None = None
        self._ended = False
        self.reached = -1

    def more(self) -> tuple[list[Packet], bool]:
        """The next packets (at most some seconds of the room's sound) and whether the track has ended."""
        packets: list[Packet] = []
        for offset, body in self._segments():
            self._offset = offset
            packets.extend(self._packets(body))
            if len(packets) >= 1000:
                break
        self.reached = max((p.position for p in packets), default=self.reached)
        return packets, self._ended

    def _segments(self) -> Iterator[tuple[int, bytes]]:
        return segments(self._path) if self._offset is None else segments(self._path, self._offset)

    def _packets(self, body: bytes) -> Iterator[Packet]:
        for line in lines_of(body):
            match line:
                case TrackStart(number, track) if track == self._track:
                    self._number, self._ended = number, False
                case Sound(number, packet) if number == self._number and packet.position >= self._since:
                    yield packet
                case TrackEnd(number) if number == self._number:
                    self._ended = True


def tracks_of(journal: Path) -> dict[str, int]:
    """The tracks of a journal in the order they were opened, and the position that each one reaches."""
    reaches: dict[str, int] = {}
    names: dict[int, str] = {}
    for _, body in segments(journal):
        for line in lines_of(body):
            match line:
                case TrackStart(number, track):
                    names[number] = track
                    reaches.setdefault(track, 0)
                case Sound(number, packet) if number in names:
                    reaches[names[number]] = max(reaches[names[number]], packet.position)
    return reaches


def hear_again(journal: Path, hearing: Hearing, until: int) -> Iterator[Job]:
    """The utterances of a recorded stretch, from where the hearing begins to the first cut at or past ``until``.

    Raises OSError, BadJournal.
    """
    reader = JournalReader(journal, hearing.track, hearing.cut_at - RATE)
    while hearing.cut_at < until:
        packets, _ = reader.more()
        for packet in packets:
            yield from (job for job in hearing.push([packet]) if not job.speculative)
            if hearing.cut_at >= until:
                return
        if not packets:
            yield from (job for job in hearing.starve() if not job.speculative)
            return
