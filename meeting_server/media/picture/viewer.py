"""Who looks on: one connection, one stream a place. Its line is judged by its own reports; weak ones get less, or no
picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from meeting_server.media import feedback
from meeting_server.media.clock import Clock
from meeting_server.media.participant import TOLD_MS, Line
from meeting_server.media.peer import Peer
from meeting_server.media.picture import rtcp
from meeting_server.media.picture.bearing import Bearing
from meeting_server.media.picture.limits import OWN_EVERY_MS, Allowance, Estimate, Place
from meeting_server.media.picture.writer import PictureWriter, Shown

MOST_REPORTS = 200  # RTCP packets of one browser between two of our reports; under loss they ask several times a second
AGAIN_RATE, AGAIN_BURST = 60, 60  # packets sent again in a second, at once


class Shows(Protocol):
    """What a viewer asks of its room."""

    def key_wanted(self, place: Place) -> None: ...

    def kept(self, place: Place, sequence: int) -> Shown | None: ...


class Stream:
    """One place of one viewer."""

    def __init__(self, viewer: Viewer, place: Place, writer: PictureWriter) -> None:
        self.viewer, self.place, self.writer = viewer, place, writer
        self.own_asking = Allowance(1000 / OWN_EVERY_MS, 2)
        self.losses: tuple[int, int] = 0, -TOLD_MS

    @property
    def resting(self) -> bool:
        """Nothing of it is sent for now."""
        return self.place in self.viewer.bearing.resting

    def send(self, shown: Shown, now: int) -> None:
        if self.resting:
            return
        packet = self.writer.write(shown, now)
        if packet is not None:
            self.viewer.peer.send(packet)

    def skip(self) -> None:
        self.writer.release()
        self.viewer.room.key_wanted(self.place)


class Viewer:
    """``bearing``: which pictures its line bears."""

    peer: Peer

    def __init__(self, session: str, own_ssrc: int, room: Shows, clock: Clock) -> None:
        self.session, self.room = session, room
        self._own, self._clock = own_ssrc, clock
        self.streams: dict[Place, Stream] = {}
        self.line = Line()
        self.bearing, self._estimate = Bearing(), Estimate()
        self._again = Allowance(AGAIN_RATE, AGAIN_BURST)
        self._reports = 0

    def rtcp(self, data: bytes) -> None:
        self._reports += 1
        if self._reports > MOST_REPORTS:
            return
        now = self._clock.steady()
        by_ssrc = {stream.writer.ssrc: stream for stream in self.streams.values()}
        for told in feedback.read(data):
            if isinstance(told, feedback.Told) and told.ssrc in by_ssrc:
                by_ssrc[told.ssrc].losses = told.loss, now
                trip = told.round_trip(self._clock.at(now))
                self.line.round_trip = self.line.round_trip if trip is None else trip
        for asked in rtcp.read(data):
            match asked:
                case rtcp.Nack(ssrc, sequences) if ssrc in by_ssrc and not by_ssrc[ssrc].resting:
                    self._send_again(by_ssrc[ssrc], sequences, now)
                case rtcp.KeyAsked(ssrc) if ssrc in by_ssrc and not by_ssrc[ssrc].resting:
                    if by_ssrc[ssrc].own_asking.take(1, now):
                        self.room.key_wanted(by_ssrc[ssrc].place)
                case rtcp.Remb(bitrate):
                    self._estimate.told(bitrate)

    def _send_again(self, stream: Stream, sequences: tuple[int, ...], now: int) -> None:
        for sequence in sequences:
            number = stream.writer.camera_sequence(sequence)
            shown = self.room.kept(stream.place, number) if number is not None else None
            packet = stream.writer.again(shown) if shown is not None else None
            if packet is None:
                continue
            if not self._again.take(1, now):
                return
            self.peer.send(packet)

    def report(self, weak: bool, standing: Sequence[Place]) -> bool:
        """Every second; ``weak``: its sound's line is; ``standing``: whose pictures there are for it, the first to stay
        longest. True when it bears more or less than before."""
        self._reports = 0
        now = self._clock.steady()
        self.peer.refresh()
        self.line.downlink = max(
            (loss for loss, at in (s.losses for s in self.streams.values()) if now - at <= TOLD_MS), default=0
        )
        self.line.judge()
        octets = sum(stream.writer.octets for stream in self.streams.values())
        tight = self._estimate.judge(octets)
        before = self.bearing.resting
        changed = self.bearing.judge(
            standing, sound_weak=weak, weak=self.line.weak or tight,
            pressed=self.line.worse_for > 0 or self._estimate.worse_for > 0, now=now,
        )  # fmt: skip
        self._begin_anew(before ^ self.bearing.resting)
        self._tell(now)
        return changed

    def _begin_anew(self, changed: frozenset[Place]) -> None:
        for stream in (stream for place, stream in self.streams.items() if place in changed):
            stream.writer.release()
            if not stream.resting:
                self.room.key_wanted(stream.place)

    def _tell(self, now: int) -> None:
        sendings = tuple(
            feedback.Sending(writer.ssrc, writer.time_at(now), writer.packets, writer.octets)
            for writer in (stream.writer for stream in self.streams.values())
            if writer.packets
        )
        if sendings:
            self.peer.send_rtcp(feedback.compound(self._own, sendings, (), self._clock.at(now)))
