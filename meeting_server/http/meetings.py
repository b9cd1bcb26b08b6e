"""Lists and summaries of meetings, scheduling, and their join links."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, cast

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlmodel import Session, col, select

from meeting_server.http import access
from meeting_server.http.caller import OWN, Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.fields import Body, Id, Name, Optional
from meeting_server.http.house import VIETNAM, House, house
from meeting_server.http.rights import Standing, may
from meeting_server.http.signing import to_sign
from meeting_server.room.commands import Actor
from meeting_server.store import inbox, people
from meeting_server.store import log as entries
from meeting_server.store.tables import JoinLink, MeetingEntry, MeetingSummary, Person, Unit
from minutes.record.events import AgendaItem, MeetingKind, Scheduled, Sealed
from minutes.sealing.verdict import state_words

log = structlog.get_logger(__name__)
router = APIRouter()

WITH_CONTENTS = frozenset({"approved", "sealed"})
MAX_ITEMS, MAX_DRAFT, LINKS_EACH, MICROPHONE_LINKS = 60, 4_000, 5, 20
WALL = "screen"  # whom a wall link is for that the hall's own screen shows; those printed are nobody's
DAY_AHEAD = 400 * access.DAY


class Item(Body):
    """``id``: as ``/plan`` proposed it; it says whose answer from above the item tells. ``draft``: of its conclusion;
    nothing is written down beforehand of what is secret."""

    id: Optional = ""
    title: Name
    secret: bool = False
    presenter: Optional = ""
    draft: Annotated[str, Field(max_length=MAX_DRAFT)] = ""


class Plan(Body):
    """``kind``: what is held on paper only is refused by its rule, in its own words."""

    kind: Literal[
        "regular", "thematic", "admission", "annual", "extraordinary", "practice", "congress", "discipline"
    ]  # fmt: skip
    title: Name
    place: Optional = ""
    mode: Literal["hall", "hybrid", "online"] = "hybrid"
    starts_at: int = Field(ge=0, le=1 << 52)
    agenda: tuple[Item, ...] = Field(default=(), max_length=MAX_ITEMS)


class Wanted(Body):
    """``helper``: a seat at the roll call and the marking of speakers. ``wall``: one for the hall's own screen."""

    members: tuple[Id, ...] = Field(default=(), max_length=500)
    kind: Literal["member", "helper", "wall"] = "member"


@router.get("/api/cells/{cell}/meetings")
async def meetings(request: Request, cell: str, caller: Annotated[Caller, allowed("meetings")]) -> dict[str, Any]:
    """Newest first."""

    def look(session: Session) -> list[dict[str, Any]]:
        return [_summary(session, row, caller) for row in entries.meetings_of(session, cell)]

    return {"meetings": await house(request).store.read(look)}


@router.post("/api/cells/{cell}/meetings")
async def schedule(
    request: Request, cell: str, body: Plan, caller: Annotated[Caller, allowed("schedule")]
) -> dict[str, Any]:
    at = house(request)
    if body.starts_at > at.now() + DAY_AHEAD:
        raise Fault(422, "too_far", "Ngày họp quá xa.")
    unit, above = await at.store.read(lambda session: (session.get(Unit, cell), people.parents(session, cell)))
    if unit is None or unit.kind != "cell":
        raise Fault(404)
    day = datetime.fromtimestamp(body.starts_at / 1000, VIETNAM)
    scheduled = Scheduled(
        cell, unit.name, above[0].name if above else "", cast(MeetingKind, body.kind), body.title, body.starts_at,
        body.place or unit.place, body.mode, f"{day.year}-{day.month:02d}",
        _agenda(body.agenda, await at.store.read(lambda session: inbox.agenda_items(session, cell))),
        province_name=above[-1].name if len(above) > 1 else "",
    )  # fmt: skip
    assert caller.account is not None
    actor = Actor(caller.member, caller.account.id, frozenset({"deputy"}))
    meeting = await at.meetings.schedule(scheduled, actor)
    items = [] if body.kind == "practice" else [item.id for item in scheduled.agenda]
    await at.store.write(lambda session: inbox.returned(session, meeting, cell, items))
    log.info("meeting_scheduled", meeting=meeting)
    return await summary_of(at, meeting, caller)


