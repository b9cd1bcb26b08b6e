"""What commune and province see of their cells' meetings: a year's grid, reasons, trends. Never contents.

The database judges every meeting of the year by the rules in force and gives one small number a meeting; here they
are only put together, so that thousands of cells are one page. ``supervision_cell`` judges one cell with all figures
and says the same (a test holds them equal).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from operator import getitem
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, text
from sqlmodel import Session, select

from meeting_server.store import supervision_rules
from meeting_server.store.people import vietnamese_order
from meeting_server.store.supervision_cell import DAY, HOUR, VIETNAM, end_of, is_due, sentences
from meeting_server.store.supervision_rules import Rules
from meeting_server.store.tables import Unit
from transcription.text.fold import fold

PROBLEMS = ("minutes", "documents", "attendance", "spoke", "concluded", "score")
REGULAR, THEMATIC = 64, 128
HELD = REGULAR | THEMATIC
PAGE = 100
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


class Line(NamedTuple):
    """A cell's year as twelve codes and one sum of what they count; months and sentences are made when asked for."""

    cell: Cell
    codes: Sequence[int]
    counts: int
    tasks: bool
    calendar: Calendar

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(self.calendar.month(at, code) for at, code in enumerate(self.codes))

    @property
    def problems(self) -> frozenset[str]:
        return self.calendar.problems(self.counts) | ({"tasks"} if self.tasks else set())

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the level above should look at it, by rule; empty when all is in order."""
        return self.calendar.reasons(self)

    @property
    def regular(self) -> int:
        return self.counts & FIELD

    @property
    def late(self) -> int:
        return self.counts >> LATE & FIELD


class Commune(NamedTuple):
    """The cells right below one unit: how many, kept and due meetings, late months, cells with a reason."""

    id: str
    name: str
    cells: int
    regular: int
    due: int
    late: int
    flagged: int


class Trend(NamedTuple):
    """One month: cells that held, were due, were late; mean shares (per mille) of the meetings of these cells, None
    where none was held."""

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
    """``communes``: of the lines; ``parents``: (id, name) of all that the viewer may filter by."""

    year: int
    lines: tuple[Line, ...]
    communes: tuple[Commune, ...]
    parents: tuple[tuple[str, str], ...]
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
SELECT cell, period,
  (CASE WHEN COALESCE(approved_at, {now}) - closed_at > {delay} THEN 1 ELSE 0 END)
  + (CASE WHEN starts_at - documents_at < {ahead} THEN 2 ELSE 0 END)
  + (CASE WHEN present * 1000 < {attendance} * eligible OR eligible = 0 THEN 4 ELSE 0 END)
  + (CASE WHEN spoke * 1000 < {spoke} * present OR present = 0 THEN 8 ELSE 0 END)
  + (CASE WHEN concluded * 1000 < {concluded} * items THEN 16 ELSE 0 END)
  + (CASE WHEN self_points >= {good} AND (COALESCE(closed_at - opened_at, 0) < {full_minutes}
      OR present * 1000 < {full_attendance} * eligible OR eligible = 0
      OR spoke * 1000 < {full_spoke} * present OR present = 0
      OR COALESCE(approved_at, {now}) - closed_at > {delay}) THEN 32 ELSE 0 END)
  + (CASE kind WHEN 'regular' THEN 64 WHEN 'thematic' THEN 128 ELSE 0 END) AS code,
  CASE WHEN tasks > 9999 THEN 9999 WHEN tasks > 0 THEN tasks ELSE 0 END AS given,
  CASE WHEN tasks > 9999 THEN 9999 WHEN tasks > 0 THEN tasks_done ELSE 0 END AS done
FROM meeting_summary
WHERE period >= '{first}' AND period <= '{last}' AND closed_at IS NOT NULL AND kind <> 'practice'
"""
# One row a month, in the order of the index, so that nothing is sorted; in it a name and three characters a meeting:
# seventy thousand rows, or numbers to be parsed, would take the page's time.
PACKED = """
SELECT period, {join}(cell, '\n'), {join}({character}(256 + code), ''), {join}({character}(256 + given), ''),
  {join}({character}(256 + done), '')
FROM ({coded}) AS held GROUP BY period
"""
MEANS = """
SELECT period,
  AVG(CASE WHEN eligible > 0 THEN
    (CASE WHEN present < eligible THEN present ELSE eligible END) * 1000.0 / eligible END),
  AVG(CASE WHEN present > 0 THEN (CASE WHEN spoke < present THEN spoke ELSE present END) * 1000.0 / present END),
  AVG(CASE WHEN items > 0 THEN concluded * 1000.0 / items END)
FROM meeting_summary
WHERE period >= '{first}' AND period <= '{last}' AND closed_at IS NOT NULL AND kind <> 'practice' {among}
GROUP BY period
"""


