"""What stood on the paper form first (a power cut) and was entered afterwards, "nhập tay": told in the minutes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from minutes.record.agenda import Agenda
from minutes.record.attendance import Ledger
from minutes.record.events import Entry, Passed, ReadBack, RollCalled
from minutes.record.meeting import Meeting
from minutes.record.particulars import Particulars
from minutes.record.tasks import Tasks
from minutes.record.votes import Votes

if TYPE_CHECKING:  # the verifier prints no transcript and has none of its packages
    from minutes.record.transcript import Transcript


def typed_in(
    head: Meeting, ledger: Ledger, polls: Votes, course: Agenda, given: Tasks, beside: Particulars,
    said: Transcript | None = None,
) -> str:  # fmt: skip
    """ "Nhập tay từ phiếu điều hành giấy: giờ khai mạc, 12 đồng chí điểm danh.", "" where nothing was.

    ``said``: without it what was said is not counted, where the words are kept no more.
    """
    begun = [
        words for words, typed in (("giờ khai mạc", head.opened_typed), ("giờ bế mạc", head.closed_typed)) if typed
    ]
    counts = (
        (sum(line.typed for line in ledger.lines), "đồng chí điểm danh"),
        (sum(line.left_typed or bool(line.out) for line in ledger.lines), "đồng chí rời phòng"),
        (sum(guest.typed for guest in ledger.guests), "khách"),
        (sum(one.typed for one in said.utterances) if said else 0, "lượt phát biểu"),
        (sum(motion.typed for motion in polls.motions), "lượt biểu quyết"),
        (sum(one.typed for one in beside.reserved.values() if one.text.strip()), "ý kiến bảo lưu"),
        (sum(item.typed for item in course.items), "kết luận nội dung"),
        (sum(task.typed for task in given.tasks), "nhiệm vụ"),
        (sum(petition.typed for petition in given.petitions), "kiến nghị"),
    )
    told = ", ".join([*begun, *(f"{count} {what}" for count, what in counts if count), *_ending(head, beside)])
    return f"Nhập tay từ phiếu điều hành giấy: {told}." if told else ""


def _ending(head: Meeting, beside: Particulars) -> Iterable[str]:
    if beside.scored is not None and beside.scored.typed:
        yield "điểm tự chấm"
    if head.read_back is not None and isinstance(head.read_back.event, ReadBack) and head.read_back.event.typed:
        yield "đọc lại biên bản"
    if passed_on_paper(head):
        yield "thông qua biên bản"


def passed_on_paper(head: Meeting) -> bool:
    """Whether the passing was on the paper form first."""
    return head.passed is not None and isinstance(head.passed.event, Passed) and head.passed.event.typed


def first_typed(log: Iterable[Entry]) -> int | None:
    """The number of the first entry that was typed in, as the source of that sentence."""
    return next((entry.seq for entry in log if is_typed(entry)), None)


def is_typed(entry: Entry) -> bool:
    event = entry.event
    return event.method == "typed" if isinstance(event, RollCalled) else bool(getattr(event, "typed", False))