def _agenda(items: Iterable[Item], answers: Iterable[AgendaItem]) -> tuple[AgendaItem, ...]:
    """Numbered anew; an answer from above that still waits keeps its own id, once."""
    waiting = {answer.id for answer in answers}
    made = []
    for number, item in enumerate(items, 1):
        own = item.id if item.id in waiting else f"i{number}"
        waiting.discard(own)
        made.append(AgendaItem(own, item.title, item.secret, item.presenter, "" if item.secret else item.draft))
    return tuple(made)


@router.get("/api/meetings/{meeting}")
async def one_meeting(request: Request, meeting: str, caller: Annotated[Caller, allowed("meeting")]) -> dict[str, Any]:
    return await summary_of(house(request), meeting, caller)


async def summary_of(at: House, meeting: str, caller: Caller) -> dict[str, Any]:
    def look(session: Session) -> dict[str, Any]:
        row = entries.summary(session, meeting)
        if row is None:
            raise Fault(404)
        return _summary(session, row, caller)

    return await at.store.read(look)


def _summary(session: Session, row: MeetingSummary, caller: Caller) -> dict[str, Any]:
    """The shape ``Summary``; chair and secretary of this meeting may more than others."""
    plan, seal = plan_of(session, row.meeting), _seal(session, row)
    standings = set(caller.standings)
    if caller.member:
        standings |= {"chair"} if caller.member == row.chair else set()
        standings |= {"secretary"} if caller.member == row.secretary else set()
    return {
        "id": row.meeting, "title": row.title, "kind": row.kind, "cell": row.cell, "cell_name": plan.cell_name,
        "place": plan.place, "mode": plan.mode, "starts_at": row.starts_at, "state": row.state,
        "number": row.number, "chair_name": _name(session, row.chair), "secretary_name": _name(session, row.secretary),
        "may": _may(row, frozenset(standings)) + (_signs(seal, standings) if row.state == "sealed" else []),
        "record": state_words(seal.state, seal.signers) if seal else "",
        "correcting": entries.correcting(row.state, row.sha256),
    }  # fmt: skip


def _seal(session: Session, row: MeetingSummary) -> Sealed | None:
    """The newest seal; it stays what counts while a correction is under way."""
    if not row.sha256:
        return None
    query = select(MeetingEntry).where(MeetingEntry.meeting == row.meeting, MeetingEntry.kind == "Sealed")
    last = session.exec(query.order_by(col(MeetingEntry.seq).desc())).first()
    event = entries.entry_of(session, last).event if last else None
    return event if isinstance(event, Sealed) else None


def _signs(seal: Sealed | None, standings: set[Standing]) -> list[str]:
    """Whether it is the caller's turn to sign the record digitally."""
    return ["sign"] if seal is not None and to_sign(seal) in standings else []


def _may(row: MeetingSummary, standings: frozenset[Any]) -> list[str]:
    state, kept = row.state, row.state in WITH_CONTENTS or bool(row.sha256)
    wishes = {
        "enter": may(standings, "enter") and state in ("scheduled", "open", "closed", "submitted"),
        "links": may(standings, "links") and state in access.JOINABLE,
        "edit": may(standings, "draft_documents") and state in ("open", "closed"),
        "approve": may(standings, "draft_documents") and state == "submitted",
        "documents": may(standings, "draft_documents") or (may(standings, "documents") and kept),
        "record": may(standings, "record") and bool(row.sha256),
    }
    return [name for name, granted in wishes.items() if granted]


def plan_of(session: Session, meeting: str) -> Scheduled:
    first = session.exec(select(MeetingEntry).where(MeetingEntry.meeting == meeting, MeetingEntry.seq == 1)).one()
    plan = entries.entry_of(session, first).event
    if not isinstance(plan, Scheduled):
        raise AssertionError("the first entry of every log is Scheduled")
    return plan


def _name(session: Session, person: str) -> str:
    found = session.get(Person, person) if person else None
    return found.name if found else ""


