"""Before, during and after: what a cell's meeting needs beyond the plain course."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pytest

from meeting_server.room import commands as c
from meeting_server.room.attending import needs_word
from meeting_server.room.commands import Actor
from meeting_server.room.desk import changes_since_reading
from meeting_server.room.kinds import kind_of, kinds_on
from meeting_server.room.planning import check_plan, checklist, notice_text, proposed
from meeting_server.room.refusal import Conflict
from meeting_server.room.scoring import computed, sheet_on
from meeting_server.room.speech_in import Heard, spoke
from meeting_server.room.state import Live, Present
from meeting_server.room.views import view
from minutes.drafting.log import drafted as draft_of
from minutes.export import recorded
from minutes.export.folded import folded
from minutes.export.layouts import layout_on
from minutes.record.events import AgendaItem, Amended, ChairAppointed, Channel, Closed, Joined, Left, TrackOpened
from minutes.record.typed_in import is_typed
from tests.meeting_server.room.given import (
    AWAY,
    CHAIR,
    EXEMPT,
    HOP,
    LAN,
    LEADER,
    PROBATIONARY,
    SCHEDULED,
    SECRETARY,
    START,
    THANG,
    Table,
    drafted,
    hall,
    opened,
    remote,
    scheduled,
)

DAY = date(2026, 11, 3)
POINTS = ("preparation=10", "conduct=10", "chairing=10", "principles=10", "results=10")


# -- before --------------------------------------------------------------------------------------------------------


def test_congress_and_discipline_are_refused_with_the_paper_form_offered() -> None:
    for kind in ("congress", "discipline"):
        assert kinds_on(DAY)[kind].form
        with pytest.raises(Conflict) as refused:
            check_plan(replace(SCHEDULED, kind=kind))  # type: ignore[arg-type]  # not a kind of ours, that is the point
        assert "giấy" in refused.value.message_vi


def test_a_secret_item_cannot_even_be_planned_for_an_online_meeting() -> None:
    check_plan(SCHEDULED)
    with pytest.raises(Conflict):
        check_plan(replace(SCHEDULED, mode="online"))


def test_the_agenda_is_proposed_from_the_form_and_what_the_last_meeting_left() -> None:
    last = opened().does(CHAIR, c.StartItem("review"), c.ConcludeItem("review", "open"))
    last.does(CHAIR, c.GiveTask("Sửa đường", who=(LAN,), due="2026-11-20"))
    plan = proposed("regular", START + 30 * 86_400_000, last.room)
    assert [item.title for item in plan.agenda[:5]] == list(kind_of("regular", DAY).agenda)
    assert plan.agenda[5].title == "Đánh giá kết quả tháng 10"
    assert [task.what for task in plan.tasks] == ["Sửa đường"]
    assert plan.conclusions == (("i3", "Kết quả thực hiện nhiệm vụ tháng trước: Sửa đường – Lê Đình Khang: …"),)
    assert proposed("thematic", START, None).tasks == ()


@pytest.mark.parametrize(
    ("title", "again"),
    [
        ("Thông tin thời sự, văn bản của cấp trên", False),
        ("NHIỆM VỤ THÁNG 12/2026", False),
        ("Nhiệm vụ tháng 12 năm 2026.", False),
        ("Nhiệm vụ thanh niên", True),
        ("Nhiệm vụ tháng 12: làm đường bản Pom", True),
        ("Xây nhà văn hóa", True),
    ],
)
def test_what_the_form_brings_anyway_is_not_carried_over_again(title: str, again: bool) -> None:
    plan = replace(SCHEDULED, agenda=(AgendaItem("own", title),))
    last = Table().happened(plan, ChairAppointed(LEADER)).does(CHAIR, c.DecideRecording(False, False), c.Open())
    last.does(CHAIR, c.StartItem("own"), c.ConcludeItem("own", "open"))
    titles = [item.title for item in proposed("regular", START + 30 * 86_400_000, last.room).agenda]
    assert titles == [*kind_of("regular", DAY).agenda, *([title] if again else [])]


def test_the_notice_says_when_where_what_and_nothing_secret() -> None:
    text = notice_text(SCHEDULED)
    assert "Nhà văn hóa thôn" in text
    assert "3. Nội dung mật (chỉ tại chỗ)" in text
    assert "HỌP THỬ" not in text
    assert "HỌP THỬ" in notice_text(replace(SCHEDULED, kind="practice"))


def test_the_checklist_knows_what_the_record_knows() -> None:
    done = checklist(
        SCHEDULED, noticed=True, documents_at=START - 86_400_000, held=[("thematic", "2026-10")], remote_reasons=False
    )
    assert {check.key: check.done for check in done} == {
        "notice": True, "documents": True, "remote": False, "regular": False, "thematic": True, "upper": None,
    }  # fmt: skip
    assert {check.key for check in done if check.planned} == {"regular"}, "this meeting is planned, not held"
    late = checklist(SCHEDULED, noticed=False, documents_at=START - 1, held=[], remote_reasons=True)
    assert {check.key: check.done for check in late}["documents"] is False
    assert {check.key: check.done for check in late}["thematic"] is False
    assert {check.key: check.planned for check in late}["thematic"] is False


def test_the_checklist_tells_held_from_planned() -> None:
    def owed(kind: Literal["regular", "admission"], **rows: list[tuple[str, str]]) -> list[tuple[bool | None, bool]]:
        plan, told = replace(SCHEDULED, kind=kind), {"held": [], **rows}
        lines = checklist(plan, noticed=True, documents_at=None, remote_reasons=True, **told)
        return [(one.done, one.planned) for one in lines if one.key in ("regular", "thematic")]

    month = SCHEDULED.period
    assert owed("regular", held=[("regular", month)]) == [(True, False), (False, False)]
    assert owed("admission") == [(False, False), (False, False)]
    assert owed("admission", planned=[("regular", month), ("thematic", "2026-12")]) == [(False, True), (False, True)]
    assert owed("admission", planned=[("regular", "2026-12"), ("thematic", "2027-01")]) == [(False, False)] * 2


def test_a_practice_owes_nothing_that_a_real_meeting_does() -> None:
    plan = replace(SCHEDULED, kind="practice")
    lines = checklist(plan, noticed=False, documents_at=None, held=[("regular", plan.period)], remote_reasons=True)
    assert [one.key for one in lines] == ["notice", "remote"]


def test_who_may_join_remotely_is_decided_with_a_reason() -> None:
    table = scheduled()
    table.refuses(CHAIR, c.AllowRemote(HOP, True), "reason_needed")
    assert table.does(CHAIR, c.AllowRemote(HOP, True, "đi làm ăn xa")).room.allowed[HOP].reason == "đi làm ăn xa"


def test_who_takes_part_from_elsewhere_without_the_chair_s_word_is_flagged_in_the_ledger() -> None:
    def faults(table: Table) -> dict[str, list[str]]:
        lines = view("ledger", table.room, Live(), "desk", CHAIR)["lines"]
        return {line["member"]: line["faults"] for line in lines if line["faults"]}

    table = opened()
    assert faults(table) == {}  # the cell's list has both as taking part from elsewhere
    table.does(CHAIR, c.AllowRemote(HOP, False))
    assert faults(table) == {HOP: ["remote_not_allowed"]}
    table.does(CHAIR, c.AllowRemote(HOP, True, "đi làm ăn xa")).does(SECRETARY, c.LeaveHall(LAN))
    table.happened(Joined(LAN, "s-home", "remote"))
    assert faults(table) == {LAN: ["remote_not_allowed"]}
    table.does(SECRETARY, c.AllowRemote(LAN, True, "ốm, về nghỉ", for_chair=True))  # settled where the flag stands
    assert faults(table) == {}


def waits(member: str, *, own: bool = True) -> Present:
    return Present(f"s-far-{member}", member, member, "remote", admitted=False, own=own)


def test_who_may_come_from_elsewhere_without_the_chair_s_word_stands_in_the_rules() -> None:
    room = scheduled().room
    assert {member for member in (HOP, LAN, LEADER) if needs_word(room, waits(member))} == {LAN}
    assert not needs_word(room, Present("s", LAN, "Khang", "hall"))
    online = Table().happened(replace(SCHEDULED, mode="online", agenda=())).room
    assert not needs_word(online, waits(LAN))
    refused = scheduled().does(CHAIR, c.AllowRemote(HOP, False)).room
    assert needs_word(refused, waits(HOP))
    lines = view("ledger", refused, Live(), "desk", CHAIR)["lines"]
    assert {line["member"] for line in lines if line["channel"] == "remote" and line["remote_free"]} == {THANG}


def test_one_tap_of_the_chair_with_the_reason_lets_in_who_waits_from_elsewhere() -> None:
    table = opened()
    table.live = Live({"s-far-khang": waits(LAN, own=False)})
    table.refuses(SECRETARY, c.Admit("s-far-khang"), "remote_not_allowed")
    table.refuses(SECRETARY, c.AllowRemote(LAN, True, "ốm", "s-far-khang"), "not_allowed")
    table.refuses(CHAIR, c.AllowRemote(LAN, True, "", "s-far-khang"), "reason_needed")
    table.refuses(CHAIR, c.AllowRemote(PROBATIONARY, True, "ốm", "s-far-khang"), "unknown_session")
    table.does(CHAIR, c.AllowRemote(LAN, True, "ốm", "s-far-khang"))
    assert table.room.sessions["s-far-khang"].member == LAN


def test_the_chair_s_word_alone_opens_only_to_who_came_by_a_link_of_their_own() -> None:
    for own in (True, False):
        table = opened()
        table.live = Live({"s-far-khang": waits(LAN, own=own)})
        table.does(CHAIR, c.AllowRemote(LAN, True, "đi công tác"))
        assert ("s-far-khang" in table.room.sessions) is own
        shown = view("people", table.room, table.live, "desk", CHAIR)
        assert shown[0]["wants_word"] is False


def test_nobody_comes_from_elsewhere_by_the_chair_s_word_while_a_secret_item_is_on() -> None:
    table = Table().happened(SCHEDULED, ChairAppointed(LEADER))
    table.does(CHAIR, c.DecideRecording(False, False), c.Open(), c.StartItem("guarded"))
    table.live = Live({"s-far-khang": waits(LAN)})
    table.refuses(CHAIR, c.AllowRemote(LAN, True, "ốm", "s-far-khang"), "secret_item")
    table.does(CHAIR, c.AllowRemote(LAN, True, "ốm"))
    assert (LAN in table.room.allowed, "s-far-khang" in table.room.sessions) == (True, False)


# -- typed in from paper -------------------------------------------------------------------------------------------


def test_what_stood_on_the_paper_form_first_is_marked_in_the_log_the_views_and_the_minutes() -> None:
    table = opened().does(SECRETARY, c.Call(LAN, True, method="typed"), c.Excuse(EXEMPT, True, "ốm", typed=True))
    table.does(CHAIR, c.StartItem("review"), c.PutMotion("Mức đóng góp"))
    motion = table.room.votes.motions[0].put.motion
    table.does(SECRETARY, c.CountHall(motion, 4, typed=True))
    table.does(CHAIR, c.CloseMotion(motion, confirmed=True), c.GiveTask("Sửa đường", who=(LAN,), typed=True))
    table.does(CHAIR, c.Petition("Xin xi măng", typed=True), c.Petition("Xin điện"))
    opinion = "Tôi đề nghị mỗi hộ góp hai công làm đường bê tông."
    table.does(SECRETARY, c.TypeSpeech(opinion, LAN, typed=True), c.Guest("Nguyễn Thị Hạnh", upper=True, typed=True))
    table.does(SECRETARY, c.Reserve(motion, "mức này cao", LAN, typed=True))
    table.does(CHAIR, c.ConcludeItem("review", "concluded", "Góp 300 nghìn.", typed=True))
    drafted(table).does(SECRETARY, c.ReadBack(typed=True), c.PassMinutes(4, 0, 1, typed=True, for_chair=True))
    table.does(SECRETARY, c.Score(POINTS, typed=True))
    assert {entry.kind for entry in table.entries if is_typed(entry)} == {
        "RollCalled", "Excused", "VoteCast", "TaskGiven", "Petitioned", "ItemConcluded", "Spoke", "GuestCame",
        "Reserved", "ReadBack", "Passed", "SelfScored",
    }  # fmt: skip

    def shown(name: str) -> Any:
        return view(name, table.room, Live(), "desk", CHAIR)

    assert shown("agenda")["items"][0]["typed"]
    assert shown("motions")[0]["typed"]
    assert shown("tasks")[0]["typed"]
    assert [one["typed"] for one in shown("petitions")] == [True, False]
    assert (shown("meeting")["typed"], shown("score")["typed"]) == (["read_back", "passed"], True)
    assert [one["typed"] for one in shown("ledger")["guests"]] == [True]
    assert [one["typed"] for one in shown("captions")] == [True]
    assert [one["typed"] for one in shown("motions")[0]["reserved"]] == [True]
    blocks = draft_of(table.entries).blocks
    counts = (
        "2 đồng chí điểm danh, 1 khách, 1 lượt phát biểu, 1 lượt biểu quyết, 1 ý kiến bảo lưu, 1 kết luận nội dung, "
        "1 nhiệm vụ, 1 kiến nghị, điểm tự chấm, đọc lại biên bản, thông qua biên bản"
    )
    assert f"Nhập tay từ phiếu điều hành giấy: {counts}." in [block.text for block in blocks]
    assert {block.kind for block in blocks if "typed-in" in block.flags} == {
        "vote", "conclusion", "task", "petition", "opinion", "guests", "quality", "readback",
    }  # fmt: skip


# -- tasks ---------------------------------------------------------------------------------------------------------


def test_a_date_before_the_meeting_s_own_day_is_asked_about() -> None:
    table = opened()  # of 26/10/2026
    for due, before in (("2026-10-25", False), ("2026-10-26", True)):
        refused = table.refuses(CHAIR, c.GiveTask("Sửa đường", due=due, before=before), "due_past")
        assert "26/10/2026" in refused.message_vi
        table.does(CHAIR, c.GiveTask("Sửa đường", due=due, before=before, confirmed=True))
    table.does(CHAIR, c.GiveTask("a", due="2026-10-26"), c.GiveTask("b", due="trước Tết"), c.GiveTask("c"))
    assert len(table.room.tasks.tasks) == 5


# -- a practice ----------------------------------------------------------------------------------------------------


def test_a_task_or_petition_written_down_wrongly_is_put_right_in_its_place() -> None:
    table = opened().does(CHAIR, c.StartItem("review"), c.GiveTask("Sửa đường", who=(HOP,), due="2026-11-20"))
    table.does(CHAIR, c.Petition("Xin sáu tấn xi măng", "xã", ("t-1:0",)), c.ConcludeItem("review", "open"))
    (task,), (petition,) = table.room.tasks.tasks, table.room.tasks.petitions
    table.does(CHAIR, c.StartItem("plan"))
    table.does(CHAIR, c.GiveTask("Sửa đường thôn", who=(LAN,), due="2026-11-25", task=task.task))
    table.does(SECRETARY, c.Petition("Xin bảy tấn xi măng", "xã", petition=petition.petition, for_chair=True))
    (now,), (asked,) = table.room.tasks.tasks, table.room.tasks.petitions
    assert (now.task, now.item, now.what, now.who, now.due) == (
        task.task, "review", "Sửa đường thôn", (LAN,), "2026-11-25",
    )  # fmt: skip
    assert (asked.petition, asked.text, asked.sources) == (petition.petition, "Xin bảy tấn xi măng", ("t-1:0",))
    (shown,) = view("tasks", table.room, Live(), "desk", CHAIR)
    assert (shown["who"], shown["members"]) == (["Lê Đình Khang"], [LAN])
    printed = " ".join(block.text for block in draft_of(table.entries).blocks)
    assert "Sửa đường thôn" in printed
    assert "sáu tấn" not in printed
    assert "6 tấn" not in printed
    table.refuses(CHAIR, c.GiveTask("x", task="nobody"), "unknown_task")
    table.refuses(CHAIR, c.Petition("x", petition="nobody"), "unknown_petition")


def _handed_on() -> Table:
    """Two tasks and a petition, concluded and drafted."""
    table = opened().does(CHAIR, c.StartItem("review"), c.GiveTask("Sửa đường", who=(HOP,)), c.GiveTask("Quét sân"))
    table.does(CHAIR, c.Petition("Xin sáu tấn xi măng", "xã"), c.ConcludeItem("review", "concluded", "Làm đường."))
    return redrafted(table)


def redrafted(table: Table) -> Table:
    return table.happened(draft_of(table.entries))


def _printed(table: Table) -> str:
    return "\n".join(block.text for block in table.room.document.blocks)


def test_a_task_or_petition_withdrawn_is_gone_from_the_minutes_and_kept_in_the_log() -> None:
    table = _handed_on()
    road, _ = table.room.tasks.tasks
    (petition,) = table.room.tasks.petitions
    table.does(SECRETARY, c.WithdrawTask(road.task, "ghi nhầm"), c.WithdrawPetition(petition.petition, for_chair=True))
    assert [one["what"] for one in view("tasks", table.room, Live(), "desk", CHAIR)] == ["Quét sân"]
    assert view("petitions", table.room, Live(), "desk", CHAIR) == []
    for again in (table, redrafted(table)):
        assert "Quét sân" in _printed(again)
        assert "Sửa đường" not in _printed(again)
        assert "xi măng" not in _printed(again)
    kinds = [entry.kind for entry in table.entries]
    assert (kinds.count("TaskGiven"), kinds.count("TaskWithdrawn"), kinds.count("PetitionWithdrawn")) == (2, 1, 1)
    assert table.room.tasks.withdrawn == (road, petition)
    table.refuses(CHAIR, c.WithdrawTask(road.task), "unknown_task")
    table.refuses(CHAIR, c.GiveTask("Sửa đường", task=road.task), "unknown_task")
    table.refuses(CHAIR, c.WithdrawPetition(petition.petition), "unknown_petition")


def test_what_was_said_of_a_withdrawn_task_is_not_drafted_again() -> None:
    table = opened().does(CHAIR, c.StartItem("review"))
    table.does(CHAIR, c.TypeSpeech("Giao đồng chí Hợp sửa đường thôn, xong trước ngày 20 tháng 11.", LEADER))
    table.does(CHAIR, c.GiveTask("Sửa đường thôn", who=(HOP,)))
    table.does(CHAIR, c.WithdrawTask(table.room.tasks.tasks[0].task))
    made = draft_of(table.entries)
    assert not [block for block in made.blocks if block.kind == "task"]
    assert not [words for words in made.missing if "sửa đường" in words.lower()]


def test_once_read_back_a_task_is_withdrawn_put_right_or_added_after_the_close_with_a_reason_only() -> None:
    table = _handed_on().does(SECRETARY, c.ReadBack())
    road, yard = table.room.tasks.tasks
    (petition,) = table.room.tasks.petitions
    for command in (
        c.WithdrawTask(road.task), c.WithdrawPetition(petition.petition), c.GiveTask("Sửa đường thôn", task=road.task),
        c.Petition("Xin bảy tấn", petition=petition.petition),
    ):  # fmt: skip
        table.refuses(CHAIR, command, "reason_needed")
    table.does(CHAIR, c.WithdrawTask(yard.task, "ghi nhầm hai lần"))
    table.does(CHAIR, c.GiveTask("Sửa đường thôn", task=road.task, reason="nghe nhầm tên việc"))
    table.does(CHAIR, c.GiveTask("Giao thêm khi còn họp"), c.Close())
    table.refuses(CHAIR, c.GiveTask("Quên ghi"), "reason_needed")
    table.does(CHAIR, c.GiveTask("Quên ghi", reason="ghi sót"))
    changes = {one.after: one.reason for one in changes_since_reading(redrafted(table).room)}
    assert [one.proposal for one in table.room.document.paragraphs if one.proposal] == []
    assert len(changes) == 4
    assert changes[""] == "ghi nhầm hai lần"
    by_word = {word: reason for text, reason in changes.items() for word in ("thôn", "Quên", "thêm") if word in text}
    assert by_word == {"thôn": "nghe nhầm tên việc", "Quên": "ghi sót", "thêm": ""}
    assert "Quét sân" not in _printed(table)
    assert _printed(table).count("Sửa đường") == 1


def test_a_task_line_written_by_hand_only_gets_a_proposal_when_the_task_is_put_right() -> None:
    table = _handed_on()
    (road, _), document = table.room.tasks.tasks, table.room.document
    block = next(one for one in document.blocks if one.kind == "task" and "Sửa đường" in one.text)
    table.does(SECRETARY, c.SaveBlock(block.id, document.version, "Đồng chí Hợp lo việc đường sá."))
    table.does(SECRETARY, c.GiveTask("Sửa đường thôn", task=road.task, who=(HOP,)))
    paragraph = redrafted(table).room.document.paragraph(block.id)
    assert paragraph is not None
    assert paragraph.block.text == "Đồng chí Hợp lo việc đường sá."
    assert paragraph.proposal is not None
    assert "Sửa đường thôn" in paragraph.proposal.text


def test_a_conclusion_recorded_anew_after_the_read_back_stands_once_and_waits_for_a_reason() -> None:
    table = _handed_on().does(SECRETARY, c.ReadBack())
    table.does(CHAIR, c.ConcludeItem("review", "concluded", "Làm đường và cống."))
    found = [one for one in redrafted(table).room.document.paragraphs if one.block.kind == "conclusion"]
    assert [(one.block.text.count("cống"), one.proposal is not None) for one in found] == [(0, True)]


def test_a_practice_takes_nothing_over_from_the_last_meeting() -> None:
    last = opened().does(CHAIR, c.StartItem("review"), c.ConcludeItem("review", "open"), c.GiveTask("Sửa đường"))
    plan = proposed("practice", START + 1, last.room)
    assert (plan.tasks, plan.conclusions, len(plan.agenda)) == ((), (), 2)


# -- attendance after the close ------------------------------------------------------------------------------------


def test_after_the_close_the_strip_still_says_how_many_could_vote() -> None:
    table = opened()
    before = view("ledger", table.room, Live(), "desk", CHAIR)
    after = view("ledger", table.does(CHAIR, c.Close()).room, Live(), "desk", CHAIR)
    assert before["voters"] == after["voters"] == 6
    assert sum(line["votes"] for line in after["lines"]) == 6
    assert after["unknown"] == before["unknown"]


# -- attendance ----------------------------------------------------------------------------------------------------


def test_a_borrowed_phone_is_given_to_its_member_with_its_voice() -> None:
    table = opened().happened(TrackOpened("t-own", HOP, 0, f"s-{HOP}"))
    table.refuses(SECRETARY, c.LinkSession("s-hall", LAN), "unknown_session")
    table.does(SECRETARY, c.LinkSession(f"s-{HOP}", LAN))
    assert table.room.sessions[f"s-{HOP}"].member == LAN
    assert spoke(table.room, Heard("t-own", 0, 48_000, "Tôi là Khang.")).speaker == LAN
    lines = {line.member.member: line for line in table.room.ledger.lines}
    assert (lines[HOP].here, lines[LAN].here) == (False, True)
    assert "two_channels" in lines[LAN].contradictions
    table.does(SECRETARY, c.LinkSession(f"s-{HOP}", THANG))
    assert f"s-{THANG}" not in table.room.sessions


def test_the_ledger_says_by_name_who_may_vote() -> None:
    lines = view("ledger", opened().room, Live(), "desk", CHAIR)["lines"]
    assert sum(line["votes"] for line in lines) == 6


def test_members_answer_the_invitation_and_may_change_their_mind() -> None:
    table = scheduled().does(remote(HOP), c.Answer(False, "đi làm ca đêm"), c.Answer(True))
    table.does(remote(THANG), c.Answer(False, "ốm"))
    lines = {line["member"]: line for line in view("ledger", table.room, Live(), "desk", CHAIR)["lines"]}
    assert (lines[HOP]["answer"], lines[HOP]["state"]) == (True, "unknown")
    assert (lines[THANG]["answer"], lines[THANG]["state"], lines[THANG]["reason"]) == (False, "excused", "ốm")
    assert (lines[THANG]["answer_reason"], lines[HOP]["answer_reason"]) == ("ốm", "")
    table.refuses(remote(HOP), c.Answer(False), "reason_needed")
    table.refuses(remote(HOP), c.Answer(True, member=THANG), "not_own")


def test_a_wrong_tap_on_the_roll_is_mended_by_the_right_one() -> None:
    table = opened()

    def state() -> str:
        lines = view("ledger", table.room, Live(), "desk", CHAIR)["lines"]
        return str(next(line["state"] for line in lines if line["member"] == LAN))

    table.does(SECRETARY, c.Call(LAN, False))
    assert state() == "unknown"
    table.does(SECRETARY, c.Call(LAN, True), c.Excuse(LAN, False))
    assert state() == "absent"
    table.does(SECRETARY, c.Call(LAN, True), c.Excuse(LAN, True, "ốm"))
    assert state() == "excused"


def test_who_is_not_expected_and_is_there_is_put_right_by_taking_back_the_tick_and_showing_them_out() -> None:
    table = opened().does(SECRETARY, c.Call(AWAY, True))
    table.happened(Joined(AWAY, f"s-{AWAY}", "remote"))

    def line() -> dict[str, object]:
        lines = view("ledger", table.room, Live(), "desk", CHAIR)["lines"]
        return next(line for line in lines if line["member"] == AWAY)

    assert line()["faults"] == ["two_channels", "not_expected"]
    table.does(SECRETARY, c.Call(AWAY, False))
    assert line()["faults"] == ["not_expected"]
    table.does(SECRETARY, c.Remove(f"s-{AWAY}"))
    assert (line()["faults"], line()["state"]) == ([], "unknown")
    known = next(one for one in table.room.ledger.lines if one.member.member == AWAY)
    assert known.contradictions == ("not_expected",)  # that they were here stays in the record


def test_who_sent_word_of_absence_and_came_all_the_same_is_put_right_at_the_table() -> None:
    table = scheduled().does(remote(HOP), c.Answer(False, "ca đêm"))
    table.does(CHAIR, c.DecideRecording(False, False), c.Open()).does(SECRETARY, c.Call(HOP, True))

    def line() -> dict[str, object]:
        lines = view("ledger", table.room, Live(), "desk", CHAIR)["lines"]
        return next(line for line in lines if line["member"] == HOP)

    assert line()["faults"] == ["excused_but_present"]
    table.refuses(remote(HOP), c.Answer(True), "too_late")
    table.does(SECRETARY, c.Answer(True, member=HOP))
    assert (line()["faults"], line()["state"]) == ([], "present")


# -- floor ---------------------------------------------------------------------------------------------------------


def test_the_floor_is_advisory_until_the_chair_says_only_who_is_invited() -> None:
    table = opened()
    table.refuses(SECRETARY, c.SetFloor(True), "not_allowed")
    table.does(CHAIR, c.SetFloor(True, 180), c.GiveFloor(LAN), c.GiveFloor(LEADER))
    floor = view("floor", table.room, Live(invited_only=True, limit_s=180), "desk", CHAIR)
    assert (floor["advisory"], floor["limit_s"]) == (False, 180)
    assert floor["recent"][0]["name"] == "Lê Đình Khang"


def test_the_floor_is_given_where_the_member_is() -> None:
    table = opened().does(CHAIR, c.GiveFloor(HOP, "hall"))
    assert table.room.floor.speaker is not None
    assert table.room.floor.speaker.channel == "remote"


@pytest.mark.parametrize(("seat", "other"), [("remote", "hall"), ("hall", "remote")])
def test_a_guest_has_the_floor_where_they_are_so_that_no_other_s_words_become_theirs(
    seat: Channel, other: Channel
) -> None:
    table = opened().does(SECRETARY, c.Guest("Trịnh Quốc Toản", upper=True, channel=seat))
    typed = table.room.ledger.guests[0].guest
    table.live = Live({"s-x": Present("s-x", "", "Nguyễn Thị Hạnh", seat, admitted=False, guest=True, upper=True)})
    table.does(SECRETARY, c.Admit("s-x"))
    for guest in (typed, table.room.ledger.guests[1].guest):
        table.does(CHAIR, c.GiveFloor(guest, other))
        assert table.room.floor.speaker is not None
        assert table.room.floor.speaker.channel == seat


def test_a_guest_asks_for_the_floor_like_anybody() -> None:
    table = opened()
    table.live = Live({"s-x": Present("s-x", "", "Nguyễn Thị Hạnh", "remote", admitted=False, guest=True, upper=True)})
    table.does(SECRETARY, c.Admit("s-x"))
    guest = table.room.ledger.guests[0].guest
    table.live = Live({"s-x": Present("s-x", guest, "Nguyễn Thị Hạnh", "remote", guest=True, upper=True)})
    table.does(Actor(guest, roles=frozenset({"upper_guest"}), seat="remote", session="s-x"), c.RaiseHand())
    assert view("floor", table.room, Live(), "desk", CHAIR)["hands"][0]["name"] == "Nguyễn Thị Hạnh"


# -- votes ---------------------------------------------------------------------------------------------------------


def ballot(table: Table) -> str:
    table.does(CHAIR, c.PutMotion("Xếp loại đồng chí Khang", method="ballot"))
    return table.room.votes.motions[-1].put.motion


def test_paper_ballots_add_up_and_remote_members_stand_as_not_voting() -> None:
    table = opened()
    motion = ballot(table)
    table.refuses(remote(HOP), c.Cast(motion, "for"), "no_own_vote")
    table.refuses(SECRETARY, c.CountHall(motion, 4), "ballot")
    table.refuses(CHAIR, c.CloseMotion(motion), "ballots_awaited")
    for wrong, code in (
        (c.CountBallots(motion, 5, 5, 5, 0, 5), "too_many"),
        (c.CountBallots(motion, 4, 5, 5, 0, 5), "too_many"),
        (c.CountBallots(motion, 4, 4, 4, 1, 4), "does_not_add_up"),
        (c.CountBallots(motion, 4, 4, 3, 1, 2), "does_not_add_up"),
    ):
        table.refuses(SECRETARY, wrong, code)
    table.does(SECRETARY, c.CountBallots(motion, 4, 4, 3, 1, 3, board=("Lê Đình Khang",)))
    shown = view("motions", table.room, Live(), "desk", CHAIR)[0]
    assert shown["waiting"]
    assert shown["ballots"] == {
        "issued": 4, "returned": 4, "valid": 3, "invalid": 1, "board": ["Lê Đình Khang"], "not_voting": 2,
    }  # fmt: skip
    table.does(CHAIR, c.CloseMotion(motion))
    closed = table.room.votes.motions[0].closed
    assert closed is not None
    assert (closed.in_favour, closed.not_cast, closed.passed) == (3, 3, False)
    assert closed.wording.endswith("không thông qua; 2 đồng chí dự trực tuyến không bỏ phiếu")


def test_a_motion_waits_for_its_paper_ballots_beyond_the_close_and_nothing_is_submitted_before() -> None:
    table = drafted(opened())
    motion = ballot(table)
    table.does(CHAIR, c.PutMotion("Việc khác"))
    table.does(SECRETARY, c.CountHall(table.room.votes.motions[1].put.motion, 4))
    table.does(CHAIR, c.CloseMotion(table.room.votes.motions[1].put.motion, confirmed=True), c.Close())
    table.refuses(SECRETARY, c.Submit(), "ballots_awaited")
    table.does(SECRETARY, c.CountBallots(motion, 4, 4, 4, 0, 4)).does(CHAIR, c.CloseMotion(motion))
    assert table.does(SECRETARY, c.Submit()).room.phase == "submitted"


def test_who_is_out_of_the_room_for_a_motion_is_not_in_its_base() -> None:
    table = opened().does(CHAIR, c.PutMotion("Xếp loại đồng chí Khang", out=(LAN,)))
    assert LAN not in {voter.member for voter in table.room.votes.motions[0].put.base}
    table.refuses(CHAIR, c.PutMotion("x", out=("nobody",)), "motion_open")


def test_a_reserved_opinion_stands_with_its_vote_until_it_is_taken_back() -> None:
    table = opened().does(CHAIR, c.PutMotion("Việc"))
    motion = table.room.votes.motions[0].put.motion
    table.does(remote(HOP), c.Reserve(motion, "Tôi bảo lưu ý kiến về mức đóng góp."))
    table.refuses(remote(HOP), c.Reserve(motion, "x", THANG), "not_own")
    table.refuses(remote(PROBATIONARY), c.Reserve(motion, "x"), "no_voter")
    shown = view("motions", table.room, Live(), "member", remote(THANG))[0]["reserved"]
    assert [(line["name"], line["text"]) for line in shown] == [
        ("Lang Văn Hợp", "Tôi bảo lưu ý kiến về mức đóng góp."),
    ]  # fmt: skip
    table.does(remote(HOP), c.Reserve(motion, ""))
    assert view("motions", table.room, Live(), "member", remote(THANG))[0]["reserved"] == []


def test_a_list_of_persons_is_voted_on_one_by_one() -> None:
    table = opened().does(CHAIR, c.PutMotion("Đề nghị khen thưởng", options=("Lê Đình Khang", "Lang Văn Hợp")))
    first, second = table.room.votes.motions
    assert (first.put.text, second.put.text) == (
        "Đề nghị khen thưởng: Lê Đình Khang",
        "Đề nghị khen thưởng: Lang Văn Hợp",
    )
    assert first.put.base == second.put.base
    assert view("display", table.room, Live(), "display", CHAIR)["motion"]["motion"] == first.put.motion
    assert table.room.votes.on == first
    table.does(SECRETARY, c.CountHall(first.put.motion, 4), c.CountHall(second.put.motion, 1, 3))
    table.refuses(CHAIR, c.PutMotion("x"), "motion_open")
    for motion in (first, second):
        table.does(CHAIR, c.CloseMotion(motion.put.motion, confirmed=True))
    assert [motion.carried for motion in table.room.votes.motions] == [True, False]
    shown = view("display", table.room, Live(), "display", CHAIR)["motion"]
    assert (shown["motion"], shown["closed_at"]) == (second.put.motion, table.room.votes.motions[1].closed_at)


def test_threshold_and_wording_follow_the_kind_of_meeting() -> None:
    def held(kind: str) -> str:
        table = Table().happened(replace(SCHEDULED, kind=kind), *(e.event for e in opened().entries[1:]))  # type: ignore[arg-type, misc]  # a kind; no body is erased
        table.does(CHAIR, c.PutMotion("Việc"))
        motion = table.room.votes.motions[0].put.motion
        table.does(SECRETARY, c.CountHall(motion, 4)).does(CHAIR, c.CloseMotion(motion, confirmed=True))
        closed = table.room.votes.motions[0].closed
        assert closed is not None
        return closed.wording

    assert held("regular") == "4/6 đồng chí biểu quyết tán thành (66,7%): thông qua"
    assert held("annual") == "4/6 đồng chí biểu quyết tán thành (66,7%): đề nghị xếp loại"
    assert held("admission") == "4/8 đảng viên chính thức của chi bộ tán thành (50%): chưa đề nghị"


def test_the_text_to_vote_on_is_on_the_wall_before_the_vote() -> None:
    table = opened().does(CHAIR, c.ShowMotion("Sửa đường"))
    assert view("display", table.room, Live(shown_motion="Sửa đường"), "display", CHAIR)["shown_motion"] == "Sửa đường"


# -- close ---------------------------------------------------------------------------------------------------------


def test_every_difference_from_what_was_read_back_is_shown_with_its_reason() -> None:
    table = drafted(opened(), "Góp 200 nghìn đồng.", "Chi bộ nhất trí.").does(SECRETARY, c.ReadBack())
    version = table.room.document.version
    table.does(SECRETARY, c.SaveBlock("k0", version, "Góp 300 nghìn đồng.", "nghe nhầm"))
    table.does(SECRETARY, c.InsertBlock("note", "Ghi thêm.", version, "k1"))
    table.refuses(SECRETARY, c.InsertBlock("note", "Góp 9 triệu.", version, "k1"), "reason_needed")
    table.does(SECRETARY, c.InsertBlock("conclusion", "…", version, "k1"))
    changes = view("document", table.room, Live(), "desk", CHAIR)["changes"]
    assert changes[0] == {
        "block": "k0", "kind": "opinion",
        "before": "Góp 200 nghìn đồng.", "after": "Góp 300 nghìn đồng.", "reason": "nghe nhầm",
    }  # fmt: skip
    assert [change["before"] for change in changes[1:]] == ["", ""]
    table.happened(Closed()).does(SECRETARY, c.Submit())
    amended = table.entries[-2].event
    assert isinstance(amended, Amended)
    assert [(change.kind, change.reason) for change in amended.changes] == [
        ("opinion", "nghe nhầm"), ("conclusion", ""), ("note", ""),
    ]  # fmt: skip


def test_after_read_back_every_difference_that_weighs_needs_a_reason_whatever_the_way() -> None:
    table = drafted(opened(), "Góp hai trăm nghìn đồng.", "Đồng chí Khang đề nghị sửa đường.").does(
        SECRETARY, c.ReadBack()
    )
    version = table.room.document.version
    drafted(table, "Góp ba trăm nghìn đồng.", "Đồng chí Khang đề nghị sửa đường sớm.")
    redraft = table.room.document.version
    table.refuses(SECRETARY, c.AcceptRedraft("k0", redraft), "reason_needed")
    table.does(SECRETARY, c.AcceptRedraft("k0", redraft, "nghe nhầm"), c.AcceptRedraft("k1", redraft))
    for wrong in (
        c.SaveBlock("k1", redraft + 2, "Đồng chí Khang đề nghị sửa đường sớm.", speaker=HOP),
        c.SaveBlock("k1", redraft + 2, "Đồng chí Hợp đề nghị sửa đường sớm."),
        c.SaveBlock("k0", redraft + 1, "Góp bốn trăm nghìn đồng."),
        c.InsertBlock("conclusion", "Nhất trí.", redraft + 2, "k1"),
        c.InsertBlock("note", "Đồng chí Đức vắng.", version, "k1"),
    ):
        table.refuses(SECRETARY, wrong, "reason_needed")
    changes = view("document", table.room, Live(), "desk", CHAIR)["changes"]
    assert [change["reason"] for change in changes] == ["nghe nhầm", ""]


def test_reading_back_freezes_the_words_a_redraft_only_proposes() -> None:
    table = drafted(opened(), "Góp 200 nghìn đồng.").does(SECRETARY, c.ReadBack())
    drafted(table, "Góp 300 nghìn đồng.", "Kết thúc 21 giờ.")
    first, second = table.room.document.paragraphs
    assert [block.text for block in table.room.document.blocks] == ["Góp 200 nghìn đồng."]
    assert first.proposal is not None
    assert first.proposal.text == "Góp 300 nghìn đồng."
    assert second.offered


def test_a_block_that_a_redraft_adds_after_the_read_back_needs_a_reason_to_come_in() -> None:
    table = drafted(opened(), "Góp 200 nghìn đồng.").does(SECRETARY, c.ReadBack())
    drafted(table, "Góp 200 nghìn đồng.", "Đồng chí Đức đề nghị góp 50 nghìn đồng.", "Trời mưa to.")
    version, document = table.room.document.version, view("document", table.room, Live(), "desk", SECRETARY)
    assert [(line["text"], line.get("offered")) for line in document["blocks"][1:]] == [("", True), ("", True)]
    assert document["changes"] == []
    table.refuses(SECRETARY, c.AcceptRedraft("k1", version), "reason_needed")
    table.refuses(SECRETARY, c.SaveBlock("k1", version, "Góp 50 nghìn đồng."), "reason_needed")
    table.does(SECRETARY, c.AcceptRedraft("k1", version, "chép sót"), c.SaveBlock("k2", version, ""))
    changes = view("document", table.room, Live(), "desk", CHAIR)["changes"]
    assert [(change["before"], change["after"], change["reason"]) for change in changes] == [
        ("", "Đồng chí Đức đề nghị góp 50 nghìn đồng.", "chép sót")
    ]
    drafted(table, "Góp 200 nghìn đồng.", "Đồng chí Đức đề nghị góp 70 nghìn đồng.", "Trời mưa to.")
    assert [block.text for block in table.room.document.blocks][1] == "Đồng chí Đức đề nghị góp 50 nghìn đồng."
    assert "k2" not in [paragraph.id for paragraph in table.room.document.paragraphs]


def test_a_redraft_is_shown_word_by_word_and_put_away_by_keeping_ones_own() -> None:
    table = drafted(opened(), "Góp 200 nghìn đồng.").does(SECRETARY, c.ReadBack())
    drafted(table, "Góp 300 nghìn đồng.")
    line = view("document", table.room, table.live, "desk", SECRETARY)["blocks"][0]
    assert line["pieces"] == [["same", "Góp"], ["out", "200"], ["in", "300"], ["same", "nghìn đồng."]]
    table.does(SECRETARY, c.SaveBlock(line["id"], table.room.document.version, "Góp 200 nghìn đồng."))
    kept = view("document", table.room, table.live, "desk", SECRETARY)["blocks"][0]
    assert (kept["text"], "proposal" in kept) == ("Góp 200 nghìn đồng.", False)
    drafted(table, "Góp 300 nghìn đồng.")
    assert table.room.document.paragraphs[0].proposal is None  # the same redraft does not come again


def test_the_scoring_sheet_is_filled_in_by_what_the_record_knows() -> None:
    table = opened().does(SECRETARY, c.TypeSpeech("Ý kiến.", LAN), c.TypeSpeech("Ý kiến.", LEADER))
    table.at += 100 * 60_000
    table.happened(Closed())
    known = computed(table.room, sheet_on(DAY), DAY, table.at)
    assert known["duration"][0] == 50
    assert known["attendance"] == (40, "7/7 (100%)")
    assert known["speaking"] == (20, "2/7 (28%)")
    missing = table.refuses(CHAIR, c.Score(), "points_missing").message_vi
    assert "Chuẩn bị nội dung" in missing
    table.refuses(CHAIR, c.Score(("preparation=101",)), "too_many")
    table.refuses(CHAIR, c.Score(("nothing=1",)), "bad_point")
    hand = ("preparation=100", "conduct=240", "chairing=90", "principles=50", "results=270")
    table.does(SECRETARY, c.Score(hand, for_chair=True))
    scored = table.room.scored
    assert scored is not None
    assert (scored.total_tenths, scored.band) == (50 + 40 + 100 + 240 + 20 + 90 + 50 + 270, "Khá")


def test_a_member_who_stepped_out_of_the_lobby_is_not_found() -> None:
    table = opened().happened(Left(HOP, f"s-{HOP}"))
    table.live = Live({"s-x": Present("s-x", "", "Khách", "remote", admitted=False, guest=True)})
    table.refuses(SECRETARY, c.LinkSession(f"s-{HOP}", LAN), "unknown_session")
    table.refuses(SECRETARY, c.Admit("s-gone"), "unknown_session")
    assert table.does(SECRETARY, c.Remove("s-x")).entries[-1].kind == "Left"


# -- other opinions of the hall ------------------------------------------------------------------------------------


def test_another_opinion_in_the_hall_and_on_ballots_is_told_with_what_it_is() -> None:
    table = opened().does(CHAIR, c.PutMotion("Khen thưởng", method="ballot"), c.PutMotion("Mức đóng góp"))
    ballot, hands = (motion.put.motion for motion in table.room.votes.motions)
    table.refuses(SECRETARY, c.CountHall(hands, 4, 0, 0, "chia hai đợt"), "no_other")
    table.does(SECRETARY, c.CountHall(hands, 3, 0, 1, "chia hai đợt"), c.CountHall(hands, 3, 0, 1, "chia ba đợt"))
    assert len([entry for entry in table.entries if entry.kind == "VoteCast"]) == 4, "only what changed is written"
    table.does(SECRETARY, c.CountBallots(ballot, 4, 4, 4, 0, 3, 0, 1, (), "để lại tháng sau"))
    table.does(CHAIR, c.CloseMotion(hands, confirmed=True), c.CloseMotion(ballot))
    shown = view("motions", table.room, Live(), "desk", CHAIR)
    assert [one["hall_note"] for one in shown] == ["để lại tháng sau", "chia ba đợt"]
    votes = [block.text for block in draft_of(table.entries).blocks if block.kind == "vote"]
    assert votes[0].endswith("Ý kiến khác trên phiếu: để lại tháng sau.")
    assert votes[1].endswith("Ý kiến khác tại hội trường: chia ba đợt.")
    printed = list(recorded.ballots(folded(table.entries), layout_on("minutes", DAY)))
    assert "- Ý kiến khác tại hội trường: chia ba đợt." in printed
    assert "- Ý kiến khác trên phiếu: để lại tháng sau." in printed


def test_who_gave_no_vote_is_of_no_other_opinion() -> None:
    table = opened().does(CHAIR, c.PutMotion("Mức đóng góp"))
    motion = table.room.votes.motions[0].put.motion
    table.does(SECRETARY, c.CountHall(motion, 3, 0, 1, "chia hai đợt")).does(CHAIR, c.CloseMotion(motion, True))
    data = json.loads(draft_of(table.entries).data)["votes"][0]
    assert (data["voters"], data["for"], data["against"], data["abstain"], data["not_cast"]) == (6, 3, 0, 1, 2)
    assert data["for"] + data["against"] + data["abstain"] + data["not_cast"] == data["voters"]
    (vote,) = [block.text for block in draft_of(table.entries).blocks if block.kind == "vote"]
    assert "ý kiến khác 1; không biểu quyết 2" in vote


# -- a reserved opinion of one's own -------------------------------------------------------------------------------


def test_a_member_keeps_an_opinion_of_their_own_and_takes_it_back() -> None:
    table = opened().does(CHAIR, c.PutMotion("Mức đóng góp"))
    motion = table.room.votes.motions[0].put.motion
    for member in (remote(HOP), hall(LAN)):
        table.does(member, c.Reserve(motion, "mức này cao"))
        assert (table.entries[-1].actor, table.entries[-1].authority) == (member.member, "own")
    table.refuses(hall(LAN), c.Reserve(motion, "mức này cao", HOP), "not_own")
    table.refuses(hall(PROBATIONARY), c.Reserve(motion, "mức này cao"), "no_voter")
    shown = view("motions", table.room, Live(), "member", hall(LAN))
    assert [one["member"] for one in shown[0]["reserved"]] == [HOP, LAN]
    table.does(remote(HOP), c.Reserve(motion, ""))
    assert [one["member"] for one in view("motions", table.room, Live(), "member", hall(LAN))[0]["reserved"]] == [LAN]
