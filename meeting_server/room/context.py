"""What a decision looks at, and the checks that many of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from meeting_server.room.commands import Actor, Command, Role
from meeting_server.room.kinds import Kind, day_of, kind_of
from meeting_server.room.refusal import Conflict, Unknown
from meeting_server.room.state import Live, Room
from minutes.record.agenda import Item
from minutes.record.events import Channel, Event
from minutes.record.transcript import Utterance
from minutes.record.votes import Motion


@dataclass(frozen=True, slots=True)
class Context:
    room: Room
    live: Live
    actor: Actor
    roles: frozenset[Role]
    at: int
    command: str

    @property
    def day(self) -> date:
        """The day of the meeting, whose rules hold."""
        scheduled = self.room.meeting.scheduled
        return day_of(scheduled.starts_at if scheduled else self.at)

    @property
    def kind(self) -> Kind:
        scheduled = self.room.meeting.scheduled
        return kind_of(scheduled.kind if scheduled else "regular", self.day)

    def new_id(self, letter: str, offset: int = 0) -> str:
        """An id that the log cannot hold yet: it carries the number of the entry that will bring it."""
        return f"{letter}{self.room.seq + 1 + offset}"

    def conflict(self, code: str, message_vi: str, who_vi: str = "") -> Conflict:
        return Conflict(code, message_vi, who_vi, command=self.command, state=self.room.phase)

    def unknown(self, code: str, message_vi: str) -> Unknown:
        return Unknown(code, message_vi, command=self.command, state=self.room.phase)

    def member(self, key: str) -> str:
        """A member of the roster, or Unknown."""
        if self.room.meeting.line(key) is None:
            raise self.unknown("unknown_member", "Không có đồng chí này trong danh sách của cuộc họp.")
        return key

    def person(self, key: str) -> str:
        """A member or a guest, or Unknown."""
        if not self.room.known(key):
            raise self.unknown("unknown_person", "Không có người này trong danh sách của cuộc họp.")
        return key

    def channel(self, member: str, said: Channel) -> Channel:
        """Where somebody is who is here, whatever was said; else as said. A guest: where they are connected from, else
        where they were written down."""
        line = next((line for line in self.room.ledger.lines if line.member.member == member and line.here), None)
        if line is not None:
            return line.channel
        guest = next((guest for guest in self.room.ledger.guests if guest.guest == member), None)
        inside = [joined.channel for joined in self.room.sessions.values() if guest and joined.member == member]
        return inside[-1] if inside else guest.channel if guest else said

    def item(self, key: str) -> Item:
        item = self.room.agenda.item(key)
        if item is None:
            raise self.unknown("unknown_item", "Không có nội dung này trong chương trình.")
        return item

    def item_or_now(self, key: str) -> str:
        """The named item, else the one under discussion ("" between items)."""
        return self.item(key).id if key else self.room.agenda.now

    def utterance(self, key: str) -> Utterance:
        said = self.room.transcript.by_id.get(key)
        if said is None:
            raise self.unknown("unknown_utterance", "Lời ghi này không còn (có thể đã được xóa).")
        return said

    def motion(self, key: str) -> Motion:
        motion = self.room.votes.motion(key)
        if motion is None:
            raise self.unknown("unknown_motion", "Không có vấn đề biểu quyết này.")
        return motion

    def open_motion(self, key: str) -> Motion:
        motion = self.motion(key)
        if motion.closed is not None:
            raise self.conflict("motion_closed", "Lượt biểu quyết này đã chốt; muốn làm lại thì đưa ra lượt mới.")
        return motion


Decisions = dict[type[Command], Callable[[Context, Any], tuple[Event, ...]]]
