"""A meeting as the rules see it: the record's projections together, and what lives beside the log.

``Room`` is folded from entries only. ``Live`` (connections, lobby, sound) is lost with the process and comes back
with the browsers; no rule that ends in an entry rests on it alone, except that admitting needs a lobby.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from meeting_server.room.commands import Actor, Role, Seat
from meeting_server.room.rights import Phase
from minutes.record import agenda, attendance, document, floor, meeting, tasks, transcript, votes
from minutes.record.events import (
    HALL,
    BallotsCounted,
    Block,
    BlockDeleted,
    BlockInserted,
    BlockSaved,
    Channel,
    Closed,
    Entry,
    Joined,
    Left,
    Petitioned,
    ReadBack,
    RemoteAllowed,
    Reopened,
    Reserved,
    SelfScored,
    Spoke,
    TaskGiven,
    TrackOpened,
)

LEADERS = ("bí thư", "phó bí thư")
HALL_NAME = "Hội trường"


@dataclass(frozen=True, slots=True)
class Track:
    """One peer connection's audio: sample 0 is heard at ``at`` (ms)."""

    member: str
    at: int
    rtp0: int
    session: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The blocks as they were read back to the meeting (or sealed, once opened again), and the
    reasons given for changes since, by block or by the entry that a block rests on ("entry:12")."""

    blocks: tuple[Block, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """``sessions``: connections that the log holds open (none after the close).

    ``heard``: accepted spans of samples per track. ``ballots`` by motion, ``allowed`` (remote) by member,
    ``reserved`` by motion and member.
    """

    id: str = ""
    seq: int = 0
    at: int = 0
    digest: bytes = bytes(32)
    meeting: meeting.Meeting = meeting.EMPTY
    agenda: agenda.Agenda = agenda.EMPTY
    ledger: attendance.Ledger = attendance.EMPTY
    floor: floor.Floor = floor.EMPTY
    votes: votes.Votes = votes.EMPTY
    tasks: tasks.Tasks = tasks.EMPTY
    transcript: transcript.Transcript = transcript.EMPTY
    document: document.Document = document.EMPTY
    sessions: Mapping[str, Joined] = field(default_factory=dict)
    tracks: Mapping[str, Track] = field(default_factory=dict)
    heard: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    ballots: Mapping[str, BallotsCounted] = field(default_factory=dict)
    allowed: Mapping[str, RemoteAllowed] = field(default_factory=dict)
    reserved: Mapping[tuple[str, str], Reserved] = field(default_factory=dict)
    scored: SelfScored | None = None
    read: Reading = field(default_factory=lambda: Reading())

    @property
    def phase(self) -> Phase:
        """The state of the meeting; an open one is paused or secret while off record."""
        if self.meeting.state != "open":
            return self.meeting.state
        recording = self.meeting.recording_state
        return recording if recording in ("paused", "secret") else "open"

    def name_of(self, person: str) -> str:
        """A member's or guest's name, the hall's own; "" for nobody."""
        if person in ("", HALL):
            return HALL_NAME if person else ""
        guest = next((guest.name for guest in self.ledger.guests if guest.guest == person), "")
        return guest or self.meeting.name_of(person)

    def known(self, person: str) -> bool:
        """A member of the roster or a guest."""
        return self.meeting.line(person) is not None or any(guest.guest == person for guest in self.ledger.guests)

    def cursor(self, track: str) -> int:
        """The sample up to which something was accepted from a track."""
        return max((end for _, end in self.heard.get(track, ())), default=0)


EMPTY = Room()


@dataclass(frozen=True, slots=True)
class Present:
    """One connection. ``admitted`` False = waiting in the lobby. ``member`` "" = a guest not yet admitted.

    ``own``: came by a link or account of their own. ``loss`` (per mille) and ``rtt_ms`` are told while the line
    is weak. A device ``microphone`` is a phone in the hall that is one of its microphones, and nobody's presence.
    """

    session: str
    member: str
    name: str
    seat: Seat
    device: Literal["phone", "computer", "hall", "microphone"] = "computer"
    informed: bool = False
    private: bool = False
    admitted: bool = True
    own: bool = False
    guest: bool = False
    title: str = ""
    upper: bool = False
    mic: bool = False
    voiced: bool = False
    weak: bool = False
    loss: int = 0
    rtt_ms: int = 0
    echo: bool = False  # the device gives back what others say
    muted: bool = False
    held: bool = False  # looks on, and is sent no picture for now: the line is weak
    spared: tuple[str, ...] = ()  # of these places it is sent none for now: the line bears only the other
    heard: bool = False  # of the hall's several microphones the one that is heard now
    level: int = 0  # how clear it hears a voice, 0 to 8
    linked: bool = False  # a borrowed phone: ``member`` was set by the table, whatever link it came by


@dataclass(frozen=True, slots=True)
class Paper:
    """A document given out for the meeting: PDF and pictures are shown in the room, a Word file is handed out."""

    id: str
    title: str
    form: str  # pdf | image | docx
    size: int
    at: int


ShowKind = Literal["hall", "camera", "screen"]
Place = Literal["hall", "shared"]


