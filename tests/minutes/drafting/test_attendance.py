from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minutes.drafting.attendance import attendance_of
from minutes.drafting.scene import set_scene
from minutes.drafting.turns import RosterLine
from tests.minutes.drafting.said import CHAIR, ROSTER, SECRETARY, scene, turns

ROLL = (
    SECRETARY,
    "Tổng số mười một đảng viên. Có mặt bảy, trực tuyến một. Vắng hai. Đồng chí Tú đi công tác ở Nghệ An. "
    "Còn đồng chí Nụ thì chưa thấy báo gì.",
)


def test_absences_are_excused_or_not_by_what_was_said_of_them() -> None:
    found = attendance_of(scene((CHAIR, "Mời đồng chí Lộc điểm danh."), ROLL))
    assert [(a.name, a.reason) for a in found.absent_excused] == [("Hoàng Văn Tú", "đi công tác ở Nghệ An")]
    assert [a.name for a in found.absent_unexcused] == ["Cao Thị Nụ"]
    assert (found.present, found.present_hall, found.present_remote, found.voters_present) == (8, 7, 1, 7)


def test_a_later_word_excuses() -> None:
    found = attendance_of(
        scene((CHAIR, "Điểm danh."), ROLL, (CHAIR, "Đồng chí Nụ có xin phép tôi rồi, ghi là có lý do."))
    )
    assert [a.name for a in found.absent_excused] == ["Hoàng Văn Tú", "Cao Thị Nụ"]
    assert found.absent_unexcused == ()


def test_who_comes_late_is_present_with_the_time() -> None:
    found = attendance_of(
        scene(
            (CHAIR, "Điểm danh."),
            ROLL,
            ("Cao Thị Nụ", "Xin lỗi chi bộ, tôi đến muộn."),
            (CHAIR, "Mời đồng chí vào. Mười chín giờ năm mươi phút."),
        )
    )
    assert [(p.name, p.time) for p in found.late] == [("Cao Thị Nụ", "19:50")]
    assert (found.present, found.absent) == (9, 1)


def test_an_absence_never_explained_is_neither() -> None:
    found = attendance_of(scene((CHAIR, "Ta vào việc luôn.")))
    assert len(found.absent_unclear) == 2
    assert found.flags == ("absence-unexplained",)


def test_a_remark_on_lateness_is_no_late_arrival() -> None:
    said = (CHAIR, "Điểm danh."), ROLL, ("Lê Văn Tám", "Tôi nhất trí. Chỉ nhắc thầy Hiệp thứ hai hay đến muộn.")
    assert attendance_of(scene(*said)).late == ()


@given(st.lists(st.sampled_from(["hall", "remote", "absent"]), min_size=1, max_size=30), st.booleans())
def test_attendance_adds_up_to_the_roster(channels: list[str], exempt: bool) -> None:
    roster = tuple(
        RosterLine(f"Nguyễn Văn Thứ{i}", channel=channel, exempt=exempt and i == 0)  # type: ignore[arg-type]  # drawn
        for i, channel in enumerate(channels)
    )
    found = attendance_of(set_scene(turns((CHAIR, "Ta họp.")), roster, CHAIR))
    assert found.present is not None
    assert found.absent is not None
    assert found.present == (found.present_hall or 0) + (found.present_remote or 0)
    assert found.present + found.absent + (found.exempt or 0) >= len(roster)
    assert len(found.absent_excused + found.absent_unexcused + found.absent_unclear) == found.absent


def test_the_roster_of_the_examples_is_counted() -> None:
    found = attendance_of(set_scene((), ROSTER))
    assert (found.total, found.official, found.probationary, found.required) == (11, 10, 1, 10)
