"""A room's capture gate: between what is heard and what is kept. Shut until it is opened, and shut at once.

Everything that keeps sound (journal, feed, rings before SRTP) asks here, and is emptied from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from meeting_server.media.feed import Feed
from meeting_server.media.recorder import RoomJournal
from transcription.recording import Anchor, Sound, TrackEnd, TrackStart
from transcription.wire import RATE, Packet

ANCHOR_EVERY = 30 * RATE
WINDOW_MS = 30_000  # a track's least delay is that of the last one or two of these
LEAP_MS = 1000
MAX_TRACKS = 65_535
FED_AT_ONCE = 50  # packets: the listener decodes a frame of the feed at one go


@dataclass(slots=True)
class CapturedTrack:
    """One peer connection's audio. ``number`` 0 = the journal has not heard of it."""

    track: str
    rtp0: int
    at: int
    number: int = 0
    anchored: int = 0
    offset: int = 0  # least (heard − position) in ms since the last anchor: what is over it is the network's delay
    fed: bool = False
    batch: list[Packet] = field(default_factory=list)
    least: int | None = None  # least (heard − position) in ms of this window and of the last one
    former: int | None = None
    window: int = 0

    def said_at(self, position: int, at: int) -> int:
        """When a packet heard at ``at`` was said, by the least delay seen: a late packet was said earlier."""
        offset = at - position * 1000 // RATE
        if at - self.window > WINDOW_MS:
            self.former, self.least, self.window = self.least, None, at
        self.least = offset if self.least is None else min(offset, self.least)
        return min(self.least, offset if self.former is None else self.former) + position * 1000 // RATE


class Capture:
    """One room's gate with what stands behind it. ``feed`` None: recorded, and not recognised."""

    def __init__(self, room: str, journal: RoomJournal, feed: Feed | None) -> None:
        self._room, self._journal, self._feed = room, journal, feed
        self._tracks: dict[str, CapturedTrack] = {}
        self.is_open = False
        self._since = 0

    def open(self, at: int) -> None:
        """Keep what is said from now (``at``, ms) on; what was said before and is still on its way stays out."""
        if not self.is_open:
            self._since = at
        self.is_open = True

    def shut(self) -> None:
        """Nothing passes from here on, what waits is forgotten (``RoomJournal.settle``: when the disk is quiet too)."""
        was_open, self.is_open = self.is_open, False
        for track in self._tracks.values():
            track.batch.clear()
            track.fed = False
        self._journal.drop_sounds()
        if was_open and self._feed is not None:
            self._feed.shut(self._room)

    def started(self, track: CapturedTrack) -> None:
        self._tracks[track.track] = track

    def sound(self, track: CapturedTrack, position: int, payload: bytes, at: int) -> None:
        """Keep a packet, if the gate was open when it was said. ``at``: when it was heard (ms)."""
        said = track.said_at(position, at)
        if not self.is_open or (said < self._since and at - self._since < WINDOW_MS):
            return
        if not track.number and not self._number(track):
            return
        self._anchor(track, position, at)
        packet = Packet(position, payload)
        self._journal.add(Sound(track.number, packet))
        self._journal.recorded(track.track, said)
        if self._feed is not None:
            track.batch.append(packet)

    def late(self, track: CapturedTrack, packets: Iterable[tuple[Packet, int]]) -> None:
        """Keep packets, each with its time (ms), that came by another way afterwards: whoever gives them has asked when
        the gate was open. Fed at once."""
        for packet, said in packets:
            if not track.number and not self._number(track):
                return
            self._anchor(track, packet.position, said)
            self._journal.add(Sound(track.number, packet), lasting=True)
            self._journal.recorded(track.track, said)
            track.batch.append(packet)
            if len(track.batch) >= FED_AT_ONCE:
                self.flush_track(track)
        self.flush_track(track)

    def _anchor(self, track: CapturedTrack, position: int, at: int) -> None:
        """Say when this sample was heard: every 30 s, and when the source's clock stood still or leapt."""
        offset = at - position * 1000 // RATE
        leapt = abs(offset - track.offset) > LEAP_MS
        if position < track.anchored and not leapt:
            track.offset = min(offset, track.offset)
            return
        least = offset if leapt else min(offset, track.offset)
        self._journal.add(Anchor(track.number, position, least + position * 1000 // RATE))
        track.anchored, track.offset = position + ANCHOR_EVERY, offset

    def _number(self, track: CapturedTrack) -> bool:
        if self._journal.next_number > MAX_TRACKS:
            return False
        track.number, self._journal.next_number = self._journal.next_number, self._journal.next_number + 1
        self._journal.add(TrackStart(track.number, track.track, track.rtp0, track.at))
        return True

    def ended(self, track: CapturedTrack, at: int) -> None:
        self.flush_track(track)
        self._tracks.pop(track.track, None)
        if track.number:
            self._journal.add(TrackEnd(track.number, at))
        if track.fed and self._feed is not None:
            self._feed.closed(self._room, track.track)

    def flush(self) -> None:
        """Send what was captured since the last call on to the listener."""
        for track in self._tracks.values():
            self.flush_track(track)

    def flush_track(self, track: CapturedTrack) -> None:
        if self._feed is None or not track.batch:
            return
        if not track.fed:
            track.fed = True
            self._feed.opened(self._room, track.track, track.at)
        self._feed.packets(self._room, track.track, tuple(track.batch))
        track.batch.clear()

    def heads(self) -> list[dict[str, object]]:
        """What a listener that has just come must know."""
        if not self.is_open:
            return []
        return [
            {"type": "open", "room": self._room, "track": t.track, "at": t.at} for t in self._tracks.values() if t.fed
        ]
