"""Which records hold the words and may be read: by right first, then by words, the newest first; at most CANDIDATES.

``Reader`` says what somebody may read; nothing else ever leaves here. On SQLite one query does it. On PostgreSQL the
index of words also holds each record's cell and month (``@c…``, ``@m…``: no word has such a sign), so that a common
word costs only the cells and months that are looked at; months are looked through from the newest, in ever longer
spans, until there are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from meeting_server.store.tables import MeetingText
from meeting_server.store.words import WORD, Sought, sought

CANDIDATES, RANKED = 300, 60
MONTH = 2_592_000_000  # ms: thirty days, as the migration that makes the column counts them
FEW_CELLS = 200
LONGEST = 100  # months named one by one in a query; a longer span names none


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody may read: records of ``cells`` and single ``meetings`` (sent up to them), and what was said in
    the meetings of ``desk`` (as their chair or secretary). ``everything``: records of all cells (an archivist)."""

    cells: frozenset[str] = frozenset()
    meetings: frozenset[str] = frozenset()
    desk: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """``since`` and ``until`` in ms; ``person`` a member's id; ``section`` one of SECTIONS ("task": only tasks)."""

    words: str = ""
    cell: str = ""
    kind: str = ""
    person: str = ""
    section: str = ""
    since: int | None = None
    until: int | None = None
    offset: int = 0
    limit: int = 20


class Candidate(NamedTuple):
    id: int
    meeting: str
    tier: str
    cell: str
    kind: str
    starts_at: int


@dataclass(slots=True)
class _Where:
    """Conditions on ``record_text r`` and their values."""

    parts: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, part: str, **values: Any) -> None:
        self.parts.append(part)
        self.values |= values

    def also(self, part: str, **values: Any) -> _Where:
        return _Where([*self.parts, part], self.values | values)


class _Right(NamedTuple):
    """One reason to read; ``{name}`` in ``part`` stands for "among the values of that name". ``cells``: of these only,
    when it is about few; ``many``: about so many cells that months are worth looking through one after the other (0:
    about named meetings)."""

    part: str
    values: dict[str, Any]
    cells: tuple[str, ...] = ()
    many: int = 0

    def among(self, words: str) -> str:
        """The part in a database's words."""
        return self.part.format(**{name: words.format(name) for name in self.values})


def candidates(session: Session, query: Query, reader: Reader) -> list[Candidate]:
    """Texts of records that one may read and that hold all words: when they are many, those with the words side by
    side first; then the newest."""
    words, rights = sought(query.words), _rights(query, reader)
    if not rights or (query.words.strip() and not words.folded):
        return []
    find = _on_sqlite if session.connection().dialect.name == "sqlite" else _on_postgres
    front, every = find(session, rights, _filters(query), words)
    found = list({one.id: one for one in (*front, *every)}.values())[:CANDIDATES]
    return _in_section(session, found, words, query.section)


def _rights(query: Query, reader: Reader) -> list[_Right]:
    found = []
    if reader.everything:
        found.append(_Right("r.tier = 'record'", {}, (query.cell,) if query.cell else (), 1 if query.cell else 4_000))
    elif cells := tuple(cell for cell in sorted(reader.cells) if query.cell in ("", cell)):
        few = cells if len(cells) <= FEW_CELLS else ()
        found.append(_Right("r.tier = 'record' AND r.cell {cells}", {"cells": list(cells)}, few, len(cells)))
    if reader.meetings:
        named = sorted(reader.meetings)
        found.append(_Right("r.tier = 'record' AND r.meeting {meetings}", {"meetings": named}))
    if reader.desk:
        found.append(_Right("r.tier = 'speech' AND r.meeting {desk}", {"desk": sorted(reader.desk)}))
    return found


def _filters(query: Query) -> _Where:
    where = _Where()
    if query.cell:
        where.add("r.cell = :cell", cell=query.cell)
    if query.kind:
        where.add("r.kind = :kind", kind=query.kind)
    if query.section:
        where.add("r.tier = :tier", tier="speech" if query.section == "speech" else "record")
    if query.since is not None:
        where.add("r.starts_at >= :since", since=query.since)
    if query.until is not None:
        where.add("r.starts_at < :until", until=query.until)
    if query.person:
        part = "EXISTS (SELECT 1 FROM meeting_person p WHERE p.person = :person AND p.meeting = r.meeting)"
        where.add(part, person=query.person)
    return where


Found = tuple[Sequence[Candidate], Sequence[Candidate]]  # with the words side by side, and all


# -- SQLite ------------------------------------------------------------------------------------------------------------


def _on_sqlite(session: Session, rights: Iterable[_Right], where: _Where, words: Sought) -> Found:
    allowed = list(rights)
    reasons = [right.among("IN :{}") for right in allowed]
    where = where.also(f"(({') OR ('.join(reasons)}))")
    for right in allowed:
        where.values |= right.values
    every = _matching(session, where, " AND ".join(f'"{word}"' for word in words.folded), CANDIDATES)
    if len(every) <= RANKED or not words.folded:
        return (), every
    return _matching(session, where, f'"{" ".join(_as_typed(words))}"', RANKED), every


