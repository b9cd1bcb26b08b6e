"""A whole meeting on either database, and the same after a restart."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from meeting_server.meetings import Meetings
from meeting_server.room import commands as c
from meeting_server.room.commands import Actor
from meeting_server.store import demo, log, people
from meeting_server.store.database import Store
from meeting_server.store.tables import Membership
from minutes.record import chain
from minutes.record.events import AgendaItem, Scheduled
from tests.meeting_server.room.given import START

TODAY = date(2026, 10, 26)


async def test_the_demonstration_cell_meets_and_its_minutes_are_approved(url: str) -> None:
    store = Store(url)
    cell = store.write_now(lambda session: demo.seed(session, 0, dict.fromkeys(demo.LOGINS, "x"))).cell
    member = store.read_now(lambda session: demo.members(session, cell, TODAY))
    chair, clerk = Actor(member["Vi Văn Thuận"], seat="hall"), Actor(member["Lương Văn Chiến"], seat="hall")
    agenda = (AgendaItem("a", "Làm đường"),)
    plan = Scheduled(
        cell, demo.CELL, demo.COMMUNE, "regular", "Sinh hoạt", START, demo.PLACE, "hybrid", "2026-10", agenda
    )
    meetings = Meetings(store)
    meeting = await meetings.schedule(plan, chair, secretary=clerk.member)
    await store.write(lambda session: _becomes_official(session, cell, member["Vi Thị Lan"]))
    for command in (
        c.DecideRecording(False, False),
        c.Open(),
        c.StartItem("a"),
        c.TypeSpeech("Tôi nhất trí làm đường."),
    ):
        await meetings.do(meeting, chair, command)
    await meetings.do(meeting, clerk, c.Call(clerk.member, True))
    await meetings.do(meeting, chair, c.ConcludeItem("a", "concluded", "Thống nhất làm đường."))
    for command in (c.Close(), c.Submit(), c.Approve()):
        await meetings.do(meeting, chair, command)
    room = await meetings.state(meeting)
    statuses = {line.name: line.status for line in room.meeting.roster}
    assert (len(statuses), statuses["Vi Thị Lan"]) == (27, "official")
    assert any("Thống nhất làm đường" in block.text for block in room.document.blocks)
    await meetings.shut_down()
    store.close()
    again = Store(url)
    assert await Meetings(again).state(meeting) == room
    assert chain.faults(again.read_now(lambda session: log.load(session, meeting))) == []
    again.close()


def _becomes_official(session: Session, cell: str, person: str) -> None:
    session.add(Membership(person=person, cell=cell, fact="official", since=TODAY))
    assert len(people.roster(session, cell, TODAY)) == 27
