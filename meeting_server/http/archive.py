"""Finding what was decided: words with or without diacritics, in the approved minutes of one's own cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session, col, select

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.house import VIETNAM, house
from meeting_server.store import people
from meeting_server.store.tables import MeetingSummary, MeetingText, Unit
from transcription.text.fold import fold, fold_words, nfc

router = APIRouter()

SHOWN, LOOKED_AT = 50, 2_000
APPROVED = ("approved", "sealed")
SECTIONS = {
    "title": "Tên cuộc họp", "item": "Nội dung", "conclusion": "Kết luận", "motion": "Biểu quyết",
    "task": "Nhiệm vụ", "petition": "Kiến nghị", "block": "Biên bản",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
Found = list[tuple[MeetingSummary, MeetingText]]


@router.get("/api/archive")
async def archive(
    request: Request,
    caller: Annotated[Caller, allowed("archive")],
    q: Annotated[str, Query(max_length=200)] = "",
    cell: Annotated[str, Query(max_length=80)] = "",
    year: Annotated[int, Query(ge=0, le=9999)] = 0,
    kind: Annotated[str, Query(max_length=20)] = "",
) -> dict[str, Any]:
    at, account = house(request), caller.account
    assert account is not None
    words = fold_words(nfc(q))[:12]

    def look(session: Session) -> dict[str, Any]:
        own = people.cells_of(session, account.person, at.today()) if account.person else []
        found = [row for row in _search(session, words, own) if _wanted(row[0], "", year, kind)]
        names = {unit.id: unit.name for unit in session.exec(select(Unit).where(col(Unit.id).in_(own)))}
        shown = [row for row in found if cell in ("", row[0].cell)]
        return {
            "total": len(shown),
            "results": [_result(summary, line, set(words), names) for summary, line in shown[:SHOWN]],
            "facets": _facets(found, names),
        }

    return await at.store.read(look)


def _search(session: Session, words: tuple[str, ...], cells: list[str]) -> Found:
    """Lines that hold every word, newest meetings first; without words the titles."""
    query = (
        select(MeetingSummary, MeetingText)
        .where(MeetingSummary.meeting == MeetingText.meeting, col(MeetingSummary.cell).in_(cells))
        .where(col(MeetingSummary.state).in_(APPROVED))
        .order_by(col(MeetingSummary.starts_at).desc(), col(MeetingText.id))
        .limit(LOOKED_AT)
    )
    if not words:
        query = query.where(MeetingText.section == "title")
    for word in words:
        query = query.where(col(MeetingText.folded).contains(word, autoescape=True))
    return list(session.exec(query))


def _wanted(summary: MeetingSummary, cell: str, year: int, kind: str) -> bool:
    return cell in ("", summary.cell) and year in (0, _year(summary)) and kind in ("", summary.kind)


def _year(summary: MeetingSummary) -> int:
    return datetime.fromtimestamp(summary.starts_at / 1000, VIETNAM).year


def _result(
    summary: MeetingSummary, line: MeetingText, words: set[str], names: dict[str, str]
) -> dict[str, Any]:  # fmt: skip
    return {
        "meeting": summary.meeting, "cell_name": names.get(summary.cell, ""), "title": summary.title,
        "kind": summary.kind, "starts_at": summary.starts_at, "where": SECTIONS.get(line.section, line.section),
        "text": line.text, "marks": marks(line.text, words),
    }  # fmt: skip


def marks(line: str, words: Iterable[str]) -> list[list[int]]:
    """Where the words stand in the line, in Unicode code points; the last letters of a word may be missing."""
    wanted = tuple(words)
    return [
        [found.start(), found.end()]
        for found in _WORD.finditer(line)
        if wanted and fold(found.group()).startswith(wanted)
    ]


def _facets(found: Found, names: dict[str, str]) -> dict[str, Any]:
    cells = Counter(summary.cell for summary, _ in found)
    years = Counter(_year(summary) for summary, _ in found)
    kinds = Counter(summary.kind for summary, _ in found)
    return {
        "cells": [{"id": key, "name": names.get(key, ""), "count": count} for key, count in cells.most_common()],
        "years": [{"year": key, "count": years[key]} for key in sorted(years, reverse=True)],
        "kinds": [{"kind": key, "count": count} for key, count in kinds.most_common()],
    }
