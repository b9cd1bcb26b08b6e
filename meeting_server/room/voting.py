"""Votes: the base is frozen by name and channel when put; counts add up, or closing says by how many they miss."""

from __future__ import annotations

from meeting_server.room import commands as c
from meeting_server.room.context import Context, Decisions
from meeting_server.room.kinds import Kind
from minutes.record.attendance import bases
from minutes.record.events import HALL, BallotsCounted, Event, MotionClosed, MotionPut, Reserved, VoteCast, Voter
from minutes.record.votes import CHOICES, Motion

MAX_OPTIONS = 60


def put_motion(at: Context, command: c.PutMotion) -> tuple[Event, ...]:
    if any(motion.closed is None and motion.put.method != "ballot" for motion in at.room.votes.motions):
        raise at.conflict("motion_open", "Đang có một vấn đề biểu quyết chưa chốt. Chốt trước khi đưa vấn đề mới.")
    counted = bases(at.room.ledger)
    out = {at.member(member) for member in command.out}
    base = tuple(voter for voter in counted.voters if voter.member not in out)
    if not base:
        raise at.conflict("no_voters", "Chưa có đồng chí nào có quyền biểu quyết được ghi có mặt. Điểm danh trước.")
    item, threshold = at.item_or_now(command.item), command.threshold or at.kind.threshold
    if len(set(command.options)) > MAX_OPTIONS:
        raise at.conflict("too_many", f"Một lượt biểu quyết có nhiều nhất {MAX_OPTIONS} người hoặc phương án.")
    return tuple(
        MotionPut(
            at.new_id("m", n), item, text, command.method, base, threshold, len(counted.official), command.options
        )
        for n, text in enumerate(_each(command))
    )


def _each(command: c.PutMotion) -> list[str]:
    """A list of persons or options is voted on one by one, each with the whole base and counts that add up."""
    options = list(dict.fromkeys(command.options))
    return [f"{command.text}: {option}" for option in options] or [command.text]


def show_motion(at: Context, command: c.ShowMotion) -> tuple[Event, ...]:
    return ()


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
    if motion.put.method == "ballot":
        raise at.conflict("ballot", "Vấn đề này bỏ phiếu kín: ghi kết quả kiểm phiếu.", "tổ kiểm phiếu")
    base, total = motion.base_of("hall"), command.in_favour + command.against + command.other
    if total > base:
        raise at.conflict(
            "too_many", f"Hội trường có {base} đồng chí biểu quyết, số vừa ghi là {total}: thừa {total - base}."
        )
    return _counts(at, motion, command)


def _counts(at: Context, motion: Motion, command: c.CountHall | c.CountBallots) -> tuple[Event, ...]:
    """The hall's counts that are new, one entry a choice; the other opinions with what they are."""
    if command.note and not command.other:
        raise at.conflict("no_other", "Có lời ghi của ý kiến khác nhưng số ý kiến khác là 0.")
    counts, old = (command.in_favour, command.against, command.other), motion.hall_entered
    return tuple(
        VoteCast(motion.put.motion, HALL, choice, n, command.note if choice == "other" else "", command.typed)
        for choice, n in zip(CHOICES, counts, strict=True)
        if old is None or old.of(choice) != n or (choice == "other" and motion.hall_note != command.note)
    )


def count_ballots(at: Context, command: c.CountBallots) -> tuple[Event, ...]:
    """Ballots are given out in the hall only: remote members stand as not having voted (trực tuyến)."""
    motion = at.open_motion(command.motion)
    if motion.put.method != "ballot":
        raise at.conflict("no_ballot", "Vấn đề này không bỏ phiếu kín.")
    hall, choices = motion.base_of("hall"), command.in_favour + command.against + command.other
    for more, of, words in (
        (command.issued, hall, f"Phát ra {command.issued} phiếu nhưng hội trường có {hall} đồng chí biểu quyết"),
        (command.returned, command.issued, f"Thu về {command.returned} phiếu nhưng chỉ phát ra {command.issued}"),
    ):
        if more > of:
            raise at.conflict("too_many", f"{words}: thừa {more - of}.")
    checked = command.valid + command.invalid
    if checked != command.returned:
        raise at.conflict("does_not_add_up", f"Hợp lệ và không hợp lệ cộng lại {checked}, thu về {command.returned}.")
    if choices != command.valid:
        raise at.conflict("does_not_add_up", f"Các ý kiến cộng lại {choices}, phiếu hợp lệ {command.valid}.")
    found = BallotsCounted(
        command.motion, command.issued, command.returned, command.valid, command.invalid, command.board, command.typed
    )
    return (found, *_counts(at, motion, command))


def close_motion(at: Context, command: c.CloseMotion) -> tuple[Event, ...]:
    motion = at.open_motion(command.motion)
    result = motion.counted
    if motion.put.method == "ballot":
        if command.motion not in at.room.ballots:
            raise at.conflict("ballots_awaited", "Đang chờ phiếu giấy: chưa có kết quả kiểm phiếu.", "tổ kiểm phiếu")
    elif motion.missing and not command.confirmed:
        raise at.conflict("does_not_add_up", _missing_vi(at, motion))
    return (
        MotionClosed(
            motion.put.motion, result.in_favour, result.against, result.other, motion.carried,
            wording(motion, at.kind), motion.missing,
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


def reserve(at: Context, command: c.Reserve) -> tuple[Event, ...]:
    motion = at.motion(command.motion)
    member = at.member(command.member or at.actor.member)
    if member != at.actor.member and not at.roles & {"chair", "secretary", "deputy", "helper"}:
        raise at.conflict("not_own", "Đồng chí chỉ ghi bảo lưu được cho chính mình.", "thư ký ghi cho người khác")
    if all(voter.member != member for voter in motion.put.base):
        raise at.conflict("no_voter", "Chỉ người có quyền biểu quyết vấn đề này mới bảo lưu ý kiến.")
    return (Reserved(motion.put.motion, member, command.text, command.typed),)


def wording(motion: Motion, kind: Kind) -> str:
    """The result in words, shares to one decimal, of the base that rules; the verdict as the kind of meeting has it."""
    result, base = motion.counted, motion.base
    if motion.put.threshold == "two_thirds_official":
        base = max(motion.put.official, 1)
    per_mille = (2000 * result.in_favour + base) // (2 * base)
    share = f"{per_mille // 10},{per_mille % 10}".removesuffix(",0")
    verdict = kind.passed if motion.carried else kind.failed
    of = "đảng viên chính thức của chi bộ" if motion.put.threshold == "two_thirds_official" else "đồng chí biểu quyết"
    return f"{result.in_favour}/{base} {of} tán thành ({share}%): {verdict}{_not_voting(motion)}"


def _not_voting(motion: Motion) -> str:
    remote = motion.base_of("remote")
    if motion.put.method != "ballot" or not remote:
        return ""
    return f"; {remote} đồng chí dự trực tuyến không bỏ phiếu"


DECISIONS: Decisions = {
    c.PutMotion: put_motion, c.ShowMotion: show_motion, c.Cast: cast, c.CountHall: count_hall,
    c.CountBallots: count_ballots, c.Reserve: reserve, c.CloseMotion: close_motion,
}  # fmt: skip
