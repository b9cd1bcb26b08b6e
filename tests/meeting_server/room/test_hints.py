"""What recognition is told: few names, the surest first, the item now, and nothing of what is secret."""

from __future__ import annotations

from meeting_server.room import commands as c
from meeting_server.room.hints import MOST, hints
from meeting_server.room.state import Room
from minutes.record.events import Corrected, ItemStarted, Spoke
from tests.meeting_server.room.given import CHAIR, HOP, ROSTER, opened


def test_names_of_people_and_places_come_from_roster_cell_and_agenda() -> None:
    told = hints(opened().room)
    assert told.words[: len(ROSTER)] == tuple(line.name for line in ROSTER)
    assert {"Chiềng Cà", "Thanh Quân"} <= set(told.words)
    assert told.prompt == ""
    assert hints(Room()) == hints(Room(), ("Bản Mạ",))


def test_the_item_now_is_the_prompt_unless_it_is_secret() -> None:
    table = opened().does(CHAIR, c.StartItem("review"))
    assert hints(table.room).prompt == "Đánh giá kết quả tháng 10"
    assert hints(table.happened(ItemStarted("guarded")).room).prompt == ""


def test_names_mended_by_hand_are_told_too_and_those_of_earlier_meetings_last() -> None:
    table = opened().happened(Spoke("t-hop", 0, 48_000, 5, HOP, "bản ma hồ"), Corrected("t-hop:0", "Ở bản Mạ Hồ."))
    assert hints(table.room, ("Suối Rít", "Chiềng Cà")).words[-2:] == ("Mạ Hồ", "Suối Rít")
    assert len(hints(table.room, tuple(f"Tên {n}" for n in range(200))).words) == MOST