# -- links -------------------------------------------------------------------------------------------------------------


@router.post("/api/meetings/{meeting}/links")
async def make_links(
    request: Request, meeting: str, body: Wanted, caller: Annotated[Caller, allowed("links")]
) -> dict[str, Any]:
    """Personal links for the named members, or for all and one for the wall. Earlier ones go on being good."""
    at = house(request)
    room = await at.meetings.state(meeting)
    if room.meeting.state not in access.JOINABLE:
        raise Fault(409, "meeting_over", "Cuộc họp đã kết thúc nên không lập liên kết vào họp được nữa.")
    if body.kind == "helper" and not body.members:
        raise Fault(422, "member_needed", "Chọn đồng chí giúp thư ký.")
    wanted = [line for line in room.meeting.roster if not body.members or line.member in body.members]
    lines, kind = ([], "member") if body.kind == "wall" else (wanted, body.kind)

    def make(session: Session) -> dict[str, Any]:
        links = []
        for line in lines:
            link, token = _one_more(session, meeting, kind, line.member, at.now())
            links.append({"id": link, "member": line.member, "name": line.name, "kind": kind, "url": url_of(at, token)})
        wall = None
        if not body.members:
            link, token = _one_more(session, meeting, "wall", WALL if body.kind == "wall" else "", at.now())
            wall = {"id": link, "url": url_of(at, token)}
        return {"links": links, "wall": wall}

    made = await at.store.write(make)
    log.info("links_made", meeting=meeting, links=len(made["links"]))
    return made


@router.post("/api/meetings/{meeting}/microphones")
async def make_microphone_link(
    request: Request, meeting: str, caller: Annotated[Caller, allowed("microphones")]
) -> dict[str, str]:
    """By which phones in the hall become its microphones; shown as a code in the hall."""
    at = house(request)
    if (await at.meetings.state(meeting)).meeting.state not in access.JOINABLE:
        raise Fault(409, "meeting_over", "Cuộc họp đã kết thúc nên không thêm micrô được nữa.")
    link, token = await at.store.write(
        lambda session: _one_more(session, meeting, "microphone", "", at.now(), MICROPHONE_LINKS)
    )
    log.info("microphone_link_made", meeting=meeting)
    return {"id": link, "url": url_of(at, token)}


def _one_more(
    session: Session, meeting: str, kind: str, member: str, now: int, most: int = LINKS_EACH
) -> tuple[str, str]:
    """A new link; of the earlier ones of the same person the newest few stay."""
    old = [link for link in access.links_of(session, meeting) if link.kind == kind and link.member == member]
    for link in old[: max(0, len(old) - most + 1)]:
        access.revoke(session, link.id, now)
    return access.make_link(session, meeting, kind, member, now)


def url_of(at: House, token: str) -> str:
    return f"{at.address}/join/{token}"


@router.get("/api/meetings/{meeting}/links")
async def list_links(request: Request, meeting: str, caller: Annotated[Caller, allowed("links")]) -> dict[str, Any]:
    at = house(request)
    room = await at.meetings.state(meeting)
    rows = await at.store.read(lambda session: access.links_of(session, meeting))
    walls = [row for row in rows if row.kind == "wall" and not row.member]
    return {
        "links": [
            {"id": row.id, "member": row.member, "name": room.name_of(row.member), "kind": row.kind}
            for row in rows
            if row.kind in OWN
        ],
        "wall": {"id": walls[-1].id} if walls else None,
    }


@router.delete("/api/meetings/{meeting}/links/{link}")
async def revoke_link(
    request: Request, meeting: str, link: str, caller: Annotated[Caller, allowed("links")]
) -> Response:  # fmt: skip
    """Whoever came by it leaves at once."""
    at = house(request)

    def revoke(session: Session) -> None:
        row = session.get(JoinLink, link)
        if row is None or row.meeting != meeting:
            raise Fault(404)
        access.revoke(session, link, at.now())

    await at.store.write(revoke)
    await at.send_away(meeting, link)
    log.info("link_revoked", meeting=meeting, link=link)
    return Response(status_code=204)
