"""The month's sheet: the newest head of the log of sealed versions on paper, for the file of the level above."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files

import segno
import typst

from minutes.export.moments import VIETNAM, clock, day_of, long_day


@dataclass(frozen=True, slots=True)
class Sheet:
    """``month``: "2026-11"; ``records`` of that month, ``total`` so far; ``size`` and ``root`` (hex) of the head made
    at ``at`` ms by the key ``key``; ``code`` is what the QR code holds."""

    installation: str
    month: str
    records: int
    total: int
    size: int
    root: str
    at: int
    key: str
    code: str


def month_bounds(month: str) -> tuple[int, int]:
    """First ms of the month and of the next one, in Vietnam."""
    year, number = map(int, month.split("-"))
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    begin, end = (int(datetime(*day, 1, tzinfo=VIETNAM).timestamp() * 1000) for day in ((year, number), following))
    return begin, end


def sheet_pdf(sheet: Sheet) -> bytes:
    """One A4 page."""
    code = io.BytesIO()
    segno.make(sheet.code, error="m", boost_error=False).save(code, kind="svg", border=2, xmldecl=False)
    year, month = sheet.month.split("-")
    data = {
        "installation": sheet.installation, "month": f"{int(month):02}/{year}", "records": str(sheet.records),
        "total": str(sheet.total), "size": str(sheet.size), "key": sheet.key,
        "root": " ".join(sheet.root[start : start + 8] for start in range(0, len(sheet.root), 8)),
        "at": f"{clock(sheet.at)}, {long_day(day_of(sheet.at))}", "code": code.getvalue().decode(),
    }  # fmt: skip
    home = files("minutes.export")
    with as_file(home / "heads_sheet.typ") as template, as_file(home / "fonts") as fonts:
        return typst.compile(
            template, format="pdf", pdf_standards="a-3b", font_paths=[fonts], ignore_system_fonts=True,
            sys_inputs={"sheet": json.dumps(data, ensure_ascii=False)}, timestamp=0,
        )  # fmt: skip
