"""News, learning from the example of Hồ Chí Minh, how people think, praise and reminders: what a form asks for and
nobody votes on.

Said for the cell by the chair (news, learning and the mood of people also by the secretary). A member's praise or
blame of another is an opinion; work given out and conclusions stand where they belong and are not said twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from minutes.drafting.cues import Hit
from minutes.drafting.items import Course
from minutes.drafting.phrasing import clipped, sentence
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import DOUBTFUL, LIKELY, Conclusion, Said
from minutes.drafting.words import Span
from transcription.text.tokens import word_set

LEAST, MOST, EACH = 7, 80, 6  # words of a line at least and at most; lines of a kind
_DENIED = word_set("không chưa khỏi đừng chẳng")
_PASSIVE = word_set("được bị")
_ACTS = word_set("biểu tuyên khen hoan ghi nhắc phê lưu")
_BUSINESS = ("agenda", "invite", "next_item", "vote_call", "read_out", "score_word", "close_strong", "amend", "late")


@dataclass(frozen=True, slots=True)
class Moral:
    """The three kinds of lines, each in order of speaking."""

    news: tuple[Said, ...] = ()
    study: tuple[Said, ...] = ()
    ideology: tuple[Said, ...] = ()


def moral_of(
    scene: Scene, course: Course, work: dict[int, tuple[Span, ...]], conclusions: tuple[Conclusion, ...]
) -> Moral:
    """``work``: for each speech, the spans that give out work."""
    found: dict[str, list[Said]] = {"news": [], "study": [], "ideology": []}
    for speech in scene.speeches:
        if not (scene.leads(speech) or scene.writes(speech)):
            continue
        for span in speech.sentences():
            if course.items and not course.at(speech.index, span.start):
                continue  # the agenda names these things too
            line = _line(scene, speech, span)
            if line is None or any(
                part.start < span.end and span.start < part.end for part in work.get(speech.index, ())
            ):
                continue
            kind, said = line
            if not _stands(said, conclusions, found[kind]) and len(found[kind]) < EACH:
                found[kind].append(replace(said, item=course.at(speech.index, span.start)))
    return Moral(*(tuple(lines) for lines in found.values()))


def _line(scene: Scene, speech: Speech, span: Span) -> tuple[str, Said] | None:
    """The kind of a sentence and the line it makes; None for what is none of them."""
    if speech.words[span.end - 1].stop == "?" or speech.cues.has(*_BUSINESS, within=span):
        return None
    for family, act in (("praise", "biểu dương"), ("remind", "nhắc nhở")):
        hit = next((hit for hit in speech.cues.of(family, within=span) if _meant(speech, span, hit)), None)
        if hit is not None and scene.leads(speech):
            return "ideology", _said(speech, span, _act(scene, speech, span, hit, act))
    if len(span) < LEAST or speech.cues.has("conclude", "conclude_strong", "assign", within=span):
        return None
    for family, kind in (("mood", "ideology"), ("study", "study"), ("news", "news")):
        if speech.cues.has(family, within=span):
            text = scene.ruling(speech, span) if scene.leads(speech) else scene.told(speech, span)
            return kind, _said(speech, span, sentence(clipped(text, MOST)))
    return None


def _said(speech: Speech, span: Span, text: str) -> Said:
    return Said(text, speech.orders_of(span), confidence=DOUBTFUL if speech.garbled else LIKELY)


def _meant(speech: Speech, span: Span, hit: Hit) -> bool:
    """Done here and now: neither denied nor told of what another did ("đã được huyện khen ngợi")."""
    before = [word.low for word in speech.words[max(span.start, hit.start - 3) : hit.start] if not word.stop]
    act = speech.words[hit.start].low in _ACTS
    return not _DENIED & set(before) and not (act and _PASSIVE & set(before)) and len(span) >= 4


def _act(scene: Scene, speech: Speech, span: Span, hit: Hit, act: str) -> str:
    """ "Chủ trì biểu dương đồng chí A …"; a sentence that only ends in the word stands whole behind a colon."""
    rest = Span(hit.start, span.end)
    if speech.words[hit.start].low in _ACTS and len(rest) >= 3:
        text = scene.ruling(speech, rest)
        return sentence(clipped(f"Chủ trì {text[:1].lower()}{text[1:]}", MOST))
    return sentence(clipped(f"Chủ trì {act}: {scene.ruling(speech, span)}", MOST))


def _stands(said: Said, conclusions: tuple[Conclusion, ...], before: list[Said]) -> bool:
    """Whether the words stand in a conclusion or an earlier line already."""
    words = set(said.text.lower().rstrip(".").split())
    texts = [conclusion.text for conclusion in conclusions if set(conclusion.orders) & set(said.orders)]
    texts += [line.text for line in before]
    return any(len(words & set(text.lower().rstrip(".").split())) >= 0.75 * len(words) for text in texts)
