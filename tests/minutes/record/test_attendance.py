from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.record import attendance
from minutes.record.events import (
    Answered,
    Closed,
    Entry,
    Event,
    Excused,
    GuestCame,
    Joined,
    Left,
    Opened,
    RollCalled,
    RosterLine,
    Scheduled,
)
from tests.minutes.record.logbook import MINUTE, START, log

ROSTER = (
    RosterLine("a", "Vi Văn An", position="bí thư"),
    RosterLine("b", "Lò Thị Bình", channel="remote"),
    RosterLine("c", "Hà Văn Cường", status="probationary"),
    RosterLine("d", "Vi Thị Dung", exempt=True),
    RosterLine("e", "Lê Văn Em", suspended=True),
    RosterLine("f", "Lê Thị Phượng", away=True),
    RosterLine("g", "Trần Văn Giang", status="temporary"),
    RosterLine("h", "Quách Văn Hùng"),
)


def plan(roster: tuple[RosterLine, ...] = ROSTER) -> Scheduled:
    names = ("c1", "Chi bộ thôn", "Đảng bộ xã", "regular", "Sinh hoạt")
    return Scheduled(*names, START, "Nhà văn hóa", "hybrid", "2026-11", roster=roster)


def ledger(*events: Event | tuple[int, Event]) -> attendance.Ledger:
    return attendance.fold(log([(0, plan()), *events]))


def line(value: attendance.Ledger, member: str) -> attendance.Line:
    return next(found for found in value.lines if found.member.member == member)


def test_a_hall_tick_and_a_connection_make_two_present_members() -> None:
    value = ledger((0, Opened()), (1, RollCalled("a", True)), (2, Joined("b", "s1", "remote")))
    sums = attendance.sums(value)
    assert (sums.present, sums.hall, sums.remote, sums.unknown) == (2, 1, 1, 3)


def test_a_tick_taken_back_was_never_there() -> None:
    taken_back = (0, Opened()), (1, RollCalled("a", True)), (2, RollCalled("a", False))
    assert line(ledger(*taken_back), "a").state == "unknown"
    assert line(ledger(*taken_back, (9, Closed())), "a").state == "unknown"
    assert line(ledger((0, Opened()), (1, RollCalled("a", False))), "a").state == "absent"


def test_late_is_as_the_last_roll_call_says() -> None:
    late = (0, Opened()), (1, RollCalled("a", True, late=True))
    assert line(ledger(*late), "a").late
    again = line(ledger(*late, (9, RollCalled("a", True))), "a")
    assert (again.late, again.arrived_at) == (False, START + 1)
    joined = (0, Opened()), (20 * MINUTE, Joined("b", "s1", "remote"))
    assert not line(ledger(*joined, (21 * MINUTE, RollCalled("b", True, "remote"))), "b").late


def test_who_answered_by_voice_is_identified_and_by_whom() -> None:
    value = ledger((0, Opened()), (1, Joined("b", "s1", "remote")), (2, RollCalled("b", True, "remote", "voice")))
    assert line(value, "b").identified
    assert line(value, "b").identified_by == log([plan()])[0].actor


def test_who_leaves_the_hall_early_stays_present_and_loses_the_vote() -> None:
    value = ledger((0, Opened()), (1, RollCalled("a", True)), (30 * MINUTE, Left("a", "")), (99 * MINUTE, Closed()))
    assert line(value, "a").state == "present"
    assert line(value, "a").left_at == START + 30 * MINUTE
    assert attendance.bases(value).voters == ()


def test_a_remote_member_who_connects_long_after_the_opening_is_late() -> None:
    value = ledger((0, Opened()), (20 * MINUTE, Joined("b", "s1", "remote")))
    assert line(value, "b").late
    assert line(value, "b").arrived_at == START + 20 * MINUTE


def test_a_dropped_line_that_came_back_is_not_left_early() -> None:
    value = ledger(
        (0, Opened()), (1, Joined("b", "s1", "remote")), (5, Left("b", "s1", "lost")),
        (6, Joined("b", "s2", "remote")), (99 * MINUTE, Left("b", "s2", "closed")), (99 * MINUTE, Closed()),
    )  # fmt: skip
    assert line(value, "b").left_at is None
    assert len(line(value, "b").intervals) == 2


def test_a_newer_tab_taking_over_is_one_presence() -> None:
    value = ledger(
        (0, Opened()), (1, Joined("b", "s1", "remote")), (5, Left("b", "s1", "replaced")),
        (5, Joined("b", "s2", "remote")), (20, Left("b", "s2", "lost")), (30, Joined("b", "s3", "remote")),
    )  # fmt: skip
    assert line(value, "b").intervals == ((START + 1, START + 20), (START + 30, None))


def test_a_trial_of_the_line_before_the_opening_is_no_attendance() -> None:
    value = ledger((1, Joined("b", "s1", "remote")), (2, Left("b", "s1")), (3, Opened()), (99, Closed()))
    assert line(value, "b").state == "unknown"


