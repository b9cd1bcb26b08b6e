"""One room: who is in it, who is heard by whom, what is captured. Knows sessions and tracks, no rule of meetings."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import structlog
from aiortc import RTCCertificate

from meeting_server.media.bundle import Bundler
from meeting_server.media.capture import Capture, CapturedTrack
from meeting_server.media.clock import Clock
from meeting_server.media.copies import Copies
from meeting_server.media.echo import Echoes
from meeting_server.media.errors import MediaRefused
from meeting_server.media.fanout import WEAK_SLOTS, Fanout
from meeting_server.media.feed import Feed
from meeting_server.media.feedback import LEAST_LOSS, MOST_LOSS
from meeting_server.media.hall import Tap
from meeting_server.media.microphones import Microphones, aside
from meeting_server.media.ogg import duration
from meeting_server.media.participant import GONE_MS, QUIET_MS, TRIP_MS, Participant
from meeting_server.media.peer import Peer
from meeting_server.media.picture.pacer import Pacer
from meeting_server.media.picture.pictures import Pictures
from meeting_server.media.recorder import RoomJournal
from meeting_server.media.rtp import SILENT
from meeting_server.media.sdp import Offer, Role, Transport, answer, read_offer, roles
from meeting_server.media.settings import NodeSettings
from meeting_server.media.slots import FLOOR, HALL, OTHER, SLOTS, Selection, SlotWriter
from meeting_server.media.source import LOUD_NEAR, Source
from transcription.wire import Packet

log = structlog.get_logger(__name__)

TURNS = 10
THE_HALL = "the hall"  # its several microphones among the speakers; no session has a space in its name

Tell = Callable[[dict[str, Any]], None]


class Room:
    """``tell`` takes events for the server (docs/protocol.md §1). ``beside``: opens the journal in which each of a
    hall's several microphones is kept by itself."""

    def __init__(
        self, name: str, settings: NodeSettings, journal: RoomJournal, feed: Feed, tell: Tell,
        beside: Callable[[], Awaitable[RoomJournal]], pacer: Pacer | None = None,
    ) -> None:  # fmt: skip
        self.name, self.journal = name, journal
        self._settings, self._feed, self._tell = settings, feed, tell
        self.clock = Clock()
        self.capture = Capture(name, journal, feed)
        self.copies = Copies(self.capture, journal)
        self.remote_sound = True
        self.participants: dict[str, Participant] = {}
        self._joining: dict[str, Participant] = {}
        self._coming: dict[str, Participant] = {}  # answered, not connected yet: the former connection goes on so long
        self._selection = Selection()
        self._microphones = Microphones(name, self, self.capture, self.clock, tell, beside, journal.path.parent)
        self._inside = self._microphones.inside
        self._sounds = False  # a loudspeaker in the hall
        self._echoes = Echoes()
        self._floor = ""
        self._muted: set[str] = set()
        self._fanout = Fanout()
        self._tasks: set[asyncio.Task[None]] = set()
        self.pictures = Pictures(settings, self.clock, pacer or Pacer(), self._event, self._weak)

    def _event(self, kind: str, session: str, **fields: Any) -> None:
        self._tell({"type": kind, "room": self.name, "session": session, **fields})

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- coming and going --------------------------------------------------------------------------------------------

    async def join(
        self, session: str, seat: str, sdp: str, certificate: RTCCertificate,
        *, speak: bool, hear: bool, weak: bool,
    ) -> str:  # fmt: skip
        """Answer an offer. The same session's former connection is ended once the new one is connected, so that coming
        again makes no silence. Raises BadOffer, MediaRefused."""
        offer = read_offer(sdp)
        if seat == "microphone":
            hear = False
            await self._microphones.make()
        if session not in self.participants and len(self.participants) >= self._settings.max_sessions:
            raise MediaRefused("full", "the room is full")
        ssrcs = tuple(secrets.randbelow(0xFFFFFFFE) + 1 for _ in range(SLOTS))
        given = roles(offer, speak=speak, hear=hear, slots=WEAK_SLOTS if weak else SLOTS, ssrcs=ssrcs)
        participant = self._participant(session, seat, offer, given, ssrcs[0], certificate, light=weak)
        transport = await self._gathered(participant)
        overtaken = self._coming.pop(session, None)
        if overtaken is not None:
            self._spawn(overtaken.peer.close())
        if session in self.participants:
            self._coming[session] = participant
        else:
            self._put_in(participant)
        participant.peer.connect(offer)
        return answer(offer, given, transport, weak=weak)

    async def _gathered(self, participant: Participant) -> Transport:
        """The node's half of the transport. Raises MediaRefused, also when they left or came again meanwhile."""
        self._joining[participant.session] = participant
        try:
            transport = await participant.peer.gather()
        except OSError as error:
            await participant.peer.close()
            raise MediaRefused("full", "no address and port to receive media on") from error
        finally:
            wanted = self._joining.get(participant.session) is participant
            if wanted:
                del self._joining[participant.session]
        if not wanted:
            await participant.peer.close()
            raise MediaRefused("no_session", "the session left, or came again")
        return transport

    def _participant(
        self, session: str, seat: str, offer: Offer, given: tuple[Role, ...], own: int, certificate: RTCCertificate,
        *, light: bool,
    ) -> Participant:  # fmt: skip
        peer = Peer(
            self._settings, certificate,
            on_rtp=lambda data: participant.rtp(data), on_rtcp=lambda data: participant.rtcp(data),
            on_connected=lambda: self._connected(participant), on_ended=lambda: self._ended(participant),
        )  # fmt: skip
        source, writers = None, []
        tap = Tap(session, self.capture, alone=seat == "hall") if seat in ("hall", "microphone") else None
        for line, role in zip(offer.lines, given, strict=True):
            if role.microphone:
                source = Source(
                    session, line.opus, line.level_id, peer.unprotect, self, tap or self.capture, self.clock
                )
            if role.ssrc:
                start = secrets.randbits(15), secrets.randbits(31)
                writers.append(SlotWriter(role.ssrc, line.opus, line.mid, line.mid_id, line.level_id, *start))
        participant = Participant(session, seat, peer, source, tuple(writers), own, self.clock, tap)
        participant.bundlers = tuple(Bundler() if light else None for _ in writers)
        return participant

    def _put_in(self, participant: Participant) -> None:
        """In place of the session's former connection."""
        former = self.participants.pop(participant.session, None)
        if former is not None:
            self._take_out(former)
            self._spawn(former.peer.close())
        self.participants[participant.session] = participant
        self._rank(participant.session)
        self._microphones.came(participant)
        self._assign()
        if former is not None and former.gone:
            self._event("back", participant.session, at=self.clock.now(), weak=False)

    def _connected(self, participant: Participant) -> None:
        participant.last_heard = self.clock.steady()
        if self._coming.get(participant.session) is participant:
            del self._coming[participant.session]
            self._put_in(participant)
        log.info("peer_connected", room=self.name, session=participant.session)

    def _ended(self, participant: Participant) -> None:
        """The connection failed or was closed by the browser, which lets go of its former one a little before we know
        that the new one is connected."""
        session = participant.session
        if self._coming.get(session) is participant:
            del self._coming[session]
        elif self.participants.get(session) is participant:
            coming = self._coming.pop(session, None)
            if coming is not None:
                self._put_in(coming)
            else:
                del self.participants[session]
                self._take_out(participant)
                self._event("gone", session, why="closed", at=self.clock.now())
                log.info("peer_gone", room=self.name, session=session)
        self._spawn(participant.peer.close())

    def _take_out(self, participant: Participant) -> None:
        if participant.source is not None:
            participant.source.end()
        if self._microphones.left(participant.session):
            self._selection.forget(THE_HALL)
        self._selection.forget(participant.session)
        self._assign()

    async def leave(self, session: str) -> None:
        await self.pictures.leave(session)
        self._muted.discard(session)
        self._joining.pop(session, None)
        coming, participant = self._coming.pop(session, None), self.participants.pop(session, None)
        if participant is not None:
            self._take_out(participant)
        for left in (coming, participant):
            if left is not None:
                await left.peer.close()

    async def close(self) -> None:
        for session in [*self.participants, *self._joining]:
            await self.leave(session)
        await self.pictures.close()
        self.copies.end(self.clock.now())
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    # -- what the server decides -------------------------------------------------------------------------------------

    async def gate(self, *, capture: bool, remote_sound: bool) -> None:
        """Shut at once what has to be shut; returns when the disk is quiet too."""
        self.remote_sound = remote_sound
        if not remote_sound:
            self._fanout.drop()
            self.pictures.shut()
        now = self.clock.now()
        if capture:
            self.capture.open(now)
            self.journal.gates.opened(now)
            self._microphones.open(now)
        else:
            self.capture.shut()
            self.journal.gates.shut(now)
            self._hush()
            await self._microphones.shut()
            await asyncio.to_thread(self.journal.settle)
        await asyncio.to_thread(self.journal.gates.save)

    def _hush(self) -> None:
        for participant in self.participants.values():
            if participant.source is not None:
                participant.source.hush()
        self._microphones.hush()

    def floor(self, session: str) -> None:
        former, self._floor = self._floor, session
        for changed in {former, session} - {""}:
            self._rank(changed)
        self._assign()

    def _rank(self, session: str) -> None:
        participant = self.participants.get(session)
        if participant is None:
            return
        hall = session in self._microphones
        floor = session == self._floor or (hall and self._floor in self._microphones)
        rank = FLOOR if floor else OTHER if participant.tap is None else HALL
        self._selection.rank(THE_HALL if hall else session, rank)
        if participant.source is not None:
            participant.source.near = rank != OTHER
            participant.source.muted = session in self._muted

    def mute(self, session: str, muted: bool) -> None:
        """Holds for the session's later connections too, until it is unmuted or leaves."""
        (self._muted.add if muted else self._muted.discard)(session)
        participant = self.participants.get(session)
        if participant is not None and participant.source is not None:
            participant.source.muted = muted
            participant.source.hush()
            if muted and self._selection.drop(session):
                self._assign()

    async def purge(self, since: int, until: int) -> None:
        """Take the sound of these milliseconds out of journal and listener. Raises OSError."""
        self._hush()
        self.capture.flush()
        spans = await asyncio.to_thread(self.journal.purge, since, until)
        await self._microphones.purge(since, until)
        self._feed.purged(self.name, since, until, spans)

    async def span(self, session: str, others: tuple[str, ...], at: int, packets: Sequence[Packet]) -> dict[str, Any]:
        """Record what a browser kept through a cut (docs/protocol.md §1); on the disk when this returns."""
        answer = self.copies.take(session, others, at, packets, self.clock.now())
        await asyncio.to_thread(self.journal.write)
        return answer

    def stats(self) -> list[dict[str, Any]]:
        return [
            {
                "session": p.session, "loss": p.line.loss, "rtt_ms": p.line.round_trip,
                "level": p.level, "bytes_in": p.peer.bytes_in, "bytes_out": p.peer.bytes_out,
            }
            for p in self.participants.values()
        ]  # fmt: skip

    def tracks(self) -> list[dict[str, Any]]:
        alone = [p for p in self.participants.values() if p.source and not aside(p)]
        lives = [(p.session, p.source.track) for p in alone if p.source and p.source.track]
        if self._microphones.track is not None:
            lives.append((self._microphones.carrier, self._microphones.track))
        return [{"track": t.track, "session": session, "rtp0": t.rtp0, "at": t.at} for session, t in lives]

    # -- Hearer: what sources tell -----------------------------------------------------------------------------------

    def track_started(self, session: str, track: CapturedTrack) -> None:
        participant = self.participants.get(session)
        if participant is None or not aside(participant):
            self.told_track(session, track)

    def told_track(self, session: str, track: CapturedTrack) -> None:
        self._event("track", session, track=track.track, rtp0=track.rtp0, at=track.at)

    def voice_changed(self, session: str, voiced: bool, now: int) -> None:
        self._event("voiced", session, voiced=voiced, at=self.clock.at(now))

    def loud(self, session: str, level: int, now: int) -> None:
        if session in self._inside:
            return  # ``forward`` sees to it
        if self._sounds:
            self._microphones.far_voice(level, now)
        if self._selection.voiced(session, level, now):
            self._assign()

    def forward(
        self, session: str, payload: bytes, sequence: int, timestamp: int, level: int, marker: bool, now: int
    ) -> None:
        speaker = session
        if session in self._inside:
            if not self._microphones.heard(session, level, len(payload), now):
                return
            speaker = THE_HALL
            if 0 <= level < LOUD_NEAR and self._selection.voiced(THE_HALL, level, now):
                self._assign()
        if not self.remote_sound:
            return
        length = duration(payload)
        for send, writer in self._fanout.whole.get(speaker, ()):
            head = writer.header(session, sequence, timestamp, level, marker, now, length)
            if head is not None:
                writer.octets += len(payload)
                send(head + payload)
        self._fanout.bundle(speaker, session, payload, sequence, timestamp, level, marker, now)

    def _assign(self) -> None:
        """Give the active speakers to every listener's slots."""
        several = self._microphones.any
        self._sounds = any(p.tap is not None and p.writers for p in self.participants.values())
        self._fanout.lay(
            self.participants.values(), self._selection.active,
            lambda listener: THE_HALL if listener.tap is not None and several else listener.session,
        )  # fmt: skip

    def joined_hall(self, session: str) -> None:
        """It is no speaker by itself any more."""
        self._selection.forget(session)
        self._rank(session)
        self._assign()

    # -- time --------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Every 100 ms."""
        now = self.clock.steady()
        for participant in self.participants.values():
            if participant.source is not None:
                participant.source.expire(now)
        if self._selection.expire(now):
            self._assign()
        self._listen_for_echoes()
        self._microphones.tick()
        self.copies.expire(self.clock.now())
        self.capture.flush()
        self.pictures.tick()

    def _listen_for_echoes(self) -> None:
        sources = [(p.session, p.source) for p in self.participants.values() if p.source and p.seat != "microphone"]
        for session, echo in self._echoes.step({s: source.level if source.voiced else SILENT for s, source in sources}):
            self._event("echo", session, echo=echo)

    def report(self, turn: int) -> None:
        """Each participant's turn comes once a second: reports, whether it is still there, how its line is.

        ``turn`` counts 0 to TURNS − 1, so that a large room's reports are not all made in one moment.
        """
        worst = max((p.line.downlink for p in self.participants.values()), default=0)
        for participant in list(self.participants.values())[turn::TURNS]:
            if not participant.peer.connected:
                continue
            participant.peer.refresh()
            participant.report(min(max(worst, LEAST_LOSS), MOST_LOSS))
            self._heartbeat(participant)
            line = participant.line
            changed = line.judge()
            if changed or line.to_tell:
                self._event("weak", participant.session, weak=line.weak, loss=line.loss, rtt_ms=line.round_trip)
            if changed:
                self._assign()
        self.pictures.report(turn)

    def _weak(self, session: str) -> bool:
        participant = self.participants.get(session)
        return participant is not None and participant.line.weak

    def _heartbeat(self, participant: Participant) -> None:
        now = self.clock.steady()
        silent = now - participant.last_heard
        if silent < QUIET_MS:
            self._returned(participant)
        if not participant.pinging and (silent >= QUIET_MS or now - participant.trip_at > TRIP_MS):
            self._spawn(participant.ask(lambda: self._returned(participant)))
        if silent >= GONE_MS and not participant.gone:
            participant.gone = True
            self._event("gone", participant.session, why="no_rtp", at=self.clock.at(participant.last_heard))

    def _returned(self, participant: Participant) -> None:
        if participant.gone and self.participants.get(participant.session) is participant:
            participant.gone = False
            self._event("back", participant.session, at=self.clock.now(), weak=participant.line.weak)
