from __future__ import annotations

from minutes.drafting.draft import draft
from minutes.drafting.resolution import resolution
from tests.minutes.drafting.said import case


def test_the_resolution_holds_what_was_concluded_assigned_and_scored() -> None:
    said, roster, _ = case("dev_03")
    blocks = resolution(draft(said, roster))
    texts = "\n".join(block.text for block in blocks)
    assert [b.text for b in blocks if b.kind == "item"] == ["Chủ trương, nhiệm vụ", "Phân công thực hiện"]
    assert "ống chôn sâu 40" in texts
    assert "Đồng chí Hơ Văn Lử" in texts
    assert "84 điểm" in texts


def test_advice_and_proposals_never_enter_the_resolution() -> None:
    said, roster, _ = case("dev_05")
    texts = "\n".join(block.text for block in resolution(draft(said, roster)))
    assert "bảng tin cổng trường" not in texts


def test_how_the_resolution_was_passed_stands_in_it() -> None:
    said, roster, _ = case("dev_04")
    texts = [block.text for block in resolution(draft(said, roster)) if block.kind == "vote"]
    assert texts == ["Nghị quyết được chi bộ thông qua (32/33 tán thành)."]
