"""One append, inside one transaction: entries made, erased bodies taken away, summary and searchable lines folded."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, select

from meeting_server.room import erasing
from meeting_server.room.commands import Actor
from meeting_server.room.state import Room, fold, step
from meeting_server.room.summary import QUIET, lines_of, people_of, summary_of, tasks_of
from meeting_server.store import beside, judged, log, people
from meeting_server.store.tables import Meeting, MeetingSummary
from minutes.record.chain import make_entry
from minutes.record.codec import VERSION, encode, kind_of
from minutes.record.events import Approved, Authority, Entry, Erased, Event, Opened

VIETNAM = timedelta(hours=7)


def day_of(at: int) -> date:
    """The day in Việt Nam (UTC+7, no summer time)."""
    return (datetime.fromtimestamp(at / 1000, UTC) + VIETNAM).date()


def commit(
    session: Session, room: Room, actor: Actor, authority: Authority, events: Sequence[Event], at: int
) -> tuple[list[Entry], Room]:
    """The entries appended and the room after them. Raises log.Overtaken when the room is not the newest."""
    entries: list[Entry] = []
    after, told = room, None
    for event in events:
        entry = _entry(after, actor, authority, _filled(session, after, event, at), at)
        entries.append(entry)
        after = step(after, entry)
        told = after if entry.kind not in QUIET else told
    log.append(session, entries, room.digest)
    for entry in entries:
        if isinstance(entry.event, Erased):
            log.erase(session, room.id, erasing.touched(log.load(session, room.id), entry.event))
            told = told_by(log.load(session, room.id))
    if told is not None:
        beside.write(session, beside_of(told))
    return entries, after


def beside_of(room: Room) -> beside.Beside:
    """Summary, searchable lines, people and tasks of a room, as they follow from its log."""
    return beside.Beside(
        MeetingSummary(**dataclasses.asdict(summary_of(room))), lines_of(room), people_of(room),
        tuple(beside.Task(**dataclasses.asdict(task)) for task in tasks_of(room)),
    )  # fmt: skip


def told_by(entries: Sequence[Entry]) -> Room | None:
    """The room as it was after the last entry that moves what is kept beside the log; None before the first."""
    last = max((at for at, entry in enumerate(entries) if entry.kind not in QUIET), default=-1)
    return fold(entries[: last + 1]) if last >= 0 else None


def rebuild(session: Session) -> int:
    """Make everything that is kept beside the logs again, from the logs. The number of meetings."""
    meetings = list(session.exec(select(Meeting.id).order_by(Meeting.id)))
    for meeting in meetings:
        told = told_by(log.load(session, meeting))
        if told is not None:
            beside.write(session, beside_of(told))
    judged.rebuild(session)
    return len(meetings)


def _entry(room: Room, actor: Actor, authority: Authority, event: Event, at: int) -> Entry:
    system = "system" if "system" in actor.roles else ""
    return make_entry(
        previous=room.digest, meeting=room.id, seq=room.seq + 1, at=at,
        actor=actor.member or actor.account or actor.session or system, authority=authority, event=event,
        body=encode(event), kind=kind_of(event), version=VERSION, salt=secrets.token_bytes(16),
    )  # fmt: skip


def _filled(session: Session, room: Room, event: Event, at: int) -> Event:
    """What only the store knows: the membership as of the day of opening, and the record's number."""
    scheduled = room.meeting.scheduled
    match event:
        case Opened(roster=()) as event if scheduled is not None and room.meeting.opened_at is None:
            channels = {line.member: line.channel for line in room.meeting.roster}
            day = tuple(
                replace(line, channel=channels.get(line.member, line.channel))
                for line in people.roster(session, scheduled.cell, day_of(event.happened_at or at))
            )
            return event if not day or set(day) == set(room.meeting.roster) else replace(event, roster=day)
        case Approved(number="") if scheduled is not None and scheduled.kind != "practice":
            number = room.meeting.number or log.next_number(session, scheduled.cell)
            return replace(event, number=number)
    return event
