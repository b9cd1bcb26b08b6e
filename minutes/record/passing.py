"""How the minutes were read and passed in the meeting, as a sentence: the same in the draft and in print."""

from __future__ import annotations

from minutes.record.events import Passed, ReadBack
from minutes.record.meeting import Meeting

MINUTE = 60_000


def passing(head: Meeting) -> str:
    """ "Biên bản được đồng chí A đọc lại và thông qua tại cuộc họp: …", "" before it was passed.

    A reading after the passing is another version's: its reader and what was then owed are not named here.
    """
    if head.passed is None or not isinstance(head.passed.event, Passed):
        return ""
    passed, read = head.passed.event, head.read_back.event if head.read_back else None
    read = read if isinstance(read, ReadBack) and read.document == passed.document else None
    reader = head.name_of(read.reader) if read else ""
    base = passed.in_favour + passed.against + passed.other
    text = (
        f"Biên bản được {f'đồng chí {reader} ' if reader else ''}đọc lại và thông qua tại cuộc họp: "
        f"tán thành {passed.in_favour}/{base}, không tán thành {passed.against}, ý kiến khác {passed.other}."
    )
    asked = "; ".join(" ".join(line.split()).rstrip(".;") for line in passed.corrections.splitlines() if line.strip())
    text += f" Đề nghị sửa khi đọc lại: {asked}." if asked else ""
    owed = read.owed_ms if read else 0
    return text + (f" Khi đọc lại còn {-(-owed // MINUTE)} phút lời nói chưa chép xong." if owed > 0 else "")
