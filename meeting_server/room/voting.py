"""Votes: the base is frozen by name and channel when put; counts add up, or closing says by how many they miss."""

from __future__ import annotations

from meeting_server.room import commands as c
from meeting_server.room.context import Context, Decisions
from minutes.record.attendance import bases
from minutes.record.events import HALL, Event, MotionClosed, MotionPut, VoteCast, Voter
from minutes.record.votes import Motion


def put_motion(at: Context, command: c.PutMotion) -> tuple[Event, ...]:
    if at.room.votes.open is not None:
        raise at.conflict("motion_open", "Đang có một vấn đề biểu quyết chưa chốt. Chốt trước khi đưa vấn đề mới.")
    counted = bases(at.room.ledger)
    if not counted.voters:
        raise at.conflict("no_voters", "Chưa có đồng chí nào có quyền biểu quyết được ghi có mặt. Điểm danh trước.")
    return (
        MotionPut(
            at.new_id("m"), at.item_or_now(command.item), command.text, command.method, counted.voters,
            command.threshold, len(counted.official), command.options,
        ),
    )  # fmt: skip


def cast(at: Context, command: c.Cast) -> tuple[Event, ...]:
    motion = at.open_motion(command.motion)
    refusal = refusal_of_own_vote(motion, at.actor.member)
    if refusal:
        raise at.conflict("no_own_vote", refusal, "đảng viên dự trực tuyến trong danh sách biểu quyết")
    return (VoteCast(motion.put.motion, at.actor.member, command.choice, 1, command.note),)


def refusal_of_own_vote(motion: Motion, member: str) -> str:
    """Why a member cannot cast on a phone; "" when they can."""
    voter = next((voter for voter in motion.put.base if voter.member == member), None)
    if voter is None:
        return "Đồng chí không ở trong danh sách biểu quyết của vấn đề này."
    if motion.put.method == "ballot":
        return "Vấn đề này bỏ phiếu kín bằng giấy, không biểu quyết trên máy."
    if voter.channel == "hall":
        return "Đồng chí được đếm ở hội trường: giơ tay tại chỗ, không biểu quyết trên máy."
    return ""


def count_hall(at: Context, command: c.CountHall) -> tuple[Event, ...]:
    motion = at.open_motion(command.motion)
    base, total = motion.base_of("hall"), command.in_favour + command.against + command.other
    if total > base:
        raise at.conflict(
            "too_many", f"Hội trường có {base} đồng chí biểu quyết, số vừa ghi là {total}: thừa {total - base}."
        )
    counts = (("for", command.in_favour), ("against", command.against), ("other", command.other))
    old = motion.hall_entered
    changed = [(choice, n) for choice, n in counts if old is None or old.of(choice) != n]  # type: ignore[arg-type]  # Choice
    return tuple(VoteCast(motion.put.motion, HALL, choice, n) for choice, n in changed)  # type: ignore[arg-type]  # Choice


def close_motion(at: Context, command: c.CloseMotion) -> tuple[Event, ...]:
    motion = at.open_motion(command.motion)
    result = motion.counted
    if motion.missing and not command.confirmed:
        raise at.conflict("does_not_add_up", _missing_vi(at, motion))
    return (
        MotionClosed(
            motion.put.motion, result.in_favour, result.against, result.other, motion.carried,
            wording(motion), motion.missing,
        ),
    )  # fmt: skip


def _missing_vi(at: Context, motion: Motion) -> str:
    hall = motion.base_of("hall") - motion.hall_counted.total
    silent = [voter for voter in motion.put.base if voter.channel == "remote" and voter.member not in motion.own]
    parts = [f"Số biểu quyết chưa khớp: còn thiếu {motion.missing} trên {motion.base}."]
    if hall:
        parts.append(f"Hội trường thiếu {hall} trên {motion.base_of('hall')}.")
    if silent:
        parts.append(f"Trực tuyến chưa biểu quyết: {_names(at, silent)}.")
    return " ".join(parts)


def _names(at: Context, voters: list[Voter]) -> str:
    named = ", ".join(at.room.name_of(voter.member) for voter in voters[:5])
    return f"{named} và {len(voters) - 5} đồng chí khác" if len(voters) > 5 else named


def wording(motion: Motion) -> str:
    """The result in words, shares to one decimal, of the base that rules."""
    result, base = motion.counted, motion.base
    if motion.put.threshold == "two_thirds_official":
        base = max(motion.put.official, 1)
    per_mille = (2000 * result.in_favour + base) // (2 * base)
    share = f"{per_mille // 10},{per_mille % 10}".removesuffix(",0")
    verdict = "thông qua" if motion.carried else "không thông qua"
    of = "đảng viên chính thức của chi bộ" if motion.put.threshold == "two_thirds_official" else "đồng chí biểu quyết"
    return f"{result.in_favour}/{base} {of} tán thành ({share}%): {verdict}"


DECISIONS: Decisions = {c.PutMotion: put_motion, c.Cast: cast, c.CountHall: count_hall, c.CloseMotion: close_motion}
