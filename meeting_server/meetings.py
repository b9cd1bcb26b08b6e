"""THE write path of meetings: load → decide → append → apply → tell subscribers. There is no second door.

Every public coroutine raises ``room.refusal.Refused`` (typed, Vietnamese) and then nothing has changed.
One instance a process; one lock a live meeting; the log is the truth and a restart replays it. A command once
begun is finished even when its caller goes away, so that room and log never part.
"""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from meeting_server import capture
from meeting_server.capture import CapturePort, NoCapture
from meeting_server.clock import Clock, SystemClock
from meeting_server.publishing import ALL_VIEWS, Board, Message, Subscription, Viewer
from meeting_server.room import commands, erasing, speech_in
from meeting_server.room.attending import came
from meeting_server.room.commands import SYSTEM, Actor, Command
from meeting_server.room.context import Context
from meeting_server.room.meeting import decide
from meeting_server.room.refusal import NotAllowed, Refused, TooMuch, Unavailable, Unknown
from meeting_server.room.speech_in import Heard
from meeting_server.room.state import LEADERS, Live, Present, Room, fold, roles_of, step, with_span
from meeting_server.room.summary import QUIET, lines_of, summary_of
from meeting_server.room.views import CHANGED
from meeting_server.store import log, people
from meeting_server.store.database import Overloaded, Store
from meeting_server.store.tables import MeetingSummary
from minutes.drafting.log import drafted
from minutes.record.chain import make_entry
from minutes.record.codec import VERSION, encode, kind_of
from minutes.record.events import (
    HALL,
    Approved,
    Authority,
    ChairAppointed,
    Drafted,
    Entry,
    Erased,
    Event,
    Left,
    Opened,
    Retranscribed,
    ScanAttached,
    Scheduled,
    Sealed,
    SecretaryAppointed,
    TrackOpened,
)

__all__ = ["Accepted", "CapturePort", "Guest", "Heard", "Meetings", "Message", "Subscription", "Viewer"]

