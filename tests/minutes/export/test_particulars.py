from __future__ import annotations

import json
from dataclasses import replace

from minutes.export.folded import folded
from minutes.export.paper import paper, paper_of
from minutes.export.resolution import resolution_of
from minutes.record.events import (
    HALL,
    Amended,
    Approved,
    BallotsCounted,
    Block,
    Change,
    Drafted,
    Event,
    MotionClosed,
    MotionPut,
    ReadBack,
    Reserved,
    Scheduled,
    SelfScored,
    Submitted,
    TaskGiven,
    VoteCast,
    Voter,
)
from minutes.sealing import contents
from tests.minutes.export import papers

CHANGES = (
    Change("b-end", "conclusion", "thu 250.000 đồng", "thu 300.000 đồng", "thư ký nghe nhầm"),
    Change("b1", "opinion", "ý một", "Ý một", ""),
    Change("b9", "task", "", "lập tổ vận động", "ghi sót"),
    Change("b8", "task", "việc thừa", "", "ghi thừa"),
)


def with_steps(*more: tuple[int, str, Event]) -> list[tuple[int, str, Event]]:
    """The evening of the papers with more happening in it, in order of time."""
    return sorted([*papers.course(2), *more], key=lambda step: step[0])


def lines(*more: tuple[int, str, Event]) -> list[str]:
    return [line.text for line in paper_of(papers.chained(with_steps(*more))).lines]


def ballot(board: tuple[str, ...] = ("Lương Văn Chiến", "Vi Thị Lan")) -> list[tuple[int, str, Event]]:
    base = (Voter("m2", "hall"), Voter("m4", "remote"))
    return [
        (60, "m1", MotionPut("v2", "i1", "Giới thiệu nhân sự", "ballot", base)),
        (61, "m2", BallotsCounted("v2", 1, 1, 1, 0, board)),
        (61, "m2", VoteCast("v2", HALL, "for", 1)),
        (62, "m1", MotionClosed("v2", 1, 0, 0, False, "1/2 đồng chí tán thành (50%): không thông qua", 1)),
    ]


def test_paper_ballots_are_printed_with_board_and_remote_members() -> None:
    text = lines(*ballot())
    start = text.index("2. Giới thiệu nhân sự.")
    assert text[start + 1 : start + 7] == [
        "- Hình thức: phiếu kín; số có quyền biểu quyết: 2 (hội trường 1, trực tuyến 1).",
        "- Không tham gia, tạm rời phòng: đồng chí Vi Văn Thuận.",
        "- Phiếu phát ra 1; thu về 1; hợp lệ 1; không hợp lệ 0.",
        "- Ban kiểm phiếu: Lương Văn Chiến, Vi Thị Lan.",
        "- Tán thành 1/2 (50%); không tán thành 0; ý kiến khác 0; không bỏ phiếu (trực tuyến) 1.",
        "- Kết quả: 1/2 đồng chí tán thành (50%): không thông qua.",
    ]


def test_another_opinion_is_printed_with_its_words_and_a_deadline_with_its_before() -> None:
    base = (Voter("m2", "hall"), Voter("m4", "remote"))
    text = lines(
        (60, "m1", MotionPut("v2", "i1", "Mức thu", "hands", base)),
        (61, "m4", VoteCast("v2", "m4", "other", 1, "nên chia hai đợt")),
        (62, "m1", MotionClosed("v2", 0, 0, 1, False)),
        (63, "m1", TaskGiven("k9", "i1", "Lập danh sách", ("m2",), "2026-11-30", before=True)),
    )
    assert any(line.startswith("- Ý kiến khác: đồng chí ") and line.endswith("– nên chia hai đợt.") for line in text)
    assert any("hạn: trước 30/11/2026" in line for line in text)


def test_a_practice_is_printed_as_one() -> None:
    steps = [
        (at, who, replace(event, kind="practice") if isinstance(event, Scheduled) else event)
        for at, who, event in papers.course(2)
    ]
    assert paper_of(papers.chained(steps)).subject.startswith("HỌP THỬ: ")


def test_a_reserved_opinion_is_printed_under_its_vote() -> None:
    reserved = (43, "m2", Reserved("v1", "m2", "mức thu quá cao"))
    assert "- Bảo lưu ý kiến: đồng chí Lương Văn Chiến – mức thu quá cao." in lines(reserved)
    taken_back = (44, "m2", Reserved("v1", "m2", ""))
    assert not any("Bảo lưu" in line for line in lines(reserved, taken_back))


def test_the_self_score_stands_in_its_section_of_minutes_and_resolution() -> None:
    scored = (111, "m1", SelfScored("mau-2025", (), 885, "Khá"))
    text = "- Chi bộ tự chấm buổi sinh hoạt 88,5 điểm, xếp loại Khá."
    found = lines(scored)
    assert found[found.index(text) - 1].startswith("VI- ")
    resolution = [line.text for line in resolution_of(papers.chained(with_steps(scored))).lines]
    assert resolution[resolution.index(text) - 1] == "III- TỰ ĐÁNH GIÁ CHẤT LƯỢNG SINH HOẠT"  # nothing to review: no I


def test_differences_since_the_read_back_are_printed_with_their_reasons() -> None:
    found = lines((109, "m2", ReadBack(1)), (130, "m2", Amended(1, CHANGES)))
    start = next(n for n, line in enumerate(found) if line.startswith("NHỮNG CHỖ SỬA"))
    assert found[start + 1 :] == [
        "- “thu 250.000 đồng” sửa thành “thu 300.000 đồng”. Lý do: thư ký nghe nhầm.",
        "- Thêm “lập tổ vận động”. Lý do: ghi sót.",
        "- Bỏ “việc thừa”. Lý do: ghi thừa.",
        "- Ngoài ra sửa câu chữ 1 chỗ.",
    ]


def test_differences_of_a_version_submitted_before_are_not_those_of_this_one() -> None:
    later = [(131, "m2", Drafted("d", (Block("x", "note", "Lời"),))), (132, "m2", Submitted(2))]
    assert not any(line.startswith("NHỮNG CHỖ SỬA") for line in lines((130, "m2", Amended(1, CHANGES)), *later))


def test_the_package_keeps_all_of_it_as_data() -> None:
    log = papers.chained(
        with_steps(
            *ballot(),
            (63, "m2", Reserved("v1", "m2", "mức thu quá cao")),
            (111, "m1", SelfScored("mau-2025", (), 885, "Khá")),
            (130, "m2", Amended(1, CHANGES)),
        )
    )
    assert any(isinstance(entry.event, Approved) for entry in log)
    parts = folded(log)
    data = json.loads(contents.minutes_json(parts, paper(parts)))
    assert data["ballots"] == [
        {"motion": "v2", "issued": 1, "returned": 1, "valid": 1, "invalid": 0,
         "board": ["Lương Văn Chiến", "Vi Thị Lan"]}
    ]  # fmt: skip
    assert data["reserved"] == [{"motion": "v1", "name": "Lương Văn Chiến", "text": "mức thu quá cao"}]
    assert data["self_score"] == {"sheet": "mau-2025", "points": [], "total_tenths": 885, "band": "Khá", "typed": False}
    assert [(one["before"], one["reason"]) for one in data["amendments"]] == [
        (change.before, change.reason) for change in CHANGES
    ]
    assert contents.read_paper(contents.minutes_json(parts, paper(parts))) == paper(parts)
