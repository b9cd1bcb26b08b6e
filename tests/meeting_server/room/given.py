"""Vocabulary for tests of the room: a cell of nine, a room in any phase, commands by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from meeting_server.room import commands as c
from meeting_server.room.commands import Actor, Command
from meeting_server.room.meeting import EMPTY, Live, Room, decide, step
from meeting_server.room.refusal import Refused
from meeting_server.room.state import Present
from minutes.record.chain import make_entry
from minutes.record.codec import VERSION, encode, kind_of
from minutes.record.events import (
    HALL,
    AgendaItem,
    Block,
    ChairAppointed,
    Drafted,
    Entry,
    Event,
    Joined,
    RollCalled,
    RosterLine,
    Scheduled,
    SecretaryAppointed,
    TrackOpened,
)

START = 1_793_000_000_000
LEADER, DEPUTY, CLERK, AWAY, LAN, PROBATIONARY, EXEMPT, HOP, THANG = (
    "thuan", "nguyet", "chien", "quyet", "khang", "lan", "cu", "hop", "thang",
)  # fmt: skip
ROSTER = (
    RosterLine(LEADER, "Vi Văn Thuận", position="bí thư"),
    RosterLine(DEPUTY, "Hà Thị Nguyệt", position="phó bí thư"),
    RosterLine(CLERK, "Lương Văn Chiến", position="chi ủy viên"),
    RosterLine(AWAY, "Lữ Văn Quyết", away=True),
    RosterLine(LAN, "Lê Đình Khang"),
    RosterLine(PROBATIONARY, "Vi Thị Lan", "probationary"),
    RosterLine(EXEMPT, "Lò Văn Cụ", exempt=True),
    RosterLine(HOP, "Lang Văn Hợp", channel="remote"),
    RosterLine(THANG, "Quách Văn Thắng", channel="remote"),
)
AGENDA = (
    AgendaItem("review", "Đánh giá kết quả tháng 10"),
    AgendaItem("plan", "Nhiệm vụ tháng 11"),
    AgendaItem("guarded", "Nội dung mật", secret=True),
)
SCHEDULED = Scheduled(
    "cell", "Chi bộ thôn Chiềng Cà", "Đảng bộ xã Thanh Quân", "regular", "Sinh hoạt chi bộ thường kỳ tháng 11/2026",
    START, "Nhà văn hóa thôn", "hybrid", "2026-11", AGENDA, ROSTER,
)  # fmt: skip


def remote(member: str) -> Actor:
    return Actor(member, seat="remote", session=f"s-{member}")


def hall(member: str) -> Actor:
    return Actor(member, seat="hall", session=f"s-{member}")


CHAIR, SECRETARY = hall(LEADER), hall(CLERK)


@dataclass
class Table:
    """A room that is moved on by events and commands; keeps its entries."""

    room: Room = EMPTY
    live: Live = field(default_factory=Live)
    entries: list[Entry] = field(default_factory=list)
    at: int = START

    def happened(self, *events: Event, actor: str = "", authority: str = "system", later: int = 1_000) -> Table:
        for event in events:
            self.at += later
            entry = make_entry(
                previous=self.room.digest, meeting="m-1", seq=self.room.seq + 1, at=self.at, actor=actor,
                authority=authority, event=event, body=encode(event), kind=kind_of(event), version=VERSION,
                salt=bytes(16),
            )  # fmt: skip
            self.entries.append(entry)
            self.room = step(self.room, entry)
        return self

    def does(self, actor: Actor, *commands: Command) -> Table:
        for command in commands:
            decision = decide(self.room, self.live, actor, command, self.at)
            self.happened(*decision.events, actor=actor.member, authority=decision.authority)
        return self

    def refuses(self, actor: Actor, command: Command, code: str) -> Refused:
        """The command is refused and nothing changed."""
        before = self.room
        with pytest.raises(Refused) as refusal:
            decide(self.room, self.live, actor, command, self.at)
        assert refusal.value.code == code
        assert self.room == before
        return refusal.value


def scheduled() -> Table:
    return Table().happened(SCHEDULED, ChairAppointed(LEADER), SecretaryAppointed(CLERK))


def opened(*, record: bool = True, transcribe: bool = True) -> Table:
    """Seven in the ledger: chair, deputy, clerk, Khang, Lan in the hall; Hợp and Thắng remote."""
    table = scheduled().does(CHAIR, c.DecideRecording(record, transcribe), c.Open())
    table.happened(Joined(HALL, "s-hall", "hall", "hall"), TrackOpened("t-hall", HALL, 0))
    for member in (LEADER, DEPUTY, CLERK, LAN, PROBATIONARY):
        table.happened(RollCalled(member, True))
    for member in (HOP, THANG):
        table.happened(Joined(member, f"s-{member}", "remote", "phone"), TrackOpened(f"t-{member}", member, 0))
    return table


def drafted(table: Table, *texts: str) -> Table:
    blocks = tuple(
        Block(f"k{n}", "opinion", text) for n, text in enumerate(texts or ("Đồng chí Khang đề nghị sửa đường.",))
    )
    return table.happened(Drafted("test", blocks))


def present(members: Iterable[str], *, admitted: bool = True) -> Live:
    return Live({f"s-{m}": Present(f"s-{m}", m, m, "remote", admitted=admitted) for m in members})
