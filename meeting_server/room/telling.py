"""When things were, as told afterwards from the paper form of a power cut ("nhập tay"): never in the future, in the
order in which things happen, within bounds. A time is told to the minute, so within a minute it stands in that order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from meeting_server.room.context import Context
from meeting_server.room.kinds import VIETNAM
from minutes.record.attendance import Line
from minutes.record.events import RollCalled

MINUTE, HOUR = 60_000, 3_600_000
BEFORE_PLAN_MS = 24 * HOUR
"""A meeting begins at most so long before the time it was called for."""
LONGEST_MS = 24 * HOUR
"""From the opening to the close."""
COMING_MS = 12 * HOUR
"""People come at most so long before the opening."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A moment that a told time must not pass, and how the refusal names it."""

    at: int
    words: str


def told(at: Context, moment: int, what: str, lows: Iterator[Bound], highs: Iterator[Bound]) -> int:
    """``moment``; 0 when none was told. Raises Conflict: in the future, before one of ``lows``, after one of
    ``highs``."""
    if not moment:
        return 0
    if moment > at.at:
        raise at.conflict("told_future", f"{what} {on_clock(moment)} là giờ chưa tới. Xem lại giờ và ngày trên phiếu.")
    for low in lows:
        if moment < low.at - low.at % MINUTE:
            raise at.conflict("told_early", f"{what} {on_clock(moment)} sớm hơn {low.words} ({on_clock(low.at)}).")
        moment = max(moment, low.at)  # within the same minute
    for high in highs:
        if moment > high.at:
            raise at.conflict("told_late", f"{what} {on_clock(moment)} muộn hơn {high.words} ({on_clock(high.at)}).")
    return moment


def on_paper(at: Context, typed: bool, *moments: int) -> None:
    """A time is told only with the mark "nhập tay"; what happens now has the time of now. Raises Conflict."""
    if any(moments) and not typed:
        raise at.conflict(
            "told_not_typed", "Giờ ghi lại chỉ dùng khi nhập tay từ phiếu giấy.", "thư ký bật “Nhập tay từ phiếu giấy”"
        )


def opening(at: Context, typed: bool, moment: int, ended: int = 0) -> int:
    """When a meeting began that was opened on paper: it must be said. ``ended``: its end, where that is told with it.
    Raises Conflict."""
    on_paper(at, typed, moment)
    _needed(at, typed, moment, "Ghi giờ khai mạc thực tế theo phiếu giấy.")
    plan = at.room.meeting.scheduled
    lows = iter([Bound(plan.starts_at - BEFORE_PLAN_MS, "trước giờ dự kiến một ngày")] if plan else [])
    within = (bound for line in at.room.ledger.lines for bound in _within(at, line))
    return told(at, moment, "Giờ khai mạc", lows, iter((*within, *_close(at, ended))))


def closing(at: Context, typed: bool, moment: int, began: int = 0) -> int:
    """When a meeting ended that was closed on paper: it must be said. ``began``: its beginning, where that is told with
    it. Raises Conflict."""
    on_paper(at, typed, moment)
    _needed(at, typed, moment, "Ghi giờ bế mạc thực tế theo phiếu giấy.")
    start = began or at.room.meeting.began_at
    lows = (*_opening(at, began), *(bound for line in at.room.ledger.lines for bound in _passages(at, line)))
    highs = iter([Bound(start + LONGEST_MS, "sau giờ khai mạc một ngày")] if start else [])
    return told(at, moment, "Giờ bế mạc", iter(lows), highs)


def coming(at: Context, member: str, typed: bool, late: bool, moment: int) -> int:
    """When somebody came. Raises Conflict."""
    on_paper(at, typed, moment)
    plan, began = at.room.meeting.scheduled, at.room.meeting.began_at
    start = began or (plan.starts_at if plan else at.at)
    early = Bound(start - COMING_MS, "trước giờ họp nửa ngày")
    lows = _opening(at) if late and began else iter([early])
    name = at.room.meeting.name_of(member)
    return told(at, moment, f"Giờ đến của đồng chí {name}", lows, _close(at))


def going(at: Context, member: str, typed: bool, moment: int, back: int) -> tuple[int, int]:
    """When somebody went, and came back (0 = did not). Raises Conflict."""
    on_paper(at, typed, moment, back)
    line = next(line for line in at.room.ledger.lines if line.member.member == member)
    name = line.member.name
    if typed and line.state != "present":
        raise at.conflict("not_present", f"Đồng chí {name} chưa được điểm danh có mặt. Điểm danh trước.")
    if back and not moment:
        raise at.conflict("told_needed", f"Ghi giờ đồng chí {name} rời phòng.")
    came = iter([Bound(line.arrived_at, "giờ đến")] if line.arrived_typed and line.arrived_at else [])
    earlier = (Bound(until, "lần trước trở lại") for _, until in line.out)
    lows = (*_opening(at), *came, *earlier)
    left = told(at, moment, f"Giờ đồng chí {name} rời phòng", iter(lows), _close(at))
    return left, told(at, back, f"Giờ đồng chí {name} trở lại", iter([Bound(left, "giờ rời phòng")]), _close(at))


def came_back(line: Line, back: int) -> RollCalled:
    """That somebody who stepped out is there again, as they were before."""
    return RollCalled(line.member.member, True, "hall", "typed", line.late, back)


def on_clock(moment: int) -> str:
    """ "19 giờ 30 phút ngày 03/11/2026"."""
    when = datetime.fromtimestamp(moment / 1000, UTC) + VIETNAM
    return f"{when.hour} giờ {when.minute:02} phút ngày {when:%d/%m/%Y}"


def _needed(at: Context, typed: bool, moment: int, words: str) -> None:
    if typed and not moment:
        raise at.conflict("told_needed", words, "theo phiếu giấy")


def _opening(at: Context, began: int | None = None) -> Iterator[Bound]:
    began = began or at.room.meeting.began_at
    if began is not None:
        yield Bound(began, "giờ khai mạc")


def _close(at: Context, ended: int | None = None) -> Iterator[Bound]:
    ended = ended or at.room.meeting.ended_at
    if ended is not None:
        yield Bound(ended, "giờ bế mạc")


def _gone(at: Context, line: Line) -> Iterator[Bound]:
    """When somebody went for good, as told; also in the last minutes, which minutes do not print."""
    facts = at.room.ledger.facts.get(line.member.member)
    if line.state == "present" and facts is not None and facts.left_hall is not None and facts.left_told:
        yield Bound(facts.left_hall, f"giờ đồng chí {line.member.name} rời phòng")


def _within(at: Context, line: Line) -> Iterator[Bound]:
    """The times told of one member, none of which is before the opening."""
    if line.late and line.arrived_typed and line.arrived_at is not None:
        yield Bound(line.arrived_at, f"lúc đồng chí {line.member.name} đến muộn")
    for since, _ in line.out:
        yield Bound(since, f"giờ đồng chí {line.member.name} rời phòng")
    yield from _gone(at, line)


def _passages(at: Context, line: Line) -> Iterator[Bound]:
    """The times told of one member, none of which is after the close."""
    if line.arrived_typed and line.arrived_at is not None:
        yield Bound(line.arrived_at, f"giờ đến của đồng chí {line.member.name}")
    for _, until in line.out:
        yield Bound(until, f"giờ đồng chí {line.member.name} trở lại")
    yield from _gone(at, line)
