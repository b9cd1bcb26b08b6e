"""Full text search over what meetings left: by right first, then by words, then by how well and how new.

``Reader`` says what somebody may read; nothing else ever enters a query's result, its count or its facets. Per record
one indexed text (``record_text``), so a query looks at records, and only the lines of the page shown are fetched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, text
from sqlmodel import Session, col, select

from meeting_server.store.archive_tables import MeetingPerson
from meeting_server.store.log import correcting
from meeting_server.store.people import by_given_name
from meeting_server.store.tables import MeetingSummary, MeetingText, Person, Unit
from meeting_server.store.words import WORD, Mark, Sought, marked, rank, sought

CANDIDATES = 300
RANKED, FEW_CELLS = 60, 60
DAY = 86_400_000
SPANS = (30, 120, 480, 960, 1_920, 0)  # days back from the newest, each before the one before; 0 = all that is left
PAGE, MAX_PAGE, PEOPLE = 20, 50, 60
SECTIONS = {
    "title": "tên cuộc họp", "item": "nội dung", "conclusion": "kết luận", "motion": "vấn đề biểu quyết",
    "task": "nhiệm vụ", "petition": "kiến nghị", "block": "biên bản", "speech": "lời phát biểu",
}  # fmt: skip


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
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Result:
    """The best line of a record. ``marks``: code point spans of ``text``."""

    meeting: str
    cell: str
    cell_name: str
    title: str
    kind: str
    starts_at: int
    state: str
    number: str
    section: str
    text: str
    marks: tuple[Mark, ...]
    correcting: bool = False

    @property
    def where(self) -> str:
        return SECTIONS.get(self.section, "")


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` counts records; ``more``: there are more than were counted (only the newest CANDIDATES were)."""

    total: int = 0
    more: bool = False
    results: tuple[Result, ...] = ()
    cells: tuple[tuple[str, str, int], ...] = ()  # id, name, count
    years: tuple[tuple[int, int], ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()
    people: tuple[tuple[str, str, int], ...] = ()  # id, name, count of records they had a part in


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
    lists: list[str] = field(default_factory=list)
    narrow: bool = False  # few cells: their own records are fewer than those that hold a common word

    def add(self, part: str, **values: Any) -> None:
        self.parts.append(part)
        self.values |= values
        self.lists += [name for name, value in values.items() if isinstance(value, list)]


def search(session: Session, query: Query, reader: Reader, *, year_of: Callable[[int], int]) -> Found:
    """Records that hold all words, best first: phrases as typed, phrases without diacritics, then newest.

    ``year_of`` maps a moment to the year in which it is counted. Without words: the newest by the filters.
    """
    words = sought(query.words)
    found = candidates(session, query, reader)
    if not found:
        return Found()
    tiers: Tiers = {}
    first: dict[str, Candidate] = {}
    for one in found:
        tiers.setdefault(one.meeting, set()).add(one.tier)
        first.setdefault(one.meeting, one)
    ordered = list(first.values())
    lines = _lines(session, [one.meeting for one in ordered[:RANKED]], tiers, words, query.section)
    ranked = _ranked(ordered, lines, words)
    page = ranked[query.offset : query.offset + min(query.limit, MAX_PAGE)]
    lines |= _lines(session, [one.meeting for one in page if one.meeting not in lines], tiers, words, query.section)
    return Found(
        len(ordered), len(found) >= CANDIDATES, tuple(_results(session, page, lines, words)), _cells(session, ordered),
        tuple(sorted(Counter(year_of(one.starts_at) for one in ordered).items(), reverse=True)),
        tuple(Counter(one.kind for one in ordered).most_common()), _people(session, ordered, query.person),
    )  # fmt: skip


def _limits(query: Query, reader: Reader) -> _Where | None:
    """Right and filters; None when nothing can be seen."""
    where, rights = _Where(), list[str]()
    cells = sorted(reader.cells)
    if query.cell and not reader.everything:
        cells = [cell for cell in cells if cell == query.cell]
    if reader.everything:
        rights.append("r.tier = 'record'")
    elif cells:
        rights.append("(r.tier = 'record' AND r.cell IN :cells)")
        where.add("TRUE", cells=cells)
    for name, part in (("meetings", "r.tier = 'record'"), ("desk", "r.tier = 'speech'")):
        if allowed := sorted(getattr(reader, name)):
            rights.append(f"({part} AND r.meeting IN :{name})")
            where.add("TRUE", **{name: allowed})
    if not rights:
        return None
    where.parts = [f"({' OR '.join(rights)})"]
    where.narrow = bool(query.cell) or (not reader.everything and len(cells) <= FEW_CELLS)
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


def candidates(session: Session, query: Query, reader: Reader) -> list[Candidate]:
    """Texts of records that one may read and that hold all words: the best class first, within one the newest; at
    most CANDIDATES."""
    where, words = _limits(query, reader), sought(query.words)
    if where is None or (query.words.strip() and not words.folded):
        return []
    every = _newest(session, where, _all_words(session, words), CANDIDATES)
    front = _front(session, where, words, every) if len(every) > RANKED and words.folded else []
    found = list({one.id: one for one in (*front, *every)}.values())[:CANDIDATES]
    return _in_section(session, found, words, query.section)


def _newest(session: Session, where: _Where, match: str, limit: int) -> list[Candidate]:
    """At most ``limit``, the newest first. PostgreSQL looks through ever longer spans of time and stops when it has
    enough: however common or rare the words, few rows are fetched. Its planner knows nothing of words that go together,
    so it is told the way: by the index of words, or for few cells by theirs."""
    if _sqlite(session) or not match:
        return _run(session, where, match, limit)
    found: list[Candidate] = []
    until = 1 + (session.connection().execute(text("SELECT MAX(starts_at) FROM record_text")).scalar() or 0)
    way = "enable_bitmapscan" if where.narrow else "enable_indexscan"
    session.connection().execute(text(f"SET LOCAL {way} = off"))
    for span in SPANS:
        since = until - span * DAY if span else -1
        within = _Where([*where.parts, "r.starts_at >= :from_", "r.starts_at < :to_"], dict(where.values), where.lists)
        within.values |= {"from_": since, "to_": until}
        found += _run(session, within, match, limit - len(found))
        if len(found) >= limit:
            break
        until = since
    session.connection().execute(text(f"SET LOCAL {way} = on"))
    return found


def _front(session: Session, where: _Where, words: Sought, every: list[Candidate]) -> list[Candidate]:
    """Those with the words side by side. On PostgreSQL only among those found: a rare phrase of common words would
    have every record that holds the words fetched and looked into."""
    if not _sqlite(session):
        among = _Where([*where.parts, "r.id IN :among"], where.values | {"among": [one.id for one in every]})
        among.lists = [*where.lists, "among"]
        return _run(session, among, _together(session, words), RANKED)
    return _run(session, where, _together(session, words), RANKED)


def _all_words(session: Session, words: Sought) -> str:
    sign = " AND " if _sqlite(session) else " & "
    return sign.join(f'"{word}"' if _sqlite(session) else word for word in words.folded)


def _together(session: Session, words: Sought) -> str:
    """The words side by side, as typed when there are diacritics: these records come first."""
    wanted = words.written if words.exact else words.folded
    return f'"{" ".join(wanted)}"' if _sqlite(session) else " <-> ".join(wanted)


def _sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"


def _run(session: Session, where: _Where, match: str, limit: int) -> list[Candidate]:
    """The newest first. ``match``: a full text expression made of letters and digits only, "" for none."""
    source, parts = "record_text r", list(where.parts)
    if match and _sqlite(session):
        source = "record_search f CROSS JOIN record_text r INDEXED BY ix_record_text_head ON r.id = f.rowid"
        parts.append("f.words MATCH :match")
    elif match:
        parts.append("r.vector @@ to_tsquery('simple', :match)")
    statement = text(
        f"SELECT r.id, r.meeting, r.tier, r.cell, r.kind, r.starts_at FROM {source} "  # noqa: S608 - our own parts
        f"WHERE {' AND '.join(parts)} ORDER BY r.starts_at DESC, r.id LIMIT :limit"
    ).bindparams(*(bindparam(name, expanding=True) for name in where.lists))
    values = where.values | {"limit": limit} | ({"match": match} if match else {})
    return [Candidate._make(row) for row in session.connection().execute(statement, values)]


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


Best = dict[str, tuple[str, str, int]]
Tiers = dict[str, set[str]]


def _lines(session: Session, meetings: list[str], tiers: Tiers, words: Sought, section: str) -> Best:
    """Per meeting the line to show: where most of the words stand as typed and together. Only lines of the tiers
    that were found by right."""
    best: Best = {}
    if not meetings:
        return best
    wanted = select(MeetingText.meeting, MeetingText.section, MeetingText.text, MeetingText.folded).where(
        col(MeetingText.meeting).in_(meetings)
    )
    longest = max(words.folded, key=len, default="")
    if longest:
        wanted = wanted.where(col(MeetingText.folded).contains(longest))
    if section or not longest:
        wanted = wanted.where(MeetingText.section == (section or "title"))
    for meeting, place, line, folded in session.exec(wanted.order_by(col(MeetingText.id))):
        if ("speech" if place == "speech" else "record") in tiers[meeting]:
            fits = rank(line, folded, words)
            if meeting not in best or fits > best[meeting][2]:
                best[meeting] = (place, line, fits)
    return best


def _ranked(ordered: list[Candidate], lines: Best, words: Sought) -> list[Candidate]:
    """The first RANKED by how well their best line fits, then newest; the others as they came."""
    if not words.folded:
        return ordered
    first = sorted(
        ordered[:RANKED],
        key=lambda one: (-lines[one.meeting][2] if one.meeting in lines else 0, -one.starts_at),
    )
    return first + ordered[RANKED:]


def _results(session: Session, page: list[Candidate], lines: Best, words: Sought) -> Iterable[Result]:
    ids = [one.meeting for one in page]
    heads = {
        row.meeting: row for row in session.exec(select(MeetingSummary).where(col(MeetingSummary.meeting).in_(ids)))
    }
    names = _names(session, {one.cell for one in page})
    for one in page:
        head = heads[one.meeting]
        section, line, _ = lines.get(one.meeting, ("title", head.title, 0))
        shown = marked(line, words)
        yield Result(
            one.meeting, one.cell, names.get(one.cell, ""), head.title, one.kind, one.starts_at, head.state,
            head.number, section, shown.text, shown.marks, correcting(head),
        )  # fmt: skip


def _names(session: Session, cells: set[str]) -> dict[str, str]:
    return dict(session.exec(select(Unit.id, Unit.name).where(col(Unit.id).in_(cells))).all())


def _cells(session: Session, ordered: list[Candidate]) -> tuple[tuple[str, str, int], ...]:
    counted = Counter(one.cell for one in ordered).most_common(200)
    names = _names(session, {cell for cell, _ in counted})
    return tuple((cell, names.get(cell, ""), count) for cell, count in counted)


def _people(session: Session, ordered: list[Candidate], person: str) -> tuple[tuple[str, str, int], ...]:
    """Who had a part in most of the records: at most PEOPLE, by name, the one that is asked for among them."""
    part, ids = MeetingPerson, [one.meeting for one in ordered]
    counted = (
        select(part.person, Person.name, func.count(func.distinct(part.meeting)))
        .join(Person, col(Person.id) == col(part.person))
        .where(col(part.meeting).in_(ids))
        .group_by(col(part.person), col(Person.name))
    )
    rows = sorted(session.exec(counted), key=lambda row: (row[0] != person, -row[2]))[:PEOPLE]
    return tuple(sorted(((key, name, count) for key, name, count in rows), key=lambda one: by_given_name(one[1])))
