from __future__ import annotations

import random
from dataclasses import replace

import pytest

from benchmarks.noise_turns import noisy
from minutes.drafting.draft import draft
from minutes.drafting.facts import MeetingFacts, read_meeting
from minutes.drafting.turns import BadInput, Turn
from minutes.drafting.value import Attendance, Conclusion, Task, Vote
from tests.minutes.drafting.said import case

VOTE = Vote("Làm đường nước: mỗi hộ hai công", (), 11, 9, 1, 1, True, item="")
CONCLUSION = Conclusion("Đường nước: mỗi hộ 2 công, hộ neo người miễn", ())
TASK = Task("Chỉ huy đào, lắp đường ống", ("Hơ Văn Lử",), "2026-12-18", ())
LEDGER = Attendance(total=16, official=15, probationary=1, required=15, present=13, present_hall=12, present_remote=1)


def ruled(rate: float = 0.0) -> MeetingFacts:
    return MeetingFacts(attendance=LEDGER, votes=(VOTE,), conclusions=(CONCLUSION,), tasks=(TASK,), end_time="20:31")


@pytest.mark.parametrize("rate", [0.0, 0.25])
def test_what_the_room_recorded_is_exact_whatever_recognition_did(rate: float) -> None:
    said, roster, _ = case("dev_03")
    rng = random.Random(2)
    heard = tuple(replace(t, text=noisy(t.text, rate, rng)) for t in said) if rate else said
    minutes = draft(heard, roster, ruled())
    assert [(v.question, v.voters, v.in_favour, v.against, v.abstain) for v in minutes.votes] == [
        (VOTE.question, 11, 9, 1, 1)
    ]
    assert [c.text for c in minutes.conclusions] == [CONCLUSION.text]
    assert [(t.what, t.who, t.deadline) for t in minutes.tasks] == [(TASK.what, TASK.who, TASK.deadline)]
    assert (minutes.attendance.present, minutes.attendance.present_hall) == (13, 12)


def test_where_speech_differs_the_draft_flags_it() -> None:
    said, roster, _ = case("dev_03")
    minutes = draft(said, roster, ruled())
    assert minutes.votes[0].flags == ("said-differs",)
    assert minutes.votes[0].orders == (15, 16, 17)
    assert minutes.attendance.flags == ("said-differs",)
    assert minutes.header.end_time == "20:31"


def test_where_nobody_spoke_of_the_attendance_it_differs_from_nothing() -> None:
    _, roster, _ = case("dev_03")
    said = (Turn(1, "Hơ Văn Lử", "", "hall", "Tôi đề nghị sửa đường nước."),)
    assert draft(said, roster, MeetingFacts(attendance=LEDGER)).attendance.flags == ()


def test_what_was_heard_and_not_recorded_is_a_doubt_not_a_line() -> None:
    said, roster, _ = case("dev_03")
    minutes = draft(said, roster, ruled())
    assert any("giao việc mà sổ họp không ghi" in line for line in minutes.doubts)
    assert all("nhận ống" not in task.what for task in minutes.tasks)


def test_a_room_that_recorded_nothing_leaves_speech_alone() -> None:
    said, roster, _ = case("dev_03")
    assert draft(said, roster, MeetingFacts()) == draft(said, roster)


def test_meeting_information_fills_what_nobody_said() -> None:
    said, roster, _ = case("dev_03")
    facts = read_meeting('{"place": "Nhà văn hóa bản", "parent": "Đảng bộ xã Mường Lý"}')
    minutes = draft(said, roster, facts)
    assert minutes.header.place == "Nhà văn hóa bản"
    assert "địa điểm" not in minutes.missing


def test_bad_meeting_information_is_refused() -> None:
    for text in ("[]", "{", '{"date": "hôm nay"}'):
        with pytest.raises(BadInput):
            read_meeting(text)