def _matching(session: Session, where: _Where, match: str, limit: int) -> list[Candidate]:
    """``match``: an expression of quoted words, "" for none."""
    source = "record_text r"
    if match:
        source = "record_search f CROSS JOIN record_text r INDEXED BY ix_record_text_head ON r.id = f.rowid"
        where = where.also("f.words MATCH :match", match=match)
    statement = f"SELECT {COLUMNS} FROM {source} WHERE {' AND '.join(where.parts)} {NEWEST}"  # noqa: S608 - our own parts
    return [Candidate._make(row) for row in _run(session, statement, where.values | {"limit": limit})]


# -- PostgreSQL --------------------------------------------------------------------------------------------------------

COLUMNS = "r.id, r.meeting, r.tier, r.cell, r.kind, r.starts_at"
NEWEST = "ORDER BY r.starts_at DESC, r.id LIMIT :limit"
Row = tuple[Candidate, bool]


def _on_postgres(session: Session, rights: Iterable[_Right], where: _Where, words: Sought) -> Found:
    """Phrases come first only among those found: a rare phrase of common words would have every record that holds
    the words fetched and looked into."""
    rows = [row for right in rights for row in _by_right(session, right, where, words)]
    rows = sorted(rows, key=lambda row: (-row[0].starts_at, row[0].id))[:CANDIDATES]
    front = [one for one, together in rows if together][:RANKED] if len(rows) > RANKED else []
    return front, [one for one, _ in rows]


def _by_right(session: Session, right: _Right, where: _Where, words: Sought) -> list[Row]:
    where = where.also(f"({right.among('= ANY(:{})')})")
    where.values |= right.values
    if not words.folded:
        return list(_side_by_side(session, where, "", CANDIDATES))
    if not right.many:
        where = where.also("r.vector @@ to_tsquery('simple', :match)", match=" & ".join(words.folded))
        return list(_side_by_side(session, where, _phrase(words), CANDIDATES))
    return _by_spans(session, right, where, words)


def _by_spans(session: Session, right: _Right, where: _Where, words: Sought) -> list[Row]:
    """From the newest month back, first as far as should hold twice as many records as are wanted."""
    found: list[Row] = []
    until, width = _newest_month(session), -(-2 * CANDIDATES // right.many)
    both = "r.vector @@ (to_tsquery('simple', :match) && CAST(:ways AS tsquery))"
    while True:
        months = range(until, until - width, -1) if width <= LONGEST else ()
        within = where.also(both, match=" & ".join(words.folded), ways=_ways(right.cells, months))
        if not months:
            within.add("r.starts_at < :end", end=(until + 1) * MONTH)
        found += _side_by_side(session, within, _phrase(words), CANDIDATES - len(found))
        if not months or len(found) >= CANDIDATES:
            return found
        until, width = until - width, 4 * width


def _newest_month(session: Session) -> int:
    """And for the rest of the transaction the planner, which knows nothing of words that go together, is kept from
    reading the records one after the other by time."""
    statement = text("SELECT set_config('enable_indexscan', 'off', TRUE), (SELECT MAX(starts_at) FROM record_text)")
    return int(session.connection().execute(statement).one()[1] or 0) // MONTH


def _ways(cells: Iterable[str], months: Iterable[int]) -> str:
    """A tsquery of what the index holds beside the words; "" asks nothing."""
    either = (" | ".join(map(_lexeme, signs)) for signs in ([f"@c{c}" for c in cells], [f"@m{m}" for m in months]))
    return " & ".join(f"({signs})" for signs in either if signs)


def _lexeme(sign: str) -> str:
    quoted = sign.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'"


def _phrase(words: Sought) -> str:
    """The words side by side, as typed when there are diacritics; "" where the words alone say it all."""
    return " <-> ".join(_as_typed(words)) if words.exact or len(words.folded) > 1 else ""


def _side_by_side(session: Session, where: _Where, phrase: str, limit: int) -> Iterator[Row]:
    """Only the rows that are left are looked into for the phrase."""
    statement = f"SELECT {COLUMNS}, r.vector FROM record_text r WHERE {' AND '.join(where.parts)} {NEWEST}"  # noqa: S608
    together = "r.vector @@ to_tsquery('simple', :phrase)" if phrase else "FALSE"
    statement = f"SELECT {COLUMNS}, {together} FROM ({statement}) r"  # noqa: S608 - our own parts
    for row in _run(session, statement, where.values | {"limit": limit} | ({"phrase": phrase} if phrase else {})):
        yield Candidate._make(row[:-1]), row[-1]


# -- both --------------------------------------------------------------------------------------------------------------


def _as_typed(words: Sought) -> Sequence[str]:
    return words.written if words.exact else words.folded


def _run(session: Session, statement: str, values: dict[str, Any]) -> Sequence[Any]:
    """Lists are one array on PostgreSQL (``among`` says why), many values on SQLite."""
    lists: list[Any] = [bindparam(name, expanding=True) for name, value in values.items() if isinstance(value, list)]
    lists = lists if session.connection().dialect.name == "sqlite" else []
    return session.connection().execute(text(statement).bindparams(*lists), values).all()


def _in_section(session: Session, found: list[Candidate], words: Sought, section: str) -> list[Candidate]:
    """Only records of which one line of the section holds all words."""
    if not section or section == "speech" or not found:
        return found
    rows = session.exec(
        select(MeetingText.meeting, MeetingText.folded).where(
            col(MeetingText.meeting).in_([one.meeting for one in found]), MeetingText.section == section
        )
    )
    wanted = set(words.folded)
    holding = {meeting for meeting, line in rows if wanted <= set(WORD.findall(line))}
    return [one for one in found if one.meeting in holding]
