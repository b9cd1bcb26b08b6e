from __future__ import annotations

from datetime import date

from minutes.drafting.tasks import work_of
from minutes.drafting.value import Task
from tests.minutes.drafting.said import CHAIR, DEPUTY, SECRETARY, scene

TODAY = date(2026, 12, 4)
OPENING = [(CHAIR, "Ta bắt đầu."), (SECRETARY, "Vâng."), (CHAIR, "Mời đồng chí Mai."), (DEPUTY, "Tôi báo cáo xong.")]


def tasks(*texts: str) -> tuple[Task, ...]:
    return work_of(scene(*OPENING, *((CHAIR, text) for text in texts)), TODAY).tasks


def test_work_has_person_matter_and_day() -> None:
    [task] = tasks("Giao đồng chí Tám rà soát danh sách hộ nghèo, xong trước ngày hai mươi tháng mười hai.")
    assert task.who == ("Lê Văn Tám",)
    assert task.deadline == "2026-12-20"
    assert task.before
    assert task.what == "Rà soát danh sách hộ nghèo"


def test_the_deadline_after_the_correction_stands() -> None:
    said = "Phân công đồng chí Tám nộp báo cáo, hạn là ngày hai lăm, à không, ngày hai mươi tháng mười hai."
    [task] = tasks(said)
    assert task.deadline == "2026-12-20"


def test_no_deadline_said_is_none() -> None:
    [task] = tasks("Giao đồng chí Tám và đồng chí Sơn đến thăm gia đình chính sách.")
    assert task.who == ("Lê Văn Tám", "Đỗ Văn Sơn")
    assert task.deadline is None


def test_a_deadline_that_is_no_date_keeps_its_words() -> None:
    [task] = tasks("Giao đồng chí Tám nắm tình hình, báo cáo chi ủy trước kỳ sinh hoạt tháng một.")
    assert task.deadline == "trước kỳ sinh hoạt tháng 01"


def test_giving_the_floor_is_no_work() -> None:
    assert tasks("Mời đồng chí Tám phát biểu.", "Đồng chí Tám nói ngắn gọn thôi.") == ()


def test_an_ambiguous_name_is_left_open_and_flagged() -> None:
    [task] = tasks("Giao đồng chí Hải lập danh sách học sinh giỏi trước ngày hai mươi tháng mười hai.")
    assert task.who == ()
    assert task.flags == ("person-unclear",)


def test_work_moved_to_another_takes_the_place_of_the_first() -> None:
    said = scene(
        *OPENING,
        (CHAIR, "Giao đồng chí Tám hoàn thiện hồ sơ xếp loại đảng viên, nộp trước ngày hai mươi tháng mười hai."),
        ("Lê Văn Tám", "Báo cáo, tôi đi viện, không làm được."),
        (CHAIR, "Vậy việc hồ sơ xếp loại chuyển cho đồng chí Mai, hạn vẫn như cũ."),
    )
    [task] = work_of(said, TODAY).tasks
    assert task.who == (DEPUTY,)
    assert task.deadline == "2026-12-20"
    assert task.orders == (5, 7)


def test_days_are_counted_from_the_meeting() -> None:
    [task] = tasks("Giao đồng chí Tám gửi dự thảo cho chi ủy trong vòng hai ngày.")
    assert (task.deadline, task.what) == ("2026-12-06", "Gửi dự thảo cho chi ủy")
    [open_end] = tasks("Phân công đồng chí Tám giúp đỡ chị Hà đến lúc có quyết định.")
    assert open_end.deadline == "đến lúc có quyết định"


def test_a_paper_may_be_named_before_who_sees_to_it() -> None:
    _, second = tasks(
        "Giao đồng chí Mai mở lại lớp học chữ. Hồ sơ xếp loại đồng chí Tám nộp Đảng ủy chậm nhất 30 tháng 12."
    )
    assert (second.who, second.deadline) == (("Lê Văn Tám",), "2026-12-30")
    assert second.what.startswith("Hồ sơ xếp loại: nộp Đảng ủy")


