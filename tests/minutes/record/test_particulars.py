from __future__ import annotations

from minutes.record import events as e
from minutes.record.particulars import fold, points
from tests.minutes.record.logbook import log

FOUND = e.BallotsCounted("v1", 3, 3, 2, 1, ("Lò Thị Xuân",))
COURSE = log(
    [
        e.BallotsCounted("v1", 3, 2, 2, 0),
        FOUND,
        e.Reserved("v1", "m1", "đề nghị hoãn"),
        e.Reserved("v1", "m2", "mức quá cao"),
        e.Reserved("v2", "m2", "chưa rõ"),
        e.Reserved("v1", "m1", ""),
        e.SelfScored("s", (), 885, "Khá"),
        e.Amended(3, (e.Change("b1", "vote", "6", "7", "đếm lại"),)),
    ]
)


def test_the_latest_counts_and_words_stand_and_what_was_taken_back_is_gone() -> None:
    known = fold(COURSE)
    assert known.ballots == {"v1": FOUND}
    assert [(one.member, one.text) for one in known.reserved_on("v1")] == [("m2", "mức quá cao")]
    assert known.scored is not None
    assert known.scored.total_tenths == 885
    assert known.amended is not None
    assert known.amended.changes[0].reason == "đếm lại"


def test_folding_in_two_parts_is_folding_at_once() -> None:
    for cut in range(len(COURSE) + 1):
        assert fold(COURSE[cut:], fold(COURSE[:cut])) == fold(COURSE)


def test_points_are_printed_with_a_comma() -> None:
    assert (points(885), points(900)) == ("88,5", "90")
