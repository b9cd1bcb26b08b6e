"""What commune and province see of their cells' meetings: a year's grid, reasons, trends. Never contents.

The database judges every meeting of the year by the rules in force and gives one small number a meeting; here they
are only put together, so that thousands of cells are one page. ``supervision_cell`` judges one cell with all figures
and says the same (a test holds them equal).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import Session, select

from meeting_server.store import supervision_rules
from meeting_server.store.supervision_cell import DAY, HOUR, VIETNAM, end_of, is_due, sentences
from meeting_server.store.supervision_rules import Rules
from meeting_server.store.tables import Unit
from transcription.text.fold import fold

PROBLEMS = ("minutes", "documents", "attendance", "spoke", "concluded", "score")
REGULAR, THEMATIC = 64, 128
HELD = REGULAR | THEMATIC
_BITS = {name: 1 << at for at, name in enumerate(PROBLEMS)}


class Month(NamedTuple):
    """A cell's month. ``regular``, ``thematic``: held; ``due``: a regular one was to be held by now; ``late``: its
    minutes or documents were."""

    month: int
    regular: bool
    thematic: bool
    due: bool
    late: bool
    problems: tuple[str, ...]


class Cell(NamedTuple):
    id: str
    name: str
    parent: str
    parent_name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A cell's year. ``reasons``: why the level above should look at it, by rule; empty when all is in order."""

    cell: Cell
    months: tuple[Month, ...]
    problems: frozenset[str]
    reasons: tuple[str, ...]


class Trend(NamedTuple):
    """One month: cells that held, were due, were late; mean shares (per mille) of the meetings of all cells below the
    unit or commune, None where none was held."""

    month: int
    regular: int
    thematic: int
    due: int
    late: int
    attendance: int | None
    spoke: int | None
    concluded: int | None


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    lines: tuple[Line, ...]
    trends: tuple[Trend, ...]
    regular: int
    due: int
    tasks: int
    tasks_done: int


@dataclass(frozen=True, slots=True)
class Filter:
    """``parent``: one commune; ``name``: part of a cell's name, diacritics or not; ``problem``: a key of
    Rules.reasons, or "any"."""

    parent: str = ""
    name: str = ""
    problem: str = ""


# Judged are a month's regular meetings, without one its others; all columns stand in the index ix_summary_figures.
CODED = """
SELECT cell, CAST(SUBSTR(period, 6, 2) AS INTEGER) AS month,
  (CASE WHEN COALESCE(approved_at, {now}) - closed_at > {delay} THEN 1 ELSE 0 END)
  + (CASE WHEN starts_at - documents_at < {ahead} THEN 2 ELSE 0 END)
  + (CASE WHEN present * 1000 < {attendance} * eligible OR eligible = 0 THEN 4 ELSE 0 END)
  + (CASE WHEN spoke * 1000 < {spoke} * present OR present = 0 THEN 8 ELSE 0 END)
  + (CASE WHEN concluded * 1000 < {concluded} * items THEN 16 ELSE 0 END)
  + (CASE WHEN self_points >= {good} AND (COALESCE(closed_at - opened_at, 0) < {full_minutes}
      OR present * 1000 < {full_attendance} * eligible OR eligible = 0
      OR spoke * 1000 < {full_spoke} * present OR present = 0
      OR COALESCE(approved_at, {now}) - closed_at > {delay}) THEN 32 ELSE 0 END)
  + (CASE kind WHEN 'regular' THEN 64 WHEN 'thematic' THEN 128 ELSE 0 END)
FROM meeting_summary
WHERE period >= '{first}' AND period <= '{last}' AND closed_at IS NOT NULL AND kind <> 'practice'
"""
MEANS = """
SELECT CAST(SUBSTR(period, 6, 2) AS INTEGER),
  AVG(CASE WHEN eligible > 0 THEN
    (CASE WHEN present < eligible THEN present ELSE eligible END) * 1000.0 / eligible END),
  AVG(CASE WHEN present > 0 THEN (CASE WHEN spoke < present THEN spoke ELSE present END) * 1000.0 / present END),
  AVG(CASE WHEN items > 0 THEN concluded * 1000.0 / items END)
FROM meeting_summary
WHERE period >= '{first}' AND period <= '{last}' AND closed_at IS NOT NULL AND kind <> 'practice' {among}
GROUP BY 1
"""
TASKS = """
SELECT cell, SUM(tasks), SUM(tasks_done) FROM meeting_summary
WHERE period >= '{first}' AND period <= '{last}' AND closed_at IS NOT NULL AND kind <> 'practice' AND tasks > 0
GROUP BY cell
"""


