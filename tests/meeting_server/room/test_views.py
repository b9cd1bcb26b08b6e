"""What each role sees."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

from meeting_server.room import commands as c
from meeting_server.room.commands import Actor
from meeting_server.room.state import Live, Present
from meeting_server.room.summary import lines_of
from meeting_server.room.views import SHOWN, audience_of, view
from minutes.drafting.log import material
from minutes.record.events import AgendaItem, ChairAppointed, Opened, Spoke, Word, utterance_id
from tests.meeting_server.room.given import (
    CHAIR,
    HOP,
    LAN,
    LEADER,
    PROBATIONARY,
    SCHEDULED,
    SECRETARY,
    START,
    Table,
    drafted,
    hall,
    opened,
    remote,
)

LIVE = Live({
    f"s-{HOP}": Present(f"s-{HOP}", HOP, "", "remote", "phone", mic=True),
    "s-wait": Present("s-wait", "", "Người lạ", "remote", admitted=False, guest=True),
})  # fmt: skip


def test_every_view_of_every_audience_is_plain_json_in_every_phase() -> None:
    tables = [drafted(opened()), opened().does(CHAIR, c.StartItem("review"), c.PutMotion("Việc"))]
    tables.append(opened().does(CHAIR, c.OffRecord("secret")))
    for table, (audience, names) in product(tables, SHOWN.items()):
        for name in names:
            value = view(name, table.room, LIVE, audience, remote(HOP))
            assert json.loads(json.dumps(value)) == value, name


def test_the_title_of_a_secret_item_is_seen_at_the_desk_alone() -> None:
    planned = replace(SCHEDULED, agenda=(AgendaItem("guarded", "Vụ việc ở thôn", secret=True),))
    room = Table().happened(planned, ChairAppointed(LEADER), Opened()).does(CHAIR, c.StartItem("guarded")).room
    titles = {
        audience: view("agenda", room, Live(), audience, CHAIR)["items"][0]["title"]
        for audience in SHOWN
        if "agenda" in SHOWN[audience]
    }
    assert titles.pop("desk") == "Vụ việc ở thôn"
    assert set(titles.values()) == {"Nội dung mật"}
    assert view("display", room, Live(), "display", CHAIR)["item"] == "Nội dung mật"


def test_every_view_stands_in_the_protocol() -> None:
    text = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text("utf-8")
    views = text.partition("### Views")[2]
    assert not [name for names in SHOWN.values() for name in names if f"\n{name} " not in views]


def test_the_lobby_is_seen_only_by_who_may_admit() -> None:
    room = opened().room
    seen = {
        audience: view("people", room, LIVE, audience, Actor()) for audience in SHOWN if "people" in SHOWN[audience]
    }
    assert [len(people) for people in seen.values()] == [2, 2, 1, 1]
    assert seen["member"][0]["name"] == "Lang Văn Hợp"


def test_audiences_follow_roles() -> None:
    assert audience_of(frozenset({"chair", "member_hall"})) == "desk"
    assert audience_of(frozenset({"helper"})) == "table"
    assert audience_of(frozenset({"hall_device"})) == "display"
    assert audience_of(frozenset({"microphone"})) == "microphone"
    assert audience_of(frozenset({"upper_guest"})) == "guest"
    assert "document" not in SHOWN["member"]
    assert "ledger" not in SHOWN["guest"]


def test_the_ledger_adds_up_and_says_its_bases() -> None:
    ledger = view("ledger", opened().room, LIVE, "member", remote(HOP))
    numbers = {key: ledger[key] for key in ("total", "present", "hall", "remote", "voters", "official_all", "eligible")}
    assert numbers == {
        "total": 9, "present": 7, "hall": 5, "remote": 2, "voters": 6, "official_all": 8, "eligible": 7,
    }  # fmt: skip


def test_own_choices_are_seen_by_the_desk_and_by_all_only_when_closed() -> None:
    table = opened().does(CHAIR, c.PutMotion("Việc"))
    motion = table.room.votes.motions[0].put.motion
    table.does(remote(HOP), c.Cast(motion, "against")).does(SECRETARY, c.CountHall(motion, 4))

    def choices(audience: str, actor: Actor) -> list[str | None]:
        shown = view("motions", table.room, LIVE, audience, actor)[0]  # type: ignore[arg-type]  # an audience
        return [voter.get("choice") for voter in shown["voters"] if voter["member"] == HOP]

    assert choices("member", hall(LAN)) == [None]
    assert choices("desk", CHAIR) == ["against"]
    assert view("motions", table.room, LIVE, "member", remote(HOP))[0]["mine"] == "against"
    table.does(CHAIR, c.CloseMotion(motion, confirmed=True))
    assert choices("member", hall(LAN)) == ["against"]


def test_the_wall_shows_captions_only_when_turned_on_and_never_doubtful_words() -> None:
    table = opened().happened(
        Spoke("t-hop", 0, 48_000, 5, HOP, "Rõ ràng", confidence=900),
        Spoke("t-hop", 96_000, 99_000, 9, HOP, "Lờ mờ", confidence=300),
    )
    assert view("captions", table.room, Live(), "display", Actor()) == []
    shown = view("captions", table.room, Live(captions_on=True), "display", Actor())
    assert [line["id"] for line in shown] == [utterance_id("t-hop", 0)]
    both = view("captions", table.room, Live(), "member", Actor())
    assert [line["doubtful"] for line in both] == [False, True]


def heard(text: str) -> tuple[Word, ...]:
    """A word with ? is doubted."""
    return tuple(Word(0, 1, word.rstrip("?"), 200 if word.endswith("?") else 900) for word in text.split())


def test_doubted_words_are_marked_for_people_and_left_out_on_the_wall() -> None:
    words = heard("sửa đường bê? tông của thôn")
    said = Spoke(
        "t-hop", 0, 48_000, 5, HOP, "Sửa đường bê tông của thôn.", "sửa đường bê tông của thôn", 900, words=words
    )
    table = opened().happened(said)
    (line,) = view("captions", table.room, Live(), "member", Actor())
    assert [line["text"][a:b] for a, b in line["unsure"]] == ["bê"]
    (wall,) = view("captions", table.room, Live(captions_on=True), "display", Actor())
    assert (wall["text"], wall["unsure"]) == ("Sửa đường … tông của thôn.", [])
    assert "bê" not in json.dumps(wall, ensure_ascii=False)
    table.does(SECRETARY, c.Correct(line["id"], "Sửa đường bê tông của thôn ta."))
    assert view("captions", table.room, Live(), "member", Actor())[0]["unsure"] == []


def test_short_and_misheard_names_are_suggested_to_the_desk_and_never_put_in() -> None:
    text = "Đề nghị đồng chí khang phụ trách, Lang Văn Hợp giúp."
    table = opened().happened(Spoke("t-hop", 0, 48_000, 5, HOP, text))
    (line,) = view("captions", table.room, Live(), "desk", CHAIR)
    assert line["text"] == text
    (name,) = line["names"]
    assert (text[name["start"] : name["end"]], name["name"]) == ("khang", "Lê Đình Khang")
    assert 0 < name["confidence"] <= 1000
    assert "names" not in view("captions", table.room, Live(), "member", Actor())[0]


def test_what_hall_and_phone_heard_is_one_line_in_captions_search_and_draft() -> None:
    words = "tôi đề nghị sửa con đường vào thôn trước mùa mưa"
    table = opened().happened(
        Spoke("t-hall", 0, 240_000, START, "", words, confidence=700, level=-35),
        Spoke("t-hop", 9_600, 249_600, START + 200, HOP, words + " ạ", confidence=700, channel="remote", level=-20),
    )
    (line,) = view("captions", table.room, Live(), "member", Actor())
    assert (line["id"], line["also"], line["name"]) == ("t-hop:9600", ["t-hall:0"], "Lang Văn Hợp")
    assert [turn.utterance for turn in material(table.entries).turns] == ["t-hop:9600"]
    submitted = replace(table.room, meeting=replace(table.room.meeting, state="submitted"))
    assert [text for section, text in lines_of(submitted) if section == "speech"] == [words + " ạ"]


def test_me_says_why_an_own_vote_is_not_possible() -> None:
    table = opened().does(CHAIR, c.PutMotion("Việc"))
    assert "hội trường" in view("me", table.room, LIVE, "member", hall(LEADER))["vote_refusal"]
    assert view("me", table.room, LIVE, "member", remote(HOP))["vote_refusal"] is None
    assert "danh sách" in view("me", table.room, LIVE, "member", hall(PROBATIONARY))["vote_refusal"]


def test_proposals_are_the_opinions_of_others_than_the_chair_on_the_item_now() -> None:
    table = opened().does(CHAIR, c.StartItem("review"))
    table.does(SECRETARY, c.TypeSpeech("Tôi đề nghị sửa đường trước mùa mưa.", LAN))
    table.does(SECRETARY, c.TypeSpeech("Mời các đồng chí cho ý kiến tiếp theo.", LEADER), c.TypeSpeech("Vâng.", LAN))
    assert [line["name"] for line in view("proposals", table.room, LIVE, "desk", CHAIR)] == ["Lê Đình Khang"]