Value = TypeVar("Value")
Drafter = Callable[[Sequence[Entry]], Drafted]
VIETNAM = timedelta(hours=7)
MAX_SESSIONS = 400
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Accepted:
    """``seqs``: the entries appended (none for commands that change only what is live)."""

    seqs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came by a guest link or the wall without being a member: ``name`` as given."""

    name: str
    title: str = ""
    upper: bool = False


@dataclass(slots=True)
class Hall:
    """A meeting in memory: one lock, the folded room, what is live, and its views."""

    room: Room
    live: Live
    board: Board
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    redraft: asyncio.Task[None] | None = None


class Meetings:
    """Built in app.py: ``Meetings(store, clock, capture_port, drafter)``."""

    def __init__(
        self, store: Store, clock: Clock | None = None, port: CapturePort | None = None, drafter: Drafter = drafted
    ) -> None:
        self._store = store
        self._clock = clock or SystemClock()
        self._port = port or NoCapture()
        self._drafter = drafter
        self._halls: dict[str, Hall] = {}
        self._loading = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._health = Live()

    # -- commands -------------------------------------------------------------------------------------------------

    async def schedule(self, scheduled: Scheduled, actor: Actor, *, chair: str = "", secretary: str = "") -> str:
        """A new meeting's id. The leader of the roster is its chair until another is appointed. An empty roster is
        filled from the cell's memberships as of the day."""
        meeting = f"m-{secrets.token_hex(8)}"

        def work(session: Session) -> None:
            plan = scheduled
            if not plan.roster:
                plan = replace(plan, roster=people.roster(session, plan.cell, _day(plan.starts_at)))
            leader = next((line.member for line in plan.roster if line.position.lower() == LEADERS[0]), "")
            events: list[Event] = [plan]
            events += [ChairAppointed(chair or leader)] if chair or leader else []
            events += [SecretaryAppointed(secretary)] if secretary else []
            log.create(session, meeting, plan.cell, self._clock.now())
            self._commit(session, Room(id=meeting), actor, "own", events, self._clock.now())

        await self._finish(self._guarded(self._store.write(work)))
        return meeting

    async def do(self, meeting: str, actor: Actor, command: Command) -> Accepted:
        """Carry a command out."""
        return await self._finish(self._do(meeting, actor, command))

    async def _do(self, meeting: str, actor: Actor, command: Command) -> Accepted:
        hall = await self._hall(meeting)
        async with hall.lock:
            actor = self._named(hall, actor)
            if isinstance(command, commands.ReadBack) and hall.room.document.version == 0:
                await self._draft(hall, actor, commands.Draft())
            at = self._now(hall)
            if isinstance(command, commands.Draft):
                return Accepted(await self._draft(hall, actor, command))
            if isinstance(command, commands.Submit) and hall.redraft is not None:
                await self._draft(hall, SYSTEM, None)
            decision = decide(hall.room, hall.live, actor, command, at)
            had_draft = hall.room.document.version > 0
            await self._beside(hall, command)
            seqs = await self._append(hall, actor, decision.authority, decision.events, at)
            await self._live_after(hall, command)
            if isinstance(command, commands.Close):
                await self._draft(hall, SYSTEM, None)
            elif had_draft and isinstance(command, commands.Correct | commands.AssignSpeaker | commands.EraseLast):
                self._redraft_soon(hall)
            return Accepted(seqs)

    async def append_system(self, meeting: str, event: Sealed | ScanAttached | Retranscribed, actor: str = "") -> int:
        """What our own parts write: seals, scans, better transcripts. The seq."""

        async def work() -> int:
            hall = await self._hall(meeting)
            async with hall.lock:
                who = Actor(account=actor) if actor else SYSTEM
                return (await self._append(hall, who, "system", (event,), self._now(hall)))[0]

        return await self._finish(work())

    # -- people come and go ---------------------------------------------------------------------------------------

    async def join(
        self, meeting: str, session: str, actor: Actor, *, name: str,
        device: Literal["phone", "computer", "hall"] = "computer", informed: bool = False, private: bool = False,
        admitted: bool = True, guest: Guest | None = None,
    ) -> bool:  # fmt: skip
        """Whether the session is in the room (False: it waits in the lobby). An earlier session of the same
        person is replaced: its subscriptions end with ("removed", {"replaced": True})."""
        member = HALL if "hall_device" in actor.roles else actor.member
        present = Present(session, member, name, actor.seat, device, informed, private, admitted)
        if guest is not None:
            present = replace(present, name=guest.name, guest=True, title=guest.title, upper=guest.upper)

        async def work() -> bool:
            hall = await self._hall(meeting)
            async with hall.lock:
                if len(hall.live.sessions) >= MAX_SESSIONS:
                    raise TooMuch("room_full", "Phòng họp đã đủ số kết nối tối đa.")
                old = hall.live.sessions.get(session)
                here = replace(present, admitted=admitted or bool(old and old.admitted))
                if here.admitted:
                    here = await self._enter(hall, here, actor)
                self._set_live(hall, replace(hall.live, sessions={**hall.live.sessions, session: here}))
                return here.admitted

        return await self._finish(work())

    async def _enter(self, hall: Hall, present: Present, actor: Actor) -> Present:
        """Logs the joining while the meeting is not closed; answers the connection with its member's or guest's id."""
        if hall.room.phase in ("closed", "submitted", "approved", "sealed") or present.session in hall.room.sessions:
            return present
        at = self._now(hall)
        known = replace(actor, member=present.member, session=present.session)
        events = came(Context(hall.room, hall.live, known, frozenset(), at, "join"), present)
        await self._append(hall, known, "hall" if present.member == HALL else "own", events, at)
        return replace(present, member=hall.room.sessions[present.session].member)

    async def leave(self, meeting: str, session: str, reason: Literal["left", "lost", "closed"] = "left") -> None:
        """Idempotent."""

        async def work() -> None:
            hall = await self._hall(meeting)
            async with hall.lock:
                await self._left(hall, session, reason)

        await self._finish(work())

    async def _left(self, hall: Hall, session: str, reason: Literal["left", "lost", "closed"]) -> None:
        joined = hall.room.sessions.get(session)
        if joined is not None:
            events = (Left(joined.member, session, reason),)
            await self._append(hall, Actor(member=joined.member, session=session), "own", events, self._now(hall))
        sessions = {key: present for key, present in hall.live.sessions.items() if key != session}
        self._set_live(hall, replace(hall.live, sessions=sessions))

    async def sweep(self, meeting: str) -> None:
        """After a restart: who the log holds present and who did not come back is written down as lost."""

        async def work() -> None:
            hall = await self._hall(meeting)
            async with hall.lock:
                for session in [key for key in hall.room.sessions if key not in hall.live.sessions]:
                    await self._left(hall, session, "lost")

        await self._finish(work())

    # -- sound ----------------------------------------------------------------------------------------------------

    async def track_opened(self, meeting: str, track: str, session: str, rtp0: int, at: int) -> None:
        """The first packet of a session's audio was heard at ``at``. Idempotent per track."""

        async def work() -> None:
            hall = await self._hall(meeting)
            async with hall.lock:
                if track in hall.room.tracks or hall.room.phase in ("approved", "sealed"):
                    return
                present = hall.live.sessions.get(session)
                joined = hall.room.sessions.get(session)
                if joined is None and present is None:
                    raise Unknown("unknown_session", "Kết nối này không còn trong phòng.")
                member = joined.member if joined else present.member if present else ""
                events = (TrackOpened(track, member, rtp0),)
                moment = max(hall.room.at, min(at, self._now(hall)))
                await self._append(hall, SYSTEM, "system", events, moment)

        await self._finish(work())

    async def hear(self, meeting: str, heard: Heard) -> bool:
        """Whether this call committed it. False: accepted before, or not to be kept (off record, erased, approved
        already); either way the listener may forget it. Raises Refused when it must be sent again later."""
        return await self._finish(self._hear(meeting, heard))

    async def _hear(self, meeting: str, heard: Heard) -> bool:
        hall = await self._hall(meeting)
        async with hall.lock:
            match speech_in.verdict(hall.room, heard):
                case "later":
                    raise Unknown("unknown_track", "Đường tiếng này chưa được mở.")
                case "known" | "dropped":
                    return False
                case "silence":
                    await self._silence(hall, heard)
                case "take":
                    event = speech_in.spoke(hall.room, heard)
                    await self._append(hall, SYSTEM, "system", (event,), self._now(hall))
                    if hall.room.phase == "closed":
                        self._redraft_soon(hall)
            return True

    async def _silence(self, hall: Hall, heard: Heard) -> None:
        """Done, with nothing to write down: the cursor moves without an entry."""
        where = hall.room.id
        await self._guarded(
            self._store.write(lambda session: log.silence(session, where, heard.track, heard.start, heard.end))
        )
        hall.room = replace(hall.room, heard=with_span(hall.room.heard, heard.track, heard.start, heard.end))

    async def cursors(self, meeting: str) -> dict[str, int]:
        """Per track the sample up to which something was accepted."""
        room = await self.state(meeting)
        return {track: room.cursor(track) for track in room.tracks}

    async def spans(self, meeting: str) -> Mapping[str, tuple[tuple[int, int], ...]]:
        """Per track the accepted spans: recorded voice outside of them is still owed."""
        room = await self.state(meeting)
        return {track: room.heard.get(track, ()) for track in room.tracks}

    def interim(self, meeting: str, track: str, text: str, stable: int) -> None:
        """Words still being recognised: passed on, never stored; dropped while off record."""
        hall = self._halls.get(meeting)
        if hall is None or hall.room.phase != "open" or track not in hall.room.tracks:
            return
        member = hall.room.tracks[track].member
        speaker = hall.room.floor.speaker
        person = (speaker.member if speaker and speaker.channel == "hall" else "") if member == HALL else member
        message = {"track": track, "speaker": hall.room.name_of(person), "text": text, "stable": stable}
        for subscription in hall.board.everybody():
            if subscription.audience != "display":
                subscription.pass_on(("interim", message))

    # -- what is never logged -------------------------------------------------------------------------------------

    def live(self, meeting: str, session: str, **changes: bool) -> None:
        """``mic``, ``voiced``, ``weak``, ``muted`` of a session."""
        hall = self._halls.get(meeting)
        present = hall.live.sessions.get(session) if hall else None
        if hall is None or present is None:
            return
        if not changes.keys() <= {"mic", "voiced", "weak", "muted"}:
            raise AssertionError("only sound is live")
        changed = dataclasses.replace(present, **changes)  # type: ignore[arg-type]  # four flags
        if changed != present:
            self._set_live(hall, replace(hall.live, sessions={**hall.live.sessions, session: changed}))

    def owed(self, meeting: str, owed_ms: int) -> None:
        """Speech recorded and not yet accepted."""
        hall = self._halls.get(meeting)
        if hall is not None and hall.live.owed_ms != owed_ms:
            self._set_live(hall, replace(hall.live, owed_ms=max(0, owed_ms)), frozenset({"meeting"}))

    def health(
        self, *, disk: Literal["ok", "full"] | None = None, speech: Literal["ok", "down", "behind"] | None = None
    ) -> None:
        """Shown in the view ``meeting`` of every meeting."""
        self._health = replace(self._health, disk=disk or self._health.disk, speech=speech or self._health.speech)
        for hall in self._halls.values():
            live = replace(hall.live, disk=self._health.disk, speech=self._health.speech)
            self._set_live(hall, live, frozenset({"meeting"}))

    def notice(self, meeting: str, level: Literal["info", "warning", "error"], text: str, session: str = "") -> None:
        """A sentence to everybody in the meeting, or to one session."""
        hall = self._halls.get(meeting)
        for subscription in () if hall is None else hall.board.everybody():
            if session in ("", subscription.actor.session):
                subscription.pass_on(("notice", {"level": level, "text": text}))

    # -- looking on -----------------------------------------------------------------------------------------------

    async def subscribe(self, meeting: str, viewer: Viewer, versions: Mapping[str, int] | None = None) -> Subscription:
        """Begins with a snapshot; with ``versions`` only with what changed since. The viewer must be in the room."""
        hall = await self._hall(meeting)
        present = hall.live.sessions.get(viewer.actor.session)
        if present is not None and not present.admitted:
            raise NotAllowed("waiting", "Đồng chí đang ở phòng chờ, chưa được cho vào.", "chủ trì hoặc thư ký cho vào")
        if hall.board.full:
            raise TooMuch("room_full", "Phòng họp đã đủ số kết nối tối đa.")
        return hall.board.subscribe(Viewer(self._named(hall, viewer.actor)), versions)

    async def state(self, meeting: str) -> Room:
        """The folded meeting (immutable)."""
        return (await self._hall(meeting)).room

    async def present(self, meeting: str) -> Live:
        """What is live in it (immutable)."""
        return (await self._hall(meeting)).live

    async def entries(self, meeting: str) -> list[Entry]:
        """The whole log, from disk."""
        return await self._guarded(self._store.read(lambda session: log.load(session, meeting)))

    # -- life of the process --------------------------------------------------------------------------------------

    async def resume(self) -> list[str]:
        """At start: takes up what is open and brings the media engine to what the logs say."""
        open_meetings = await self._store.read(log.unfinished)
        for meeting in open_meetings:
            await self.restore_capture(meeting)
        return open_meetings

    async def restore_capture(self, meeting: str) -> None:
        """Bring the media engine to what the log says (after either restarted)."""
        hall = await self._hall(meeting)
        async with hall.lock:
            await capture.restore(self._port, hall.room)
            await self._port.floor(meeting, capture.speaking_session(hall.room))

    async def settled(self, meeting: str) -> None:
        """Waits for a redraft that is under way."""
        hall = await self._hall(meeting)
        if hall.redraft is not None:
            await asyncio.wait([hall.redraft])

    async def shut_down(self) -> None:
        """Finishes what is being appended and ends all subscriptions."""
        for hall in self._halls.values():
            if hall.redraft is not None:
                hall.redraft.cancel()
            for subscription in hall.board.everybody():
                subscription.end()
        if self._tasks:
            await asyncio.wait(self._tasks)

    # -- inside ---------------------------------------------------------------------------------------------------

    async def _finish(self, work: Coroutine[Any, Any, Value]) -> Value:
        """``work`` to its end, whatever becomes of the caller."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _guarded(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Faults of the database as refusals that say what is safe."""
        try:
            return await work
        except log.NoSuchMeeting as error:
            raise Unknown("unknown_meeting", "Không có cuộc họp này.") from error
        except (SQLAlchemyError, Overloaded, log.Overtaken) as error:
            _log.error("store_failed", error=type(error).__name__)
            raise Unavailable(
                "store_failed",
                "Máy chủ chưa ghi được vào sổ. Những gì đã ghi vẫn còn; đề nghị làm lại.",
                "quản trị viên",
            ) from error

    async def _hall(self, meeting: str) -> Hall:
        hall = self._halls.get(meeting)
        if hall is not None:
            return hall
        async with self._loading:
            if meeting not in self._halls:
                room = await self._load(meeting)
                live = Live(disk=self._health.disk, speech=self._health.speech)
                self._halls[meeting] = Hall(room, live, Board(room, live, self._clock.now()))
            return self._halls[meeting]

    async def _load(self, meeting: str) -> Room:
        def work(session: Session) -> tuple[list[Entry], list[tuple[str, int, int]]]:
            return log.load(session, meeting), log.silences(session, meeting)

        entries, silences = await self._guarded(self._store.read(work))
        room = fold(entries)
        for track, start, end in silences:
            room = replace(room, heard=with_span(room.heard, track, start, end))
        return room

    def _now(self, hall: Hall) -> int:
        return max(hall.room.at, self._clock.now())

    def _named(self, hall: Hall, actor: Actor) -> Actor:
        """A guest's id is given on admission and known from the connection."""
        present = hall.live.sessions.get(actor.session)
        if actor.member or present is None or not present.guest:
            return actor
        role: frozenset[commands.Role] = frozenset({"upper_guest" if present.upper else "guest"})
        return replace(actor, member=present.member, roles=actor.roles | role)

    async def _append(
        self, hall: Hall, actor: Actor, authority: Authority, events: Sequence[Event], at: int
    ) -> tuple[int, ...]:
        """The one append. Shuts before, writes, applies, opens after, tells."""
        if not events:
            return ()
        try:
            await capture.before(self._port, hall.room, events)
        except Exception as error:
            _log.error("capture_failed", meeting=hall.room.id, error=type(error).__name__)
            raise Unavailable(
                "capture_failed", "Chưa dừng được việc ghi. Đề nghị tắt micrô và làm lại ngay."
            ) from error
        before = hall.room
        try:
            entries, room = await self._guarded(
                self._store.write(lambda session: self._commit(session, before, actor, authority, events, at))
            )
        except Unavailable:
            self._halls.pop(before.id, None) if not hall.board.watched else None
            raise
        erased = any(isinstance(event, Erased) for event in events)
        hall.room = await self._reload(room) if erased else room
        self._tell(hall, entries, erased=erased)
        await self._opened(hall, events)
        return tuple(entry.seq for entry in entries)

    async def _reload(self, room: Room) -> Room:
        """After erasing: nothing erased stays in memory, nor in the database's old pages."""
        await self._store.shred()
        return await self._load(room.id)

    async def _opened(self, hall: Hall, events: Sequence[Event]) -> None:
        """What follows an append. A failure leaves the gate shut, and is said."""
        try:
            await capture.after(self._port, hall.room, events)
        except Exception as error:
            _log.error("capture_failed", meeting=hall.room.id, error=type(error).__name__)
            self.notice(hall.room.id, "error", "Chưa mở được việc ghi: tiếng nói lúc này không được ghi lại.")

    def _commit(
        self, session: Session, room: Room, actor: Actor, authority: Authority, events: Sequence[Event], at: int
    ) -> tuple[list[Entry], Room]:
        """On the writer thread, in one transaction: entries, erased bodies, summary, searchable lines."""
        entries: list[Entry] = []
        after = room
        for event in events:
            entry = self._entry(after, actor, authority, self._filled(session, after, event), at)
            entries.append(entry)
            after = step(after, entry)
        log.append(session, entries, room.digest)
        for entry in entries:
            if isinstance(entry.event, Erased):
                log.erase(session, room.id, erasing.touched(log.load(session, room.id), entry.event))
        if any(entry.kind not in QUIET for entry in entries):
            log.summarise(session, MeetingSummary(**dataclasses.asdict(summary_of(after))))
            log.index(session, room.id, [log.Line(*line) for line in lines_of(after)])
        return entries, after

    @staticmethod
    def _entry(room: Room, actor: Actor, authority: Authority, event: Event, at: int) -> Entry:
        system = "system" if "system" in actor.roles else ""
        return make_entry(
            previous=room.digest, meeting=room.id, seq=room.seq + 1, at=at,
            actor=actor.member or actor.account or actor.session or system, authority=authority, event=event,
            body=encode(event), kind=kind_of(event), version=VERSION, salt=secrets.token_bytes(16),
        )  # fmt: skip

    @staticmethod
    def _filled(session: Session, room: Room, event: Event) -> Event:
        """What only the store knows: the membership as of the opening, and the record's number."""
        scheduled = room.meeting.scheduled
        match event:
            case Opened(roster=()) if scheduled is not None:
                day = people.roster(session, scheduled.cell, _day(scheduled.starts_at))
                same = {line.member for line in day} == {line.member for line in room.meeting.roster}
                return event if not day or same else Opened(day)
            case Approved(number="") if scheduled is not None and scheduled.kind != "practice":
                number = room.meeting.number or log.next_number(session, scheduled.cell)
                return replace(event, number=number)
        return event

    def _tell(self, hall: Hall, entries: Sequence[Entry], *, erased: bool) -> None:
        names = frozenset[str]().union(*(CHANGED.get(entry.kind, ALL_VIEWS) for entry in entries))
        for entry in entries:
            if entry.kind in ("OffRecord", "Closed"):
                for subscription in hall.board.everybody():
                    subscription.forget_passing()
            if isinstance(entry.event, Left) and entry.event.reason in ("removed", "replaced"):
                self._put_out(hall, entry.event)
        if erased:
            hall.board.erase_captions(hall.room, hall.live)
        else:
            hall.board.show(hall.room, hall.live, names)

    def _put_out(self, hall: Hall, left: Left) -> None:
        sessions = {key: present for key, present in hall.live.sessions.items() if key != left.session}
        hall.live = replace(hall.live, sessions=sessions)
        for subscription in hall.board.of_session(left.session) if left.session else ():
            text = "Chủ trì đã mời đồng chí rời phòng họp." if left.reason == "removed" else ""
            subscription.end(("removed", {"replaced": left.reason == "replaced", "text": text}))
            hall.board.drop(subscription)

    def _set_live(self, hall: Hall, live: Live, names: frozenset[str] = ALL_VIEWS) -> None:
        only_people = names is ALL_VIEWS and live.captions_on == hall.live.captions_on
        hall.live = live
        hall.board.show(hall.room, live, frozenset({"people", "me"}) if only_people else names)

    async def _beside(self, hall: Hall, command: Command) -> None:
        """What the engine must have done for a command without entry."""
        if isinstance(command, commands.Mute):
            try:
                await self._port.mute(hall.room.id, command.session, command.muted)
            except Exception as error:
                raise Unavailable("capture_failed", "Chưa tắt được micrô. Đề nghị làm lại.") from error

    async def _live_after(self, hall: Hall, command: Command) -> None:
        match command:
            case commands.Mute(session=session, muted=muted) if session in hall.live.sessions:
                present = replace(hall.live.sessions[session], muted=muted)
                self._set_live(hall, replace(hall.live, sessions={**hall.live.sessions, session: present}))
            case commands.CaptionsOnDisplay(on=on):
                self._set_live(hall, replace(hall.live, captions_on=on))
            case commands.Admit(session=session) if session in hall.live.sessions:
                member = hall.room.sessions[session].member if session in hall.room.sessions else ""
                old = hall.live.sessions[session]
                present = replace(old, admitted=True, member=member or old.member)
                self._set_live(hall, replace(hall.live, sessions={**hall.live.sessions, session: present}))
                for subscription in hall.board.of_session(session):
                    subscription.pass_on(("notice", {"level": "info", "text": "Đồng chí đã được cho vào phòng họp."}))
            case commands.Remove(session=session) if session in hall.live.sessions:
                self._put_out(hall, Left("", session, "removed"))
                self._set_live(hall, hall.live)

    # -- drafting -------------------------------------------------------------------------------------------------

    async def _draft(self, hall: Hall, actor: Actor, command: commands.Draft | None) -> tuple[int, ...]:
        """Draft from the log in a thread; ``command`` None = by ourselves. Called with the lock held: the log stands
        still meanwhile (measured ≤ 1 s for two hours), so the draft is of what the log says when it is appended."""
        authority: Authority = "system"
        if command is not None:
            authority = decide(hall.room, hall.live, actor, command, self._now(hall)).authority
        entries = await self.entries(hall.room.id)
        try:
            made = await asyncio.to_thread(self._drafter, entries)
        except Exception as error:
            _log.error("draft_failed", meeting=hall.room.id, error=type(error).__name__)
            if command is None:
                return ()
            raise Unavailable("draft_failed", "Chưa soạn được dự thảo. Lời ghi và sổ họp vẫn còn nguyên.") from error
        return await self._append(hall, actor, authority, (made,), self._now(hall))

    def _redraft_soon(self, hall: Hall) -> None:
        """After corrections and late speech the draft follows; several within two seconds are drafted once."""
        if hall.redraft is not None:
            hall.redraft.cancel()
        hall.redraft = asyncio.create_task(self._redraft(hall))
        self._tasks.add(hall.redraft)
        hall.redraft.add_done_callback(self._tasks.discard)

    async def _redraft(self, hall: Hall) -> None:
        await asyncio.sleep(2)
        async with hall.lock:
            hall.redraft = None
            if hall.room.phase in ("open", "paused", "secret", "closed"):
                await self._finish(self._draft(hall, SYSTEM, None))


def _day(at: int) -> Any:
    """The day in Vietnam (UTC+7, no summer time)."""
    return (datetime.fromtimestamp(at / 1000, UTC) + VIETNAM).date()


def refused_roles(room: Room, actor: Actor) -> frozenset[str]:
    """The roles an actor holds in a room, for shells that must say what somebody is."""
    return frozenset(roles_of(room, actor))


__all__ += ["Refused", "refused_roles"]
