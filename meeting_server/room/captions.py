"""What was said, as lines for each audience: doubtful words marked, names that may be meant suggested to the desk."""

from __future__ import annotations

import heapq
from functools import lru_cache
from typing import Any, Literal

from meeting_server.room.commands import Actor
from meeting_server.room.state import Live, Room
from minutes.record.transcript import Utterance
from transcription.text import find_names, fold, is_inaudible, unsure

Audience = Literal["desk", "table", "member", "guest", "display", "microphone", "lobby"]
Json = Any
CAPTIONS = 200
DOUBTFUL = 600  # per mille
LIKELY = 400  # per mille; below it a name is not offered


def captions(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    """The last lines; on the wall only sure ones, when the chair turned them on."""
    if audience == "display" and not live.captions_on:
        return []
    last = heapq.nlargest(CAPTIONS, room.transcript.shown(), key=lambda said: (said.said_at, said.id))
    if audience == "display":
        return [_on_the_wall(caption(room, said)) for said in reversed(last) if said.confidence >= DOUBTFUL]
    make = desk_line if audience == "desk" else caption
    return [make(room, said) for said in reversed(last)]


def caption(room: Room, said: Utterance) -> Json:
    """One line of the transcript. ``unsure``: [from, to) characters of the text that the recogniser doubted."""
    return {
        "id": said.id, "speaker": said.speaker, "name": room.name_of(said.speaker), "channel": said.channel,
        "at": said.said_at, "text": said.text, "spoken": said.spoken, "doubtful": said.confidence < DOUBTFUL,
        "corrected": said.corrected, "method": said.method, "track": said.track, "start": said.start,
        "end": said.end, "item": said.item, "also": list(said.also), "unsure": _unsure(said), "typed": said.typed,
    }  # fmt: skip


def desk_line(room: Room, said: Utterance) -> Json:
    """The same for who may mend it. ``names``: whom of the roster a short or misheard name may mean; the text is
    never changed by itself."""
    return {**caption(room, said), "names": _names(said.text, tuple(line.name for line in room.meeting.roster))}


def _unsure(said: Utterance) -> Json:
    if said.corrected or said.method == "typed":
        return []
    heard = tuple((word.text, word.probability) for word in said.words)
    return [list(span) for span in unsure(said.text, said.spoken, heard)]


def _on_the_wall(line: Json) -> Json:
    """Forty people read it: a word that may be wrong is left out."""
    text = line["text"]
    for start, end in reversed(line["unsure"]):
        text = f"{text[:start]}…{text[end:]}"
    return {**line, "text": text, "spoken": text, "unsure": []}


@lru_cache(maxsize=4096)
def _names(text: str, roster: tuple[str, ...]) -> Json:
    """[{start, end, name, confidence}], the best of each place; nothing where the name stands already."""
    found = [(one, one.suggestions[0]) for one in find_names(text, roster)]
    return [
        {"start": one.start, "end": one.end, "name": best.name, "confidence": round(best.confidence * 1000)}
        for one, best in found
        if best.confidence * 1000 >= LIKELY and fold(one.text) != fold(best.name)
    ]


def proposals(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    """What members said on the item now: the chair ticks what goes into the conclusion."""
    now, chair = room.agenda.now, room.meeting.chair
    if not now:
        return []
    said = [u for u in room.transcript.utterances if u.item == now and u.speaker not in ("", chair)]
    return [
        {"utterance": u.id, "name": room.name_of(u.speaker), "text": u.text, "item": now}
        for u in said[-CAPTIONS:]
        if len(u.text) >= 20 and not is_inaudible(u.text)
    ]
