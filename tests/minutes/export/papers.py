"""A whole meeting as a log, to print and to seal in tests."""

from __future__ import annotations

from minutes.record import chain, codec
from minutes.record.events import (
    HALL,
    AgendaItem,
    Approved,
    Block,
    ChairAppointed,
    Closed,
    Drafted,
    Entry,
    Event,
    Excused,
    GuestCame,
    ItemConcluded,
    ItemStarted,
    Joined,
    MotionClosed,
    MotionPut,
    Opened,
    Passed,
    RecordingDecided,
    RollCalled,
    RosterLine,
    Scheduled,
    SecretaryAppointed,
    Spoke,
    Submitted,
    TaskGiven,
    VoteCast,
    Voter,
)

MINUTE = 60_000
START = 1_793_709_000_000  # 2026-11-03 19:30 in Việt Nam
UNSAID = "câu này không có trong biên bản kowabunga"

ROSTER = (
    RosterLine("m1", "Vi Văn Thuận", position="bí thư"),
    RosterLine("m2", "Lương Văn Chiến", position="chi ủy viên"),
    RosterLine("m3", "Lò Thị Xuân"),
    RosterLine("m4", "Lang Văn Hợp", channel="remote"),
    RosterLine("m5", "Vi Thị Lan", status="probationary"),
    RosterLine("m6", "Vi Văn Tiến", exempt=True),
    RosterLine("m7", "Lê Văn Tám"),
)
BASE = (Voter("m1", "hall"), Voter("m2", "hall"), Voter("m4", "remote"))


def scheduled(**more: object) -> Scheduled:
    fields: dict[str, object] = {
        "cell": "c1", "cell_name": "Chi bộ thôn Chiềng Cà", "parent_name": "Đảng bộ xã Thanh Quân", "kind": "regular",
        "title": "Sinh hoạt chi bộ thường kỳ tháng 11/2026", "starts_at": START, "place": "Nhà văn hóa thôn Chiềng Cà",
        "mode": "hybrid", "period": "2026-11", "agenda": (AgendaItem("i1", "Làm đường vào trường tiểu học"),),
        "roster": ROSTER,
    }  # fmt: skip
    return Scheduled(**{**fields, **more})  # type: ignore[arg-type]


def course(opinions: int = 4) -> list[tuple[int, str, Event]]:
    """(minute, actor, event) of one evening with that many opinions, drafted and approved."""
    words = (
        "đề nghị giữ mức 300.000 đồng mỗi hộ, hộ nghèo được miễn, cận nghèo góp công; nghiêm khắc, khuỷu tay, ưỡn ẹo"
    )
    blocks = [Block("b-item", "item", "Làm đường vào trường tiểu học", "i1")]
    blocks += [
        Block(f"b{n}", "opinion", f"- Đồng chí Lang Văn Hợp: {words} (ý {n}).", "i1", (f"t1:{n * 48000}",), "m4")
        for n in range(opinions)
    ]
    blocks.append(Block("b-end", "conclusion", "Kết luận: thu 300.000 đồng mỗi hộ, trước ngày 15/12/2026.", "i1"))
    return [
        (-60, "m1", scheduled()),
        (-1, "m1", RecordingDecided(True, True)),
        (-1, "m1", ChairAppointed("m1")),
        (0, "m1", Opened()),
        (0, "m1", SecretaryAppointed("m2")),
        (1, "m4", Joined("m4", "s1", "remote", "phone", True, True)),
        (1, "m2", RollCalled("m1", True)),
        (1, "m2", RollCalled("m2", True)),
        (2, "m2", RollCalled("m5", True)),
        (2, "m2", Excused("m3", True, "chăm mẹ nằm viện")),
        (3, "m2", GuestCame("g1", "Nguyễn Thị Hạnh", "Trưởng Ban Xây dựng Đảng Đảng ủy xã", upper=True)),
        (5, "m1", ItemStarted("i1")),
        (6, "system", Spoke("t1", 0, 96_000, START + 6 * MINUTE, "m4", UNSAID, UNSAID, item="i1", channel="remote")),
        (40, "m1", MotionPut("v1", "i1", "Mức đóng góp 300.000 đồng mỗi hộ", "hands", BASE)),
        (41, "m2", VoteCast("v1", HALL, "for", 1)),
        (41, "m2", VoteCast("v1", HALL, "against", 1)),
        (41, "m4", VoteCast("v1", "m4", "for")),
        (42, "m1", MotionClosed("v1", 2, 1, 0, True)),
        (50, "m1", ItemConcluded("i1", "concluded", "Thu 300.000 đồng mỗi hộ, trước ngày 15/12/2026.")),
        (51, "m1", TaskGiven("k1", "i1", "Lập tổ vận động hiến đất", ("m2", "m4"), "2026-11-30")),
        (110, "m1", Passed(1, 4)),
        (115, "m1", Closed()),
        (116, "system", Drafted("drafter-1", tuple(blocks))),
        (130, "m2", Submitted(1)),
        (140, "m1", Approved(1, "05-BB/CB")),
    ]


def whole(opinions: int = 4, meeting: str = "m-2026-11") -> list[Entry]:
    return chained(course(opinions), meeting)


def typed_in() -> list[Entry]:
    """The same, held on paper in the evening before and typed in on the next day; the opening was told only then."""
    began, ended = (START - hours * 60 * MINUTE for hours in (24, 22))
    happened = [
        (minute, actor, Closed(typed=True, happened_at=ended) if event == Closed() else event)
        for minute, actor, event in course()
    ]
    place = next(n for n, (_, _, event) in enumerate(happened) if event == Opened())
    return chained([*happened[: place + 1], (0, "m1", Opened(typed=True, happened_at=began)), *happened[place + 1 :]])


def chained(happened: list[tuple[int, str, Event]], meeting: str = "m-2026-11") -> list[Entry]:
    entries: list[Entry] = []
    previous = chain.ZERO
    for seq, (minute, actor, event) in enumerate(happened, 1):
        entry = chain.make_entry(
            previous=previous, meeting=meeting, seq=seq, at=START + minute * MINUTE + seq, actor=actor,
            authority="system" if actor == "system" else "own", event=event, body=codec.encode(event),
            kind=codec.kind_of(event), version=1, salt=seq.to_bytes(16, "little"),
        )  # fmt: skip
        entries.append(entry)
        previous = entry.digest
    return entries
