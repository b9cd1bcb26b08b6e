from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from minutes.drafting.log import drafted, material
from minutes.export import recorded
from minutes.export.folded import folded
from minutes.export.layouts import layout_on
from minutes.record import document as paper
from minutes.record import events as e
from tests.minutes.drafting.said import CHAIR, ROSTER, SECRETARY
from tests.minutes.record.logbook import START, log

MEMBERS = tuple(
    e.RosterLine(line.member, line.name, line.status, line.exempt, position=line.position) for line in ROSTER
)
IDS = {line.name: line.member for line in ROSTER}
PLAN = e.Scheduled(
    "c1", "Chi bộ thôn Hải Tiến", "Đảng bộ xã Hoằng Tiến", "regular", "Sinh hoạt thường kỳ tháng 5/2026", START,
    "Hội trường thôn", "hybrid", "2026-05", (e.AgendaItem("a1", "Làm đường"), e.AgendaItem("a2", "Vệ sinh")), MEMBERS,
)  # fmt: skip
SAID = (
    (CHAIR, "Sang phần một, bàn việc làm đường. Mời đồng chí Tám."),
    ("Lê Văn Tám", "Tôi đề nghị mỗi hộ góp hai công làm đường bê tông."),
    (CHAIR, "Tôi kết luận: mỗi hộ góp hai công làm đường. Giao đồng chí Tám lập danh sách, xong trước ngày hai mươi."),
    (CHAIR, "Bây giờ ta biểu quyết. Đồng chí nào nhất trí đề nghị giơ tay."),
    (SECRETARY, "Sáu đồng ý, một không đồng ý."),
)


def spoken(place: int, speaker: str, text: str) -> tuple[int, e.Event]:
    at = 60_000 * (place + 30)
    spoke = e.Spoke("hall", 48_000 * 60 * place, 48_000 * (60 * place + 20), START + at, IDS[speaker], text, text)
    return at, spoke


def meeting(*more: e.Event | tuple[int, e.Event]) -> list[e.Entry]:
    called = [e.RollCalled(line.member, True, "hall") for line in MEMBERS[:8]]
    return log(
        [
            PLAN, e.Opened(), *called, e.Excused("m9", True, "đi công tác"), e.Excused("m10", False),
            e.ChairAppointed("m1"), e.SecretaryAppointed("m3"), e.ItemStarted("a1"),
            *(spoken(i, who, text) for i, (who, text) in enumerate(SAID)), *more,
        ]
    )  # fmt: skip


def test_the_log_gives_turns_roster_and_what_was_recorded() -> None:
    found = material(meeting())
    assert [t.speaker for t in found.turns] == [who for who, _ in SAID]
    assert found.turns[0].utterance == "hall:0"
    assert found.facts.chair == CHAIR
    assert found.facts.attendance is not None
    assert (found.facts.attendance.present, found.facts.attendance.absent) == (8, 2)
    assert found.facts.votes is None


def test_a_draft_of_the_log_is_an_event_with_blocks_and_data() -> None:
    draft = drafted(meeting())
    kinds = [block.kind for block in draft.blocks]
    assert {"attendance", "absent", "opinion", "conclusion", "vote", "task"} <= set(kinds)
    assert json.loads(draft.data)["votes"][0]["for"] == 6
    opinion = next(b for b in draft.blocks if b.kind == "opinion")
    assert opinion.text == "Đồng chí Lê Văn Tám đề nghị mỗi hộ góp 2 công làm đường bê tông."
    assert opinion.sources == ("hall:2880000",)


def test_of_a_secret_item_the_minutes_say_that_it_was_secret_and_no_more() -> None:
    plan = replace(PLAN, agenda=(*PLAN.agenda, e.AgendaItem("a3", "Vụ việc ở Hải Tiến", secret=True)))
    held = meeting()
    made = drafted([replace(held[0], event=plan), *held[1:]])
    assert "(3) Nội dung mật." in next(block.text for block in made.blocks if block.kind == "opening")
    assert "Vụ việc" not in made.data + " ".join(block.text for block in made.blocks)
    items = [e.ItemStarted("a3"), e.ItemConcluded("a3", "concluded")]
    parts = folded([replace(held[0], event=plan), *meeting(*items)[1:]])
    assert not [
        line for line in recorded.proceedings(parts, layout_on("minutes", date(2026, 5, 3))) if "Vụ việc" in line
    ]


def test_recorded_votes_conclusions_and_tasks_rule() -> None:
    base = tuple(e.Voter(f"m{i}", "hall") for i in (1, 2, 3, 4, 5, 6, 8))
    draft = drafted(
        meeting(
            e.MotionPut("v1", "a1", "Mỗi hộ góp hai công làm đường", "hands", base),
            e.VoteCast("v1", e.HALL, "for", 5),
            e.VoteCast("v1", e.HALL, "against", 2),
            e.MotionClosed("v1", 5, 2, 0, True),
            e.ItemConcluded("a1", "concluded", "Mỗi hộ góp 2 công làm đường bê tông"),
            e.TaskGiven("t1", "a1", "Lập danh sách hộ góp công", ("m6",), "2026-06-20"),
        )
    )
    data = json.loads(draft.data)
    assert [(v["for"], v["against"], v["voters"], v["flags"]) for v in data["votes"]] == [(5, 2, 7, ["said-differs"])]
    assert [c["text"] for c in data["conclusions"]] == ["Mỗi hộ góp 2 công làm đường bê tông"]
    assert [(t["what"], t["who"], t["deadline"]) for t in data["tasks"]] == [
        ("Lập danh sách hộ góp công", "Lê Văn Tám", "2026-06-20")
    ]
    vote = next(b for b in draft.blocks if b.kind == "vote")
    assert vote.sources[0].startswith("entry:")
    assert "hall:11520000" in vote.sources


