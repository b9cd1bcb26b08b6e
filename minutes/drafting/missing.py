"""What the form asks for and nobody said: left blank and listed, never guessed."""

from __future__ import annotations

from minutes.drafting.value import Minutes

_HEADER = {
    "date": "ngày họp", "start_time": "giờ bắt đầu", "end_time": "giờ kết thúc", "place": "địa điểm",
    "cell": "tên chi bộ", "parent": "đảng bộ cấp trên", "chair": "người chủ trì", "secretary": "thư ký",
}  # fmt: skip


def missing_of(minutes: Minutes) -> tuple[str, ...]:
    """Short Vietnamese lines, in the order of the form."""
    found = [words for name, words in _HEADER.items() if getattr(minutes.header, name) is None]
    found += [f"lý do vắng của đồng chí {a.name}" for a in minutes.attendance.absent_unclear]
    if minutes.dues is None:
        found.append("tình hình đóng đảng phí")
    if not minutes.agenda:
        found.append("chương trình buổi sinh hoạt")
    concluded = {c.item for c in minutes.conclusions}
    found += [f"kết luận nội dung “{item.title}”" for item in minutes.agenda if item.id not in concluded]
    found += [f"kết quả biểu quyết “{v.question}”" for v in minutes.votes if v.in_favour is None]
    found += [f"người nhận việc “{t.what}”" for t in minutes.tasks if not t.who]
    found += [
        f"thời hạn việc “{t.what}” (đồng chí {', '.join(t.who)})" for t in minutes.tasks if t.who and not t.deadline
    ]
    if minutes.quality is None:
        found.append("điểm tự chấm chất lượng buổi sinh hoạt")
    if minutes.read_back is None:
        found.append("đọc lại và thông qua biên bản")
    return tuple(found)
