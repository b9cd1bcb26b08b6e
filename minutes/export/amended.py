"""What was changed in the minutes after they were read back to the meeting: for print, and for the package."""

from __future__ import annotations

from collections.abc import Iterator

from minutes.export.folded import Folded
from minutes.record.events import Amended, Change, Submitted

MAX_WORDS = 60  # of a text as it was or is; the whole of it stands in minutes.json


def amended(parts: Folded) -> Amended | None:
    """The differences of the version last submitted; None when it has none (or was never submitted)."""
    kept, act = parts.beside.amended, parts.meeting.submitted
    if kept is None or act is None or not isinstance(act.event, Submitted):
        return None
    return kept if kept.document == act.event.document and kept.changes else None


def lines(found: Amended) -> Iterator[str]:
    """Every difference that was given a reason, and how many others there are."""
    weighty = [change for change in found.changes if change.reason.strip()]
    for change in weighty:
        yield f"- {_told(change)}. Lý do: {' '.join(change.reason.split()).rstrip('.')}."
    others = len(found.changes) - len(weighty)
    if others:
        yield f"- {'Ngoài ra sửa' if weighty else 'Sửa'} câu chữ {others} chỗ."


def _told(change: Change) -> str:
    before, after = _clipped(change.before), _clipped(change.after)
    if not before:
        return f"Thêm “{after}”"
    return f"“{before}” sửa thành “{after}”" if after else f"Bỏ “{before}”"


def _clipped(text: str) -> str:
    words = text.split()
    return " ".join(words[:MAX_WORDS]) + (" …" if len(words) > MAX_WORDS else "")