def test_a_corrected_word_redrafts_its_block_and_only_proposes_to_a_touched_one() -> None:
    entries = meeting()
    first = drafted(entries)
    opinion = next(b for b in first.blocks if b.kind == "opinion")
    corrected = e.Corrected("hall:2880000", "Tôi đề nghị mỗi hộ góp ba công làm đường bê tông.")
    saved = e.BlockSaved(opinion.id, 1, "Đồng chí Tám đề nghị góp công.")
    again = drafted(meeting(corrected))
    written = paper.fold(meeting(first, saved, corrected, again))
    touched = written.paragraph(opinion.id)
    assert touched is not None
    assert touched.block.text == "Đồng chí Tám đề nghị góp công."
    assert touched.proposal is not None
    assert "3 công" in touched.proposal.text
    untouched = paper.fold(meeting(first, corrected, again)).paragraph(opinion.id)
    assert untouched is not None
    assert "3 công" in untouched.block.text


def test_speech_of_an_unknown_hall_speaker_is_kept_without_a_name() -> None:
    stray = e.Spoke("hall", 48_000 * 900, 48_000 * 910, START + 9_900_000, e.HALL, "Tôi nhất trí.", "Tôi nhất trí.")
    found = material(meeting((9_900_000, stray)))
    assert found.turns[-1].speaker == ""


def test_a_recorded_deadline_keeps_its_before() -> None:
    draft = drafted(meeting(e.TaskGiven("t1", "a1", "Lập danh sách", ("m6",), "2026-06-20", before=True)))
    assert "Thời hạn: trước ngày 20/06/2026." in next(b.text for b in draft.blocks if b.kind == "task")


HALL_BASE = tuple(e.Voter(f"m{i}", "hall") for i in (1, 2, 3, 4, 5, 6))


def last_vote(*more: e.Event | tuple[int, e.Event]) -> e.Block:
    return next(block for block in reversed(drafted(meeting(*more)).blocks) if block.kind == "vote")


def test_another_opinion_is_told_with_what_it_is() -> None:
    vote = last_vote(
        e.MotionPut("v1", "a1", "Mức đóng góp", "hands", (*HALL_BASE, e.Voter("m8", "remote"))),
        e.VoteCast("v1", e.HALL, "for", 6),
        e.VoteCast("v1", "m8", "other", 1, "đề nghị chia hai đợt."),
        e.MotionClosed("v1", 6, 0, 1, True),
    )
    assert vote.text.endswith(" Ý kiến khác: đồng chí Đỗ Văn Sơn – đề nghị chia hai đợt.")


def test_paper_ballots_are_told_with_their_board_and_the_remote_members_who_got_none() -> None:
    vote = last_vote(
        e.MotionPut("v1", "a1", "Giới thiệu nhân sự", "ballot", (*HALL_BASE, e.Voter("m8", "remote"))),
        e.BallotsCounted("v1", 6, 6, 5, 1, (SECRETARY, "Bùi Thị Hải")),
        e.VoteCast("v1", e.HALL, "for", 4),
        e.VoteCast("v1", e.HALL, "against", 1),
        e.MotionClosed("v1", 4, 1, 0, True, "4/7 đồng chí biểu quyết tán thành (57,1%): thông qua", 2),
    )
    assert vote.text == (
        "Giới thiệu nhân sự: phiếu kín; số có quyền biểu quyết 7; phiếu phát ra 6, thu về 6, hợp lệ 5, không hợp lệ 1; "
        "ban kiểm phiếu: Phạm Văn Lộc, Bùi Thị Hải; tán thành 4, không tán thành 1, ý kiến khác 0; không bỏ phiếu "
        "(trực tuyến) 1. Kết quả: 4/7 đồng chí biểu quyết tán thành (57,1%): thông qua."
    )
    assert len([source for source in vote.sources if source.startswith("entry:")]) == 2


def test_an_opinion_kept_on_a_vote_stands_with_its_name_until_it_is_taken_back() -> None:
    course = (
        e.MotionPut("v1", "a1", "Mỗi hộ góp 2 công", "hands", HALL_BASE),
        e.VoteCast("v1", e.HALL, "for", 5),
        e.VoteCast("v1", e.HALL, "against", 1),
        e.MotionClosed("v1", 5, 1, 0, True),
        e.Reserved("v1", "m6", "đề nghị miễn cho hộ neo đơn."),
    )
    vote = last_vote(*course)
    assert vote.text.endswith("Kết quả: thông qua. Bảo lưu ý kiến: đồng chí Lê Văn Tám – đề nghị miễn cho hộ neo đơn.")
    assert json.loads(drafted(meeting(*course)).data)["votes"][0]["reserved"] == [
        {"name": "Lê Văn Tám", "text": "đề nghị miễn cho hộ neo đơn."}
    ]
    assert "Bảo lưu" not in last_vote(*course, e.Reserved("v1", "m6", "")).text


