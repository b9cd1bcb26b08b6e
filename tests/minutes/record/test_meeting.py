from __future__ import annotations

from minutes.record import agenda, floor, meeting, tasks
from minutes.record.events import (
    AgendaItem,
    Approved,
    ChairAppointed,
    Closed,
    FloorGiven,
    FloorReturned,
    HandRaised,
    ItemConcluded,
    ItemStarted,
    Left,
    OffRecord,
    OnRecord,
    Opened,
    RecordingDecided,
    Returned,
    Scheduled,
    Sealed,
    SecretaryAppointed,
    Submitted,
    TaskGiven,
)
from tests.minutes.record.logbook import START, log, roster

PLAN = Scheduled("c1", "Chi bộ", "Đảng bộ", "regular", "Tháng 11", START, "Nhà văn hóa", "hybrid", "2026-11",
                 agenda=(AgendaItem("i1", "Một"), AgendaItem("i2", "Hai")), roster=roster("a", "b"))  # fmt: skip


def test_a_meeting_goes_from_scheduled_to_sealed() -> None:
    events = [PLAN, RecordingDecided(True, True), ChairAppointed("a"), SecretaryAppointed("b"), Opened(), Closed(),
              Submitted(3), Returned(3, "thiếu"), Submitted(4), Approved(4, "05-BB/CB"),
              Sealed("00", 10, "11", "k")]  # fmt: skip
    states = [meeting.fold(log(events[:n])).state for n in range(1, len(events) + 1)]
    assert states == ["scheduled"] * 4 + ["open", "closed", "submitted", "closed", "submitted", "approved", "sealed"]
    value = meeting.fold(log(events))
    assert (value.number, value.chair, value.secretary, value.name_of("a")) == ("05-BB/CB", "a", "b", "Nguyễn Văn A")


def test_who_is_appointed_after_the_close_does_not_sign() -> None:
    assert meeting.fold(log([PLAN, ChairAppointed("a"), Opened(), Closed(), ChairAppointed("b")])).chair == "a"


def test_recording_is_undecided_until_the_chair_decides() -> None:
    events = [
        PLAN,
        Opened(),
        RecordingDecided(True, True),
        OffRecord("pause"),
        OffRecord("secret"),
        OnRecord(),
        Closed(),
    ]
    states = [meeting.fold(log(events[:n])).recording_state for n in range(2, len(events) + 1)]
    assert states == ["undecided", "on", "paused", "secret", "on", "off"]


def test_an_item_closes_with_a_conclusion_or_stays_open() -> None:
    value = agenda.fold(
        log([PLAN, ItemStarted("i1"), ItemStarted("i2"), ItemConcluded("i2", "concluded", "Thống nhất")])
    )
    assert [(item.id, item.state) for item in value.items] == [("i1", "open"), ("i2", "concluded")]
    assert value.now == ""


def test_an_item_raised_in_the_meeting_joins_the_agenda() -> None:
    value = agenda.fold(log([PLAN, ItemStarted("i9", "Việc khác")]))
    assert (value.now, value.items[-1].title) == ("i9", "Việc khác")


def test_hands_queue_and_the_floor_takes_one_down() -> None:
    value = floor.fold(log([HandRaised("a"), HandRaised("b"), HandRaised("a"), FloorGiven("b", "remote")]))
    assert [hand.member for hand in value.hands] == ["a"]
    assert value.speaker is not None
    assert value.speaker.member == "b"


def test_a_lost_line_keeps_hand_and_floor_but_leaving_does_not() -> None:
    lost = floor.fold(log([HandRaised("a"), FloorGiven("b"), Left("a", "s", "lost"), Left("b", "s", "lost")]))
    assert len(lost.hands) == 1
    assert lost.speaker is not None
    left = floor.fold(log([HandRaised("a"), FloorGiven("b"), Left("a", "s"), Left("b", "s")]))
    assert (left.hands, left.speaker) == ((), None)


def test_a_floor_given_back_by_another_stays() -> None:
    assert floor.fold(log([FloorGiven("a"), FloorReturned("b")])).speaker is not None


def test_a_task_named_again_changes_in_its_place() -> None:
    value = tasks.fold(
        log([TaskGiven("k1", "i1", "Sửa đường"), TaskGiven("k2", "i1", "x"), TaskGiven("k1", "i1", "Sửa cầu")])
    )
    assert [task.what for task in value.tasks] == ["Sửa cầu", "x"]
