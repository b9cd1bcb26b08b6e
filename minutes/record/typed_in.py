"""What stood on the paper form first (a power cut) and was entered afterwards, "nhập tay": told in the minutes."""

from __future__ import annotations

from collections.abc import Iterable

from minutes.record.agenda import Agenda
from minutes.record.attendance import Ledger
from minutes.record.events import Entry, RollCalled
from minutes.record.tasks import Tasks
from minutes.record.votes import Votes


def typed_in(ledger: Ledger, polls: Votes, course: Agenda, given: Tasks) -> str:
    """ "Nhập tay từ phiếu điều hành giấy: 12 đồng chí điểm danh, 1 lượt biểu quyết.", "" where nothing was."""
    counts = (
        (sum(line.typed for line in ledger.lines), "đồng chí điểm danh"),
        (sum(motion.typed for motion in polls.motions), "lượt biểu quyết"),
        (sum(item.typed for item in course.items), "kết luận nội dung"),
        (sum(task.typed for task in given.tasks), "nhiệm vụ"),
        (sum(petition.typed for petition in given.petitions), "kiến nghị"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    return f"Nhập tay từ phiếu điều hành giấy: {said}." if said else ""


def first_typed(log: Iterable[Entry]) -> int | None:
    """The number of the first entry that was typed in, as the source of that sentence."""
    return next((entry.seq for entry in log if is_typed(entry)), None)


def is_typed(entry: Entry) -> bool:
    event = entry.event
    return event.method == "typed" if isinstance(event, RollCalled) else bool(getattr(event, "typed", False))
