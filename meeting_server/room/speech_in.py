"""What becomes of a recognised utterance: taken, already known, or not to be kept; and who said it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from meeting_server.room.state import Room
from minutes.record.events import HALL, Spoke, Word, utterance_id
from minutes.record.floor import Turn
from minutes.record.transcript import SAMPLES_A_MS, item_at
from transcription.text import inaudible

Verdict = Literal["take", "silence", "known", "dropped", "later"]
EDGE_MS = 500  # a sentence may reach this far into a pause: the gate shut before the pause was written down
OPEN_END = 1 << 60


@dataclass(frozen=True, slots=True)
class Heard:
    """One recognised utterance, as the listener's result says it; ``text`` "" = nothing was said there."""

    track: str
    start: int
    end: int
    text: str
    spoken: str = ""
    confidence: int = 1000
    model: str = ""
    words: tuple[Word, ...] = ()
    inaudible: bool = False
    level: int = 0


def verdict(room: Room, heard: Heard) -> Verdict:
    """ "known": redelivered; "dropped": off record, erased, not to be transcribed or too late; "later": its track
    is not open yet. Where a hole was left before the cursor, its utterance is still taken: workers answer out of
    order and the survey of the recording names exactly such holes."""
    if heard.track not in room.tracks:
        return "later"
    if _covered(room, heard):
        return "known"
    late = room.phase in ("approved", "sealed") or room.meeting.reopened is not None
    if late or room.meeting.recording is None or not room.meeting.recording.transcribe:
        return "dropped"
    if _off_record(room, *said(room, heard)) or _erased(room, *said(room, heard)):
        return "dropped"
    return "take" if heard.text or heard.inaudible else "silence"


def _covered(room: Room, heard: Heard) -> bool:
    """Accepted already: the same start, or at least half of it. Less is the padding of neighbours and of a survey
    that cut elsewhere; dropping it would lose what was never written down."""
    spans = room.heard.get(heard.track, ())
    first = max(0, bisect_right(spans, (heard.start, OPEN_END)) - 1)
    last = bisect_left(spans, (heard.end,))
    common = sum(max(0, min(end, heard.end) - max(start, heard.start)) for start, end in spans[first:last])
    same = utterance_id(heard.track, heard.start) in room.transcript.by_id
    return same or (bool(spans) and 2 * common >= max(1, heard.end - heard.start))


def unheard(room: Room, track: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Which of these utterances of the recording are still owed. Neighbours come as one."""
    owed: list[tuple[int, int]] = []
    joined = False
    for start, end in spans:
        missing = verdict(room, Heard(track, start, end, "…")) == "take"
        if missing and joined:
            owed[-1] = owed[-1][0], end
        elif missing:
            owed.append((start, end))
        joined = missing
    return owed


def said(room: Room, heard: Heard) -> tuple[int, int]:
    """When it was said, from and until, in ms since the epoch."""
    base = room.tracks[heard.track].at
    return base + heard.start // SAMPLES_A_MS, base + heard.end // SAMPLES_A_MS


def _off_record(room: Room, since: int, until: int) -> bool:
    for span in room.meeting.off_record:
        end = OPEN_END if span.until is None else span.until
        if span.since <= since < end or min(until, end) - max(since, span.since) > EDGE_MS:
            return True
    return False


def _erased(room: Room, since: int, until: int) -> bool:
    return any(since < erased.until and until > erased.since for erased in room.meeting.erased)


def spoke(room: Room, heard: Heard) -> Spoke:
    """The event of an utterance that is taken."""
    since, until = said(room, heard)
    track = room.tracks[heard.track]
    return Spoke(
        heard.track, heard.start, heard.end, since, speaker(room, track.member, since, until),
        heard.text or inaudible((until - since) / 1000), heard.spoken, heard.confidence if heard.text else 0,
        item_at(room.transcript, since), heard.words, "speech", heard.model,
        "hall" if track.member == HALL else "remote", level=heard.level,
    )  # fmt: skip


def speaker(room: Room, member: str, since: int, until: int) -> str:
    """A remote track's member; for the hall whoever had the floor there for most of it, "" when nobody known."""
    if member != HALL:
        return member
    turns = [turn for turn in _turns(room) if turn.channel == "hall" and turn.since < max(until, since + 1)]
    shares = [(min(until, turn.until) - max(since, turn.since), turn.since, turn.member) for turn in turns]
    best = max((share for share in shares if share[0] > 0), default=(0, 0, ""))
    return best[2]


def _turns(room: Room) -> tuple[Turn, ...]:
    now = room.floor.speaker
    if now is None:
        return room.floor.turns
    return (*room.floor.turns, Turn(now.member, now.channel, now.since, OPEN_END))
