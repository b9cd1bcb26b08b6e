"""Full text search over what meetings left: by right first, then by words, then by how well and how new.

``store.candidates`` finds the records that one may read; here they are ranked, counted and shown, and only the lines
of the page shown are fetched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from meeting_server.store.among import among
from meeting_server.store.archive_tables import MeetingPerson
from meeting_server.store.candidates import CANDIDATES, RANKED, Candidate, Query, Reader, candidates
from meeting_server.store.log import correcting
from meeting_server.store.people import by_given_name
from meeting_server.store.tables import MeetingSummary, MeetingText, Person, Unit
from meeting_server.store.words import Mark, Sought, marked, rank, sought

MAX_PAGE, PEOPLE = 50, 60
SECTIONS = {
    "title": "tên cuộc họp", "number": "số văn bản", "item": "nội dung", "conclusion": "kết luận",
    "motion": "vấn đề biểu quyết", "task": "nhiệm vụ", "petition": "kiến nghị", "block": "biên bản",
    "speech": "lời phát biểu",
}  # fmt: skip


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
    names = _names(session, {one.cell for one in ordered})
    return Found(
        len(ordered), len(found) >= CANDIDATES, tuple(_results(session, page, lines, words, names)),
        _cells(ordered, names), tuple(sorted(Counter(year_of(one.starts_at) for one in ordered).items(), reverse=True)),
        tuple(Counter(one.kind for one in ordered).most_common()), _people(session, ordered, query.person),
    )  # fmt: skip


Best = dict[str, tuple[str, str, int]]
Tiers = dict[str, set[str]]


def _lines(session: Session, meetings: list[str], tiers: Tiers, words: Sought, section: str) -> Best:
    """Per meeting the line to show: where most of the words stand as typed and together. Only lines of the tiers
    that were found by right."""
    best: Best = {}
    if not meetings:
        return best
    wanted = select(MeetingText.meeting, MeetingText.section, MeetingText.text, MeetingText.folded).where(
        among(session, MeetingText.meeting, meetings)
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


def _results(
    session: Session, page: list[Candidate], lines: Best, words: Sought, names: dict[str, str]
) -> Iterable[Result]:
    columns = ("meeting", "title", "state", "number", "sha256")
    wanted = sa_select(*(col(getattr(MeetingSummary, name)) for name in columns))
    here = among(session, MeetingSummary.meeting, [one.meeting for one in page])
    heads = {meeting: told for meeting, *told in session.connection().execute(wanted.where(here))}
    for one in page:
        title, state, number, sha256 = heads[one.meeting]
        section, line, _ = lines.get(one.meeting, ("title", title, 0))
        shown = marked(line, words)
        yield Result(
            one.meeting, one.cell, names.get(one.cell, ""), title, one.kind, one.starts_at, state, number, section,
            shown.text, shown.marks, correcting(state, sha256),
        )  # fmt: skip


def _names(session: Session, cells: set[str]) -> dict[str, str]:
    return dict(session.exec(select(Unit.id, Unit.name).where(among(session, Unit.id, cells))).all())


def _cells(ordered: list[Candidate], names: dict[str, str]) -> tuple[tuple[str, str, int], ...]:
    counted = Counter(one.cell for one in ordered).most_common(200)
    return tuple((cell, names.get(cell, ""), count) for cell, count in counted)


def _people(session: Session, ordered: list[Candidate], person: str) -> tuple[tuple[str, str, int], ...]:
    """Who had a part in most of the records: at most PEOPLE, by name, the one that is asked for among them."""
    part, ids = MeetingPerson, [one.meeting for one in ordered]
    counted = (
        select(part.person, Person.name, func.count(func.distinct(part.meeting)))
        .join(Person, col(Person.id) == col(part.person))
        .where(among(session, part.meeting, ids))
        .group_by(col(part.person), col(Person.name))
    )
    rows = sorted(session.exec(counted), key=lambda row: (row[0] != person, -row[2]))[:PEOPLE]
    return tuple(sorted(((key, name, count) for key, name, count in rows), key=lambda one: by_given_name(one[1])))
