"""What the room recorded, in the words of minutes: fills sections for which nothing was drafted or written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from minutes.export.folded import Folded
from minutes.export.layouts import Layout
from minutes.export.moments import clock, day_of, long_day, short_day
from minutes.record import attendance, meeting, votes
from minutes.record.events import BallotsCounted
from minutes.record.particulars import points
from minutes.record.passing import passing
from minutes.record.typed_in import typed_in

Fill = Callable[[Folded, Layout], Iterable[str]]


def when_and_where(parts: Folded, form: Layout) -> Iterator[str]:
    head, plan = parts.meeting, parts.meeting.scheduled
    if head.began_at is not None:
        yield f"- Bắt đầu: {clock(head.began_at)}, {long_day(day_of(head.began_at))}."
    if plan is not None:
        yield f"- Địa điểm: {plan.place}."
        yield f"- Hình thức: {form.words['mode_' + plan.mode]}."


def who(parts: Folded, form: Layout) -> Iterator[str]:
    head, sums, lines = parts.meeting, attendance.sums(parts.ledger), parts.ledger.lines
    temporary = f", sinh hoạt tạm thời {sums.temporary}" if sums.temporary else ""
    yield f"1. Tổng số đảng viên: {sums.total} (chính thức {sums.official}, dự bị {sums.probationary}{temporary})."
    yield from _named("- Miễn sinh hoạt", [line for line in lines if line.member.exempt])
    yield from _named("- Sinh hoạt tạm thời nơi khác", [line for line in lines if line.member.away])
    yield (
        f"2. Có mặt: {sums.present}/{sums.eligible} (chính thức {sums.present_official}, dự bị "
        f"{sums.present_probationary}; tại hội trường {sums.hall}, trực tuyến {sums.remote})."
    )
    for line in lines:
        if line.late:
            yield f"- Đến muộn: đồng chí {line.member.name}{_at(None if line.arrival_untold else line.arrived_at)}."
        for since, until in line.out:
            yield f"- Tạm rời phòng: đồng chí {line.member.name} ({clock(since)} – {clock(until)})."
        if line.state == "present" and line.left:
            yield f"- Rời sớm: đồng chí {line.member.name}{_at(line.left_at)}."
    yield from _allowed(parts, lines)
    yield from _away(lines)
    for guest in parts.ledger.guests:
        label = "Cấp trên dự" if guest.upper else "Khách mời"
        yield f"4. {label}: đồng chí {guest.name}{', ' + guest.title if guest.title else ''}."
    yield f"5. Chủ trì: đồng chí {_office(head, head.chair)}."
    yield f"6. Thư ký: đồng chí {_office(head, head.secretary)}."


def _at(moment: int | None) -> str:
    """In brackets; "" where nobody wrote down when."""
    return f" ({clock(moment)})" if moment is not None else ""


def _office(head: meeting.Meeting, member: str) -> str:
    line = head.line(member)
    if line is None:
        return head.name_of(member) or "…"
    return f"{line.name}, {line.position}" if line.position else line.name


def _named(label: str, lines: list[attendance.Line]) -> Iterator[str]:
    if lines:
        yield f"{label}: {len(lines)} ({', '.join(line.member.name for line in lines)})."


def _allowed(parts: Folded, lines: tuple[attendance.Line, ...]) -> Iterator[str]:
    """Who took part from elsewhere by the chair's word, with the reason."""
    there = [line.member for line in lines if line.state == "present" and line.channel == "remote"]
    said = [f"{one.name} – {reason}" for one in there if (reason := parts.beside.reason_of(one.member))]
    if said:
        yield f"- Được phép dự trực tuyến: {'; '.join(said)}."


def _away(lines: tuple[attendance.Line, ...]) -> Iterator[str]:
    excused = [line for line in lines if line.state == "excused"]
    unexcused = [line for line in lines if line.state == "absent"]
    unclear = [line for line in lines if line.state == "unknown"]
    yield f"3. Vắng mặt: {len(excused) + len(unexcused) + len(unclear)}."
    if excused:
        names = "; ".join(
            f"{line.member.name} – {line.reason}" if line.reason else line.member.name for line in excused
        )
        yield f"- Có lý do: {len(excused)} ({names})."
    yield from _named("- Không có lý do", unexcused)
    yield from _named("- Chưa rõ lý do", unclear)


def proceedings(parts: Folded, form: Layout) -> Iterator[str]:
    for number, item in enumerate((item for item in parts.agenda.items if item.state in ("concluded", "open")), 1):
        yield f"{number}. {item.told}."
        yield f"- Kết luận: {item.conclusion}" if item.conclusion else "- Chưa kết luận."


