"""The report on paper: every cell stands in it, words stay words."""

from __future__ import annotations

import io

import pikepdf

from minutes.export.report import Report, Row, report_pdf


def test_many_cells_run_over_pages_and_the_signs_have_letters_of_their_own() -> None:
    months = ("✓", "✓◆", "–", "○", "✓*", *("✓",) * 7)
    rows = tuple(
        Row("Đảng ủy xã Một", f"Chi bộ thôn {n} #let x", months, "10", "1", "Biên bản chậm") for n in range(60)
    )
    printed = report_pdf(Report("THEO DÕI NĂM 2026", "Đảng ủy xã Một", ("60 chi bộ.",), "✓ thường kỳ", rows))
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert len(pdf.pages) > 2
        assert str(pdf.Root.Lang) == "vi"
