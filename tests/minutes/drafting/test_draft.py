from __future__ import annotations

import random
from dataclasses import replace
from statistics import mean

import pytest

from benchmarks.minutes_score import score
from benchmarks.noise_turns import noisy
from minutes.drafting.draft import document, draft
from tests.minutes.drafting.said import CASES, CHAIR, DEPUTY, ROSTER, case, turns

DEV = sorted(p.name.removesuffix(".jsonl") for p in CASES.glob("dev_*.jsonl"))


def scored(name: str, rate: float = 0.0) -> dict[str, object]:
    said, roster, gold = case(name)
    rng = random.Random(1)
    heard = tuple(replace(t, text=noisy(t.text, rate, rng)) for t in said) if rate else said
    members = [{"name": line.name} for line in roster]
    return score(gold, draft(heard, roster).as_json(), members, [{"speaker": t.speaker, "text": t.text} for t in said])


def test_clean_cases_reach_the_bars() -> None:
    scores = [scored(name) for name in DEV]
    bars = {
        "score": 0.85, "attendance": 0.95, "header": 0.95, "votes": 0.95, "tasks": 0.75, "conclusions": 0.75,
        "opinions_found": 0.85, "kinds": 0.80, "sourced": 1.0,
    }  # fmt: skip
    for part, bar in bars.items():
        assert mean(float(str(s[part])) for s in scores) >= bar, part
    assert all(s["unsupported"] == [] for s in scores)


@pytest.mark.parametrize(("rate", "bar"), [(0.10, 0.70), (0.25, 0.55)])
def test_roughly_recognised_cases_reach_theirs_and_assert_nothing_unsaid(rate: float, bar: float) -> None:
    scores = [scored(name, rate) for name in DEV]
    assert mean(float(str(s["score"])) for s in scores) >= bar
    assert all(s["unsupported"] == [] for s in scores)


@pytest.mark.parametrize("name", ["own_01", "own_02", "own_06", "own_08", "own_10", "own_12", "held_01", "held_03"])
def test_meetings_the_rules_were_not_made_from_are_read_too(name: str) -> None:
    assert float(str(scored(name)["score"])) >= 0.85


def test_every_block_names_what_it_rests_on() -> None:
    said, roster, _ = case("dev_03")
    spoken = tuple(replace(t, utterance=f"hall:{t.order}") for t in said)
    blocks = document(draft(spoken, roster))
    told = [b for b in blocks if b.kind in ("opinion", "report", "upper", "conclusion", "vote", "task")]
    assert len(told) >= 15
    assert all(b.sources and all(s.startswith("hall:") for s in b.sources) for b in told)
    assert len({b.id for b in blocks}) == len(blocks)


def test_the_same_input_gives_the_same_draft() -> None:
    said, roster, _ = case("dev_05")
    assert document(draft(said, roster)) == document(draft(said, roster))


def test_a_correction_changes_only_its_own_blocks() -> None:
    said, roster, _ = case("dev_03")
    before = {b.id: b for b in document(draft(said, roster))}
    changed = tuple(replace(t, text=t.text.replace("ba công", "năm công")) if t.order == 10 else t for t in said)
    after = {b.id: b for b in document(draft(changed, roster))}
    assert before.keys() == after.keys()
    assert [b.kind for key, b in after.items() if b != before[key]] == ["opinion"]


def test_what_was_never_said_is_listed_and_left_blank() -> None:
    said, roster, _ = case("dev_05")
    minutes = draft(said, roster)
    assert minutes.header.end_time is None
    assert minutes.quality is None
    assert "giờ kết thúc" in minutes.missing
    assert "điểm tự chấm chất lượng buổi sinh hoạt" in minutes.missing
    assert any("Theo dõi, giúp đỡ thầy Hiệp" in line for line in minutes.missing)


def test_nothing_said_gives_an_empty_draft_that_says_so() -> None:
    minutes = draft((), ())
    assert minutes.opinions == ()
    assert "ngày họp" in minutes.missing
    assert document(minutes) == document(minutes)


def test_an_unknown_speaker_breaks_nothing() -> None:
    minutes = draft(turns(("", "Tôi đề nghị làm đường."), ("", "Nhất trí.")), ROSTER)
    assert minutes.attendance.total == len(ROSTER)


def test_an_agenda_may_be_counted_and_listed_without_numbers() -> None:
    said = turns(
        (CHAIR, "Nội dung có ba phần: kiểm điểm tập thể; kiểm điểm cá nhân; nhiệm vụ quý một. Phần một đồng chí Mai."),
        (DEPUTY, "Năm qua hoàn thành 11 trên 13 chỉ tiêu, hai chỉ tiêu về hộ nghèo và lớp học chữ thì chưa đạt được."),
    )
    minutes = draft(said, ROSTER)
    assert [item.title for item in minutes.agenda] == ["Kiểm điểm tập thể", "Kiểm điểm cá nhân", "Nhiệm vụ quý I"]
    assert [(o.speaker, o.kind) for o in minutes.opinions] == [(DEPUTY, "thông tin")]


def test_what_came_out_is_a_conclusion_when_the_chair_says_it() -> None:
    said = turns((CHAIR, "Kết quả: 1 đồng chí xuất sắc, 9 đồng chí hoàn thành tốt, 1 đồng chí hoàn thành nhiệm vụ."))
    assert [c.text for c in draft(said, ROSTER).conclusions] == [
        "1 đồng chí xuất sắc, 9 đồng chí hoàn thành tốt, 1 đồng chí hoàn thành nhiệm vụ."
    ]


def test_the_part_of_the_day_may_stand_with_the_date() -> None:
    said = turns((CHAIR, "Nay là tối mồng bốn tháng ba năm hai nghìn không trăm hai bảy, bảy giờ mười lăm."))
    assert draft(said, ROSTER).header.start_time == "19:15"