def test_whom_nobody_called_is_not_made_absent_without_a_reason_by_the_close() -> None:
    value = ledger((0, Opened()), (1, RollCalled("a", True)), (2, Excused("b", False)), (99, Closed()))
    assert (line(value, "b").state, line(value, "h").state) == ("absent", "unknown")
    assert attendance.sums(value).unknown == 3


def test_an_excused_member_is_absent_with_a_reason_until_they_come() -> None:
    excused = ledger((0, Opened()), (1, Excused("h", True, "ốm")))
    assert (line(excused, "h").state, line(excused, "h").reason) == ("excused", "ốm")
    came = ledger((0, Opened()), (1, Excused("h", True, "ốm")), (2, RollCalled("h", True)))
    assert line(came, "h").state == "present"
    assert line(came, "h").contradictions == ("excused_but_present",)


def test_a_member_stands_in_one_channel_and_the_contradiction_shows() -> None:
    value = ledger((0, Opened()), (1, RollCalled("b", True, "hall")), (2, Joined("b", "s1", "remote")))
    assert line(value, "b").channel == "hall"
    assert line(value, "b").contradictions == ("two_channels",)
    assert attendance.sums(value).present == 1


def test_the_bases_hold_whom_the_rules_name() -> None:
    ticks = [(n, RollCalled(member.member, True)) for n, member in enumerate(ROSTER, 1)]
    value = ledger((0, Opened()), *ticks, (50, GuestCame("g1", "Nguyễn Thị Hạnh", "Đảng ủy viên", upper=True)))
    bases = attendance.bases(value)
    assert set(bases.eligible) == {"a", "b", "c", "d", "g", "h"}
    assert {voter.member for voter in bases.voters} == {"a", "b", "d", "h"}
    assert set(bases.official) == {"a", "b", "d", "e", "f", "h"}
    assert [guest.name for guest in value.guests] == ["Nguyễn Thị Hạnh"]


def test_an_exempt_member_who_stays_away_is_neither_absent_nor_expected() -> None:
    value = ledger((0, Opened()), (99, Closed()))
    assert line(value, "d").state == "outside"
    assert not line(value, "d").eligible


def test_a_phone_in_the_hall_is_no_presence_before_the_roll_call() -> None:
    value = ledger((0, Opened()), (1, Joined("a", "s1", "hall", "phone")))
    assert line(value, "a").state == "unknown"


members = st.sampled_from([member.member for member in ROSTER] + ["stranger", "hall"])
channels: Any = st.sampled_from(["hall", "remote"])
moments: Any = st.just(0) | st.integers(START - 3_600_000, START + 3_600_000)
events: Any = st.one_of(
    st.builds(RollCalled, members, st.booleans(), channels, late=st.booleans()),
    st.builds(RollCalled, members, st.booleans(), channels, st.just("typed"), st.booleans(), moments),
    st.builds(lambda member, at: Left(member, "", typed=True, happened_at=at), members, moments),
    st.builds(Joined, members, st.sampled_from(["s1", "s2", "s3"]), channels),
    st.builds(Left, members, st.sampled_from(["s1", "s2", "s3", ""])),
    st.builds(Excused, members, st.booleans(), typed=st.booleans()),
    st.builds(Answered, members, st.booleans()),
    st.builds(GuestCame, st.sampled_from(["g1", "g2"]), st.just("Khách")),
    st.just(plan()),
    st.just(Opened()) | st.builds(Opened, st.just(()), st.just(True), moments),
    st.just(Closed()) | st.builds(Closed, st.just(True), moments),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(events, max_size=30), st.integers(0, 30))
def test_the_sums_add_up_to_the_roster_after_any_events(happened: list[Event], cut: int) -> None:
    entries: list[Entry] = log([plan(), *happened])
    value = attendance.fold(entries)
    sums = attendance.sums(value)
    assert sums.total == len(ROSTER)
    assert sums.present + sums.excused + sums.absent + sums.unknown + sums.outside == sums.total
    assert sums.hall + sums.remote == sums.present
    assert sums.official + sums.probationary + sums.temporary == sums.total
    assert sums.eligible + sums.outside == sums.total
    assert len({voter.member for voter in attendance.bases(value).voters}) == len(attendance.bases(value).voters)
    assert attendance.fold(entries[cut:], attendance.fold(entries[:cut])) == value


def test_what_was_ticked_on_paper_stays_marked_in_the_ledger() -> None:
    ticks = RollCalled("a", True, "hall", "typed"), RollCalled("b", True, "hall"), Excused("c", True, "ốm", typed=True)
    entries = log([plan(ROSTER[:3]), Opened(), *ticks])
    assert [line.typed for line in attendance.fold(entries).lines] == [True, False, True]
