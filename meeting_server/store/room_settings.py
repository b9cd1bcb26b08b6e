"""What the chair set in a live room and no entry says: beside the log, so that a restart of the server keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlmodel import Session

from meeting_server.store.tables import RoomSetting


@dataclass(frozen=True, slots=True)
class Settings:
    """``muted``: members, or sessions of those who are none."""

    muted: frozenset[str] = frozenset()
    invited_only: bool = False
    limit_s: int = 0
    captions_on: bool = False


def read(session: Session, meeting: str) -> Settings:
    row = session.get(RoomSetting, meeting)
    if row is None:
        return Settings()
    told = json.loads(row.body)
    return Settings(
        frozenset(map(str, told.get("muted", ()))), bool(told.get("invited_only")), int(told.get("limit_s", 0)),
        bool(told.get("captions_on")),
    )  # fmt: skip


def write(session: Session, meeting: str, settings: Settings) -> None:
    """The usual ones leave no row."""
    row = session.get(RoomSetting, meeting)
    if settings == Settings():
        if row is not None:
            session.delete(row)
        return
    body = json.dumps({
        "muted": sorted(settings.muted), "invited_only": settings.invited_only, "limit_s": settings.limit_s,
        "captions_on": settings.captions_on,
    })  # fmt: skip
    row = row or RoomSetting(meeting=meeting, body=body)
    row.body = body
    session.add(row)
