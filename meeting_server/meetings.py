"""THE write path of meetings: load → decide → append → apply → tell subscribers. There is no second door.

Every public coroutine raises ``room.refusal.Refused`` (typed, Vietnamese) and then nothing has changed.
One instance a process; one lock a live meeting; the log is the truth and a restart replays it. A command once
begun is finished even when its caller goes away, so that room and log never part.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import structlog
from sqlmodel import Session

from meeting_server import capture
from meeting_server.capture import CapturePort, NoCapture
from meeting_server.clock import Clock, SystemClock
from meeting_server.committing import commit, day_of
from meeting_server.drafts import Drafter, Drafts
from meeting_server.hall import Hall
from meeting_server.halls import Halls
from meeting_server.publishing import Message, Subscription, Viewer
from meeting_server.reopening import SealedText, no_sealed_text
from meeting_server.rephrasing import Rephraser
from meeting_server.room import commands, rights, speech_in
from meeting_server.room.attending import barred, came
from meeting_server.room.commands import SYSTEM, Actor, Command
from meeting_server.room.context import Context
from meeting_server.room.meeting import decide
from meeting_server.room.planning import DAY, Check, Proposed, check_plan, checklist, proposed
from meeting_server.room.refusal import TooMuch, Unavailable, Unknown
from meeting_server.room.speech_in import Heard
from meeting_server.room.state import LEADERS, Live, Present, Room, roles_of, with_span
from meeting_server.store import log, people
from meeting_server.store.database import Store
from minutes.drafting.log import drafted
from minutes.record.events import (
    HALL,
    ChairAppointed,
    Closed,
    Corrected,
    Entry,
    Erased,
    Event,
    Excused,
    ItemConcluded,
    Left,
    Opened,
    Petitioned,
    PetitionWithdrawn,
    Reserved,
    Retranscribed,
    RollCalled,
    ScanAttached,
    Scheduled,
    Sealed,
    SecretaryAppointed,
    SelfScored,
    SpeakerAssigned,
    TaskGiven,
    TaskWithdrawn,
    TrackOpened,
)

__all__ = ["Accepted", "CapturePort", "Guest", "Heard", "Meetings", "Message", "Subscription", "Viewer"]

MAX_SESSIONS = 400
MOST_MICROPHONES = 8  # phones in the hall
REDRAFTS = (
    Corrected, SpeakerAssigned, Erased, TaskGiven, Petitioned, TaskWithdrawn, PetitionWithdrawn, ItemConcluded,
    Opened, Closed, RollCalled, Excused, Reserved, SelfScored,
)  # fmt: skip
KEPT = 7 * 24 * 3_600_000  # practice meetings; room/kinds.toml says it to people
_log = structlog.get_logger()


def _redrafts(event: Event) -> bool:
    """Whether the minutes say something else from now on; who is only cut off by their line has not gone."""
    return isinstance(event, REDRAFTS) or (isinstance(event, Left) and not event.session)


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


class Meetings:
    """Built in app.py: ``Meetings(store, clock, capture_port, drafter)``."""

    def __init__(
        self, store: Store, clock: Clock | None = None, port: CapturePort | None = None, drafter: Drafter = drafted,
        sealed: SealedText = no_sealed_text, rephraser: Rephraser | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock or SystemClock()
        self._halls = Halls(store, self._clock, port or NoCapture())
        self._drafts = Drafts(self._halls, self.entries, drafter, sealed, rephraser)
        self._halls.health = replace(self._halls.health, rephraser=rephraser is not None)

    # -- commands -------------------------------------------------------------------------------------------------

    async def schedule(self, scheduled: Scheduled, actor: Actor, *, chair: str = "", secretary: str = "") -> str:
        """A new meeting's id. The leader of the roster is its chair until another is appointed. An empty roster is
        filled from the cell's memberships as of the day."""
        meeting = f"m-{secrets.token_hex(8)}"

        def work(session: Session) -> None:
            plan = scheduled
            if not plan.roster:
                plan = replace(plan, roster=people.roster(session, plan.cell, day_of(plan.starts_at)))
            check_plan(plan)
            leader = next((line.member for line in plan.roster if line.position.lower() == LEADERS[0]), "")
            events: list[Event] = [plan]
            events += [ChairAppointed(chair or leader)] if chair or leader else []
            events += [SecretaryAppointed(secretary)] if secretary else []
            log.create(session, meeting, plan.cell, self._clock.now())
            commit(session, Room(id=meeting), actor, "own", events, self._clock.now())

        await self._halls.finish(self._halls.guarded(self._store.write(work)))
        return meeting

    async def propose(self, cell: str, kind: str, starts_at: int) -> Proposed:
        """Soạn từ tháng trước: an agenda out of the form and of the cell's last meeting that was held."""
        rows = await self._halls.guarded(self._store.read(lambda session: log.meetings_of(session, cell)))
        held = [row for row in rows if row.kind != "practice" and row.closed_at and row.starts_at < starts_at]
        return proposed(kind, starts_at, await self.state(held[0].meeting) if held else None)

    async def checklist(self, meeting: str) -> tuple[Check, ...]:
        """What is still to be done before the meeting."""
        room = await self.state(meeting)
        plan = room.meeting.scheduled
        if plan is None:
            raise AssertionError("the first entry of every log is Scheduled")
        rows = await self._halls.guarded(self._store.read(lambda session: log.meetings_of(session, plan.cell)))
        held = [(row.kind, row.period) for row in rows if row.closed_at]
        to_come = self._clock.now() - DAY  # one that was to be held before this will not be
        planned = [(row.kind, row.period) for row in rows if not row.closed_at and row.starts_at > to_come]
        documents = next((row.documents_at for row in rows if row.meeting == meeting), None)
        return checklist(
            plan, noticed=bool(room.meeting.notices), documents_at=documents, held=held, planned=planned,
            remote_reasons=all(line.member in room.allowed for line in room.meeting.roster if line.channel == "remote"),
        )  # fmt: skip

    async def forget_practice(self) -> list[str]:
        """Erases practice meetings whose days are over, whole. Their ids: their files are the caller's to remove."""
        now = self._clock.now()
        gone = await self._halls.guarded(self._store.write(lambda session: log.forget_practice(session, now, KEPT)))
        for meeting in gone:
            self._halls.forget(meeting)
        if gone:
            await self._store.shred()
        return gone

    async def forget_erased(self, meeting: str) -> None:
        """After bodies were erased by rule: nothing of them stays in memory."""
        hall = self._halls.known(meeting)
        if hall is not None:
            async with hall.lock:
                await self._halls.reread(hall)

    async def do(self, meeting: str, actor: Actor, command: Command) -> Accepted:
        """Carry a command out."""
        return await self._halls.finish(self._do(meeting, actor, command))

    async def _do(self, meeting: str, actor: Actor, command: Command) -> Accepted:
        hall = await self._halls.hall(meeting)
        async with hall.lock:
            actor = hall.named(actor)
            if isinstance(command, commands.Draft):
                return Accepted(await self._drafts.draft(hall, actor, command))
            if self._drafts.needed(hall, command):
                rights.authority(roles_of(hall.room, actor), hall.room.phase, command, actor)
                await self._drafts.draft(hall, SYSTEM, None)
            at = self._halls.now(hall)
            decision = decide(hall.room, hall.live, actor, command, at)
            had_draft = hall.room.document.version > 0 and hall.room.meeting.reopened is None
            await self._beside(hall, command)
            events = decision.events
            if isinstance(command, commands.Reopen) and not hall.room.document.blocks:
                events = (await self._drafts.as_sealed(hall), *events)
            seqs = await self._halls.append(hall, actor, decision.authority, events, at)
            hall.live_after(command, actor.session)
            await self._halls.pictures(hall)
            await self._halls.remember(hall)
            if isinstance(command, commands.SetFloor) or hall.shuts_phones(command):
                await self._halls.mutes(hall)
            if isinstance(command, commands.Rephrase):
                self._drafts.reword(hall, command.block, actor.session)
            if isinstance(command, commands.Close):
                await self._drafts.draft(hall, SYSTEM, None)
            elif had_draft and any(_redrafts(event) for event in events):
                self._drafts.soon(hall)
            return Accepted(seqs)

    async def append_system(self, meeting: str, events: Sequence[Sealed | ScanAttached], actor: str = "") -> int:
        """What our own parts write, all or nothing: seals and scans. The first seq."""

        async def work() -> int:
            hall = await self._halls.hall(meeting)
            async with hall.lock:
                who = Actor(account=actor) if actor else SYSTEM
                return (await self._halls.append(hall, who, "system", tuple(events), self._halls.now(hall)))[0]

        return await self._halls.finish(work())

    async def retranscribe(self, meeting: str, again: Retranscribed) -> bool:
        """A better model's text of a line, unless it was corrected, erased or approved meanwhile: whether written."""

        async def work() -> bool:
            hall = await self._halls.hall(meeting)
            async with hall.lock:
                said = hall.room.transcript.by_id.get(again.utterance)
                if said is None or said.corrected or hall.room.phase in ("approved", "sealed"):
                    return False
                await self._halls.append(hall, SYSTEM, "system", (again,), self._halls.now(hall))
                if hall.room.document.version:
                    self._drafts.soon(hall)
                return True

        return await self._halls.finish(work())

    # -- people come and go ---------------------------------------------------------------------------------------

    async def join(
        self, meeting: str, session: str, actor: Actor, *, name: str,
        device: Literal["phone", "computer", "hall"] = "computer", informed: bool = False, private: bool = False,
        admitted: bool = True, guest: Guest | None = None,
    ) -> bool:  # fmt: skip
        """Whether the session is in the room (False: it waits in the lobby). An earlier session of the same
        person is replaced: its subscriptions end with ("removed", {"replaced": True})."""
        member = HALL if "hall_device" in actor.roles else actor.member
        present = Present(session, member, name, actor.seat, device, informed, private, admitted, own=admitted)
        if guest is not None:
            present = replace(present, name=guest.name, guest=True, title=guest.title, upper=guest.upper)

        async def work() -> bool:
            hall = await self._halls.hall(meeting)
            async with hall.lock:
                if len(hall.live.sessions) >= MAX_SESSIONS:
                    raise TooMuch("room_full", "Phòng họp đã đủ số kết nối tối đa.")
                old = hall.live.sessions.get(session)
                known = session in hall.room.sessions or session in hall.let_in
                here = replace(present, admitted=admitted or known or bool(old and old.admitted))
                if old is not None:  # its sound goes on over a cut socket
                    here = replace(here, muted=old.muted, linked=old.linked)
                    here = replace(
                        here, voiced=old.voiced, weak=old.weak, echo=old.echo, held=old.held, spared=old.spared
                    )
                    here = replace(here, member=old.member, name=old.name, guest=False) if old.linked else here
                if session not in hall.room.sessions and barred(hall.room, here):
                    here = replace(here, admitted=False)
                if here.admitted:
                    hall.let_in.add(session)
                    here = await self._enter(hall, here, actor)
                hall.set_present(replace(here, muted=here.muted or hall.is_muted(here)))
                await self._halls.mutes(hall)
                return here.admitted

        return await self._halls.finish(work())

    async def add_microphone(self, meeting: str, session: str, place: str) -> None:
        """A phone in the hall becomes one of its microphones: nobody's presence, so nothing is logged. ``place``: where
        it lies, as its owner said."""

        async def work() -> None:
            hall = await self._halls.hall(meeting)
            async with hall.lock:
                hall.add_microphone(session, place, MOST_MICROPHONES)
                await self._halls.mutes(hall)

        await self._halls.finish(work())

    async def _enter(self, hall: Hall, present: Present, actor: Actor) -> Present:
        """Logs the joining while the meeting is not closed; answers the connection with its member's or guest's id."""
        if hall.room.phase in ("closed", "submitted", "approved", "sealed") or present.session in hall.room.sessions:
            return present
        at = self._halls.now(hall)
        known = replace(actor, member=present.member, session=present.session)
        events = came(Context(hall.room, hall.live, known, frozenset(), at, "join"), present)
        await self._halls.append(hall, known, "hall" if present.member == HALL else "own", events, at)
        return replace(present, member=hall.room.sessions[present.session].member)

    async def leave(self, meeting: str, session: str, reason: Literal["left", "lost", "closed"] = "left") -> None:
        """Idempotent."""

        async def work() -> None:
            hall = await self._halls.hall(meeting)
            async with hall.lock:
                device = hall.is_device(session)
                await self._left(hall, session, reason)
                if device:
                    await self._halls.mutes(hall)

        await self._halls.finish(work())

    async def _left(self, hall: Hall, session: str, reason: Literal["left", "lost", "closed"]) -> None:
        joined = hall.room.sessions.get(session)
        if joined is not None:
            events = (Left(joined.member, session, reason),)
            await self._halls.append(
                hall, Actor(member=joined.member, session=session), "own", events, self._halls.now(hall)
            )
        sessions = {key: present for key, present in hall.live.sessions.items() if key != session}
        hall.set_live(replace(hall.live, sessions=sessions))
        await self._halls.pictures(hall)
        await self._halls.remember(hall)

    async def sweep(self, meeting: str) -> None:
        """After a restart: who the log holds present and who did not come back is written down as lost."""

        async def work() -> None:
            hall = await self._halls.hall(meeting)
            async with hall.lock:
                for session in [key for key in hall.room.sessions if key not in hall.live.sessions]:
                    await self._left(hall, session, "lost")

        await self._halls.finish(work())

    # -- sound ----------------------------------------------------------------------------------------------------

    async def track_opened(self, meeting: str, track: str, session: str, rtp0: int, at: int) -> None:
        """The first packet of a session's audio was heard at ``at``. Idempotent per track."""

        async def work() -> None:
            hall = await self._halls.hall(meeting)
            async with hall.lock:
                if track in hall.room.tracks or hall.room.phase in ("approved", "sealed"):
                    return
                present = hall.live.sessions.get(session)
                joined = hall.room.sessions.get(session)
                if joined is None and present is None:
                    raise Unknown("unknown_session", "Kết nối này không còn trong phòng.")
                member = joined.member if joined else present.member if present else ""
                now = self._halls.now(hall)
                events = (TrackOpened(track, member, rtp0, session, min(at, now)),)
                await self._halls.append(hall, SYSTEM, "system", events, now)

        await self._halls.finish(work())

    async def hear(self, meeting: str, heard: Heard) -> bool:
        """Whether this call committed it. False: accepted before, or not to be kept (off record, erased, approved
        already); either way the listener may forget it. Raises Refused when it must be sent again later."""
        return await self._halls.finish(self._hear(meeting, heard))

    async def _hear(self, meeting: str, heard: Heard) -> bool:
        hall = await self._halls.hall(meeting)
        async with hall.lock:
            match speech_in.verdict(hall.room, heard):
                case "later":
                    raise Unknown("unknown_track", "Đường tiếng này chưa được mở.")
                case "known" | "dropped":
                    hall.interim_over(heard.track)
                    return False
                case "silence":
                    await self._silence(hall, heard)
                case "take":
                    event = speech_in.spoke(hall.room, heard)
                    await self._halls.append(hall, SYSTEM, "system", (event,), self._halls.now(hall))
                    if hall.room.phase == "closed":
                        self._drafts.soon(hall)
            hall.interim_over(heard.track)
            return True

    async def _silence(self, hall: Hall, heard: Heard) -> None:
        """Done, with nothing to write down: the cursor moves without an entry."""
        where = hall.room.id
        await self._halls.guarded(
            self._store.write(lambda session: log.silence(session, where, heard.track, heard.start, heard.end))
        )
        hall.room = replace(hall.room, heard=with_span(hall.room.heard, heard.track, heard.start, heard.end))

    async def cursors(self, meeting: str) -> dict[str, int]:
        """Per track the sample up to which something was accepted."""
        room = await self.state(meeting)
        return {track: room.cursor(track) for track in room.tracks}

    async def unheard(self, meeting: str, track: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Which of these utterances of a recording are still owed: not accepted, and to be written down."""
        return speech_in.unheard(await self.state(meeting), track, spans)

    def interim(
        self, meeting: str, track: str, start: int, end: int, text: str, stable: int, level: int = 0
    ) -> None:  # fmt: skip
        """Words still being recognised: passed on, never stored; dropped while off record."""
        hall = self._halls.known(meeting)
        if hall is not None:
            hall.interim(track, start, end, text, stable, level)

    # -- what is never logged -------------------------------------------------------------------------------------

    def live(self, meeting: str, session: str, **changes: int | tuple[str, ...]) -> None:
        """``mic``, ``voiced``, ``weak``, ``echo``, ``held``, ``spared``, ``loss`` and ``rtt_ms`` of a session."""
        hall = self._halls.known(meeting)
        present = hall.live.sessions.get(session) if hall else None
        if hall is None or present is None:
            return
        if not changes.keys() <= {"mic", "voiced", "weak", "echo", "held", "spared", "loss", "rtt_ms"}:
            raise AssertionError("only sound is live")
        changed = replace(present, **changes)  # type: ignore[arg-type]  # flags, places and two figures
        if changed != present:
            hall.set_present(changed)

    def picture(self, meeting: str, place: Literal["hall", "shared"], session: str, on: bool) -> None:
        """Whether a session's picture comes."""
        hall = self._halls.known(meeting)
        if hall is not None:
            hall.comes(place, session, on)

    async def mic(self, meeting: str, session: str, on: bool) -> None:
        """A participant's own switch. The hall's holds for its phones too."""

        async def work() -> None:
            hall = await self._halls.hall(meeting)
            async with hall.lock:
                self.live(meeting, session, mic=on)
                if hall.is_device(session):
                    await self._halls.mutes(hall)

        await self._halls.finish(work())

    def microphones(self, meeting: str, heard: str, levels: Mapping[str, int]) -> None:
        """Which of the hall's microphones is heard, and how clear each hears a voice."""
        hall = self._halls.known(meeting)
        if hall is not None:
            hall.hear_by(heard, levels)

    def owed(self, meeting: str, owed_ms: int) -> None:
        """Speech recorded and not yet accepted."""
        hall = self._halls.known(meeting)
        if hall is not None and hall.live.owed_ms != owed_ms:
            hall.set_live(replace(hall.live, owed_ms=max(0, owed_ms)), frozenset({"meeting"}))

    async def reading_again(self, meeting: str, left_ms: int) -> None:
        """So much speech is still being read by a better model; 0 = none any more."""
        hall = await self._halls.hall(meeting)
        if hall.live.again_ms != left_ms:
            hall.set_live(replace(hall.live, again_ms=left_ms), frozenset({"meeting"}))

    async def papers_changed(self, meeting: str) -> None:
        """A document was given out or taken back."""
        hall = await self._halls.hall(meeting)
        hall.set_live(replace(hall.live, papers=await self._halls.papers(meeting)), frozenset({"documents"}))

    def health(
        self, *, disk: Literal["ok", "full"] | None = None, speech: Literal["ok", "down", "behind"] | None = None
    ) -> None:
        """Shown in the view ``meeting`` of every meeting."""
        self._halls.health = replace(
            self._halls.health, disk=disk or self._halls.health.disk, speech=speech or self._halls.health.speech
        )
        for hall in self._halls.all():
            live = replace(hall.live, disk=self._halls.health.disk, speech=self._halls.health.speech)
            hall.set_live(live, frozenset({"meeting"}))

    def notice(self, meeting: str, level: Literal["info", "warning", "error"], text: str, session: str = "") -> None:
        """A sentence to everybody in the meeting, or to one session."""
        hall = self._halls.known(meeting)
        if hall is not None:
            hall.notice(level, text, session)

    # -- looking on -----------------------------------------------------------------------------------------------

    async def subscribe(self, meeting: str, viewer: Viewer, versions: Mapping[str, int] | None = None) -> Subscription:
        """Begins with a snapshot; with ``versions`` only with what changed since. In the lobby it shows nothing: a
        notice tells of the admission."""
        hall = await self._halls.hall(meeting)
        if hall.board.full:
            raise TooMuch("room_full", "Phòng họp đã đủ số kết nối tối đa.")
        return hall.board.subscribe(Viewer(hall.named(viewer.actor)), versions)

    async def state(self, meeting: str) -> Room:
        """The folded meeting (immutable)."""
        return (await self._halls.hall(meeting)).room

    def held(self) -> list[str]:
        """The meetings in memory: those that go on, and those looked at of late."""
        return [hall.room.id for hall in self._halls.all()]

    async def present(self, meeting: str) -> Live:
        """What is live in it (immutable)."""
        return (await self._halls.hall(meeting)).live

    async def entries(self, meeting: str) -> list[Entry]:
        """The whole log, from disk."""
        return await self._halls.guarded(self._store.read(lambda session: log.load(session, meeting)))

    # -- life of the process --------------------------------------------------------------------------------------

    async def resume(self) -> list[str]:
        """At start: takes up what is open and brings the media engine to what the logs say."""
        open_meetings = await self._store.read(log.unfinished)
        for meeting in open_meetings:
            await self.restore_capture(meeting)
        return open_meetings

    async def restore_capture(self, meeting: str) -> None:
        """Bring the media engine to what the log says (after either restarted)."""
        hall = await self._halls.hall(meeting)
        async with hall.lock:
            try:
                await capture.restore(self._halls.port, hall.room)
                await self._halls.sound_again(hall)
            except Exception as error:  # the node is away: its gates are shut, and it is asked again when it is back
                _log.warning("capture_failed", meeting=meeting, error=type(error).__name__)

    async def sound_again(self, meeting: str) -> None:
        """The media node came back, its gates as they are wanted: floor and mutes follow."""
        hall = self._halls.known(meeting)
        if hall is not None:
            async with hall.lock:
                await self._halls.sound_again(hall)

    async def settled(self, meeting: str) -> None:
        """Waits for a redraft that is under way."""
        await self._drafts.settled(await self._halls.hall(meeting))

    async def shut_down(self) -> None:
        """Finishes what is being appended and ends all subscriptions."""
        for hall in self._halls.all():
            self._drafts.give_up(hall)
            for subscription in hall.board.everybody():
                subscription.end()
        await self._halls.settle()

    # -- inside ---------------------------------------------------------------------------------------------------

    async def _beside(self, hall: Hall, command: Command) -> None:
        """What the engine must have done for a command without entry."""
        if isinstance(command, commands.Mute):
            try:
                muted = command.muted or capture.uninvited(hall.room, hall.live, command.session)
                await self._halls.port.mute(hall.room.id, command.session, muted)
            except Exception as error:
                raise Unavailable("capture_failed", "Chưa tắt được micrô. Đề nghị làm lại.") from error
