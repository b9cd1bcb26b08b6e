"""What recognition is told beforehand about a meeting: names that will be said, and what is being talked about.

Few words: each costs accuracy on everyday speech (docs/performance.md); recognisers use the names for capitals and, by
their settings, in recognition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from meeting_server.room.state import Room
from transcription.text import proper_names

MOST = 60


@dataclass(frozen=True, slots=True)
class Hints:
    """``words``: the surest first. ``prompt``: the title of the item now."""

    words: tuple[str, ...] = ()
    prompt: str = ""


def hints(room: Room, known: Iterable[str] = ()) -> Hints:
    """``known``: names that the cell corrected in earlier meetings. Nothing of a secret item is told."""
    plan, item = room.meeting.scheduled, room.agenda.item(room.agenda.now)
    if plan is None:
        return Hints()
    open_titles = [one.title for one in room.agenda.items if not one.secret]
    texts = (plan.cell_name, plan.place, plan.parent_name, *open_titles)
    words = [line.name for line in room.meeting.roster] + [guest.name for guest in room.ledger.guests]
    words += [name for text in texts for name in proper_names(text)]
    words += [*corrected(room), *known]
    found = tuple(dict.fromkeys(word for word in words if word.strip()))
    return Hints(found[:MOST], item.title if item and not item.secret else "")


def corrected(room: Room) -> list[str]:
    """Names in what the secretary mended by hand, in lines and in the minutes: what the recogniser gets wrong here."""
    lines = sorted((said for said in room.transcript.by_id.values() if said.corrected), key=lambda said: said.said_at)
    written = [one for one in room.document.paragraphs if one.touched and one.block.origin == "hand"]
    in_minutes = [name for one in written for name in by_hand(one.block.text, one.drafted.text if one.drafted else "")]
    return [*(name for said in lines for name in proper_names(said.text)), *in_minutes]


def by_hand(text: str, drafted: str) -> list[str]:
    """Names that a hand brought into a block."""
    return [name for name in proper_names(text) if name not in drafted]
