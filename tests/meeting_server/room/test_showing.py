"""Who may show what: the hall's device, the speaker, who leads; and what ends a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from meeting_server.room import commands as c
from meeting_server.room.showing import kinds_of, rightful
from meeting_server.room.state import Present, Showing
from meeting_server.room.views import view
from minutes.record.events import HALL, FloorGiven, FloorReturned, OffRecord
from tests.meeting_server.room.given import (
    CHAIR,
    CLERK,
    HOP,
    LAN,
    LEADER,
    SECRETARY,
    THANG,
    Table,
    hall,
    opened,
    remote,
)

HALL_DEVICE = c.Actor(roles=frozenset({"hall_device"}), seat="device", session="s-hall")


def meeting() -> Table:
    """Leader, clerk and Khang in the hall by their phones, Hợp and Thắng remote, the hall's device."""
    table = opened()
    seats = {LEADER: "hall", CLERK: "hall", LAN: "hall", HOP: "remote", THANG: "remote"}
    sessions = {f"s-{m}": Present(f"s-{m}", m, m, seat) for m, seat in seats.items()}  # type: ignore[arg-type]  # seats
    sessions["s-hall"] = Present("s-hall", HALL, "Hội trường", "device", "hall")
    table.live = replace(table.live, sessions=sessions)
    return table


def may(table: Table) -> dict[str, tuple[str, ...]]:
    return {session: kinds_of(table.room, table.live, session) for session in table.live.sessions}


def test_everybody_s_pictures_before_anybody_speaks() -> None:
    assert may(meeting()) == {
        f"s-{LEADER}": ("screen",), f"s-{CLERK}": ("screen",), f"s-{LAN}": (), f"s-{HOP}": (), f"s-{THANG}": (),
        "s-hall": ("hall", "screen"),
    }  # fmt: skip


def test_who_has_the_floor_shows_themselves_from_afar_and_a_screen_from_anywhere() -> None:
    table = meeting().happened(FloorGiven(HOP, "remote"))
    assert may(table)[f"s-{HOP}"] == ("camera", "screen")
    assert may(table.happened(FloorReturned(HOP), FloorGiven(LAN, "hall")))[f"s-{LAN}"] == ("screen",)
    assert may(table)[f"s-{HOP}"] == ()


def test_a_chair_far_away_shows_themselves() -> None:
    table = meeting()
    chair = replace(table.live.sessions[f"s-{LEADER}"], seat="remote")
    table.live = replace(table.live, sessions={**table.live.sessions, chair.session: chair})
    assert may(table)[chair.session] == ("camera", "screen")


@pytest.mark.parametrize("session", ["s-nobody", f"s-{HOP}"])
def test_who_is_not_in_the_room_shows_nothing(session: str) -> None:
    table = meeting().happened(FloorGiven(HOP, "remote"))
    waiting = replace(table.live.sessions[f"s-{HOP}"], admitted=False)
    table.live = replace(table.live, sessions={**table.live.sessions, waiting.session: waiting})
    assert kinds_of(table.room, table.live, session) == ()


def test_secret_contents_and_the_close_end_every_picture() -> None:
    table = meeting()
    table.live = replace(table.live, pictures={"hall": Showing("s-hall", "hall")})
    assert rightful(table.room, table.live) is table.live.pictures
    assert rightful(meeting().happened(OffRecord("pause")).room, table.live)
    for ended in (meeting().happened(OffRecord("secret")), meeting().does(CHAIR, c.Close())):
        assert not rightful(ended.room, table.live)
        assert not any(kinds_of(ended.room, table.live, session) for session in table.live.sessions)


def test_a_picture_ends_with_the_floor_and_the_hall_s_goes_on() -> None:
    table = meeting().happened(FloorGiven(HOP, "remote"))
    table.live = replace(
        table.live, pictures={"hall": Showing("s-hall", "hall"), "shared": Showing(f"s-{HOP}", "camera")}
    )
    assert len(rightful(table.room, table.live)) == 2
    table.happened(FloorReturned(HOP))
    assert set(rightful(table.room, table.live)) == {"hall"}


def test_showing_is_refused_to_who_may_not_and_where_another_shows() -> None:
    table = meeting()
    assert "phát biểu" in table.refuses(remote(HOP), c.ShowPicture("camera"), "not_yours_to_show").who_vi
    table.refuses(CHAIR, c.ShowPicture("hall"), "not_yours_to_show")
    table.does(HALL_DEVICE, c.ShowPicture("hall"))
    table.live = replace(table.live, pictures={"shared": Showing(f"s-{CLERK}", "screen")})
    table.happened(FloorGiven(HOP, "remote"))
    assert "Lương Văn Chiến" in table.refuses(remote(HOP), c.ShowPicture("camera"), "place_taken").message_vi
    table.does(CHAIR, c.ShowPicture("screen"))


def test_one_ends_one_s_own_picture_and_the_table_anybody_s() -> None:
    table = meeting().happened(FloorGiven(HOP, "remote"))
    table.live = replace(table.live, pictures={"shared": Showing(f"s-{HOP}", "camera")})
    table.refuses(remote(THANG), c.StopPicture("shared"), "not_own")
    for actor in (remote(HOP), SECRETARY, CHAIR):
        table.does(actor, c.StopPicture("shared"))
    table.does(hall(LAN), c.StopPicture("hall"))  # nothing stands there: no matter who says so


def test_the_view_names_who_shows_and_says_what_one_may() -> None:
    table = meeting().happened(FloorGiven(HOP, "remote"))
    table.live = replace(table.live, pictures={"shared": Showing(f"s-{HOP}", "camera", True)})
    shown = view("pictures", table.room, table.live, "guest", remote(HOP))
    assert shown == {
        "hall": None, "shared": {"session": f"s-{HOP}", "kind": "camera", "name": "Lang Văn Hợp", "on": True},
    }  # fmt: skip
    assert view("me", table.room, table.live, "member", remote(HOP))["shows"] == ["camera", "screen"]