@dataclass(slots=True)
class _Calendar:
    """What is due by now, and the month made of each code: made once, shared by all cells."""

    number: int
    rules: list[Rules]
    due: list[bool]
    over: list[bool]
    made: list[dict[int, Month]] = field(default_factory=lambda: [{} for _ in range(12)])
    said: dict[tuple[str, tuple[int, ...]], str] = field(default_factory=dict)

    def reasons(self, problems: dict[str, list[int]]) -> tuple[str, ...]:
        """``sentences``, each made once."""
        found = []
        for name in self.rules[-1].reasons:
            if name in problems:
                key = (name, tuple(problems[name]))
                if key not in self.said:
                    self.said[key] = sentences(self.rules[-1], {name: problems[name]})[0]
                found.append(self.said[key])
        return tuple(found)

    def month(self, at: int, code: int) -> Month:
        known = self.made[at].get(code)
        if known is None:
            known = self.made[at][code] = self._month(at, code)
        return known

    def _month(self, at: int, code: int) -> Month:
        regular, due = bool(code & REGULAR), self.due[at]
        problems: tuple[str, ...] = ("missing",) if due and not regular else ()
        problems += tuple(name for name in PROBLEMS if code & _BITS[name])
        late = bool(code & (_BITS["minutes"] | _BITS["documents"]))
        return Month(at + 1, regular, bool(code & THEMATIC), due, late, problems)


def year(session: Session, unit: str, number: int, now: int, *, only: Filter | None = None) -> Year:
    """The year of every cell below ``unit`` (which may be a cell itself). ``now`` in ms. Totals and trends of what
    the filter leaves; mean shares of the commune or the whole unit."""
    only = only or Filter()
    cells, calendar = _cells(session, unit, only), _calendar(number, now)
    codes, tasks = _codes(session, calendar, now), _tasks(session, number)
    lines = [_line(calendar, cell, codes.get(cell.id), tasks.get(cell.id, (0, 0))) for cell in cells]
    if only.problem:
        lines = [line for line in lines if line.problems and (only.problem == "any" or only.problem in line.problems)]
    shown = {line.cell.id for line in lines}
    given = [counted for cell, counted in tasks.items() if cell in shown]
    trends = _trends(lines, _means(session, number, sorted({cell.parent for cell in cells})))
    return Year(
        number, tuple(lines), trends, sum(trend.regular for trend in trends), sum(trend.due for trend in trends),
        sum(count for count, _ in given), sum(done for _, done in given),
    )  # fmt: skip


def _cells(session: Session, unit: str, only: Filter) -> list[Cell]:
    """Cells below a unit with what is right above them, by commune and name."""
    units = {row[0]: row for row in session.exec(select(Unit.id, Unit.name, Unit.parent, Unit.kind))}
    inside: dict[str, bool] = {"": False}

    def below(key: str, top: str) -> bool:
        if key == top:
            return True
        return key in units and below(units[key][2] or "", top)

    def wanted(parent: str) -> bool:
        if parent not in inside:
            inside[parent] = below(parent, unit) and (not only.parent or below(parent, only.parent))
        return inside[parent]

    name = fold(only.name)
    found = [
        Cell(key, called, parent or "", units[parent][1] if parent in units else "")
        for key, called, parent, kind in units.values()
        if kind == "cell" and (key == unit or wanted(parent or "")) and (not name or name in fold(called))
    ]
    return sorted(found, key=lambda cell: (cell.parent_name, cell.name))


def _calendar(number: int, now: int) -> _Calendar:
    today = (datetime.fromtimestamp(now / 1000, UTC) + VIETNAM).date()
    rules = [supervision_rules.on(end_of(number, month)) for month in range(1, 13)]
    due = [is_due((number, month), today, rule) for month, rule in enumerate(rules, 1)]
    return _Calendar(number, rules, due, [(today.year, today.month) > (number, 3 * n) for n in (1, 2, 3, 4)])


def _codes(session: Session, calendar: _Calendar, now: int) -> dict[str, list[int]]:
    """Per cell twelve codes: problems of the judged meeting, and what was held."""
    codes: dict[str, list[int]] = {}
    for first, last, rules in _spans(calendar):
        for cell, month, code in _raw(session, _coded(rules, first, last, now)):
            months = codes.get(cell)
            if months is None:
                months = codes[cell] = [0] * 12
            old = months[month - 1]
            months[month - 1] = _merged(old, code) if old else code
    return codes


def _merged(old: int, code: int) -> int:
    """Two meetings of one month: regular ones are judged together, over others."""
    if not (old ^ code) & REGULAR:
        return old | code
    return (old | code & HELD) if old & REGULAR else (code | old & HELD)


def _spans(calendar: _Calendar) -> list[tuple[str, str, Rules]]:
    """Runs of months under the same rules."""
    spans: list[tuple[str, str, Rules]] = []
    for month, rules in enumerate(calendar.rules, 1):
        period = f"{calendar.number:04d}-{month:02d}"
        if spans and spans[-1][2] is rules:
            spans[-1] = (spans[-1][0], period, rules)
        else:
            spans.append((period, period, rules))
    return spans


