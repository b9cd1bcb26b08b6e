"""What commune and province see of their cells' meetings: a year's grid, reasons, trends. Never contents.

Every cell's year is kept judged (``store.judged``); here they are put together, so that thousands of cells are one
page. ``supervision_cell`` judges one cell with all figures and says the same (a test holds them equal).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sql
from numpy.typing import NDArray
from sqlmodel import Session, col

from meeting_server.store import judged
from meeting_server.store.judged import BITS, PROBLEMS, REGULAR, THEMATIC
from meeting_server.store.people import vietnamese_order
from meeting_server.store.supervision_cell import sentences
from meeting_server.store.supervision_months import Months
from meeting_server.store.tables import Unit
from transcription.text.fold import fold

LATE = BITS["minutes"] | BITS["documents"]
Flags = NDArray[np.bool_]


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
    since: date | None


class Line(NamedTuple):
    """A cell's year. ``reasons``: why the level above should look at it, by rule; empty when all is in order."""

    cell: Cell
    months: tuple[Month, ...]
    reasons: tuple[str, ...]

    @property
    def regular(self) -> int:
        return sum(month.regular for month in self.months)


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
    where none was held. ``tasks``: done of those given there; ``self_points`` of a hundred and ``computed`` of what can
    be computed of them, both of the same meetings."""

    month: int
    regular: int
    thematic: int
    due: int
    late: int
    attendance: int | None
    spoke: int | None
    concluded: int | None
    tasks: int | None
    self_points: int | None
    computed: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """``parent``: one commune; ``name``: part of a cell's name, diacritics or not; ``problem``: a key of
    Rules.reasons, or "any"."""

    parent: str = ""
    name: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Grid:
    """Cells × 12 codes (``judged.codes``) and packed months; per cell tasks given and done. ``calendar``: of the year,
    from which ``due`` leaves out what lies before a cell was here."""

    cells: Sequence[Cell]
    codes: NDArray[np.uint8]
    months: NDArray[np.void]
    tasks: NDArray[np.int64]
    calendar: Months

    def only(self, kept: Flags) -> Grid:
        cells = [cell for cell, here in zip(self.cells, kept.tolist(), strict=True) if here]
        return Grid(cells, self.codes[kept], self.months[kept], self.tasks[kept], self.calendar)

    @cached_property
    def regular(self) -> Flags:
        return (self.codes & REGULAR) > 0

    @cached_property
    def before(self) -> NDArray[np.int64]:
        """Per cell how many months owe nothing."""
        return np.array([self.calendar.before(cell.since) for cell in self.cells], np.int64)

    @cached_property
    def due(self) -> Flags:
        there = np.arange(12) >= self.before[:, np.newaxis]
        return np.array(self.calendar.due) & (there | self.regular)

    @cached_property
    def late(self) -> Flags:
        return (self.codes & LATE) > 0

    @cached_property
    def thematic(self) -> Flags:
        return (self.codes & THEMATIC) > 0


@dataclass(frozen=True, eq=False)
class Year:
    """``communes``: of the lines; ``parents``: (id, name) of all that the viewer may filter by; ``problems``: how many
    cells have each, before it is filtered by one."""

    grid: Grid
    communes: tuple[Commune, ...]
    parents: tuple[tuple[str, str], ...]
    trends: tuple[Trend, ...]
    problems: dict[str, int]

    @property
    def year(self) -> int:
        return self.grid.calendar.year

    @property
    def cells(self) -> int:
        return len(self.grid.cells)

    @property
    def regular(self) -> int:
        return sum(trend.regular for trend in self.trends)

    @property
    def due(self) -> int:
        return sum(trend.due for trend in self.trends)

    @property
    def tasks(self) -> int:
        return int(self.grid.tasks[:, 0].sum())

    @property
    def tasks_done(self) -> int:
        return int(self.grid.tasks[:, 1].sum())

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.page(0, self.cells)

    def page(self, offset: int, limit: int) -> tuple[Line, ...]:
        """Some of the lines, by commune and name."""
        grid, part = self.grid, slice(offset, offset + limit)
        rows = zip(grid.cells[part], grid.codes[part].tolist(), grid.tasks[part].tolist(), strict=True)
        return tuple(_line(grid.calendar, cell, codes, tasks) for cell, codes, tasks in rows)


def year(session: Session, unit: str, number: int, now: int, *, only: Filter | None = None) -> Year:
    """The year of every cell below ``unit`` (which may be a cell itself). ``now`` in ms. Totals and trends of what
    the filter leaves, the mean shares too."""
    only, calendar = only or Filter(), Months.of(number, now)
    cells, parents = _cells(session, unit, only)
    months, tasks = judged.of(session, [cell.id for cell in cells], number)
    grid = Grid(cells, judged.codes(months, now), months, tasks, calendar)
    problems = _problems(grid)
    flagged = np.any(list(problems.values()), axis=0)
    counts = {name: int(found.sum()) for name, found in problems.items()} | {"any": int(flagged.sum())}
    if only.problem:
        wanted = flagged if only.problem == "any" else problems.get(only.problem, np.zeros_like(flagged))
        grid, flagged = grid.only(wanted), flagged[wanted]
    return Year(grid, _communes(grid, flagged), parents, _trends(grid), counts)


def _problems(grid: Grid) -> dict[str, Flags]:
    """Problem → per cell whether it has it."""
    ever = np.bitwise_or.reduce(grid.codes, axis=1)
    found: dict[str, Flags] = {name: (ever & BITS[name]) > 0 for name in PROBLEMS}
    found["missing"] = np.logical_or.reduce(grid.due & ~grid.regular, axis=1)
    quarters = grid.thematic.reshape(-1, 4, 3).sum(axis=2)
    lacks = [[grid.calendar.lacks_thematic(quarter, held) for held in range(4)] for quarter in range(4)]
    there = grid.before[:, np.newaxis] <= np.arange(0, 12, 3)
    found["thematic"] = np.logical_or.reduce(np.array(lacks)[np.arange(4), quarters] & there, axis=1)
    found["tasks"] = grid.tasks[:, 1] * 1000 < grid.tasks[:, 0] * grid.calendar.rules[-1].tasks
    return found


def _communes(grid: Grid, flagged: Flags) -> tuple[Commune, ...]:
    """In the order of the cells, of which those of a commune stand together."""
    regular, due, late = (part.sum(axis=1) for part in (grid.regular, grid.due, grid.late))
    found, start = [], 0
    for (parent, name), own in groupby(grid.cells, key=lambda cell: (cell.parent, cell.parent_name)):
        part = slice(start, start + sum(1 for _ in own))
        count, start = part.stop - part.start, part.stop
        found.append(
            Commune(
                parent, name, count, int(regular[part].sum()), int(due[part].sum()), int(late[part].sum()),
                int(flagged[part].sum()),
            )
        )  # fmt: skip
    return tuple(found)


def _trends(grid: Grid) -> tuple[Trend, ...]:
    counts = (part.sum(axis=0).tolist() for part in (grid.regular, grid.thematic, grid.due, grid.late))
    shares = [_means(grid, name) for name in judged.SHARES]
    return tuple(Trend(month, *figures) for month, figures in enumerate(zip(*counts, *shares, strict=True), 1))


def _means(grid: Grid, name: str) -> list[int | None]:
    """Per month the mean share (per mille) of all meetings that have one."""
    sums = grid.months[name].sum(axis=0, dtype=np.int64).tolist()
    counts = grid.months[f"{name}_of"].sum(axis=0, dtype=np.int64).tolist()
    return [round(total / count / 1000) if count else None for total, count in zip(sums, counts, strict=True)]


def _line(calendar: Months, cell: Cell, codes: Sequence[int], tasks: Sequence[int]) -> Line:
    before = calendar.before(cell.since)
    months = tuple(
        _month(at + 1, code, calendar.due_of(at, before, bool(code & REGULAR))) for at, code in enumerate(codes)
    )
    problems: dict[str, list[int]] = {"tasks": []} if calendar.lacks_tasks(*tasks) else {}
    for month in months:
        for problem in month.problems:
            problems.setdefault(problem, []).append(month.month)
    held = [sum(month.thematic for month in months[3 * quarter : 3 * quarter + 3]) for quarter in range(4)]
    if quarters := [quarter + 1 for quarter in range(4) if calendar.lacks_thematic(quarter, held[quarter], before)]:
        problems["thematic"] = quarters
    return Line(cell, months, sentences(calendar.rules[-1], problems))


def _month(number: int, code: int, due: bool) -> Month:
    regular = bool(code & REGULAR)
    problems: tuple[str, ...] = ("missing",) if due and not regular else ()
    problems += tuple(name for name, bit in BITS.items() if code & bit)
    return Month(number, regular, bool(code & THEMATIC), due, bool(code & LATE), problems)


def _cells(session: Session, unit: str, only: Filter) -> tuple[list[Cell], tuple[tuple[str, str], ...]]:
    """Cells below a unit with what is right above them, by commune and name; and all units that have cells there."""
    statement = sql.select(col(Unit.id), col(Unit.name), col(Unit.parent), col(Unit.kind), col(Unit.since))
    units: dict[str, Any] = {row[0]: row for row in session.connection().execute(statement).all()}
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
        Cell(key, called, parent or "", units[parent][1] if parent in units else "", since)
        for key, called, parent, kind, since in units.values()
        if kind == "cell" and (key == unit or within(parent or ""))
    ]
    chosen = {cell.parent for cell in every if not only.parent or below(cell.parent, only.parent)}
    found = [cell for cell in every if cell.parent in chosen and (not name or name in fold(cell.name))]
    parents = {cell.parent: cell.parent_name for cell in every if cell.parent}
    return (
        sorted(found, key=lambda cell: (vietnamese_order(cell.parent_name), cell.parent, vietnamese_order(cell.name))),
        tuple(sorted(parents.items(), key=lambda one: vietnamese_order(one[1]))),
    )
