"""A word is corrected once: everywhere else it is found, put right where it was said, and proposed where a hand was."""

from __future__ import annotations

import pytest

from meeting_server.room import commands as c
from meeting_server.room.hints import hints
from meeting_server.room.wording import mended, places, proposed, words_of
from minutes.drafting.log import drafted as draft_of
from tests.meeting_server.room.given import CHAIR, HOP, LAN, SECRETARY, Table, opened


def redrafted(table: Table) -> Table:
    return table.happened(draft_of(table.entries))


def heard() -> Table:
    """ "Mạ Hố" was heard thrice for "Mạ Hồ", and stands in a task, a block written by hand and one that was drafted."""
    table = opened().does(CHAIR, c.StartItem("review"))
    for member, text in (
        (LAN, "Tôi đề nghị sửa đường vào bản Mạ Hố trước mùa mưa."), (HOP, "Tôi đề nghị bản Mạ Hố góp ba công."),
        (LAN, "Mạ hố còn khó khăn, tôi đề nghị chi bộ giúp."),
    ):  # fmt: skip
        table.does(SECRETARY, c.TypeSpeech(text, member))
    table.does(CHAIR, c.GiveTask("Khảo sát bản Mạ Hố", who=(HOP,)))
    redrafted(table)
    block = next(one.block for one in table.room.document.paragraphs if "góp 3 công" in one.block.text)
    own = "Đồng chí Hợp: bản Mạ Hố xin góp 3 công."
    return table.does(SECRETARY, c.SaveBlock(block.id, table.room.document.version, own))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Bản Mạ Hố và mạ hố.", "Bản Mạ Hồ và Mạ Hồ."), ("Mạ Hốt", "Mạ Hốt"), ("xMạ Hố", "xMạ Hố"),
        ("bản Mạ Hồ", "bản Mạ Hồ"), ("“Mạ Hố”, Mạ Hố!", "“Mạ Hồ”, Mạ Hồ!"),
    ],
)  # fmt: skip
def test_whole_words_are_put_right_and_nothing_else(text: str, after: str) -> None:
    assert mended(text, "Mạ Hố", "Mạ Hồ") == after


def test_a_short_name_made_long_is_not_made_longer_again() -> None:
    assert mended("Khang, Lê Đình Khang", "Khang", "Lê Đình Khang") == "Lê Đình Khang, Lê Đình Khang"
    assert mended("Đường tắt. Đi đường tắt", "đường tắt", "đường tránh") == "Đường tránh. Đi đường tránh"


def test_every_other_place_is_found_and_counted_with_those_who_are_rightly_called_so() -> None:
    found = places(heard().room, "Mạ Hố", "Mạ Hồ")
    assert [said.text[:9] for said in found.lines] == ["Tôi đề ng", "Tôi đề ng", "Mạ hố còn"]
    assert [words_of(one) for one in found.given] == ["Khảo sát bản Mạ Hố"]
    assert sorted(one.block.kind for one in found.follow) == ["opinion", "opinion", "task"]
    assert [one.block.kind for one in found.asked] == ["opinion"]
    assert found.count == 8
    assert found.known == ()
    assert places(heard().room, "Khang", "Khanh").known == ("Lê Đình Khang",)


def test_one_tap_corrects_what_was_said_the_draft_follows_and_hands_are_asked() -> None:
    table = heard()
    own = next(one.id for one in table.room.document.paragraphs if one.touched)
    asked = proposed(table.room, "Mạ Hố", "Mạ Hồ")
    table.does(SECRETARY, c.PutRight("Mạ Hố", "Mạ Hồ"))
    assert proposed(table.room, "Mạ Hố", "Mạ Hồ") == asked  # the others follow by the next draft
    assert [(task.what, task.who) for task in table.room.tasks.tasks] == [("Khảo sát bản Mạ Hồ", (HOP,))]
    assert not [said for said in table.room.transcript.utterances if "hố" in said.text.lower()]
    redrafted(table)
    left = [one.id for one in table.room.document.paragraphs if "Mạ Hố" in one.block.text]
    assert set(left) == set(asked) == set(proposed(table.room, "Mạ Hố", "Mạ Hồ"))
    assert asked[own] == ("Đồng chí Hợp: bản Mạ Hố xin góp 3 công.", "Đồng chí Hợp: bản Mạ Hồ xin góp 3 công.")
    table.does(SECRETARY, c.SaveBlock(own, table.room.document.version, asked[own][1]))
    assert own not in proposed(table.room, "Mạ Hố", "Mạ Hồ")


def test_once_read_back_a_task_s_words_are_only_proposed_in_the_minutes() -> None:
    table = heard().does(SECRETARY, c.ReadBack())
    found = places(table.room, "Mạ Hố", "Mạ Hồ")
    assert found.given == ()
    assert "task" in [one.block.kind for one in found.asked]
    table.does(SECRETARY, c.PutRight("Mạ Hố", "Mạ Hồ"))
    assert [task.what for task in table.room.tasks.tasks] == ["Khảo sát bản Mạ Hố"]


def test_where_the_word_stands_nowhere_nothing_happens() -> None:
    heard().refuses(SECRETARY, c.PutRight("Nậm Rốm", "Nậm Rôm"), "nowhere")


def test_a_name_that_a_hand_wrote_into_the_minutes_is_told_to_recognition() -> None:
    table = heard()
    own = next(one for one in table.room.document.paragraphs if one.touched)
    assert "Suối Rít" not in hints(table.room).words
    table.does(SECRETARY, c.SaveBlock(own.id, table.room.document.version, "Đồng chí Hợp đề nghị giúp bản Suối Rít."))
    assert "Suối Rít" in hints(table.room).words