def _coded(rules: Rules, first: str, last: str, now: int) -> str:
    full = {name: rules.points[name][0][0] for name in ("duration", "attendance", "spoke")}
    return CODED.format(
        now=int(now), delay=rules.minutes_days * DAY, ahead=rules.documents_hours * HOUR, attendance=rules.attendance,
        spoke=rules.spoke, concluded=rules.concluded, good=rules.good_points, full_minutes=full["duration"] * 60_000,
        full_attendance=full["attendance"], full_spoke=full["spoke"], first=first, last=last,
    )  # fmt: skip


def _raw(session: Session, statement: str) -> list[tuple[str, int, int]]:
    """The driver's own tuples: seventy thousand of SQLAlchemy's rows alone would take the page's time."""
    result = session.connection().exec_driver_sql(statement)
    if result.cursor is None:
        raise AssertionError("a SELECT has a cursor")
    rows = result.cursor.fetchall()
    result.close()
    return rows  # type: ignore[return-value]  # the driver's rows are tuples


def _tasks(session: Session, number: int) -> dict[str, tuple[int, int]]:
    statement = TASKS.format(first=f"{number:04d}-01", last=f"{number:04d}-12")
    return {cell: (int(given), int(done)) for cell, given, done in _raw(session, statement)}


def _line(calendar: _Calendar, cell: Cell, codes: list[int] | None, tasks: tuple[int, int]) -> Line:
    months = tuple([calendar.month(at, code) for at, code in enumerate(codes or _NOTHING)])
    problems: dict[str, list[int]] = {}
    for month in months:
        for problem in month.problems:
            problems.setdefault(problem, []).append(month.month)
    for quarter, over in enumerate(calendar.over):
        if over and _thematic(months, quarter) < calendar.rules[3 * quarter + 2].thematic_a_quarter:
            problems.setdefault("thematic", []).append(quarter + 1)
    given, done = tasks
    if given and done * 1000 < given * calendar.rules[-1].tasks:
        problems["tasks"] = []
    return Line(cell, months, frozenset(problems), calendar.reasons(problems))


def _thematic(months: Sequence[Month], quarter: int) -> int:
    at = 3 * quarter
    return months[at].thematic + months[at + 1].thematic + months[at + 2].thematic


_NOTHING = [0] * 12
Means = dict[int, tuple[int | None, int | None, int | None]]


def _means(session: Session, number: int, parents: Sequence[str]) -> Means:
    """Of all cells right below ``parents``; more than a few are taken for everything there is."""
    if not parents:
        return {}
    among = "AND cell IN (SELECT id FROM unit WHERE parent IN :parents)" if len(parents) < 20 else ""
    statement = text(MEANS.format(first=f"{number:04d}-01", last=f"{number:04d}-12", among=among))
    if among:
        statement = statement.bindparams(bindparam("parents", list(parents), expanding=True))
    return {row[0]: (_whole(row[1]), _whole(row[2]), _whole(row[3])) for row in session.connection().execute(statement)}


def _whole(share: float | None) -> int | None:
    return None if share is None else round(float(share))


def _trends(lines: Sequence[Line], means: Means) -> tuple[Trend, ...]:
    return tuple(_trend(at, [line.months[at - 1] for line in lines], means) for at in range(1, 13))


def _trend(number: int, months: Sequence[Month], means: Means) -> Trend:
    return Trend(
        number, sum(month.regular for month in months), sum(month.thematic for month in months),
        sum(month.due for month in months), sum(month.late for month in months),
        *means.get(number, (None, None, None)),
    )  # fmt: skip


def as_json(year: Year) -> bytes:
    """The answer of ``GET /api/supervision``: no contents. Months are few different values, written once each."""
    written: dict[Month, str] = {}
    cells = ",".join(_cell_json(line, written) for line in year.lines)
    head = {"year": year.year, "regular": year.regular, "due": year.due, "tasks": year.tasks,
            "tasks_done": year.tasks_done, "trends": [trend._asdict() for trend in year.trends]}  # fmt: skip
    return f'{json.dumps(head)[:-1]}, "cells": [{cells}]}}'.encode()


def _cell_json(line: Line, written: dict[Month, str]) -> str:
    months = []
    for month in line.months:
        known = written.get(month)
        if known is None:
            known = written[month] = json.dumps(month._asdict())
        months.append(known)
    cell = line.cell
    head = json.dumps(
        {"id": cell.id, "name": cell.name, "parent": cell.parent, "parent_name": cell.parent_name,
         "reason": "; ".join(line.reasons)}, ensure_ascii=False
    )  # fmt: skip
    return f'{head[:-1]}, "months": [{",".join(months)}]}}'
