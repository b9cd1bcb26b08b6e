"""A meeting in memory: one lock, the folded room, what is live, and its views. Changed only by ``meetings``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from meeting_server.publishing import ALL_VIEWS, Board
from meeting_server.room import commands, interims, showing
from meeting_server.room.commands import Actor, Command, Role
from meeting_server.room.interims import Interims
from meeting_server.room.refusal import NotAllowed, TooMuch
from meeting_server.room.showing import PLACE_OF, kinds_of, rightful
from meeting_server.room.state import Live, Place, Present, Room, Showing
from meeting_server.room.views import CHANGED
from meeting_server.room.wording import proposed
from meeting_server.store.room_settings import Settings
from minutes.record.events import HALL, Entry, Left

PEOPLE = frozenset({"people", "me", "microphones"})
PICTURES = frozenset({"pictures"})
MOST_PUT_AWAY = 200  # the newest; a code lets in for twelve hours only


@dataclass(slots=True)
class Hall:
    room: Room
    live: Live
    board: Board
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    redraft: asyncio.Task[None] | None = None
    interims: Interims = field(default_factory=Interims)
    shown: tuple[str, str] | None = ("", "")  # whose pictures the media engine was told of; None = it must be told
    let_in: set[str] = field(default_factory=set)  # sessions once admitted: they come back without the lobby
    put_away: tuple[str, ...] = ()  # microphones that were removed: they come back by a new code only
    awaited: dict[Place, Showing] = field(default_factory=dict)  # shown before a restart, by who is not back yet
    kept: Settings = field(default_factory=Settings)  # as it stands beside the log

    @property
    def idle(self) -> bool:
        """Nobody watches or is connected, and nothing is being done."""
        return not (self.board.watched or self.live.sessions or self.lock.locked() or self.redraft)

    def named(self, actor: Actor) -> Actor:
        """A guest's id is given on admission, a borrowed phone's member by the table: known from the connection."""
        present = self.live.sessions.get(actor.session)
        if present is not None and present.linked:
            return replace(actor, member=present.member)
        if actor.member or present is None or not present.guest:
            return actor
        role: frozenset[Role] = frozenset({"upper_guest" if present.upper else "guest"})
        return replace(actor, member=present.member, roles=actor.roles | role)

    def tell(self, entries: Sequence[Entry], *, erased: bool) -> None:
        """The room moved on by these entries."""
        names = frozenset[str]().union(*(CHANGED.get(entry.kind, ALL_VIEWS) for entry in entries))
        for entry in entries:
            if entry.kind in ("OffRecord", "Closed"):
                for subscription in self.board.everybody():
                    subscription.forget_passing()
                self.interim_over(*self.interims.newest)
            if isinstance(entry.event, Left) and entry.event.reason in ("removed", "replaced"):
                self.put_out(entry.event)
        names |= self._end_pictures()
        if erased:
            self.board.erase_captions(self.room, self.live)
        else:
            self.board.show(self.room, self.live, names)

    def put_out(self, left: Left, words: str = "Chủ trì đã mời đồng chí rời phòng họp.") -> None:
        """Ends the subscriptions of a connection that was removed or replaced."""
        sessions = {key: present for key, present in self.live.sessions.items() if key != left.session}
        self.live = replace(self.live, sessions=sessions)
        self.let_in.discard(left.session)
        for subscription in self.board.of_session(left.session) if left.session else ():
            text = words if left.reason == "removed" else ""
            subscription.end(("removed", {"replaced": left.reason == "replaced", "text": text}))
            self.board.drop(subscription)

    def is_muted(self, present: Present) -> bool:
        """The chair muted this person, who may have come again by another connection since."""
        return (present.member or present.session) in self.live.muted

    def set_live(self, live: Live, names: frozenset[str] = PEOPLE) -> None:
        self.live = live
        names |= self._end_pictures()
        self.board.show(self.room, self.live, names)

    def _end_pictures(self) -> frozenset[str]:
        """Those that may not be shown any more end. The views that changed by it."""
        self.awaited = showing.awaited(self.room, self.awaited)
        kept = rightful(self.room, self.live)
        if kept is self.live.pictures:
            return frozenset()
        self.live = replace(self.live, pictures=kept)
        return PICTURES

    def picture(self, place: Place, one: Showing | None) -> None:
        """What stands in a place from now on."""
        self.awaited.pop(place, None)
        rest = {key: other for key, other in self.live.pictures.items() if key != place}
        pictures = rest if one is None else {**rest, place: one}
        self.set_live(replace(self.live, pictures=pictures), PICTURES)

    def pictures(self) -> tuple[str, str]:
        """Whose picture may stand in the hall's place, and whose is shared."""
        of = {place: one.session for place, one in {**self.awaited, **self.live.pictures}.items()}
        return of.get("hall", ""), of.get("shared", "")

    def comes(self, place: Place, session: str, on: bool) -> None:
        """Whether a session's picture comes."""
        standing, waiting = self.live.pictures.get(place), self.awaited.get(place)
        if standing is not None and standing.session == session:
            if standing.on != on:
                self.picture(place, replace(standing, on=on))
        elif waiting is not None and waiting.session == session:
            self.awaited[place] = replace(waiting, on=on)

    def settings(self) -> Settings:
        """What is to be kept beside the log."""
        live = self.live
        pictures = sorted((place, one.session, one.kind) for place, one in {**self.awaited, **live.pictures}.items())
        return Settings(
            live.muted, live.invited_only, live.limit_s, live.captions_on, self.put_away, tuple(pictures)
        )  # fmt: skip

    def set_present(self, present: Present) -> None:
        self.live = replace(self.live, sessions={**self.live.sessions, present.session: present})
        names = PEOPLE | PICTURES if self._shows_again(present.session) else PEOPLE
        self.set_live(self.live, names)

    def _shows_again(self, session: str) -> bool:
        """Who showed before a restart is back: it stands in its place again, where nothing else does."""
        mine = {place: one for place, one in self.awaited.items() if one.session == session}
        kinds = kinds_of(self.room, self.live, session) if mine else ()
        for place, one in mine.items():
            if one.kind in kinds:
                del self.awaited[place]
                self.live = replace(self.live, pictures={place: one, **self.live.pictures})
        return bool(mine)

    def add_microphone(self, session: str, place: str, most: int) -> None:
        """Raises TooMuch, NotAllowed."""
        others = [one for one in self.live.sessions.values() if one.device == "microphone" and one.session != session]
        if session in self.put_away:
            raise NotAllowed("microphone_removed", "Micrô phụ này đã được bỏ. Muốn dùng lại, đồng chí quét lại mã.")
        if len(others) >= most:
            raise TooMuch("microphones_full", f"Hội trường đã có đủ {most} điện thoại làm micrô phụ.")
        old = self.live.sessions.get(session)
        taken = {one.name for one in others}
        free = (f"Micrô phụ {number}" for number in range(1, most + 1))
        name = place or (old.name if old else "") or next(one for one in free if one not in taken)
        present = old or Present(session, HALL, name, "device", "microphone", informed=True, mic=True)
        self.set_present(replace(present, name=name))

    def is_device(self, session: str) -> bool:
        """The hall's own, whose microphone shuts its phones too."""
        return session in self.live.sessions and self.live.sessions[session].device == "hall"

    def shuts_phones(self, command: Command) -> bool:
        return isinstance(command, commands.Mute) and self.is_device(command.session)

    def hear_by(self, heard: str, levels: Mapping[str, int]) -> None:
        """Told some times a second while several microphones are in the hall."""
        told = {
            session: replace(present, heard=session == heard, level=levels.get(session, 0))
            for session, present in self.live.sessions.items()
            if present.device in ("hall", "microphone")
        }
        before = {session: self.live.sessions[session] for session in told}
        if told == before:
            return
        other = any(told[session].heard != before[session].heard for session in told)
        names = frozenset({"microphones", "me"} if other else {"microphones"})
        self.set_live(replace(self.live, sessions={**self.live.sessions, **told}), names)

    def live_after(self, command: Command, session: str = "") -> None:
        """What a command that was carried out changes beside the log; ``session``: of who gave it."""
        match command:
            case commands.ShowPicture(kind=kind):
                self.picture(PLACE_OF[kind], Showing(session, kind))
            case commands.StopPicture(place=place):
                self.picture(place, None)
            case commands.Mute(session=session, muted=muted) if session in self.live.sessions:
                present = self.live.sessions[session]
                person = frozenset({present.member or session})
                self.live = replace(self.live, muted=self.live.muted | person if muted else self.live.muted - person)
                self.set_present(replace(present, muted=muted))
            case commands.CaptionsOnDisplay(on=on):
                self.set_live(replace(self.live, captions_on=on), frozenset({"meeting", "captions", "display"}))
            case commands.SetFloor(invited_only=only, limit_s=limit):
                self.set_live(replace(self.live, invited_only=only, limit_s=limit), frozenset({"floor", "me"}))
            case commands.ShowMotion(text=text):
                self.set_live(replace(self.live, shown_motion=text), frozenset({"display"}))
            case commands.PutMotion():
                self.set_live(replace(self.live, shown_motion=""), frozenset({"display"}))
            case commands.SaveBlock(block=block) | commands.DeleteBlock(block=block) if block in self.live.reworded:
                self.reword(block, None)
                self.respell({}, block)
            case commands.SaveBlock(block=block) | commands.DeleteBlock(block=block) if block in self.live.respelled:
                self.respell({}, block)
            case commands.PutRight(wrong=wrong, right=right):
                self.respell(proposed(self.room, wrong, right))
            case commands.LinkSession(session=session, member=member) if session in self.live.sessions:
                self._is_now(replace(self.live.sessions[session], member=member, name="", guest=False, linked=True))
            case commands.Admit(session=session) if session in self.live.sessions:
                self._admitted(session)
            case commands.RemoveMicrophone(session=session):
                self.put_away = (*self.put_away, session)[-MOST_PUT_AWAY:]
                self.put_out(Left("", session, "removed"), "Điện thoại này không còn là micrô phụ của hội trường.")
                self.set_live(self.live)
            case commands.AllowRemote(member=member):
                for session, present in list(self.live.sessions.items()):
                    if present.member == member and not present.admitted and session in self.room.sessions:
                        self._admitted(session)
            case commands.Remove(session=session) if session in self.live.sessions:
                self.put_out(Left("", session, "removed"))
                self.set_live(self.live)

    def reword(self, block: str, wording: tuple[str, str] | None) -> None:
        """Another wording of a block is proposed, or put away."""
        kept = {key: known for key, known in self.live.reworded.items() if key != block}
        if wording is not None:
            kept[block] = wording
        self.set_live(replace(self.live, reworded=kept), frozenset({"document"}))

    def respell(self, wordings: dict[str, tuple[str, str]], gone: str = "") -> None:
        """Blocks with one word put right are proposed; one that was decided about is put away."""
        kept = {key: known for key, known in self.live.respelled.items() if key != gone}
        self.set_live(replace(self.live, respelled=kept | wordings), frozenset({"document"}))

    def _is_now(self, present: Present) -> None:
        """A connection's person became known: its views are that person's from now on."""
        self.set_present(present)
        for subscription in self.board.of_session(present.session):
            subscription.actor = self.named(replace(subscription.actor, member=present.member))
            subscription.audience = self.board.audience(subscription.actor)
            subscription.touch(self.board.names(subscription))

    def _admitted(self, session: str) -> None:
        old, joined = self.live.sessions[session], self.room.sessions.get(session)
        self.let_in.add(session)
        self._is_now(replace(old, admitted=True, member=joined.member if joined else old.member))
        self.notice("info", "Đồng chí đã được cho vào phòng họp.", session)

    def notice(self, level: Literal["info", "warning", "error"], text: str, session: str = "") -> None:
        """A sentence to everybody in the meeting, or to one session."""
        for subscription in self.board.everybody():
            if session in ("", subscription.actor.session):
                subscription.pass_on(("notice", {"level": level, "text": text}))

    def interim(self, track: str, start: int, end: int, text: str, stable: int, level: int) -> None:
        """Words still being recognised, to everybody in the room but the wall; nothing while off record. Of one voice
        on two tracks the nearer is shown."""
        if self.room.phase != "open" or track not in self.room.tracks:
            return
        if not text:
            self.interim_over(track)
            return
        new = interims.interim(self.room, track, start, end, text, stable, level)
        self.interims, gone = interims.heard(self.interims, self.room, new)
        for other in gone:
            self._pass_interim(other, "", 0)
        if track in self.interims.shown:
            self._pass_interim(track, text, stable)

    def interim_over(self, *tracks: str) -> None:
        """Their words are lines now, or nothing."""
        self.interims, gone = interims.over(self.interims, tracks)
        for track in gone:
            self._pass_interim(track, "", 0)

    def _pass_interim(self, track: str, text: str, stable: int) -> None:
        member, speaker = self.room.tracks[track].member, self.room.floor.speaker
        person = (speaker.member if speaker and speaker.channel == "hall" else "") if member == HALL else member
        message = {"track": track, "speaker": self.room.name_of(person), "text": text, "stable": stable}
        for subscription in self.board.everybody():
            if subscription.audience not in ("display", "lobby"):
                subscription.pass_on(("interim", message))
