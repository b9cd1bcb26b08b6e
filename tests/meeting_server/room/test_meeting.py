"""What commands do to a room, and what they are refused for; a refused command changes nothing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from meeting_server.room import commands as c
from meeting_server.room.commands import COMMANDS, SYSTEM, Actor, Command
from meeting_server.room.meeting import DECISIONS, Live, decide, fold
from meeting_server.room.refusal import Refused
from meeting_server.room.state import Present, Room, roles_of
from meeting_server.room.views import view
from minutes.record.attendance import sums
from minutes.record.events import (
    Amended,
    Approved,
    Closed,
    GuestCame,
    ItemStarted,
    Joined,
    Left,
    MotionPut,
    OffRecord,
    Sealed,
    Submitted,
    VoteCast,
)
from tests.meeting_server.room.given import (
    AWAY,
    CHAIR,
    CLERK,
    DEPUTY,
    EXEMPT,
    HOP,
    LAN,
    LEADER,
    PROBATIONARY,
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


def test_a_meeting_is_not_opened_before_the_recording_was_decided() -> None:
    table = scheduled()
    table.refuses(CHAIR, c.Open(), "recording_undecided")
    assert table.does(CHAIR, c.DecideRecording(False, False), c.Open()).room.phase == "open"


def test_the_secretary_opens_only_by_the_word_of_the_chair() -> None:
    table = scheduled().does(SECRETARY, c.DecideRecording(True, True, for_chair=True))
    assert "thư ký" in table.refuses(SECRETARY, c.Open(), "not_allowed").who_vi
    assert table.does(SECRETARY, c.Open(for_chair=True)).entries[-1].authority == "for_chair"


def test_roles_come_from_appointments_offices_and_the_roster() -> None:
    room = scheduled().room
    assert roles_of(room, CHAIR) == {"chair", "deputy", "member_hall"}
    assert roles_of(room, remote(HOP)) == {"member_remote"}
    assert roles_of(room, Actor("nobody")) == frozenset()
    assert roles_of(room, SYSTEM) == {"system"}


def test_a_deputy_takes_the_chair_and_the_old_chair_has_it_no_more() -> None:
    table = opened().does(hall(DEPUTY), c.AppointChair(DEPUTY))
    table.refuses(CHAIR, c.Close(), "not_allowed")
    table.does(hall(DEPUTY), c.Close())


# -- items ---------------------------------------------------------------------------------------------------------


def test_an_item_ends_only_by_a_conclusion_or_by_saying_that_there_is_none() -> None:
    table = opened().does(CHAIR, c.StartItem("review"))
    table.refuses(CHAIR, c.StartItem("plan"), "item_not_concluded")
    table.refuses(CHAIR, c.Close(), "item_not_concluded")
    table.refuses(CHAIR, c.ConcludeItem("review", "concluded"), "no_conclusion")
    table.does(CHAIR, c.ConcludeItem("review", "open"), c.StartItem("", "Việc phát sinh"))
    assert isinstance(table.entries[-1].event, ItemStarted)
    table.refuses(CHAIR, c.StartItem("nowhere"), "item_not_concluded")


def test_a_secret_item_is_not_opened_while_anybody_is_remote_and_stops_the_recording() -> None:
    table = opened()
    assert "2 người" in table.refuses(CHAIR, c.StartItem("guarded"), "secret_with_remote").message_vi
    table.happened(Left(HOP, f"s-{HOP}"), Left(THANG, f"s-{THANG}"))
    table.does(CHAIR, c.StartItem("guarded"))
    assert [type(entry.event) for entry in table.entries[-2:]] == [OffRecord, ItemStarted]
    assert table.room.phase == "secret"
    table.live = Live({f"s-{HOP}": Present(f"s-{HOP}", HOP, "Hợp", "remote", admitted=False)})
    table.refuses(SECRETARY, c.Admit(f"s-{HOP}"), "secret_item")
    table.refuses(CHAIR, c.OnRecord(), "secret_item")
    table.refuses(CHAIR, c.ConcludeItem("guarded", "concluded", "Điều mật"), "secret_text")
    table.refuses(SECRETARY, c.TypeSpeech("Điều mật"), "wrong_state")
    table.does(CHAIR, c.ConcludeItem("guarded", "concluded"), c.OnRecord())
    assert table.room.phase == "open"


# -- people --------------------------------------------------------------------------------------------------------


def test_of_a_secret_topic_only_the_number_is_written_down() -> None:
    table = opened().does(CHAIR, c.StartItem("plan"), c.OffRecord("secret", "Vụ việc ông A"))
    assert table.entries[-1].event == OffRecord("secret", "2")
    table.refuses(remote(HOP), c.RaiseHand(), "wrong_state")
    table.does(CHAIR, c.OnRecord(), c.OffRecord("pause", "giải lao"))
    assert table.entries[-1].event == OffRecord("pause", "giải lao")


def test_who_waits_in_the_lobby_may_do_nothing_until_admitted() -> None:
    table = opened()
    table.live = Live({"s-lan": Present("s-lan", PROBATIONARY, "Lan", "hall", admitted=False)})
    table.refuses(remote(PROBATIONARY), c.RaiseHand(), "waiting")
    table.does(SECRETARY, c.Admit("s-lan"))
    joined = table.entries[-1].event
    assert isinstance(joined, Joined)
    assert (joined.member, joined.channel) == (PROBATIONARY, "hall")


def test_a_guest_of_the_lobby_gets_an_id_on_admission() -> None:
    table = opened()
    table.live = Live({"s-x": Present("s-x", "", "Nguyễn Thị Hạnh", "remote", admitted=False, guest=True, upper=True)})
    table.does(SECRETARY, c.Admit("s-x"))
    came, joined = table.entries[-2].event, table.entries[-1].event
    assert isinstance(came, GuestCame)
    assert isinstance(joined, Joined)
    assert (came.upper, came.guest) == (True, joined.member)
    table.does(SECRETARY, c.GiveFloor(came.guest, "remote"))
    assert table.room.name_of(came.guest) == "Nguyễn Thị Hạnh"


def test_members_excuse_only_themselves_and_only_before() -> None:
    table = scheduled().does(hall(LAN), c.Excuse(LAN, True, "ốm"))
    table.refuses(hall(LAN), c.Excuse(HOP), "not_own")
    later = opened()
    later.refuses(hall(LAN), c.Excuse(LAN), "too_late")
    later.does(SECRETARY, c.Excuse(AWAY, True, "công tác"), c.LeaveHall(LAN))
    assert isinstance(later.entries[-1].event, Left)


def test_the_floor_goes_to_known_people_and_is_given_back_by_its_holder() -> None:
    table = opened().does(remote(HOP), c.RaiseHand(), c.RaiseHand()).does(CHAIR, c.GiveFloor(HOP, "remote"))
    assert [entry.kind for entry in table.entries[-2:]] == ["HandRaised", "FloorGiven"]
    table.refuses(CHAIR, c.GiveFloor("nobody"), "unknown_person")
    table.refuses(remote(THANG), c.ReturnFloor(), "not_own")
    assert table.does(remote(HOP), c.ReturnFloor()).room.floor.speaker is None


def test_only_the_person_turns_the_microphone_on_again() -> None:
    table = opened().does(SECRETARY, c.Mute(f"s-{HOP}"))
    table.refuses(SECRETARY, c.Mute(f"s-{HOP}", False), "not_own")
    table.refuses(remote(THANG), c.Mute(f"s-{HOP}"), "not_own")
    table.does(remote(HOP), c.Mute(f"s-{HOP}", False))


def test_members_type_only_their_own_words() -> None:
    table = opened().does(remote(HOP), c.TypeSpeech("Nhất trí."))
    said = table.room.transcript.utterances[0]
    assert (said.speaker, said.method, said.text) == (HOP, "typed", "Nhất trí.")
    table.refuses(remote(HOP), c.TypeSpeech("Nhất trí.", LAN), "not_own")
    table.does(SECRETARY, c.Correct(said.id, "Tôi nhất trí."), c.AssignSpeaker(said.id, THANG))
    assert table.room.transcript.utterances[0].speaker == THANG
    table.refuses(SECRETARY, c.Correct("t:9", "x"), "unknown_utterance")


# -- votes ---------------------------------------------------------------------------------------------------------


def put(table: Table, **changes: object) -> str:
    table.does(CHAIR, replace(c.PutMotion("Sửa đường"), **changes))  # type: ignore[arg-type]  # its fields
    return table.room.votes.motions[-1].put.motion


def test_the_base_is_frozen_by_name_and_channel_when_put() -> None:
    table = opened()
    motion = put(table)
    event = table.entries[-1].event
    assert isinstance(event, MotionPut)
    assert {(voter.member, voter.channel) for voter in event.base} == {
        (LEADER, "hall"), (DEPUTY, "hall"), (CLERK, "hall"), (LAN, "hall"), (HOP, "remote"), (THANG, "remote"),
    }  # fmt: skip
    assert event.official == 8
    table.does(SECRETARY, c.Call(EXEMPT, True))
    assert table.room.votes.motion(motion).base == 6  # type: ignore[union-attr]  # it was just put


def test_those_counted_in_the_hall_cast_no_own_vote() -> None:
    table = opened()
    motion = put(table)
    assert "hội trường" in table.refuses(hall(LAN), c.Cast(motion, "for"), "no_own_vote").message_vi
    table.refuses(remote(PROBATIONARY), c.Cast(motion, "for"), "no_own_vote")
    table.refuses(remote(HOP), c.Cast("m9", "for"), "unknown_motion")
    table.does(remote(HOP), c.Cast(motion, "for"), c.Cast(motion, "against", "còn thiếu tiền"))
    assert table.room.votes.motions[0].own[HOP].choice == "against"


def test_a_vote_is_not_closed_until_its_counts_add_up_and_says_by_how_many_they_miss() -> None:
    table = opened()
    motion = put(table)
    refused = table.refuses(CHAIR, c.CloseMotion(motion), "does_not_add_up")
    assert refused.message_vi == (
        "Số biểu quyết chưa khớp: còn thiếu 6 trên 6. Hội trường thiếu 4 trên 4. "
        "Trực tuyến chưa biểu quyết: Lang Văn Hợp, Quách Văn Thắng."
    )
    assert "thừa 1" in table.refuses(SECRETARY, c.CountHall(motion, 5), "too_many").message_vi
    table.does(SECRETARY, c.CountHall(motion, 3)).does(remote(HOP), c.Cast(motion, "for"))
    table.does(remote(THANG), c.Cast(motion, "other"))
    assert "còn thiếu 1 trên 6" in table.refuses(CHAIR, c.CloseMotion(motion), "does_not_add_up").message_vi
    table.does(SECRETARY, c.CountHall(motion, 3, 1))
    assert [entry.event for entry in table.entries[-1:]] == [VoteCast(motion, "hall", "against", 1)]
    table.does(CHAIR, c.CloseMotion(motion))
    closed = table.room.votes.motions[0].closed
    assert closed is not None
    assert (closed.in_favour, closed.against, closed.other, closed.passed, closed.not_cast) == (4, 1, 1, True, 0)
    assert closed.wording == "4/6 đồng chí biểu quyết tán thành (66,7%): thông qua"
    table.refuses(SECRETARY, c.CountHall(motion, 4), "motion_closed")


def test_who_dropped_before_voting_is_written_down_as_not_having_voted() -> None:
    table = opened()
    motion = put(table)
    table.does(SECRETARY, c.CountHall(motion, 4)).happened(Left(HOP, f"s-{HOP}", "lost"))
    table.does(CHAIR, c.CloseMotion(motion, confirmed=True))
    closed = table.room.votes.motions[0].closed
    assert closed is not None
    assert (closed.in_favour, closed.not_cast, closed.passed) == (4, 2, True)


def test_two_thirds_are_of_all_official_members_of_the_cell() -> None:
    table = opened()
    motion = put(table, threshold="two_thirds_official")
    table.does(SECRETARY, c.CountHall(motion, 4)).does(remote(HOP), c.Cast(motion, "for"))
    table.does(remote(THANG), c.Cast(motion, "against")).does(CHAIR, c.CloseMotion(motion))
    closed = table.room.votes.motions[0].closed
    assert closed is not None
    assert not closed.passed
    assert closed.wording == "5/8 đảng viên chính thức của chi bộ tán thành (62,5%): không thông qua"


def test_one_motion_at_a_time_and_none_before_the_roll_call() -> None:
    bare = scheduled().does(CHAIR, c.DecideRecording(False, False), c.Open())
    bare.refuses(CHAIR, c.PutMotion("x"), "no_voters")
    table = opened()
    put(table)
    table.refuses(CHAIR, c.PutMotion("y"), "motion_open")
    table.refuses(CHAIR, c.Close(), "motion_open")


# -- the end -------------------------------------------------------------------------------------------------------


def test_minutes_are_passed_only_after_they_were_read_back_and_by_no_more_than_may_vote() -> None:
    table = opened()
    table.refuses(SECRETARY, c.ReadBack(), "no_document")
    table.refuses(CHAIR, c.PassMinutes(6), "not_read_back")
    drafted(table).does(SECRETARY, c.ReadBack(CLERK))
    assert sums(table.room.ledger).present == 7  # one of them probationary, who only listens
    assert "thừa 1" in table.refuses(CHAIR, c.PassMinutes(7), "too_many").message_vi
    assert table.does(CHAIR, c.PassMinutes(6)).room.meeting.passed is not None


def test_minutes_read_out_again_are_passed_again() -> None:
    table = drafted(opened()).does(SECRETARY, c.ReadBack(CLERK)).does(CHAIR, c.PassMinutes(6))
    assert view("meeting", table.room, table.live, "desk", SECRETARY)["passed"] is True
    table = table.does(SECRETARY, c.ReadBack(CLERK))
    shown = view("meeting", table.room, table.live, "desk", SECRETARY)
    assert (shown["read_back"], shown["passed"]) == (True, False)


def test_after_read_back_a_changed_figure_or_name_needs_a_reason_and_other_words_do_not() -> None:
    table = drafted(opened(), "Đồng chí Lê Đình Khang góp 200 nghìn đồng.").does(SECRETARY, c.ReadBack())
    version = table.room.document.version
    for text in ("Đồng chí Lê Đình Khang góp 300 nghìn đồng.", "Đồng chí Lang Văn Hợp góp 200 nghìn đồng."):
        table.refuses(SECRETARY, c.SaveBlock("k0", version, text), "reason_needed")
    table.refuses(SECRETARY, c.DeleteBlock("k0", version), "reason_needed")
    table.does(SECRETARY, c.SaveBlock("k0", version, "Đồng chí Lê Đình Khang xin góp 200 nghìn đồng."))


def test_a_stale_edit_comes_back_with_the_text_as_it_is_now() -> None:
    table = drafted(opened())
    version = table.room.document.version
    table.does(SECRETARY, c.SaveBlock("k0", version, "Bản của thư ký."))
    assert table.refuses(CHAIR, c.SaveBlock("k0", version, "Bản khác."), "stale").current == "Bản của thư ký."
    table.does(SECRETARY, c.InsertBlock("note", "Ghi thêm.", version, "k0"))
    new = table.room.document.paragraphs[1].id
    table.does(SECRETARY, c.MoveBlock(new, version + 2), c.DeleteBlock(new, version + 3))
    table.refuses(SECRETARY, c.SaveBlock(new, version + 3, "x"), "gone")


def test_a_redraft_of_a_touched_block_is_only_proposed_and_can_be_accepted() -> None:
    table = drafted(opened())
    table.does(SECRETARY, c.SaveBlock("k0", 1, "Sửa tay."))
    table.refuses(SECRETARY, c.AcceptRedraft("k0", 2), "no_redraft")
    drafted(table, "Soạn lại.")
    assert table.room.document.paragraphs[0].block.text == "Sửa tay."
    table.does(SECRETARY, c.AcceptRedraft("k0", 3))
    assert table.room.document.paragraphs[0].block.text == "Soạn lại."


def test_approval_with_speech_still_owed_needs_a_confirmation() -> None:
    table = drafted(opened()).happened(Closed()).does(SECRETARY, c.Submit())
    table.live = Live(owed_ms=90_000)
    assert "2 phút" in table.refuses(CHAIR, c.Approve(), "speech_owed").message_vi
    table.does(CHAIR, c.Return("Sửa mục 2."))
    assert table.room.phase == "closed"
    table.happened(Submitted(1)).does(CHAIR, c.Approve(confirmed=True))
    assert table.room.phase == "approved"


def test_a_sealed_record_is_corrected_as_a_new_version_with_its_reason() -> None:
    table = (
        drafted(opened(), "Có 30 hộ góp đất.").does(SECRETARY, c.ReadBack()).does(CHAIR, c.PassMinutes(5), c.Close())
    )
    table.does(SECRETARY, c.Submit()).does(CHAIR, c.Approve())
    table.refuses(CHAIR, c.Reopen("sai số hộ"), "wrong_state")
    table.happened(Sealed("00" * 32, 9, "11" * 32, "k"))
    table.refuses(hall(LAN), c.Reopen("sai số hộ"), "not_allowed")
    table.does(SECRETARY, c.Reopen("ghi sai số hộ", for_chair=True))
    assert table.entries[-1].authority == "for_chair"
    assert (table.room.phase, table.room.document.paragraphs[0].touched) == ("closed", True)
    table.refuses(SECRETARY, c.Draft(), "reopened")
    table.does(SECRETARY, c.SaveBlock("k0", table.room.document.version, "Có 31 hộ góp đất.", reason="đếm lại"))
    table.does(SECRETARY, c.Submit())
    amended = next(entry.event for entry in reversed(table.entries) if isinstance(entry.event, Amended))
    assert [(one.before, one.after) for one in amended.changes] == [("Có 30 hộ góp đất.", "Có 31 hộ góp đất.")]
    table.does(CHAIR, c.Approve())
    approved = table.room.meeting.approved
    assert approved is not None
    assert isinstance(approved.event, Approved)
    assert (approved.event.version, approved.event.reason) == (2, "ghi sai số hộ")
    assert len(table.room.meeting.seals) == 1


# -- properties ----------------------------------------------------------------------------------------------------

PEOPLE = (CHAIR, SECRETARY, hall(DEPUTY), hall(LAN), remote(HOP), remote(THANG), Actor("nobody"))
ANY: list[Command] = [
    c.DecideRecording(True, True), c.Open(), c.StartItem("review"), c.StartItem("plan"), c.StartItem("guarded"),
    c.ConcludeItem("review", "concluded", "Xong."), c.ConcludeItem("plan", "open"), c.Call(LAN, True),
    c.Call(HOP, True, "remote"), c.Call(HOP, False), c.Excuse(THANG, True), c.LeaveHall(LAN), c.RaiseHand(),
    c.RaiseHand(False), c.GiveFloor(LAN), c.GiveFloor(""), c.ReturnFloor(), c.TypeSpeech("Lời nói."),
    c.PutMotion("Việc"), c.Cast("m4", "for"), c.Cast("m4", "other"), c.CountHall("m4", 1, 1, 0), c.CloseMotion("m4"),
    c.CloseMotion("m12", confirmed=True), c.GiveTask("Việc", who=(LAN,)), c.Petition("Xin"), c.OffRecord("pause"),
    c.OffRecord("secret"), c.OnRecord(), c.EraseLast(1), c.Draft(), c.ReadBack(), c.PassMinutes(3),
    c.InsertBlock("note", "Thêm.", 0), c.Close(), c.Submit(), c.Approve(), c.Return("x"), c.AppointChair(DEPUTY),
    c.AppointSecretary(LAN), c.Guest("Khách"), c.PutMotion("Phiếu", method="ballot"),
    c.PutMotion("Khen", options=("A", "B"), out=(LAN,)), c.CountBallots("m22", 9, 9, 9, 0, 9),
    *(c.Reserve(f"m{n}", "Bảo lưu.", HOP) for n in range(4, 40, 5)), c.Score(),
    c.Score(("preparation=10", "conduct=10", "chairing=10", "principles=10", "results=10")),
    c.LinkSession(f"s-{HOP}", LAN), c.LinkSession(f"s-{THANG}", HOP), c.AllowRemote(HOP, True, "ở xa"),
    c.AllowRemote(HOP, False), c.CountHall("m7", 2, 1, 0, typed=True), c.CountHall("m7", 4, 1, 1),
    c.CountBallots("m7", 4, 4, 3, 0, 3), c.CountBallots("m7", 4, 5, 4, 1, 4), c.CountBallots("m7", 3, 3, 2, 1, 3),
    c.PutMotion("Phiếu kín", method="ballot"), c.CountBallots("m7", 3, 3, 2, 1, 1, 1),
    c.GiveTask("Việc", due="2020-01-01"),
    c.Answer(True, member=THANG), c.Answer(False, "ốm"), c.SaveBlock("k0", 1, "Sửa 5."),
    c.SaveBlock("k0", 9, "Sửa 6.", "lý do", HOP), c.MoveBlock("k1", 9, "k0"), c.DeleteBlock("k1", 9),
    c.DeleteBlock("k1", 9, "thừa"), c.AcceptRedraft("k0", 9), c.AcceptRedraft("k0", 9, "nghe nhầm"),
    c.Call(THANG, True, "remote", method="voice"), c.Call(LAN, False), c.Excuse(LAN, False), c.ShowMotion("x"),
    c.SetFloor(True, 60), c.CountHall("m7", 2, 1, 1, "đề nghị hoãn", typed=True), c.Reserve("m7", "Giữ.", typed=True),
    c.Call(LAN, True, late=True, method="typed", happened_at=START + 1_000), c.LeaveHall(LAN, True, START + 2_000),
    c.LeaveHall(LAN, True, START + 2_000, START + 3_000), c.Close(True, START + 4_000), c.Guest("Khách", typed=True),
]  # fmt: skip
VOTES = [one for one in ANY if isinstance(one, c.PutMotion | c.CountHall | c.CountBallots | c.Cast | c.CloseMotion)]
STEPS = some.lists(
    some.tuples(
        some.sampled_from((CHAIR, SECRETARY, *PEOPLE)),
        some.sampled_from(ANY) | some.sampled_from(VOTES),
        some.booleans(),
    ),
    max_size=40,
)
"""Half of them about votes, at a motion that is there: else hardly any count meets a motion."""


def aimed(command: Command, room: Room) -> Command:
    """At a motion that is there: an open one of its kind, else the last."""
    if not hasattr(command, "motion") or not room.votes.motions:
        return command
    ballot = isinstance(command, c.CountBallots)
    fitting = [one for one in room.votes.motions if one.closed is None and (one.put.method == "ballot") == ballot]
    motion = (fitting or room.votes.motions)[-1].put.motion
    return replace(command, motion=motion)  # type: ignore[call-arg]  # of those that name one


@settings(max_examples=200, deadline=None)
@given(STEPS, some.integers(0, 60))
def test_whatever_people_do_the_room_holds_together(steps: list[tuple[Actor, Command, bool]], cut: int) -> None:
    table = drafted(drafted(opened(), "Góp 3 triệu.", "Ý kiến."), "Góp 4 triệu.", "Ý kiến khác.")
    for actor, command, by_word in steps:
        before, length = table.room, len(table.entries)
        try:
            table.does(actor, replace(aimed(command, table.room), for_chair=by_word))
        except Refused:
            assert (table.room, len(table.entries)) == (before, length)
    for motion in table.room.votes.motions:
        assert 0 <= motion.counted.total <= motion.base
        assert motion.excess == 0, "a hall count over its base is refused, never kept"
        if found := table.room.ballots.get(motion.put.motion):
            assert found.valid + found.invalid == found.returned <= found.issued <= motion.base_of("hall")
    counted = sums(table.room.ledger)
    parts = (counted.present, counted.excused, counted.absent, counted.unknown, counted.outside)
    assert sum(parts) == counted.total == len(table.room.meeting.roster)
    cut = min(cut, len(table.entries))
    assert fold(table.entries[cut:], fold(table.entries[:cut])) == table.room == fold(table.entries)


@pytest.mark.parametrize("actor", [Actor(), Actor("nobody"), SYSTEM, Actor(roles=frozenset({"administrator"}))])
def test_strangers_and_machines_are_refused_everything(actor: Actor) -> None:
    table = opened()
    for command, by_word in itertools.product(ANY, (False, True)):
        with pytest.raises(Refused):
            decide(table.room, table.live, actor, replace(command, for_chair=by_word), table.at)


def test_every_command_has_a_decision() -> None:
    assert DECISIONS.keys() == set(COMMANDS.values())
