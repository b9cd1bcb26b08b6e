"""A meeting held on paper during a power cut and typed in on the next day: its times are the paper's, and in order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from meeting_server.room import commands as c
from meeting_server.room.commands import Command
from meeting_server.room.refusal import Refused
from meeting_server.room.scoring import computed, sheet_on
from meeting_server.room.state import Live
from meeting_server.room.summary import summary_of
from meeting_server.room.views import view
from minutes.drafting.log import drafted as draft_of
from minutes.export import recorded
from minutes.export.folded import folded
from minutes.export.layouts import layout_on
from minutes.export.moments import day_of
from minutes.export.paper import paper_of
from minutes.record.attendance import line_of
from minutes.record.codec import decode, encode
from minutes.record.events import Opened, RosterLine
from minutes.record.typed_in import is_typed
from tests.meeting_server.room.given import CHAIR, LAN, PROBATIONARY, SECRETARY, START, Table, scheduled

MINUTE, HOUR = 60_000, 3_600_000
BEGAN, ENDED, TYPED_AT = START + 20 * MINUTE, START + 110 * MINUTE, START + 15 * HOUR


def next_day() -> Table:
    """The morning after, the paper form beside the keyboard."""
    table = scheduled().does(CHAIR, c.DecideRecording(False, False))
    table.at = TYPED_AT
    return table


def opened_on_paper() -> Table:
    return next_day().does(SECRETARY, c.Open(typed=True, happened_at=BEGAN, for_chair=True))


def came(member: str, at: int = 0, *, late: bool = False) -> Command:
    return c.Call(member, True, late=late, method="typed", happened_at=at)


def went(member: str, at: int = 0, back: int = 0) -> Command:
    return c.LeaveHall(member, typed=True, happened_at=at, back_at=back)


def closed(at: int = ENDED) -> Command:
    return c.Close(typed=True, happened_at=at, for_chair=True)


def line(table: Table, member: str) -> Any:
    known: RosterLine = next(one for one in table.room.ledger.roster if one.member == member)
    return line_of(table.room.ledger, known)


def test_the_meeting_was_when_the_paper_says_and_not_when_it_was_typed() -> None:
    table = opened_on_paper().does(SECRETARY, came(LAN), closed())
    meeting = table.room.meeting
    assert (meeting.began_at, meeting.ended_at) == (BEGAN, ENDED)
    assert (meeting.opened_at or 0) >= TYPED_AT, "what rules sound and connections is when the room was open"
    opening, closing = [entry for entry in table.entries if entry.kind in ("Opened", "Closed")]
    assert (is_typed(opening), is_typed(closing), opening.authority) == (True, True, "for_chair")
    assert opening.at >= TYPED_AT
    summary = summary_of(table.room)
    assert (summary.opened_at, summary.closed_at) == (BEGAN, ENDED)
    shown = view("meeting", table.room, Live(), "desk", CHAIR)
    assert (shown["began_at"], shown["ended_at"], shown["typed"]) == (BEGAN, ENDED, ["opened", "closed"])


def test_minutes_and_print_have_the_times_of_the_paper_and_say_that_they_were_typed_in() -> None:
    table = opened_on_paper().does(SECRETARY, came(LAN, BEGAN + 25 * MINUTE, late=True), came(PROBATIONARY))
    table.does(SECRETARY, went(PROBATIONARY, BEGAN + 30 * MINUTE, BEGAN + 45 * MINUTE))
    table.does(SECRETARY, went(PROBATIONARY, BEGAN + 60 * MINUTE), closed())
    blocks = {block.text: block for block in draft_of(table.entries).blocks}
    times = "Bắt đầu 14 giờ 53 phút, ngày 26/10/2026."
    assert "typed-in" in blocks[times].flags
    assert "typed-in" in blocks["Buổi sinh hoạt kết thúc lúc 16 giờ 23 phút cùng ngày."].flags
    assert (
        "Đến muộn: đồng chí Lê Đình Khang (15 giờ 18 phút). "
        "Tạm rời phòng: đồng chí Vi Thị Lan (15 giờ 23 phút – 15 giờ 38 phút). "
        "Về sớm: đồng chí Vi Thị Lan (15 giờ 53 phút)."
    ) in blocks
    mark = "Nhập tay từ phiếu điều hành giấy: giờ khai mạc, giờ bế mạc, 2 đồng chí điểm danh, 1 đồng chí rời phòng."
    assert mark in blocks
    parts, form = folded(table.entries), layout_on("minutes", day_of(BEGAN))
    printed = [*recorded.when_and_where(parts, form), *recorded.who(parts, form), *recorded.ending(parts, form)]
    assert "- Bắt đầu: 14 giờ 53 phút, ngày 26 tháng 10 năm 2026." in printed
    assert "- Đến muộn: đồng chí Lê Đình Khang (15 giờ 18 phút)." in printed
    assert "- Tạm rời phòng: đồng chí Vi Thị Lan (15 giờ 23 phút – 15 giờ 38 phút)." in printed
    assert "- Rời sớm: đồng chí Vi Thị Lan (15 giờ 53 phút)." in printed
    assert printed[-2:] == [f"- {mark}", "- Cuộc họp kết thúc lúc 16 giờ 23 phút cùng ngày."]
    assert paper_of(table.entries).day == "2026-10-26"


def test_a_meeting_past_midnight_names_the_day_of_its_end() -> None:
    table = opened_on_paper().does(SECRETARY, closed(BEGAN + 10 * HOUR))
    ends = [block.text for block in draft_of(table.entries).blocks if block.kind == "closing"]
    assert ends[-1] == "Buổi sinh hoạt kết thúc lúc 0 giờ 53 phút ngày 27/10/2026."


def test_who_came_late_or_went_without_a_time_on_paper_has_none_in_the_minutes() -> None:
    table = opened_on_paper().does(SECRETARY, came(LAN, late=True), came(PROBATIONARY), went(PROBATIONARY), closed())
    texts = [block.text for block in draft_of(table.entries).blocks]
    assert "Đến muộn: đồng chí Lê Đình Khang. Về sớm: đồng chí Vi Thị Lan." in texts
    shown = {one["member"]: one for one in view("ledger", table.room, Live(), "desk", CHAIR)["lines"]}
    assert (shown[PROBATIONARY]["left"], shown[PROBATIONARY]["left_at"], shown[LAN]["told_at"]) == (True, None, None)


def test_a_time_is_told_only_from_paper_and_what_is_typed_has_its_opening_and_close() -> None:
    table = next_day()
    table.refuses(CHAIR, c.Open(happened_at=BEGAN), "told_not_typed")
    table.refuses(CHAIR, c.Open(typed=True), "told_needed")
    table.does(CHAIR, c.Open(typed=True, happened_at=BEGAN))
    table.refuses(SECRETARY, c.Call(LAN, True, happened_at=BEGAN), "told_not_typed")
    table.does(SECRETARY, came(LAN))
    table.refuses(SECRETARY, c.LeaveHall(LAN, happened_at=BEGAN + MINUTE), "told_not_typed")
    table.refuses(SECRETARY, went(LAN, 0, BEGAN + MINUTE), "told_needed")
    table.refuses(CHAIR, c.Close(typed=True), "told_needed")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.Open(typed=True, happened_at=TYPED_AT + MINUTE), "told_future"),
        (c.Open(typed=True, happened_at=START - 25 * HOUR), "told_early"),
        (c.Open(typed=True, happened_at=START - 365 * 24 * HOUR), "told_early"),
    ],
)
def test_an_opening_is_neither_to_come_nor_long_before_the_plan(command: Command, code: str) -> None:
    next_day().refuses(CHAIR, command, code)


def test_comings_and_goings_keep_their_order_within_the_meeting() -> None:
    table = opened_on_paper()
    table.refuses(SECRETARY, came(LAN, BEGAN - MINUTE, late=True), "told_early")
    table.refuses(SECRETARY, came(LAN, BEGAN - 13 * HOUR), "told_early")
    table.refuses(SECRETARY, went(LAN, BEGAN + MINUTE), "not_present")
    table.does(SECRETARY, came(LAN, BEGAN + 30 * MINUTE, late=True))
    said = table.refuses(SECRETARY, went(LAN, BEGAN + 20 * MINUTE), "told_early")
    assert "Lê Đình Khang" in said.message_vi
    assert "giờ đến" in said.message_vi
    table.refuses(SECRETARY, went(LAN, BEGAN + 50 * MINUTE, BEGAN + 40 * MINUTE), "told_early")
    table.refuses(SECRETARY, went(LAN, TYPED_AT + HOUR), "told_future")
    table.does(SECRETARY, went(LAN, BEGAN + 50 * MINUTE))
    table.refuses(CHAIR, closed(BEGAN + 40 * MINUTE), "told_early")
    table.refuses(CHAIR, closed(BEGAN - MINUTE), "told_early")
    table.refuses(CHAIR, closed(TYPED_AT + HOUR), "told_future")
    table.at += 30 * HOUR
    table.refuses(CHAIR, closed(BEGAN + 25 * HOUR), "told_late")
    table.does(CHAIR, closed(BEGAN + 80 * MINUTE))
    table.refuses(SECRETARY, came(PROBATIONARY, BEGAN + 90 * MINUTE, late=True), "told_late")
    table.refuses(SECRETARY, c.LeaveHall(LAN), "too_late")
    table.does(SECRETARY, came(PROBATIONARY, BEGAN), went(PROBATIONARY, BEGAN + 15 * MINUTE))
    assert line(table, PROBATIONARY).left_at == BEGAN + 15 * MINUTE


def test_a_late_coming_told_before_the_opening_holds_the_opening_to_it() -> None:
    table = next_day().does(SECRETARY, came(LAN, BEGAN, late=True))
    table.refuses(CHAIR, c.Open(typed=True, happened_at=BEGAN + MINUTE), "told_late")
    table.does(CHAIR, c.Open(typed=True, happened_at=BEGAN - MINUTE))


def test_who_stepped_out_is_there_again_and_votes() -> None:
    table = opened_on_paper().does(SECRETARY, came(LAN, BEGAN + 15 * MINUTE, late=True))
    table.does(SECRETARY, went(LAN, BEGAN + 30 * MINUTE, BEGAN + 40 * MINUTE))
    there = line(table, LAN)
    assert (there.here, there.late, there.arrived_at) == (True, True, BEGAN + 15 * MINUTE)
    assert there.out == ((BEGAN + 30 * MINUTE, BEGAN + 40 * MINUTE),)
    table.refuses(SECRETARY, went(LAN, BEGAN + 35 * MINUTE), "told_early")


def test_a_wrong_time_is_put_right_and_a_tick_taken_back_leaves_none() -> None:
    table = opened_on_paper().does(SECRETARY, came(LAN, BEGAN + 30 * MINUTE, late=True))
    table.does(SECRETARY, went(LAN, BEGAN + 50 * MINUTE), came(LAN, BEGAN + 20 * MINUTE, late=True))
    there = line(table, LAN)
    assert (there.arrived_at, there.left_at, there.here) == (BEGAN + 20 * MINUTE, BEGAN + 50 * MINUTE, False)
    table.does(SECRETARY, went(LAN, BEGAN + 55 * MINUTE))
    assert line(table, LAN).left_at == BEGAN + 55 * MINUTE
    table.does(SECRETARY, c.Call(LAN, False, method="typed"))
    assert line(table, LAN).state == "unknown"


def test_how_long_it_took_is_known_only_with_its_end() -> None:
    table = opened_on_paper()
    sheet = sheet_on(day_of(BEGAN))
    assert "duration" not in {key for key in computed(table.room, sheet, day_of(BEGAN), table.at) if key == "duration"}
    table.does(CHAIR, closed())
    timed = next(one.key for one in sheet.criteria if one.computed == "duration")
    assert computed(table.room, sheet, day_of(BEGAN), ENDED)[timed][1].startswith("90 phút")


def test_a_log_of_before_times_were_told_reads_as_it_did() -> None:
    old = decode("Opened", 1, b'{"roster":[]}')
    assert old == Opened()
    assert b'"happened_at":0' in encode(old)


moments = some.integers(-30 * HOUR, 30 * HOUR).map(lambda ms: START + ms)
members = some.sampled_from([LAN, PROBATIONARY, "thuan", "nguyet"])
steps: Any = some.lists(
    some.one_of(
        some.builds(came, members, moments | some.just(0), late=some.booleans()),
        some.builds(went, members, moments | some.just(0), moments | some.just(0)),
        some.builds(closed, moments),
        some.builds(
            lambda began, ended: c.TellTimes(began, ended, for_chair=True),
            moments | some.just(0),
            moments | some.just(0),
        ),
        some.builds(lambda at: c.Open(typed=True, happened_at=at, for_chair=True), moments),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_whatever_is_told_the_times_are_in_order_and_a_refusal_changes_nothing(told: list[Command]) -> None:
    table = next_day()
    for command in told:
        before, length = table.room, len(table.entries)
        try:
            table.does(SECRETARY, command)
        except Refused:
            assert (table.room, len(table.entries)) == (before, length)
    began, ended = table.room.meeting.began_at, table.room.meeting.ended_at
    assert began is None or began <= (ended or table.at) <= table.at
    for one in table.room.ledger.lines:
        out = [moment for span in one.out for moment in span]
        assert out == sorted(out)
        went_at = [one.left_at] if one.left_at is not None else []
        for moment in (*out, *went_at):
            assert (began or 0) <= moment <= (ended or table.at)
        if out and went_at:
            assert out[-1] <= went_at[0]


def test_a_meeting_opened_and_closed_here_without_the_times_of_the_paper_gets_them_afterwards() -> None:
    table = next_day().does(CHAIR, c.Open()).does(SECRETARY, c.Call(LAN, True))
    table.refuses(SECRETARY, c.TellTimes(BEGAN), "not_allowed")
    table.refuses(CHAIR, c.TellTimes(0, ENDED), "not_closed")
    table.does(CHAIR, c.Close())
    table.refuses(CHAIR, c.TellTimes(ENDED, BEGAN), "told_late")
    table.refuses(CHAIR, c.TellTimes(0, BEGAN), "told_early")
    sessions, opened_at = table.room.sessions, table.room.meeting.opened_at
    table.does(SECRETARY, c.TellTimes(BEGAN, ENDED, for_chair=True))
    meeting = table.room.meeting
    assert (meeting.began_at, meeting.ended_at, meeting.opened_at) == (BEGAN, ENDED, opened_at)
    assert (table.room.ledger.opened_at, table.room.ledger.closed_at) == (BEGAN, ENDED)
    assert (meeting.opened_typed, meeting.closed_typed, table.room.sessions) == (True, True, sessions)
    length = len(table.entries)
    table.does(CHAIR, c.TellTimes(BEGAN, ENDED))
    assert len(table.entries) == length, "nothing new is told"
    table.does(CHAIR, c.TellTimes(BEGAN + MINUTE))
    assert table.room.meeting.began_at == BEGAN + MINUTE
    texts = [block.text for block in draft_of(table.entries).blocks]
    assert "Bắt đầu 14 giờ 54 phút, ngày 26/10/2026." in texts
