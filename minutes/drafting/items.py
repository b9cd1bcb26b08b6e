"""The agenda as announced, and where each of its items begins."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from minutes.drafting.conclusions import ORDINALS, enumerated
from minutes.drafting.phrasing import spare
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.turns import Turn
from minutes.drafting.value import Item
from minutes.drafting.words import Span
from transcription.text.tokens import word_set

UNITS = word_set("phần mục việc nội điều chuyện vấn")


@dataclass(frozen=True, slots=True)
class Course:
    """The items of a meeting and the places (speech, word) where they begin, in order.

    ``announced`` is the speech that gave the agenda, 0 if none did: discussion begins after it.
    """

    items: tuple[Item, ...] = ()
    starts: tuple[tuple[int, int], ...] = ()
    ids: tuple[str, ...] = ()
    announced: int = 0

    def at(self, speech: int, word: int = 0) -> str:
        """The id of the item in hand at a place, "" before the first."""
        found = bisect_right(self.starts, (speech, word))
        return self.ids[found - 1] if found else ""


def course_of(scene: Scene) -> Course:
    """The agenda from the chair's list; items begin where the chair counts them up or moves on."""
    for speech in scene.by_chair()[: max(6, len(scene.speeches) // 3)]:
        hits = speech.cues.of("agenda")
        for hit in hits:
            marks = enumerated(speech, Span(hit.start, len(speech.words))) or _listed(speech, hit.start)
            if len(marks) >= 2:
                return _course(scene, speech, marks)
    return Course(announced=_first_business(scene))


def _listed(speech: Speech, start: int) -> list[tuple[int, int]]:
    """ "có bốn phần: kiểm điểm tập thể; kiểm điểm cá nhân; …": as many things as were counted, parted by stops."""
    words = speech.words
    colon = next((i for i in range(start, min(start + 12, len(words))) if words[i].stop in (":", ".")), None)
    if colon is None or words[colon].stop != ":":
        return []
    wanted = [n.value for n in speech.numbers_within(Span(start, colon + 1))]
    end = _list_end(speech, colon + 1)
    begins = [colon + 1, *(i + 1 for i in range(colon + 1, end - 1) if words[i].stop == ",")]
    return [(at, at) for at in begins] if wanted and wanted[-1] == len(begins) else []


def _first_business(scene: Scene) -> int:
    """Without an agenda: the first time the chair gives the floor or moves on after the roll."""
    leads = [s for s in scene.by_chair() if s.index > 1]
    moves = next((s.index for s in leads if s.cues.has("next_item")), 4)
    calls = (
        s.index for s in leads if s.cues.has("invite") and not any(scene.writes(n) for n in scene.next_by(s.index, 1))
    )
    return min(moves, next(calls, moves))


def _course(scene: Scene, speech: Speech, marks: list[tuple[int, int]]) -> Course:
    ends = [m[0] for m in marks[1:]] + [_list_end(speech, marks[-1][1])]
    titles = [_title(speech, Span(a, b)) for (_, a), b in zip(marks, ends, strict=True)]
    items = tuple(Item(title, None, f"item-{i}") for i, title in enumerate(titles, 1))
    starts: list[tuple[int, int]] = []
    ids: list[str] = []
    expected = 1
    for said in scene.by_chair():
        begin = ends[-1] if said is speech else 0
        if said.index < speech.index:
            continue
        for at in range(begin, len(said.words)):
            ordinal = _ordinal(said, at)
            if ordinal is None and expected <= len(titles) and _names(said, at, titles[expected - 1]):
                ordinal = expected
            if ordinal is not None and expected <= ordinal <= min(expected + 1, len(items)):
                starts.append((said.index, at))
                ids.append(items[ordinal - 1].id)
                expected = ordinal + 1
    if items and (not ids or ids[0] != items[0].id):  # the first content begins when the agenda is known
        starts.insert(0, (speech.index, ends[-1]))
        ids.insert(0, items[0].id)
    return Course(items, tuple(starts), tuple(ids), speech.index)


def _names(speech: Speech, at: int, title: str) -> bool:
    """ "Sang đường nước.": the chair moves on and names the next content by the first words of its title."""
    if speech.words[at].low != "sang" or (at and not speech.words[at - 1].stop and not speech.rough):
        return False
    said = [w.low for w in speech.words[at + 1 : at + 3]]
    return len(said) == 2 and said == title.lower().split()[:2]


def _list_end(speech: Speech, start: int) -> int:
    return next(
        (i + 1 for i in range(start, len(speech.words)) if speech.words[i].stop in (".", "?")), len(speech.words)
    )


def _title(speech: Speech, span: Span) -> str:
    text = spare(speech, span).strip(" .,;:")
    words = text.split()
    return " ".join(words[:22])[:1].upper() + " ".join(words[:22])[1:]


def _ordinal(speech: Speech, at: int) -> int | None:
    """ "phần hai", "việc thứ ba", "nội dung bốn" at the head of a clause or after "sang"."""
    words = speech.words
    if words[at].low not in UNITS:
        return None
    before = words[at - 1] if at else None
    if (
        not speech.rough
        and before is not None
        and not before.stop
        and before.low not in ("sang", "vào", "đến", "tới", "qua")
    ):
        return None
    i = at + 1 + (at + 1 < len(words) and words[at + 1].low in ("dung", "đề"))
    i += i < len(words) and words[i].low == "thứ"
    if i < len(words) and words[i].low in ORDINALS:
        return ORDINALS[words[i].low]
    return None


def recorded_course(scene: Scene, turns: tuple[Turn, ...], items: tuple[Item, ...]) -> Course:
    """The course as the room recorded it: each turn knows the content in hand."""
    by_order = {turn.order: turn.item for turn in turns}
    starts: list[tuple[int, int]] = []
    ids: list[str] = []
    for speech in scene.speeches:
        for at, order in enumerate(speech.orders):
            item = by_order.get(order, "")
            if not ids or ids[-1] != item:
                starts.append((speech.index, at))
                ids.append(item)
    if not any(ids):
        return Course(items, announced=course_of(scene).announced)
    announced = next((start[0] for start, item in zip(starts, ids, strict=True) if item), 0)
    return Course(items, tuple(starts), tuple(ids), announced)
