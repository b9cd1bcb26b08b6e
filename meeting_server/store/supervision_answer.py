"""The answer of ``GET /api/supervision``: totals of all cells that the filters leave, lines of one page of them."""

from __future__ import annotations

import json

from meeting_server.store.supervision import Line, Year

PAGE = 100


def as_json(year: Year, offset: int = 0, limit: int = PAGE) -> bytes:
    """No contents. A month is the sum of 1 regular, 2 thematic, 4 due, 8 late."""
    answer = {
        "year": year.year, "regular": year.regular, "due": year.due, "tasks": year.tasks,
        "tasks_done": year.tasks_done, "trends": [trend._asdict() for trend in year.trends],
        "total": year.cells, "offset": offset, "flagged": sum(one.flagged for one in year.communes),
        "problems": year.problems, "communes": [one._asdict() for one in year.communes],
        "parents": [{"id": key, "name": name} for key, name in year.parents],
        "cells": [_told(line) for line in year.page(offset, limit)],
    }  # fmt: skip
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _told(line: Line) -> dict[str, object]:
    return {
        "id": line.cell.id, "name": line.cell.name, "parent": line.cell.parent, "parent_name": line.cell.parent_name,
        "reason": "; ".join(line.reasons),
        "months": [month.regular + 2 * month.thematic + 4 * month.due + 8 * month.late for month in line.months],
    }  # fmt: skip