def deadlines(*texts: str) -> list[str | None]:
    return [task.deadline for task in tasks(*texts)]


def test_a_weekday_without_a_week_is_the_next_one() -> None:
    assert deadlines("Giao đồng chí Tám liên hệ máy múc, chốt giá trước thứ ba.") == ["2026-12-08"]
    assert deadlines("Giao đồng chí Tám viết giấy mời, thứ sáu đưa tôi ký.") == ["2026-12-11"]  # today is a Friday


def test_a_weekday_that_comes_again_and_again_is_no_day() -> None:
    said = "Giao đồng chí Tám tổng hợp số liệu, báo cáo tôi mỗi chiều thứ sáu."
    assert deadlines(said) == ["chiều thứ sáu hằng tuần"]
    assert deadlines("Giao đồng chí Tám lập tổ trực các tối thứ ba và thứ năm.") == [None]


def test_days_from_now_are_counted() -> None:
    assert deadlines("Giao đồng chí Tám hỏi giá camera, ba hôm nữa cho tôi biết.") == ["2026-12-07"]
    assert deadlines("Giao đồng chí Tám dự thảo hợp đồng, mười lăm ngày nữa trình.") == ["2026-12-19"]


def test_a_day_taken_back_in_a_word_leaves_no_trace() -> None:
    [task] = tasks("Giao đồng chí Tám làm dự toán, gửi tôi ngày mười lăm, à không, ngày mười tám tháng mười hai.")
    assert (task.deadline, task.what) == ("2026-12-18", "Làm dự toán, gửi chủ trì")
    assert deadlines(
        "Giao đồng chí Tám kết thúc hồ sơ, hạn hai mươi tháng mười hai, thôi mười lăm tháng mười hai."
    ) == ["2026-12-15"]


def test_work_is_put_off_when_its_bearer_asks_and_the_chair_agrees() -> None:
    said = scene(
        *OPENING,
        (CHAIR, "Phân công. Đồng chí Tám soạn văn bản kiến nghị, thứ năm này phải xong."),
        ("Lê Văn Tám", "Thứ năm tôi đi Hà Nội, cho tôi sang thứ bảy được không?"),
        (CHAIR, "Được, đồng chí Tám thì thứ bảy. Tự chấm tám mươi điểm."),
    )
    [task] = work_of(said, TODAY).tasks
    assert task.deadline == "2026-12-05"
    assert task.orders == (5, 6, 7)


def test_the_chairs_own_work_is_work() -> None:
    said = "Phân công. Đồng chí Tám lập danh sách hộ nghèo, nộp trước thứ ba. Máy phát điện tôi làm văn bản xin."
    first, own = tasks(said)
    assert first.who == ("Lê Văn Tám",)
    assert (own.who, own.what) == ((CHAIR,), "Máy phát điện chủ trì làm văn bản xin")


def test_what_the_chair_says_of_himself_elsewhere_is_no_work() -> None:
    assert tasks("Tôi sẽ nói ngắn gọn thôi các đồng chí ạ.") == ()


def test_a_misheard_day_that_is_past_is_no_deadline() -> None:
    rest = "đồng chí tám nắm tình hình " * 12  # speech without stops

    def due(said: str) -> str | None:
        parts = scene((CHAIR, rest), (SECRETARY, "vâng " * 60), (CHAIR, f"giao đồng chí sơn {said}"))
        return next(t.deadline for t in work_of(parts, TODAY).tasks if t.who == ("Đỗ Văn Sơn",))

    assert due("lập danh sách hộ nghèo nộp trước ngày hai mươi tháng mười hại") == "2026-12-20"
    assert due("lập danh sách hộ nghèo nộp trước ngày hai mươi tháng mười một") == "trước ngày 20/11"
