"""A table of months as a PDF on lying A4 sheets: the upper level's report on its cells' year. Figures, no contents."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files

import typst


@dataclass(frozen=True, slots=True)
class Row:
    """``months``: twelve short signs."""

    parent: str
    name: str
    months: tuple[str, ...]
    regular: str
    thematic: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Report:
    """``facts``: lines above the table; ``legend``: what the signs mean."""

    title: str
    unit: str
    facts: tuple[str, ...]
    legend: str
    rows: tuple[Row, ...]


def report_pdf(report: Report) -> bytes:
    home = files("minutes.export")
    with as_file(home / "report.typ") as template, as_file(home / "fonts") as fonts:
        return typst.compile(
            template, format="pdf", pdf_standards="a-3b", font_paths=[fonts], ignore_system_fonts=True,
            sys_inputs={"report": json.dumps(asdict(report), ensure_ascii=False)}, timestamp=0,
        )  # fmt: skip
