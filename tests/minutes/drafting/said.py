"""A small cell and its way of speaking, for the tests of drafting."""

from __future__ import annotations

import json
from pathlib import Path

from minutes.drafting.scene import Scene, set_scene
from minutes.drafting.turns import RosterLine, Turn, read_roster, read_turns

CASES = Path(__file__).parents[2] / "cases" / "minutes"
CHAIR, DEPUTY, SECRETARY = "Trần Văn Bình", "Lê Thị Mai", "Phạm Văn Lộc"

ROSTER = (
    RosterLine(CHAIR, channel="hall", position="bí thư", member="m1"),
    RosterLine(DEPUTY, channel="hall", position="phó bí thư", member="m2"),
    RosterLine(SECRETARY, channel="hall", position="chi ủy viên", member="m3"),
    RosterLine("Nguyễn Đức Hải", channel="hall", position="chi hội trưởng cựu chiến binh", member="m4"),
    RosterLine("Bùi Thị Hải", channel="hall", position="chi hội trưởng phụ nữ", member="m5"),
    RosterLine("Lê Văn Tám", channel="hall", member="m6"),
    RosterLine("Vũ Thị Lan", status="probationary", channel="hall", member="m7"),
    RosterLine("Đỗ Văn Sơn", channel="remote", member="m8"),
    RosterLine("Hoàng Văn Tú", channel="absent", member="m9"),
    RosterLine("Cao Thị Nụ", channel="absent", member="m10"),
    RosterLine("Lê Văn Cẩn", exempt=True, channel="exempt", member="m11"),
)
ROLES = {CHAIR: "bí thư", DEPUTY: "phó bí thư", SECRETARY: "thư ký"}


def turns(*said: tuple[str, str]) -> tuple[Turn, ...]:
    """Turns of (speaker, text), counted from 1; every turn has an utterance of its own."""
    return tuple(
        Turn(order, speaker, ROLES.get(speaker, "đảng viên"), "hall", text, utterance=f"hall:{order}")
        for order, (speaker, text) in enumerate(said, 1)
    )


def scene(*said: tuple[str, str]) -> Scene:
    return set_scene(turns(*said), ROSTER, CHAIR, SECRETARY)


def case(name: str) -> tuple[tuple[Turn, ...], tuple[RosterLine, ...], dict[str, object]]:
    """Turns, roster and gold of a case."""
    lines = (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()
    roster = (CASES / f"{name}.roster.json").read_text("utf-8")
    return read_turns(lines), read_roster(roster), json.loads((CASES / f"{name}.gold.json").read_text("utf-8"))
