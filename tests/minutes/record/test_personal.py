from __future__ import annotations

import json

from minutes.record import personal
from minutes.record.events import Corrected, SpeakerAssigned, Spoke
from minutes.record.retention import erased
from tests.minutes.export import papers
from tests.minutes.record.logbook import log


def test_a_person_sees_what_they_did_and_where_they_are_named_and_nobody_elses_lines() -> None:
    found = personal.about(papers.whole(), "m4")
    assert {fact.kind for fact in found} >= {"Scheduled", "Joined", "Spoke", "MotionPut", "VoteCast", "TaskGiven"}
    everything = json.dumps([fact.data for fact in found], ensure_ascii=False)
    assert "Lang Văn Hợp" in everything
    for other in ("Lò Thị Xuân", "chăm mẹ nằm viện", "Lê Văn Tám", "Vi Văn Tiến"):
        assert other not in everything
    base = next(fact.data for fact in found if fact.kind == "MotionPut")
    assert base is not None
    assert base["base"] == [{"member": "m4", "channel": "remote"}]


def test_an_utterance_is_followed_to_whom_it_is_assigned() -> None:
    said = Spoke("t1", 0, 48_000, 0, "m1", "lời")
    entries = log([said, SpeakerAssigned("t1:0", "m2"), Corrected("t1:0", "lời đã sửa")], actor="system")
    assert [fact.kind for fact in personal.about(entries, "m2")] == ["SpeakerAssigned", "Corrected"]
    assert [fact.kind for fact in personal.about(entries, "m1")] == ["Spoke"]


def test_of_what_was_erased_only_the_own_deeds_are_told() -> None:
    entries = [erased(entry) if entry.kind in ("VoteCast", "Spoke") else entry for entry in papers.whole()]
    facts = [fact for fact in personal.about(entries, "m4") if fact.data is None]
    assert [fact.kind for fact in facts] == ["VoteCast"]
