"""What is kept beside the log follows from the log alone: written with the append, made again by command."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from meeting_server.committing import rebuild
from meeting_server.room import commands as c
from meeting_server.room.commands import Actor
from meeting_server.store import log
from meeting_server.store.archive_tables import MeetingPerson, MeetingTask, RecordText
from meeting_server.store.candidates import Query, Reader
from meeting_server.store.search import search
from meeting_server.store.tables import MeetingSummary, MeetingText
from minutes.record.events import Spoke
from tests.meeting_server.room.given import CHAIR, CLERK, HOP, LAN, SECRETARY, THANG, remote
from tests.meeting_server.test_meetings import House, hold, house

__all__ = ["house"]

DERIVED: tuple[type[SQLModel], ...] = (MeetingSummary, MeetingText, MeetingPerson, MeetingTask, RecordText)


def kept(house: House) -> dict[str, list[dict[str, Any]]]:
    """Every derived row without its running number."""

    def look(session: Session) -> dict[str, list[dict[str, Any]]]:
        rows = {table.__name__: session.exec(select(table)).all() for table in DERIVED}
        return {
            name: sorted((row.model_dump(exclude={"id"}) for row in found), key=repr) for name, found in rows.items()
        }

    return house.store.read_now(look)


async def held(house: House, *, until: str = "approve") -> str:
    """A meeting with speech, a motion, a task, a petition and an erasure."""
    meetings, meeting = house.meetings, await hold(house)

    async def do(actor: Actor, *commands: c.Command) -> None:
        for command in commands:
            await meetings.do(meeting, actor, command)

    await do(CHAIR, c.StartItem("review"), c.TypeSpeech("Tôi đề nghị sửa đường bê tông.", LAN))
    await do(SECRETARY, c.GiveFloor(HOP), c.ReturnFloor(HOP), c.PutMotion("Sửa đường", "review", for_chair=True))
    motion = (await meetings.state(meeting)).votes.motions[0].put.motion
    await do(remote(HOP), c.Cast(motion, "for"))
    await do(remote(THANG), c.Cast(motion, "for"))
    await do(SECRETARY, c.CountHall(motion, 4))
    await do(CHAIR, c.CloseMotion(motion), c.ConcludeItem("review", "concluded", "Sửa đường trong tháng 11."))
    await do(CHAIR, c.GiveTask("Sửa đường", who=(LAN,), due="2026-11-20"), c.Petition("Xin kinh phí"))
    house.clock.at += 180_000
    await do(CHAIR, c.TypeSpeech("chuối xanh", LAN), c.EraseLast(1, "nói nhầm"))
    await do(SECRETARY, c.ReadBack(CLERK))
    await do(CHAIR, c.PassMinutes(6), c.Close())
    if until == "approve":
        await do(SECRETARY, c.Submit())
        await do(CHAIR, c.Approve())
    return meeting


@pytest.mark.parametrize("until", ["close", "approve"])
async def test_what_is_rebuilt_from_the_logs_equals_what_the_appends_wrote(house: House, until: str) -> None:
    await held(house, until=until)
    before = kept(house)
    assert before["MeetingText"]
    assert before["MeetingTask"][0]["who"] == "Lê Đình Khang"
    assert "chuối" not in repr(before)

    def forget(session: Session) -> None:
        for table in reversed(DERIVED):
            session.connection().execute(delete(table))

    house.store.write_now(forget)
    assert house.store.write_now(rebuild) == 1
    assert kept(house) == before
    house.store.write_now(rebuild)
    assert kept(house) == before


async def test_the_summary_counts_who_spoke_and_when_it_was_approved(house: House) -> None:
    meeting = await held(house)
    summary = await house.store.read(lambda session: log.summary(session, meeting))
    assert summary is not None
    assert (summary.spoke, summary.tasks, summary.petitions, summary.motions, summary.concluded) == (2, 1, 1, 1, 1)
    assert summary.submitted_at is not None
    assert summary.approved_at is not None
    assert summary.closed_at is not None
    assert summary.closed_at < summary.submitted_at < summary.approved_at


async def test_what_was_said_is_found_by_the_desk_until_its_entries_are_erased(house: House) -> None:
    meeting = await held(house)
    desk = Reader(desk=frozenset({meeting}))

    def total(words: str, reader: Reader) -> int:
        return house.store.read_now(lambda s: search(s, Query(words), reader, year_of=lambda _: 2026)).total

    assert (total("de nghi sua duong", desk), total("đề nghị sửa đường", desk), total("chuoi xanh", desk)) == (1, 1, 0)
    assert total("trong thang 11", Reader(frozenset({"cell"}))) == 1
    seqs = [entry.seq for entry in await house.meetings.entries(meeting) if isinstance(entry.event, Spoke)]
    before = kept(house)["MeetingSummary"]
    house.store.write_now(lambda session: log.erase(session, meeting, seqs))
    assert total("de nghi sua duong", desk) == 0
    house.store.write_now(rebuild)
    assert kept(house)["MeetingSummary"] == before
    assert total("de nghi sua duong", desk) == 0
    assert house.store.read_now(
        lambda session: session.exec(select(MeetingText).where(col(MeetingText.section) == "block")).first()
    )
