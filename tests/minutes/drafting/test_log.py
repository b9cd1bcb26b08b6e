from __future__ import annotations

import json

from minutes.drafting.log import drafted, material
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
