"""Forms to be filled in by hand: what is known stands in them, what is secret does not."""

from __future__ import annotations

from pathlib import Path

from meeting_server.room.kinds import kinds_on
from minutes.export.conduct import conduct_of
from minutes.export.folded import folded
from minutes.export.forms import BLANK, TICK, form_pdf
from minutes.export.moments import day_of
from minutes.record.events import AgendaItem
from tests.minutes.export import papers
from tests.minutes.export.test_prints import text_of_pdf


def test_the_conduct_of_a_meeting_names_everybody_with_boxes_and_hides_what_is_secret(tmp_path: Path) -> None:
    agenda = (AgendaItem("i1", "Làm đường vào trường"), AgendaItem("i2", "Nội dung không được nêu", secret=True))
    form = conduct_of(folded(papers.chained([(-60, "m1", papers.scheduled(agenda=agenda))])))
    roll = next(part for part in form.parts if part.kind == "table")
    assert [row[1].split(" (")[0] for row in roll.rows] == [line.name for line in papers.ROSTER]
    assert all(row[2:6] == (TICK,) * 4 for row in roll.rows)
    printed = " ".join(text_of_pdf(form_pdf(form), tmp_path).split())
    assert "Làm đường vào trường" in printed
    assert "không được nêu" not in printed
    assert "Vi Văn Tiến (miễn sinh hoạt)" in printed
    assert "ai bảo lưu ý kiến" in printed


def test_every_kind_held_on_paper_has_its_blank_form(tmp_path: Path) -> None:
    on_paper = {kind.form for kind in kinds_on(day_of(papers.START)).values() if not kind.online}
    assert on_paper == set(BLANK)
    for form in BLANK.values():
        assert "Kết thúc lúc" in " ".join(text_of_pdf(form_pdf(form), tmp_path).split())