def test_persons_voted_one_by_one_have_a_line_each_and_who_left_the_room_is_named() -> None:
    votes = [
        event
        for n, name in enumerate(("Bùi Thị Hải", "Lê Văn Tám"))
        for event in (
            e.MotionPut(f"v{n}", "a1", f"Xếp loại đảng viên: {name}", "hands", HALL_BASE[:5], options=("x", "y")),
            e.VoteCast(f"v{n}", e.HALL, "for", 5),
            e.MotionClosed(f"v{n}", 5, 0, 0, True, "5/5 tán thành (100%): đề nghị xếp loại"),
        )
    ]
    lines = [block.text for block in drafted(meeting(*votes)).blocks if block.kind == "vote"]
    assert [line.split(" –")[0] for line in lines] == [
        "Xếp loại đảng viên: Bùi Thị Hải",
        "Xếp loại đảng viên: Lê Văn Tám",
    ]
    assert "số có quyền biểu quyết 5 (không tham gia, tạm rời phòng: đồng chí Lê Văn Tám" in lines[0]
    assert lines[0].endswith("Kết quả: 5/5 tán thành (100%): đề nghị xếp loại.")


def test_the_score_of_the_sheet_rules_over_the_score_said() -> None:
    said = spoken(6, CHAIR, "Chi bộ tự chấm điểm buổi sinh hoạt tám mươi lăm điểm, xếp loại khá.")
    scored = e.SelfScored("mau-2025", (e.Point("duration", 45),), 885, "Khá")
    draft = drafted(meeting(said, (9_000_000, scored)))
    block = next(block for block in draft.blocks if block.kind == "quality")
    assert block.text == "Chi bộ tự chấm buổi sinh hoạt 88,5 điểm, xếp loại Khá."
    assert block.sources[0].startswith("entry:")
    assert block.flags == ("said-differs",)
    assert json.loads(draft.data)["quality"]["score"] == 88.5


def test_the_passing_names_reader_counts_and_what_was_asked_to_be_corrected() -> None:
    read = (e.ReadBack(1, 130_000, "m3"), e.Passed(1, 6, 1, 1, "Sửa tên đồng chí Tám.\nghi rõ hai công;"))
    block = next(b for b in drafted(meeting(*read)).blocks if b.kind == "readback")
    assert block.text == (
        f"Biên bản được đồng chí {SECRETARY} đọc lại và thông qua tại cuộc họp: tán thành 6/8, không tán thành 1, "
        "ý kiến khác 1. Đề nghị sửa khi đọc lại: Sửa tên đồng chí Tám; ghi rõ hai công. "
        "Khi đọc lại còn 3 phút lời nói chưa chép xong."
    )
    assert block.sources[0].startswith("entry:")
    again = next(b for b in drafted(meeting(*read, e.ReadBack(2, 0, "m4"))).blocks if b.kind == "readback")
    assert "được đọc lại" in again.text


def test_print_says_of_the_passing_what_the_draft_says() -> None:
    parts = folded(meeting(e.ReadBack(1, 0, "m3"), e.Passed(1, 6, 1, 1)))
    printed = list(recorded.ending(parts, layout_on("minutes", date(2026, 5, 28))))
    drawn = next(
        b for b in drafted(meeting(e.ReadBack(1, 0, "m3"), e.Passed(1, 6, 1, 1))).blocks if b.kind == "readback"
    )
    assert printed[0] == f"- {drawn.text}"


def test_temporary_members_those_away_and_guests_of_the_level_above_are_named() -> None:
    roster = (
        *MEMBERS, e.RosterLine("m20", "Quách Văn Tạm", "temporary"), e.RosterLine("m21", "Hà Thị Xa", away=True),
    )  # fmt: skip
    plan = replace(PLAN, roster=roster)
    entries = log([
        plan, e.Opened(), e.ChairAppointed("m1"), e.RollCalled("m1", True, "hall"),
        e.GuestCame("g1", "Nguyễn Thị Hạnh", "Phó Bí thư Đảng ủy xã", upper=True), e.GuestCame("g2", "Đỗ Văn Sỹ"),
    ])  # fmt: skip
    blocks = drafted(entries).blocks
    attendance = next(block.text for block in blocks if block.kind == "attendance")
    assert "sinh hoạt tạm thời 1)" in attendance
    assert "sinh hoạt tạm thời nơi khác: 1 (Hà Thị Xa)" in attendance
    assert [block.text for block in blocks if block.kind == "guests"] == [
        "Cấp trên dự: đồng chí Nguyễn Thị Hạnh, Phó Bí thư Đảng ủy xã.", "Khách mời: đồng chí Đỗ Văn Sỹ.",
    ]  # fmt: skip
