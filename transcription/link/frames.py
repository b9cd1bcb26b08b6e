"""Orders and news as frames (docs/protocol.md §3) and back; the same for every carrier."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transcription.link import Accepted, Forget, Hints, Order, Progress, Resume, Span, Survey, Voiced
from transcription.wire import VERSION, WireError, pack


def hello(role: str, name: str) -> bytes:
    return pack({"type": "hello", "v": VERSION, "role": role, "name": name})


def order_head(order: Order) -> dict[str, Any]:
    match order:
        case Accepted(id):
            return {"type": "accepted", "id": id}
        case Resume(room, track, cursor, journal, until):
            place = {"room": room, "track": track, "cursor": cursor, "until": until}
            return {"type": "resume", **place, "journal": str(journal)}
        case Hints(room, hot_words, prompt):
            return {"type": "hints", "room": room, "hot_words": list(hot_words), "prompt": prompt}
        case Forget(room, spans):
            return {"type": "forget", "room": room, "spans": [[s.track, s.start, s.end] for s in spans]}
        case Survey(room, journal, cursors, whole):
            what = {"cursors": dict(cursors), "whole": whole}
            return {"type": "survey", "room": room, "journal": str(journal), **what}
    raise AssertionError("Connected is never sent")


def read_order(head: Mapping[str, Any]) -> Order | None:
    """None for a type this version does not know. Raises WireError on a bad field."""
    try:
        return _order(head)
    except (KeyError, TypeError, ValueError) as error:
        raise WireError(f"a bad field: {error}") from error


def _order(head: Mapping[str, Any]) -> Order | None:
    match head.get("type"):
        case "accepted":
            return Accepted(str(head["id"]))
        case "resume":
            place = str(head["room"]), str(head["track"]), int(head["cursor"]), Path(head["journal"])
            return Resume(*place, int(head.get("until", 0)))
        case "hints":
            return Hints(str(head["room"]), tuple(str(w) for w in head["hot_words"]), str(head["prompt"]))
        case "forget":
            return Forget(str(head["room"]), tuple(Span(str(t), int(a), int(b)) for t, a, b in head["spans"]))
        case "survey":
            cursors = {str(track): int(cursor) for track, cursor in head["cursors"].items()}
            return Survey(str(head["room"]), Path(head["journal"]), cursors, bool(head.get("whole", False)))
    return None


def news_head(news: Progress | Voiced) -> dict[str, Any]:
    match news:
        case Progress(room, owed_ms):
            return {"type": "progress", "room": room, "owed_ms": owed_ms}
        case Voiced(room, track, spans, since):
            told = [list(span) for span in spans]
            return {"type": "voiced", "room": room, "track": track, "spans": told, "since": since}


def read_news(head: Mapping[str, Any]) -> Progress | Voiced | None:
    try:
        match head.get("type"):
            case "progress":
                return Progress(str(head["room"]), int(head["owed_ms"]))
            case "voiced":
                spans = tuple((int(a), int(b)) for a, b in head["spans"])
                return Voiced(str(head["room"]), str(head["track"]), spans, int(head.get("since", 0)))
    except (KeyError, TypeError, ValueError) as error:
        raise WireError(f"a bad field: {error}") from error
    return None