@dataclass(frozen=True, slots=True)
class Showing:
    """A picture that may be shown in its place. ``on``: it comes."""

    session: str
    kind: ShowKind
    on: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """Never logged. ``owed_ms``: speech recorded and not yet written down; ``again_ms``: written down, and being read
    again by a better model. ``muted``: whom the chair muted (members, or sessions of those who are none), until they
    open their microphone themselves."""

    sessions: Mapping[str, Present] = field(default_factory=dict)
    muted: frozenset[str] = frozenset()
    owed_ms: int = 0
    again_ms: int = 0
    captions_on: bool = False
    shown_motion: str = ""
    invited_only: bool = False
    limit_s: int = 0
    disk: Literal["ok", "full"] = "ok"
    speech: Literal["ok", "down", "behind"] = "ok"
    papers: tuple[Paper, ...] = ()
    rephraser: bool = False
    reworded: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # block → (its text, another wording)
    respelled: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # the same with one word put right
    pictures: Mapping[Place, Showing] = field(default_factory=dict)


def fold(entries: Iterable[Entry], onto: Room = EMPTY) -> Room:
    room = onto
    for entry in entries:
        room = step(room, entry)
    return room


def step(room: Room, entry: Entry) -> Room:
    """The room after one more entry."""
    return replace(
        room,
        id=entry.meeting,
        seq=entry.seq,
        at=entry.at,
        digest=entry.digest,
        meeting=meeting.step(room.meeting, entry),
        agenda=agenda.step(room.agenda, entry),
        ledger=attendance.step(room.ledger, entry),
        floor=floor.step(room.floor, entry),
        votes=votes.step(room.votes, entry),
        tasks=tasks.step(room.tasks, entry),
        transcript=transcript.step(room.transcript, entry),
        document=document.step(room.document, entry),
        sessions=_sessions(room, entry),
        tracks=_tracks(room.tracks, entry),
        heard=_heard(room.heard, entry),
        read=_read(room, entry),
        **_beside(room, entry),
    )


def _beside(room: Room, entry: Entry) -> dict[str, Any]:
    match entry.event:
        case BallotsCounted() as counted:
            return {"ballots": {**room.ballots, counted.motion: counted}}
        case Reserved(motion=motion, member=member) as kept:
            return {"reserved": {**room.reserved, (motion, member): kept}}
        case RemoteAllowed() as allowed:
            return {"allowed": {**room.allowed, allowed.member: allowed}}
        case SelfScored() as scored:
            return {"scored": scored}
    return {}


def _read(room: Room, entry: Entry) -> Reading:
    match entry.event:
        case ReadBack() | Reopened():
            return Reading(room.document.blocks)
        case BlockSaved(block=key, reason=reason) | BlockDeleted(block=key, reason=reason) if reason:
            return replace(room.read, reasons={**room.read.reasons, key: reason})
        case BlockInserted(block=block, reason=reason) if reason:
            return replace(room.read, reasons={**room.read.reasons, block.id: reason})
        case TaskGiven(reason=reason) | Petitioned(reason=reason) if reason:
            return replace(room.read, reasons={**room.read.reasons, f"entry:{entry.seq}": reason})
    return room.read


def _sessions(room: Room, entry: Entry) -> Mapping[str, Joined]:
    sessions = room.sessions
    match entry.event:
        case Joined() as joined:
            return {**sessions, joined.session: joined}
        case Left(session=session) if session in sessions:
            return {key: joined for key, joined in sessions.items() if key != session}
        case Closed() if room.meeting.closed_at is None:
            return {}
    return sessions


def _tracks(tracks: Mapping[str, Track], entry: Entry) -> Mapping[str, Track]:
    match entry.event:
        case TrackOpened() as opened:
            return {
                **tracks,
                opened.track: Track(opened.member, opened.heard_at or entry.at, opened.rtp0, opened.session),
            }
        case Joined(session=session, member=member):
            moved = {k: replace(t, member=member) for k, t in tracks.items() if session and t.session == session}
            return {**tracks, **moved} if moved else tracks
    return tracks


def _heard(heard: Mapping[str, tuple[tuple[int, int], ...]], entry: Entry) -> Mapping[str, tuple[tuple[int, int], ...]]:
    match entry.event:
        case Spoke(method="speech") as spoke:
            return with_span(heard, spoke.track, spoke.start, spoke.end)
    return heard


def with_span(
    heard: Mapping[str, tuple[tuple[int, int], ...]], track: str, start: int, end: int
) -> dict[str, tuple[tuple[int, int], ...]]:
    """One more accepted span; spans of a track are sorted and joined where they touch (mostly at the end)."""
    spans = heard.get(track, ())
    if not spans or start > spans[-1][1]:
        return {**heard, track: (*spans, (start, end))}
    joined: list[tuple[int, int]] = []
    for low, high in sorted((*spans, (start, end))):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return {**heard, track: tuple(joined)}


def roles_of(room: Room, actor: Actor) -> frozenset[Role]:
    """The roles from outside and those that the log gives: appointments, offices in the cell, membership."""
    roles: set[Role] = set(actor.roles)
    line = room.meeting.line(actor.member) if actor.member else None
    if line is None:
        return frozenset(roles)
    if actor.member == room.meeting.chair:
        roles.add("chair")
    if actor.member == room.meeting.secretary:
        roles.add("secretary")
    if line.position.lower() in LEADERS:
        roles.add("deputy")
    roles.add("member_remote" if actor.seat == "remote" else "member_hall")
    return frozenset(roles)


def remote_here(room: Room) -> tuple[str, ...]:
    """Members and guests connected from elsewhere."""
    return tuple(joined.member for joined in room.sessions.values() if joined.channel == "remote")


def channel_of(seat: Seat) -> Channel:
    return "remote" if seat == "remote" else "hall"
