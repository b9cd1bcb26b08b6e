"""One participant of a room: its connection, its microphone, its slots, and how its line is doing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from meeting_server.media import feedback
from meeting_server.media.bundle import Bundled, Bundler
from meeting_server.media.clock import Clock
from meeting_server.media.hall import Tap
from meeting_server.media.peer import Peer
from meeting_server.media.rtp import SILENT
from meeting_server.media.slots import SlotWriter
from meeting_server.media.source import Source

QUIET_MS = 1500  # nothing came for so long: ask with a STUN check
GONE_MS = 3000
TOLD_MS = 5000  # a loss told longer ago says nothing any more
MOST_REPORTS = 100  # RTCP packets of one browser between two of our reports (a second); they send a few
TRIP_MS = 15_000  # a round trip older than this is measured anew
PING_LIMIT_S = 1.4
WEAK_LOSS, WEAK_ROUND_TRIP_MS, WEAK_AFTER_S = 80, 600, 3
TELL_EVERY_S = 5
GOOD_LOSS, GOOD_ROUND_TRIP_MS, GOOD_AFTER_S = 30, 400, 10


@dataclass(slots=True)
class Line:
    """The state of a participant's line. Losses per mille over the last report."""

    uplink: int = 0
    downlink: int = 0
    round_trip: int = 0
    weak: bool = False
    worse_for: int = 0
    better_for: int = 0
    weak_for: int = 0

    @property
    def loss(self) -> int:
        """Of the worse way."""
        return max(self.uplink, self.downlink)

    @property
    def to_tell(self) -> bool:
        """After ``judge``: a weak line is told of anew every TELL_EVERY_S."""
        return self.weak and self.weak_for % TELL_EVERY_S == 0

    def judge(self) -> bool:
        """Once a second. True when ``weak`` changed."""
        loss = self.loss
        bad = loss >= WEAK_LOSS or self.round_trip >= WEAK_ROUND_TRIP_MS
        good = loss <= GOOD_LOSS and self.round_trip <= GOOD_ROUND_TRIP_MS
        self.worse_for = self.worse_for + 1 if bad else 0
        self.better_for = self.better_for + 1 if good else 0
        weak = self.better_for < GOOD_AFTER_S if self.weak else self.worse_for >= WEAK_AFTER_S
        changed, self.weak = weak != self.weak, weak
        self.weak_for = self.weak_for + 1 if weak and not changed else 0
        return changed


@dataclass(slots=True)
class Participant:
    """``slots``: who is in each of the ``writers``; ``bundlers``: one each, on a light line; ``source`` None = joined
    without a microphone; ``tap``: of a hall's microphone.
    """

    session: str
    seat: str
    peer: Peer
    source: Source | None
    writers: tuple[SlotWriter, ...]
    own_ssrc: int
    clock: Clock
    tap: Tap | None = None
    bundlers: tuple[Bundler | None, ...] = ()
    slots: tuple[str | None, ...] = ()
    line: Line = field(default_factory=Line)
    last_heard: int = 0
    gone: bool = False
    pinging: bool = False
    trip_at: int = 0
    _sender: feedback.SenderTime | None = None
    _sender_at: int = 0
    _reports: int = 0
    _losses: dict[int, tuple[int, int]] = field(default_factory=dict)  # by slot: per mille, and when it was told

    def __post_init__(self) -> None:
        self.slots = (None,) * len(self.writers)
        self.bundlers = self.bundlers or (None,) * len(self.writers)

    def sound(self, number: int, bundle: Bundled) -> None:
        """Send a bundle in a slot."""
        writer = self.writers[number]
        head = writer.header(
            bundle.source, bundle.sequence, bundle.timestamp, bundle.level, bundle.marker, self.clock.steady(),
            bundle.length,
        )  # fmt: skip
        if head is not None:
            writer.octets += len(bundle.payload)
            self.peer.send(head + bundle.payload)

    def rtp(self, data: bytes) -> None:
        if self.source is not None and self.source.received(data):
            self.last_heard = self.clock.steady()

    def rtcp(self, data: bytes) -> None:
        now = self.last_heard = self.clock.steady()
        self._reports += 1
        if self._reports > MOST_REPORTS:
            return
        ours = {writer.ssrc: bundler for writer, bundler in zip(self.writers, self.bundlers, strict=True)}
        for told in feedback.read(data):
            match told:
                case feedback.SenderTime():
                    self._sender, self._sender_at = told, now
                case feedback.Told(ssrc=ssrc) if ssrc in ours:
                    self._losses[ssrc] = told.loss, now
                    bundler = ours[ssrc]
                    if bundler is not None:
                        bundler.suit(told.loss)
                    trip = told.round_trip(self.clock.at(now))
                    if trip is not None:
                        self.line.round_trip, self.trip_at = trip, now
        self._weigh(now)

    def _weigh(self, now: int) -> None:
        """The downlink is as bad as its worst slot: browsers report each in a packet of its own, or all in one."""
        fresh = [loss for loss, at in self._losses.values() if now - at <= TOLD_MS]
        self.line.downlink = max(fresh, default=0)

    def report(self, least_loss: int) -> None:
        """Send sender and receiver reports; ``least_loss`` (per mille) is told at least."""
        now = self.clock.steady()
        self._weigh(now)
        self._reports = 0
        blocks: tuple[bytes, ...] = ()
        reception = self.source.reception if self.source is not None else None
        if reception is not None:
            self.line.uplink = reception.loss()
            lsr, since = (self._sender.lsr, now - self._sender_at) if self._sender is not None else (0, 0)
            blocks = (reception.report(max(self.line.uplink, least_loss), lsr, since * 65_536 // 1000),)
        sendings = tuple(
            feedback.Sending(writer.ssrc, writer.time_at(now), writer.packets, writer.octets)
            for writer in self.writers
            if writer.packets
        )
        if blocks or sendings:
            self.peer.send_rtcp(feedback.compound(self.own_ssrc, sendings, blocks, self.clock.at(now)))

    @property
    def level(self) -> int:
        return self.source.level if self.source is not None else SILENT

    async def ask(self, back: Callable[[], None]) -> None:
        """A STUN check; its answer counts as being heard of."""
        self.pinging = True
        try:
            trip = await self.peer.ping(PING_LIMIT_S)
            if trip is not None:
                self.line.round_trip = trip
                self.last_heard = self.trip_at = self.clock.steady()
                back()
        finally:
            self.pinging = False
