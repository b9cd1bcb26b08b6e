"""The written part of the rehearsal: an invented meeting of a hamlet cell, and what the desk does at which turn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Turn:
    order: int
    speaker: str
    channel: str
    text: str


def turns() -> list[Turn]:
    """The script's turns, in order. Our own invention (see tests/cases/minutes)."""
    text = (files("meeting_server") / "demo" / "dev_01.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines() if line.strip()]
    return [Turn(line["t_order"], line["speaker"], line["channel"], line["text"]) for line in lines]


AGENDA = (
    "Thông tin thời sự, văn bản của cấp trên",
    "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "Đánh giá kết quả thực hiện nghị quyết tháng 10",
    "Vận động Nhân dân làm đường giao thông thôn",
    "Công tác phát triển đảng",
)
CHAIR, SECRETARY = "Vi Văn Thuận", "Lương Văn Chiến"
REMOTE = ("Lang Văn Hợp", "Quách Văn Thắng", "Lương Thị Hoa", "Hà Văn Sơn")
SPEAKING = REMOTE[0]
EXCUSED = (
    ("Lò Thị Xuân", "chăm mẹ nằm Bệnh viện Đa khoa tỉnh"),
    ("Vi Văn Phong", "tập huấn dân quân tại xã"),
    ("Hà Văn Lực", "ốm"),
)
UNEXCUSED, EXEMPT = ("Lê Văn Tám",), ("Vi Văn Tiến", "Lương Thị Dung")
LATE = "Lữ Văn Quyết"
GUEST = ("Nguyễn Thị Hạnh", "Ủy viên Ban Thường vụ, Trưởng Ban Xây dựng Đảng của Đảng ủy xã Thanh Quân")

ITEM_AT = {8: 0, 12: 1, 14: 2, 17: 3, 35: 4}
"""Before this turn the agenda item with this index is started."""

MOTIONS = (
    (29, 3, "Chủ trương vận động làm đường: dự kiến 300.000 đồng/hộ, hộ nghèo miễn, hộ cận nghèo góp 2 ngày công",
     (13, 1, 1)),
    (38, 4, "Giới thiệu quần chúng Lò Thị Mai học lớp bồi dưỡng nhận thức về Đảng", (15, 0, 0)),
)  # fmt: skip
"""(after this turn, item, text, the hall's count: for, against, other); remote members each vote for."""

CONCLUSIONS = (
    (11, 0, "", "open"),
    (13, 1, "Biểu dương đồng chí Vi Thị Lan; chi bộ học tập tinh thần tiết kiệm trong câu chuyện.", "concluded"),
    (16, 2, "Thực hiện nghị quyết tháng 10 đạt 5/6 chỉ tiêu; chỉ tiêu thu gom rác chưa đạt.", "concluded"),
    (34, 3, "Thống nhất chủ trương vận động làm đường với mức dự kiến 300.000 đồng/hộ, đưa ra họp thôn để Nhân dân "
     "bàn, quyết định; hoàn thành trước ngày 15/12/2026.", "concluded"),
    (40, 4, "Thống nhất giới thiệu quần chúng Lò Thị Mai học lớp bồi dưỡng nhận thức về Đảng.", "concluded"),
)  # fmt: skip

TASKS = (
    (29, 3, "Họp thôn để Nhân dân bàn, quyết định việc làm đường", ("Lò Văn Dũng",), "2026-11-08"),
    (40, 4, "Giúp đỡ quần chúng Lò Thị Mai, hoàn chỉnh hồ sơ gửi Đảng ủy xã", ("Lê Đình Khang", "Hà Thị Nguyệt"),
     "2026-11-15"),
)  # fmt: skip
