"""Who comes, goes and is ticked: lobby, roll call, excuses, guests."""

from __future__ import annotations

from dataclasses import replace

from meeting_server.room import commands as c
from meeting_server.room import telling
from meeting_server.room.context import Context, Decisions
from meeting_server.room.kinds import day_of, without_word
from meeting_server.room.state import LEADERS, Present, Room, channel_of
from minutes.record.events import HALL, Answered, Event, Excused, GuestCame, Joined, Left, RemoteAllowed, RollCalled

NOTICE = "2026-11"
"""The text by which people are told of recording before they come in (docs/record.md keeps every one)."""


def admit(at: Context, command: c.Admit) -> tuple[Event, ...]:
    present = at.live.sessions.get(command.session)
    if present is None or present.device == "microphone":
        raise at.unknown("unknown_session", "Người này không còn ở phòng chờ.")
    if command.session in at.room.sessions:
        return ()
    if barred(at.room, present):
        raise at.conflict(
            "remote_not_allowed", "Đồng chí này chưa được phép dự trực tuyến. Chủ trì cho phép, kèm lý do.",
            "chủ trì cho dự trực tuyến",
        )  # fmt: skip
    return came(at, present)


def barred(room: Room, present: Present) -> bool:
    """Whether somebody has to wait before the door until the chair says so; once the meeting is over nobody has."""
    return room.meeting.state in ("scheduled", "open") and needs_word(room, present)


def needs_word(room: Room, present: Present) -> bool:
    """Whether a member who comes from elsewhere must wait for the chair's word (the dated table kinds.toml). The
    chair's own word for this meeting rules over what the table grants; who leads the meeting waits for nobody."""
    member, scheduled = present.member, room.meeting.scheduled
    line = room.meeting.line(member) if member else None
    if present.seat != "remote" or line is None or scheduled is None:
        return False
    if member in (room.meeting.chair, room.meeting.secretary) or line.position.lower() in LEADERS:
        return False
    if member in room.allowed:
        return not room.allowed[member].allowed
    granted = without_word(day_of(scheduled.starts_at))
    online, listed = scheduled.mode == "online", line.channel == "remote"
    return not (online and "online" in granted) and not (listed and "roster" in granted)


def came(at: Context, present: Present) -> tuple[Event, ...]:
    """What is logged when a connection enters: an older one of the same person ends, a guest gets an id."""
    item = at.room.agenda.item(at.room.agenda.now)
    if item is not None and item.secret and present.seat == "remote":
        raise at.conflict("secret_item", "Đang bàn nội dung mật: không cho người dự trực tuyến vào lúc này.")
    if present.device == "microphone":
        raise AssertionError("a microphone is nobody's presence")
    channel = channel_of(present.seat)
    member, name, guests = present.member, "", list[Event]()
    if present.guest:
        name = present.name
        old = next((guest.guest for guest in at.room.ledger.guests if guest.guest == member), "")
        if not old:
            member = at.new_id("g")
            guests.append(GuestCame(member, name, present.title, present.upper, channel))
    replaced = [Left(member, key, "replaced") for key in _others(at.room, present.session, member)]
    notice = NOTICE if present.informed else ""
    joined = Joined(member, present.session, channel, present.device, present.informed, present.private, name, notice)
    return (*guests, *replaced, joined)


def _others(room: Room, session: str, member: str) -> list[str]:
    """Open connections of the same person. A hall may have several devices: HALL replaces nobody."""
    if member == HALL:
        return []
    return [key for key, joined in room.sessions.items() if joined.member == member and key != session]


def link_session(at: Context, command: c.LinkSession) -> tuple[Event, ...]:
    """A borrowed phone: what was heard from now on, and the presence, are the other member's."""
    member = at.member(command.member)
    joined = at.room.sessions.get(command.session)
    if joined is None or joined.member == HALL:
        raise at.unknown("unknown_session", "Người này không còn trong phòng.")
    if joined.member == member:
        return ()
    old = [Left(member, key, "replaced") for key in _others(at.room, command.session, member)]
    return (Left(joined.member, command.session, "left"), *old, replace(joined, member=member, name=""))


def allow_remote(at: Context, command: c.AllowRemote) -> tuple[Event, ...]:
    member = at.member(command.member)
    if command.allowed and not command.reason:
        raise at.conflict("reason_needed", "Ghi lý do đồng chí này được dự trực tuyến.", "chủ trì ghi lý do")
    word = RemoteAllowed(member, command.allowed, command.reason)
    waiting = _waiting(at, command) if command.allowed else None
    return (word, *came(at, waiting)) if waiting is not None else (word,)


