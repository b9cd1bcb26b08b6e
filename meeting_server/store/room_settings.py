"""What was set in a live room and no entry says: beside the log, so that a restart of the server keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from meeting_server.store.tables import RoomSetting


@dataclass(frozen=True, slots=True)
class Settings:
    """``muted``: members, or sessions of those who are none. ``put_away``: sessions of phones that may not be the
    hall's microphones any more. ``pictures``: (place, session, kind) of what is shown."""

    muted: frozenset[str] = frozenset()
    invited_only: bool = False
    limit_s: int = 0
    captions_on: bool = False
    put_away: tuple[str, ...] = ()
    pictures: tuple[tuple[str, str, str], ...] = ()


def read(session: Session, meeting: str) -> Settings:
    row = session.get(RoomSetting, meeting)
    if row is None:
        return Settings()
    told = json.loads(row.body)
    return Settings(
        frozenset(map(str, told.get("muted", ()))), bool(told.get("invited_only")), int(told.get("limit_s", 0)),
        bool(told.get("captions_on")), tuple(map(str, told.get("put_away", ()))),
        tuple((str(place), str(who), str(kind)) for place, who, kind in told.get("pictures", ())),
    )  # fmt: skip


def write(session: Session, meeting: str, settings: Settings) -> None:
    """The usual ones leave no row."""
    row = session.get(RoomSetting, meeting)
    if settings == Settings():
        if row is not None:
            session.delete(row)
        return
    told: dict[str, Any] = {
        "muted": sorted(settings.muted), "invited_only": settings.invited_only, "limit_s": settings.limit_s,
        "captions_on": settings.captions_on, "put_away": settings.put_away, "pictures": settings.pictures,
    }  # fmt: skip
    row = row or RoomSetting(meeting=meeting, body="")
    row.body = json.dumps(told)
    session.add(row)