def ballots(parts: Folded, form: Layout) -> Iterator[str]:
    for number, motion in enumerate((motion for motion in parts.votes.motions if motion.closed), 1):
        yield f"{number}. {motion.put.text.rstrip('.')}."
        yield from counted(motion, parts, form)


def counted(motion: votes.Motion, parts: Folded, form: Layout) -> Iterator[str]:
    """One vote in figures: method, base by channel, ballots, choices with shares, the rest, the result, who differs."""
    tally, base, key = motion.counted, motion.base, motion.put.motion
    yield (
        f"- Hình thức: {form.words[motion.put.method]}; số có quyền biểu quyết: {base} "
        f"(hội trường {motion.base_of('hall')}, trực tuyến {motion.base_of('remote')})."
    )
    if parts.out.get(key):
        names = ", ".join(f"đồng chí {parts.meeting.name_of(member)}" for member in parts.out[key])
        yield f"- Không tham gia, tạm rời phòng: {names}."
    paper = parts.beside.ballots.get(key)
    if paper is not None:
        yield from _ballots(paper)
    yield (
        f"- Tán thành {tally.in_favour}/{base}{_share(tally.in_favour, base)}; không tán thành {tally.against}; "
        f"ý kiến khác {tally.other}{_rest(motion, paper)}."
    )
    closed = motion.closed
    if closed is not None:
        yield f"- Kết quả: {closed.wording or ('thông qua' if closed.passed else 'không thông qua')}."
    if motion.hall_note:
        place = "trên phiếu" if motion.put.method == "ballot" else "tại hội trường"
        yield f"- Ý kiến khác {place}: {' '.join(motion.hall_note.split()).rstrip('.')}."
    for cast in motion.noted:
        note = " ".join(cast.note.split()).rstrip(".")
        yield f"- Ý kiến khác: đồng chí {parts.meeting.name_of(cast.voter)} – {note}."
    for one in parts.beside.reserved_on(key):
        text = " ".join(one.text.split()).rstrip(".")
        yield f"- Bảo lưu ý kiến: đồng chí {parts.meeting.name_of(one.member)} – {text}."


def _ballots(found: BallotsCounted) -> Iterator[str]:
    yield (
        f"- Phiếu phát ra {found.issued}; thu về {found.returned}; hợp lệ {found.valid}; không hợp lệ {found.invalid}."
    )
    if found.board:
        yield f"- Ban kiểm phiếu: {', '.join(found.board)}."


def _rest(motion: votes.Motion, paper: BallotsCounted | None) -> str:
    """Who gave no vote; at a paper ballot those are the remote members, the rest is told by the ballots."""
    if paper is None:
        return f"; không biểu quyết {motion.missing}" if motion.missing else ""
    remote = motion.base_of("remote")
    return f"; không bỏ phiếu (trực tuyến) {remote}" if remote else ""


def _share(part: int, whole: int) -> str:
    if not whole:
        return ""
    tenths = (2000 * part + whole) // (2 * whole)
    return f" ({tenths // 10},{tenths % 10}%)" if tenths % 10 else f" ({tenths // 10}%)"


def tasks_given(parts: Folded, form: Layout) -> Iterator[str]:
    for task in parts.tasks.tasks:
        names = ", ".join(parts.meeting.name_of(member) for member in task.who)
        who_part = f" – {names}" if names else ""
        due = f" – hạn: {'trước ' if task.before else ''}{short_day(task.due)}" if task.due else ""
        yield f"- {task.what.rstrip('.')}{who_part}{due}."
    for petition in parts.tasks.petitions:
        yield f"- Kiến nghị{' ' + petition.to if petition.to else ''}: {petition.text.rstrip('.')}."


def self_scored(parts: Folded, form: Layout) -> Iterator[str]:
    """The meeting's own score by the local sheet; nothing where it gave none."""
    scored = parts.beside.scored
    if scored is not None:
        band = f", xếp loại {scored.band}" if scored.band else ""
        yield f"- Chi bộ tự chấm buổi sinh hoạt {points(scored.total_tenths)} điểm{band}."


def ending(parts: Folded, form: Layout) -> Iterator[str]:
    head = parts.meeting
    read = passing(head)
    if read:
        yield f"- {read}"
    typed = typed_in(head, parts.ledger, parts.votes, parts.agenda, parts.tasks, parts.beside)
    if typed:
        yield f"- {typed}"
    if head.ended_at is not None:
        same = head.began_at is None or day_of(head.began_at) == day_of(head.ended_at)
        day = "cùng ngày" if same else long_day(day_of(head.ended_at))
        yield f"- Cuộc họp kết thúc lúc {clock(head.ended_at)} {day}."


FILLS: Mapping[str, Fill] = {
    "I": when_and_where, "II": who, "III": proceedings, "IV": ballots, "V": tasks_given, "VI": self_scored,
    "VII": ending,
}  # fmt: skip