def _waiting(at: Context, command: c.AllowRemote) -> Present | None:
    """Whose way in the chair's word opens: the one that was tapped, else who waits by a link of their own."""
    here = at.live.sessions.values()
    if command.session:
        found = next((one for one in here if one.session == command.session and one.member == command.member), None)
        if found is None or found.admitted:
            raise at.unknown("unknown_session", "Người này không còn ở phòng chờ.")
        return found
    item = at.room.agenda.item(at.room.agenda.now)
    if item is not None and item.secret:
        return None
    own = [one for one in here if one.member == command.member and one.own and not one.admitted]
    return own[-1] if own else None


def remove(at: Context, command: c.Remove) -> tuple[Event, ...]:
    joined = at.room.sessions.get(command.session)
    if joined is not None:
        return (Left(joined.member, command.session, "removed"),)
    if command.session not in at.live.sessions:
        raise at.unknown("unknown_session", "Người này không còn trong phòng.")
    return ()


def call(at: Context, command: c.Call) -> tuple[Event, ...]:
    member = at.member(command.member)
    told = telling.coming(at, member, command.method == "typed", command.late, command.happened_at)
    return (RollCalled(member, command.present, command.channel, command.method, command.late, told),)


def excuse(at: Context, command: c.Excuse) -> tuple[Event, ...]:
    member = at.member(command.member)
    own_only = not at.roles & {"chair", "secretary", "deputy", "helper"}
    if own_only and member != at.actor.member:
        raise at.conflict("not_own", "Đồng chí chỉ báo vắng được cho chính mình.", "thư ký ghi cho người khác")
    if own_only and at.room.phase != "scheduled":
        raise at.conflict("too_late", "Cuộc họp đã khai mạc: báo vắng trực tiếp với thư ký.", "thư ký")
    return (*_taken_back(at, member), Excused(member, command.excused, command.reason, command.typed))


def _taken_back(at: Context, member: str) -> tuple[Event, ...]:
    """Who is written down as absent is no longer ticked as present: a wrong tap is mended by the right one."""
    facts = at.room.ledger.facts.get(member)
    ticked = facts.call if facts is not None and facts.call is not None and facts.call.present else None
    return (RollCalled(member, False, ticked.channel, "tick"),) if ticked else ()


def answer(at: Context, command: c.Answer) -> tuple[Event, ...]:
    member = at.member(command.member or at.actor.member)
    if member != at.actor.member and not at.roles & {"chair", "secretary", "deputy", "helper"}:
        raise at.conflict("not_own", "Đồng chí chỉ trả lời được cho chính mình.", "thư ký ghi cho người khác")
    if at.room.phase != "scheduled" and not at.roles & {"chair", "secretary", "deputy", "helper"}:
        raise at.conflict("too_late", "Cuộc họp đã khai mạc: báo trực tiếp với thư ký.", "thư ký")
    if not command.coming and not command.reason:
        raise at.conflict("reason_needed", "Đề nghị ghi lý do vắng.")
    return (Answered(member, command.coming, command.reason),)


def leave_hall(at: Context, command: c.LeaveHall) -> tuple[Event, ...]:
    member = at.member(command.member)
    if at.room.phase == "closed" and not command.happened_at:
        raise at.conflict("too_late", "Cuộc họp đã bế mạc: chỉ ghi được giờ về theo phiếu giấy.", "thư ký ghi kèm giờ")
    gone, back = telling.going(at, member, command.typed, command.happened_at, command.back_at)
    went = Left(member, "", typed=command.typed, happened_at=gone)
    line = next(line for line in at.room.ledger.lines if line.member.member == member)
    return (went, telling.came_back(line, back)) if back else (went,)


def guest(at: Context, command: c.Guest) -> tuple[Event, ...]:
    return (GuestCame(at.new_id("g"), command.name, command.title, command.upper, command.channel, command.typed),)


DECISIONS: Decisions = {
    c.LinkSession: link_session, c.AllowRemote: allow_remote,
    c.Admit: admit, c.Remove: remove, c.Call: call, c.Excuse: excuse, c.Answer: answer,
    c.LeaveHall: leave_hall, c.Guest: guest,
}  # fmt: skip
