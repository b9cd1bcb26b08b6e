"""One wrong word put right wherever else it stands: in what was said, and in the minutes written from it.

What was said is corrected, and so are tasks and petitions while the meeting has not heard the minutes read back; blocks
that no hand touched follow by the next draft. To the others, and to those that rest on what else the room recorded in
these words, the corrected text is only proposed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from meeting_server.room.commands import PutRight
from meeting_server.room.context import Context
from meeting_server.room.state import Room
from minutes.record.document import Paragraph
from minutes.record.events import Corrected, Event, Petitioned, TaskGiven
from minutes.record.transcript import Utterance

MOST = 500  # of what was said, at once


@dataclass(frozen=True, slots=True)
class Places:
    """Where wrong words still stand. ``given``: tasks and petitions that hold them; ``follow``: blocks that the next
    draft puts right; ``asked``: blocks that get a proposal; ``known``: people here who are rightly called so."""

    lines: tuple[Utterance, ...] = ()
    given: tuple[TaskGiven | Petitioned, ...] = ()
    follow: tuple[Paragraph, ...] = ()
    asked: tuple[Paragraph, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.lines) + len(self.given) + len(self.follow) + len(self.asked)


def mended(text: str, wrong: str, right: str) -> str:
    """``right`` for each ``wrong`` that stands as whole words and not within ``right`` already; a capital that began a
    sentence stays one."""
    pieces = re.split(f"({re.escape(right)})", text)
    return "".join(piece if piece == right else _wrong(wrong).sub(lambda m: _as(m.group(), right), piece)
                   for piece in pieces)  # fmt: skip


def _wrong(words: str) -> re.Pattern[str]:
    """One syllable is taken as it is written: "Hố" is a name, "hố" a hole."""
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE if " " in words else 0)


def _as(found: str, right: str) -> str:
    return right[:1].upper() + right[1:] if found[:1].isupper() else right


def places(room: Room, wrong: str, right: str) -> Places:
    """The lines in the order said, the blocks in the order of the minutes."""

    def stands(text: str) -> bool:
        return mended(text, wrong, right) != text

    lines = tuple(said for said in room.transcript.utterances if stands(said.text))
    blocks = [one for one in room.document.paragraphs if not one.offered and stands(one.block.text)]
    recorded: tuple[TaskGiven | Petitioned, ...] = (*room.tasks.tasks, *room.tasks.petitions)
    recorded = recorded if room.meeting.read_back is None else ()
    given = tuple(one for one in recorded if stands(words_of(one)))
    right_then = {source for one in recorded for source in _sources(room, one)}
    follow = tuple(one for one in blocks if _follows(one, right_then))
    names = [line.name for line in room.meeting.roster] + [guest.name for guest in room.ledger.guests]
    known = tuple(name for name in names if _wrong(wrong).search(name))
    return Places(lines, given, follow, tuple(one for one in blocks if one not in follow), known)


def words_of(one: TaskGiven | Petitioned) -> str:
    return one.what if isinstance(one, TaskGiven) else one.text


def _reworded(one: TaskGiven | Petitioned, words: str) -> TaskGiven | Petitioned:
    return replace(one, what=words) if isinstance(one, TaskGiven) else replace(one, text=words)


def _sources(room: Room, one: TaskGiven | Petitioned) -> tuple[str, ...]:
    key = one.task if isinstance(one, TaskGiven) else one.petition
    return room.tasks.sources(type(one).__name__, key)


def _follows(paragraph: Paragraph, right_then: set[str]) -> bool:
    """Whether the next draft will say it right: no hand was here, and the words come of what was said, or of a task or
    petition that is put right too."""
    recorded = {source for source in paragraph.block.sources if source.startswith("entry:")}
    return not paragraph.touched and bool(paragraph.block.sources) and recorded <= right_then


def put_right(at: Context, command: PutRight) -> tuple[Event, ...]:
    found = places(at.room, command.wrong, command.right)
    if not found.count:
        raise at.unknown("nowhere", f"Không còn chỗ nào khác ghi “{command.wrong}”.")
    lines = [Corrected(said.id, mended(said.text, command.wrong, command.right)) for said in found.lines[:MOST]]
    given = [_reworded(one, mended(words_of(one), command.wrong, command.right)) for one in found.given]
    return (*lines, *given)


def proposed(room: Room, wrong: str, right: str) -> dict[str, tuple[str, str]]:
    """Block → its text and the text with the word put right, for blocks that a hand decides about."""
    asked = places(room, wrong, right).asked
    return {one.id: (one.block.text, mended(one.block.text, wrong, right)) for one in asked}
