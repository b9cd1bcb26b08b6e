"""Of one voice on two microphones the nearer's words are shown while they are being recognised."""

from __future__ import annotations

from dataclasses import replace

from meeting_server.room.interims import Interim, Interims, heard, over
from meeting_server.room.state import EMPTY, Room
from minutes.record import transcript
from minutes.record.events import Spoke
from tests.minutes.record.logbook import log

WORDS = "kính thưa các đồng chí hôm nay chi bộ họp thường kỳ"
PHONE = Interim("t-phone", 1_000, 5_000, WORDS, 0, -20, "remote")
HALL = Interim("t-hall", 1_200, 5_100, "kính thưa các đồng chí hôm nay chi bộ hát thường kỳ", 0, -38, "hall")

SAID = Spoke("t-phone", 0, 4_000 * 48, 1_000, "m-1", WORDS, WORDS, 900, level=-20)


def shown(*heard_in_turn: Interim, room: Room = EMPTY) -> tuple[frozenset[str], list[tuple[str, ...]]]:
    """What is on the screens at the end, and what left them at each."""
    value, gone = Interims(), []
    for one in heard_in_turn:
        value, left = heard(value, room, one)
        gone.append(left)
    return value.shown, gone


def test_the_nearer_microphone_wins_whoever_comes_first() -> None:
    assert shown(PHONE, HALL) == ({"t-phone"}, [(), ()])
    assert shown(HALL, PHONE) == ({"t-phone"}, [(), ("t-hall",)])


def test_it_stays_so_while_both_grow() -> None:
    longer = replace(PHONE, ends_at=7_000, text=WORDS + " tháng mười một")
    assert shown(PHONE, HALL, longer, replace(HALL, ends_at=6_900)) == ({"t-phone"}, [(), (), (), ()])


def test_two_people_who_speak_at_once_are_both_shown() -> None:
    other = replace(HALL, text="tôi xin phép có ý kiến về việc thu đảng phí")
    assert shown(PHONE, other)[0] == {"t-phone", "t-hall"}


def test_the_same_words_said_later_are_shown() -> None:
    assert shown(PHONE, replace(HALL, said_at=6_000, ends_at=9_000))[0] == {"t-phone", "t-hall"}


def test_what_is_a_line_already_stands_for_the_other_track() -> None:
    room = replace(EMPTY, transcript=transcript.fold(log([SAID])))
    assert shown(HALL, room=room) == (frozenset(), [()])
    further = replace(HALL, ends_at=9_500, text=HALL.text + " và tôi xin nói thêm rằng mương nội đồng cần sửa")
    assert shown(further, room=room)[0] == {"t-hall"}


def test_a_track_that_is_done_leaves_the_screens_once() -> None:
    value, _ = heard(Interims(), EMPTY, PHONE)
    value, left = over(value, ["t-phone"])
    assert (value, left) == (Interims(), ("t-phone",))
    assert over(value, ["t-phone", "t-nobody"]) == (Interims(), ())
