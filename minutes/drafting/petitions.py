"""What the cell asks of the level above, when the chair announces it ("chi bộ kiến nghị với xã …").

A member's own wish to the commune is an opinion, and advice of a guest is none; only the chair speaks for the cell.
"""

from __future__ import annotations

from minutes.drafting.cues import Hit
from minutes.drafting.phrasing import sentence
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import DOUBTFUL, LIKELY, Conclusion, Said
from minutes.drafting.words import Span
from transcription.text.tokens import word_set

LEAST, MOST = 3, 60  # words asked after the cue, and words kept
_DENIED = word_set("không chưa khỏi đừng")


def petitions_of(
    scene: Scene, work: dict[int, tuple[Span, ...]], conclusions: tuple[Conclusion, ...]
) -> tuple[Said, ...]:
    """Petitions in order. ``work``: spans that give out work; what a conclusion says already is not said again."""
    found: dict[str, Said] = {}
    for speech in scene.by_chair():
        for span in speech.sentences():
            hit = next(iter(speech.cues.of("petition", within=span)), None)
            if hit is None or not _announced(scene, speech, span, hit) or _given_out(speech, hit, work):
                continue
            words = Span(hit.start, min(span.end, hit.start + MOST))
            text = scene.ruling(speech, words).strip()
            if any(text.rstrip(".").lower() in conclusion.text.lower() for conclusion in conclusions):
                continue
            whole = sentence(text if text.lower().startswith("chi bộ") else f"Chi bộ {text[:1].lower()}{text[1:]}")
            confidence = DOUBTFUL if speech.garbled else LIKELY
            found.setdefault(whole, Said(whole, speech.orders_of(words), confidence=confidence))
    return tuple(found.values())


def _announced(scene: Scene, speech: Speech, span: Span, hit: Hit) -> bool:
    """Said by the chair for the cell: not asked, not denied, not told of somebody."""
    if speech.words[span.end - 1].stop == "?" or span.end - hit.end < LEAST:
        return False
    before = Span(span.start, hit.start)
    denied = any(word.low in _DENIED for word in speech.words[max(span.start, hit.start - 3) : hit.start])
    return not denied and not scene.mentions(speech, before) and not speech.cues.has("thank", "invite", within=before)


def _given_out(speech: Speech, hit: Hit, work: dict[int, tuple[Span, ...]]) -> bool:
    return any(span.holds(hit.start) for span in work.get(speech.index, ()))
