"""A cell's year as supervision shows it, kept beside the log: each month judged by the rules when a meeting changes.

Pages over thousands of cells then read one row a cell. Nothing in a row depends on the day it is read: where minutes
wait for their approval, it holds from when on they are late. Rows are made from ``meeting_summary`` alone, in the same
transaction, and made again at start when the rule file is another one than they were judged by.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, delete, insert, text
from sqlmodel import Session, select

from meeting_server.store import supervision_held, supervision_rules
from meeting_server.store.archive_tables import JudgedYear
from meeting_server.store.supervision_held import Held, judged
from meeting_server.store.supervision_months import rules_of
from meeting_server.store.supervision_rules import Rules
from meeting_server.store.tables import MeetingSummary, Unit

PROBLEMS = ("minutes", "documents", "attendance", "spoke", "concluded", "score")
BITS = {name: 1 << at for at, name in enumerate(PROBLEMS)}
REGULAR, THEMATIC = 64, 128
NEVER = (1 << 63) - 1
SHARES = ("attendance", "spoke", "concluded", "tasks", "self", "computed")
BEST = 100  # of a cell's own score
MILLIONTHS, MOST = 1_000_000, 4_000  # so many meetings of a month are counted in its mean shares

MONTH = np.dtype(
    [
        ("code", "u1"), ("minutes_late", "<i8"), ("score_late", "<i8"),
        *(part for name in SHARES for part in ((name, "<u4"), (f"{name}_of", "<u2"))),
    ]
)  # fmt: skip
"""``code``: BITS of the judged meetings, REGULAR and THEMATIC of all. From the moments (ms, NEVER) on two more bits
hold, for want of an approval. Shares are sums of millionths over the meetings that have one, and how many these are;
``self`` and ``computed`` (the cell's own score, and what can be computed of it) of meetings approved that have both."""

_PACKED = struct.Struct("<Bqq" + "IH" * len(SHARES))
_NOTHING = _PACKED.pack(0, NEVER, NEVER, *(0, 0) * len(SHARES))
EMPTY = _NOTHING * 12
FORM = b"2 "  # of MONTH and of what is counted in it
Judged = tuple[str, int]  # cell, year


@cache
def rules_now() -> str:
    """What rows are judged by: form and rule file."""
    return hashlib.sha256(FORM + supervision_rules.FILE.read_bytes()).hexdigest()[:16]


def touched(*heads: MeetingSummary | None) -> frozenset[Judged]:
    """The years in which these summaries count."""
    return frozenset(
        (head.cell, int(head.period[:4]))
        for head in heads
        if head is not None and head.closed_at is not None and head.kind != "practice"
    )


def keep(session: Session, years: Iterable[Judged]) -> None:
    """Make the rows of these cells' years what their summaries say."""
    for cell, year in sorted(years):
        _one_at_a_time(session, cell)
        held = supervision_held.of_year(session, cell, year)
        if held:
            session.merge(_row(cell, year, held))
        elif (old := session.get(JudgedYear, (cell, year))) is not None:
            session.delete(old)
    session.flush()


def _one_at_a_time(session: Session, cell: str) -> None:
    """Two servers that close two meetings of a cell at once must see each other's (SQLite has one writer anyway)."""
    session.exec(select(Unit.id).where(Unit.id == cell).with_for_update(key_share=True)).first()


def rebuild(session: Session) -> int:
    """All rows anew from the summaries. How many."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE judged_year IN SHARE ROW EXCLUSIVE MODE")
    session.expire_all()
    connection.execute(delete(JudgedYear))
    held = groupby(supervision_held.of_all(session), key=lambda one: (one.cell, int(one.period[:4])))
    rows = [_row(cell, year, list(meetings)).model_dump() for (cell, year), meetings in held]
    if rows:
        connection.execute(insert(JudgedYear), rows)
    return len(rows)


def bring_up(session: Session) -> None:
    """At start: judge anew where another rule file, or an older version, judged last."""
    if session.exec(select(JudgedYear.cell).where(JudgedYear.rules != rules_now()).limit(1)).first() is not None:
        rebuild(session)


def _row(cell: str, year: int, held: Sequence[Held]) -> JudgedYear:
    months: list[list[Held]] = [[] for _ in range(12)]
    for meeting in held:
        months[meeting.month - 1].append(meeting)
    packed = b"".join(_month(rules, here) for rules, here in zip(rules_of(year), months, strict=True))
    tasks, done = sum(one.tasks for one in held), sum(one.tasks_done for one in held)
    return JudgedYear(cell=cell, year=year, rules=rules_now(), tasks=tasks, tasks_done=done, months=packed)


def _month(rules: Rules, held: Sequence[Held]) -> bytes:
    if not held:
        return _NOTHING
    code = sum({REGULAR if one.kind == "regular" else THEMATIC if one.kind == "thematic" else 0 for one in held})
    late = {"minutes": NEVER, "score": NEVER}
    for one in judged(held):
        by = one.approved_by(rules)
        sure = one.faults(rules, by)
        for name in sure:
            code |= BITS[name]
        for name in one.faults(rules, by + 1) - sure:
            late[name] = min(late[name], by)
    scored = [one for one in held if one.self_points is not None and one.approved_at is not None]
    shares = {
        "attendance": [(one.came, one.eligible) for one in held], "spoke": [(one.speakers, one.came) for one in held],
        "concluded": [(one.ended, one.items) for one in held], "tasks": [(one.tasks_done, one.tasks) for one in held],
        "self": [(one.self_points or 0, BEST) for one in scored],
        "computed": [(one.points(rules, one.approved_at or 0), rules.computed_max) for one in scored],
    }  # fmt: skip
    figures = (figure for name in SHARES for figure in _shares(shares[name]))
    return _PACKED.pack(code, late["minutes"], late["score"], *figures)


def _shares(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    every = [round(min(part, whole) * MILLIONTHS / whole) for part, whole in counts if whole > 0][:MOST]
    return sum(every), len(every)


ROWS = "SELECT cell, tasks, tasks_done, months FROM judged_year WHERE year = :year"
OF_YEAR = text(ROWS)
OF_FEW = text(f"{ROWS} AND cell IN :cells").bindparams(bindparam("cells", expanding=True))
FEW = 500


def of(session: Session, cells: Sequence[str], year: int) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """For each cell in order its twelve months, and its tasks given and done."""
    if not cells:
        return np.zeros((0, 12), MONTH), np.zeros((0, 2), np.int64)
    statement = OF_FEW if len(cells) <= FEW else OF_YEAR
    values = {"year": year} | ({"cells": list(cells)} if statement is OF_FEW else {})
    rows = session.connection().execute(statement, values).all()
    stored = {cell: (bytes(months), tasks, done) for cell, tasks, done, months in rows}
    found = [stored.get(cell, (EMPTY, 0, 0)) for cell in cells]
    months = np.frombuffer(b"".join(one[0] for one in found), MONTH).reshape(len(found), 12)
    return months, np.array([one[1:] for one in found], np.int64).reshape(len(found), 2)


def codes(months: NDArray[np.void], now: int) -> NDArray[np.uint8]:
    """Cells × 12: problems, REGULAR and THEMATIC as of ``now`` (ms)."""
    late: NDArray[np.uint8] = (months["minutes_late"] < now) * np.uint8(BITS["minutes"])
    return months["code"] | late | (months["score_late"] < now) * np.uint8(BITS["score"])