FIELD, LATE, MISSING, FIRST_PROBLEM, FIRST_QUARTER = 15, 4, 8, 12, 36
"""Fields of four bits in a line's sum: months held regularly, late, missing; of each problem; thematic by quarter."""


@dataclass(slots=True)
class Calendar:
    """What is due by now, and what each code of each month counts: made once, shared by all cells."""

    number: int
    rules: list[Rules]
    due: list[bool]
    over: list[bool]
    counted: list[list[int]] = field(default_factory=list)
    made: list[dict[int, Month]] = field(default_factory=lambda: [{} for _ in range(12)])
    known: dict[int, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counted = [[self._counted(at, code) for code in range(256)] for at in range(12)]

    def _counted(self, at: int, code: int) -> int:
        month = self._month(at, code)
        found = month.regular | month.late << LATE | ("missing" in month.problems) << MISSING
        for place, name in enumerate(PROBLEMS):
            found |= bool(code & _BITS[name]) << FIRST_PROBLEM + 4 * place
        return found | month.thematic << FIRST_QUARTER + 4 * (at // 3)

    def counts(self, codes: Sequence[int]) -> int:
        return sum(map(getitem, self.counted, codes))

    def problems(self, counts: int) -> frozenset[str]:
        known = self.known.get(counts)
        if known is None:
            known = self.known[counts] = frozenset(self._problems(counts))
        return known

    def _problems(self, counts: int) -> Iterator[str]:
        if counts >> MISSING & FIELD:
            yield "missing"
        yield from (name for at, name in enumerate(PROBLEMS) if counts >> FIRST_PROBLEM + 4 * at & FIELD)
        if any(self._unthematic(counts, quarter) for quarter in range(4)):
            yield "thematic"

    def _unthematic(self, counts: int, quarter: int) -> bool:
        held = counts >> FIRST_QUARTER + 4 * quarter & FIELD
        return self.over[quarter] and held < self.rules[3 * quarter + 2].thematic_a_quarter

    def reasons(self, line: Line) -> tuple[str, ...]:
        problems: dict[str, list[int]] = {"tasks": []} if line.tasks else {}
        for month in line.months:
            for problem in month.problems:
                problems.setdefault(problem, []).append(month.month)
        if quarters := [quarter + 1 for quarter in range(4) if self._unthematic(line.counts, quarter)]:
            problems["thematic"] = quarters
        return sentences(self.rules[-1], problems)

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
    the filter leaves, the mean shares too."""
    only = only or Filter()
    (cells, parents), calendar = _cells(session, unit, only), _calendar(number, now)
    codes, tasks = _codes(session, calendar, now)
    lines = [_line(calendar, cell, codes.get(cell.id), tasks.get(cell.id, (0, 0))) for cell in cells]
    if only.problem:
        lines = [line for line in lines if only.problem in line.problems or (only.problem == "any" and line.problems)]
    shown = {line.cell.id for line in lines}
    given = [counted for cell, counted in tasks.items() if cell in shown]
    trends = _trends(lines, calendar, _means(session, number, shown))
    return Year(
        number, tuple(lines), _communes(lines), parents, trends, sum(trend.regular for trend in trends),
        sum(trend.due for trend in trends),
        sum(count for count, _ in given), sum(done for _, done in given),
    )  # fmt: skip


def _communes(lines: Sequence[Line]) -> tuple[Commune, ...]:
    """In the order of the lines, which stand together."""
    found = []
    for _, group in groupby(lines, key=lambda line: line.cell.parent):
        own = list(group)
        calendar, counts = own[0].calendar, [line.counts for line in own]
        flagged = sum(line.tasks or bool(calendar.problems(line.counts)) for line in own)
        found.append(
            Commune(
                own[0].cell.parent, own[0].cell.parent_name, len(own), sum(one & FIELD for one in counts),
                len(own) * sum(calendar.due), sum(one >> LATE & FIELD for one in counts), flagged,
            )
        )  # fmt: skip
    return tuple(found)


def _cells(session: Session, unit: str, only: Filter) -> tuple[list[Cell], tuple[tuple[str, str], ...]]:
    """Cells below a unit with what is right above them, by commune and name; and all units that have cells there."""
    units = {row[0]: row for row in session.exec(select(Unit.id, Unit.name, Unit.parent, Unit.kind))}
    inside: dict[str, bool] = {"": False}

    def below(key: str, top: str) -> bool:
        if key == top:
            return True
        return key in units and below(units[key][2] or "", top)

    def within(parent: str) -> bool:
        if parent not in inside:
            inside[parent] = below(parent, unit)
        return inside[parent]

    name = fold(only.name)
    every = [
        Cell(key, called, parent or "", units[parent][1] if parent in units else "")
        for key, called, parent, kind in units.values()
        if kind == "cell" and (key == unit or within(parent or ""))
    ]
    chosen = {cell.parent for cell in every if not only.parent or below(cell.parent, only.parent)}
    found = [cell for cell in every if cell.parent in chosen and (not name or name in fold(cell.name))]
    parents = {cell.parent: cell.parent_name for cell in every if cell.parent}
    return (
        sorted(found, key=lambda cell: (vietnamese_order(cell.parent_name), cell.parent, vietnamese_order(cell.name))),
        tuple(sorted(parents.items(), key=lambda one: vietnamese_order(one[1]))),
    )


def _calendar(number: int, now: int) -> Calendar:
    today = (datetime.fromtimestamp(now / 1000, UTC) + VIETNAM).date()
    rules = [supervision_rules.on(end_of(number, month)) for month in range(1, 13)]
    due = [is_due((number, month), today, rule) for month, rule in enumerate(rules, 1)]
    return Calendar(number, rules, due, [(today.year, today.month) > (number, 3 * n) for n in (1, 2, 3, 4)])


def _codes(session: Session, calendar: Calendar, now: int) -> tuple[dict[str, list[int]], dict[str, tuple[int, int]]]:
    """Per cell twelve codes (problems of the judged meeting, and what was held), and its tasks given and done."""
    codes: dict[str, list[int]] = {}
    tasks: dict[str, tuple[int, int]] = {}
    for first, last, rules in _spans(calendar):
        packing = PACKED.format(coded=_coded(rules, first, last, now), **_words(session))
        for period, cells, *packed in _raw(session, packing):
            at = _month(period) - 1
            for cell, one, given, done in zip(cells.split("\n"), *packed, strict=True):
                months, code = codes.get(cell), ord(one) - 256
                if months is None:
                    months = codes[cell] = [0] * 12
                months[at] = _merged(months[at], code) if months[at] else code
                if given != NONE:
                    before = tasks.get(cell, (0, 0))
                    tasks[cell] = (before[0] + ord(given) - 256, before[1] + ord(done) - 256)
    return codes, tasks


NONE = chr(256)


def _words(session: Session) -> dict[str, str]:
    """The same two functions in each database's words. All characters lie above the controls, below the surrogates."""
    if session.connection().dialect.name == "sqlite":
        return {"join": "group_concat", "character": "char"}
    return {"join": "string_agg", "character": "chr"}


def _merged(old: int, code: int) -> int:
    """Two meetings of one month: regular ones are judged together, over others."""
    if not (old ^ code) & REGULAR:
        return old | code
    return (old | code & HELD) if old & REGULAR else (code | old & HELD)


def _spans(calendar: Calendar) -> list[tuple[str, str, Rules]]:
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


def _raw(session: Session, statement: str) -> list[Any]:
    """The driver's own tuples."""
    result = session.connection().exec_driver_sql(statement)
    if result.cursor is None:
        raise AssertionError("a SELECT has a cursor")
    rows = result.cursor.fetchall()
    result.close()
    return list(rows)


def _line(calendar: Calendar, cell: Cell, codes: list[int] | None, tasks: tuple[int, int]) -> Line:
    months, (given, done) = codes or _NOTHING, tasks
    undone = bool(given) and done * 1000 < given * calendar.rules[-1].tasks
    return Line(cell, months, calendar.counts(months), undone, calendar)


_NOTHING = [0] * 12
Means = dict[int, tuple[int | None, int | None, int | None]]


def _means(session: Session, number: int, cells: Collection[str]) -> Means:
    """Of these cells' own meetings. All cells that there are need not be named."""
    if not cells:
        return {}
    every = session.exec(select(func.count()).select_from(Unit).where(Unit.kind == "cell")).one()
    among = "AND cell IN :cells" if len(cells) < every else ""
    statement = text(MEANS.format(first=f"{number:04d}-01", last=f"{number:04d}-12", among=among))
    if among:
        statement = statement.bindparams(bindparam("cells", sorted(cells), expanding=True))
    return {
        _month(row[0]): (_whole(row[1]), _whole(row[2]), _whole(row[3]))
        for row in session.connection().execute(statement)
    }


def _month(period: str) -> int:
    return int(period[5:])


def _whole(share: float | None) -> int | None:
    return None if share is None else round(float(share))


def _trends(lines: Sequence[Line], calendar: Calendar, means: Means) -> tuple[Trend, ...]:
    columns = zip(*[line.codes for line in lines], strict=True) if lines else [()] * 12
    return tuple(_trend(at, Counter(column), calendar, means) for at, column in enumerate(columns))


def _trend(at: int, codes: Counter[int], calendar: Calendar, means: Means) -> Trend:
    held = [(calendar.month(at, code), times) for code, times in codes.items()]
    return Trend(
        at + 1, sum(times for month, times in held if month.regular),
        sum(times for month, times in held if month.thematic), sum(times for month, times in held if month.due),
        sum(times for month, times in held if month.late), *means.get(at + 1, (None, None, None)),
    )  # fmt: skip


def as_json(year: Year, offset: int = 0, limit: int = PAGE) -> bytes:
    """The answer of ``GET /api/supervision``: no contents. Totals of all cells, lines of one page of them; a month is
    the sum of 1 regular, 2 thematic, 4 due, 8 late."""
    answer = {
        "year": year.year, "regular": year.regular, "due": year.due, "tasks": year.tasks,
        "tasks_done": year.tasks_done, "trends": [trend._asdict() for trend in year.trends],
        "total": len(year.lines), "offset": offset, "flagged": sum(one.flagged for one in year.communes),
        "communes": [one._asdict() for one in year.communes],
        "parents": [{"id": key, "name": name} for key, name in year.parents],
        "cells": [_told(line) for line in year.lines[offset : offset + limit]],
    }  # fmt: skip
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _told(line: Line) -> dict[str, object]:
    return {
        "id": line.cell.id, "name": line.cell.name, "parent": line.cell.parent, "parent_name": line.cell.parent_name,
        "reason": "; ".join(line.reasons),
        "months": [month.regular + 2 * month.thematic + 4 * month.due + 8 * month.late for month in line.months],
    }  # fmt: skip
