"""Who said what of the matter, and of which kind; the floor, the roll and the machine are no opinions."""

from __future__ import annotations

from dataclasses import dataclass

from minutes.drafting.phrasing import clipped, sentence, spare
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import LIKELY, SURE, Opinion
from minutes.drafting.words import Span

KINDS = {
    "agree": "nhất trí", "support": "nhất trí", "disagree": "không nhất trí", "propose": "đề nghị", "ask": "chất vấn",
    "explain": "giải trình", "criticise": "phê bình", "own_up": "tự phê bình", "reserve": "bảo lưu", "inform": "thông tin",
}  # fmt: skip
SHORT = 9  # words: less is no opinion unless a cue says so


def opinions_of(scene: Scene, counting: frozenset[int]) -> tuple[Opinion, ...]:
    """Opinions in order. ``counting``: speeches that counted votes."""
    found: list[Opinion] = []
    for speech in scene.speeches:
        if speech.index in counting or not speech.speaker:
            continue
        if scene.leads(speech):
            found += _chair_own(scene, speech)
        elif (kind := kind_of(scene, speech)) is not None:
            found.append(_opinion(scene, speech, kind))
    return tuple(found)


def _opinion(scene: Scene, speech: Speech, kind: str) -> Opinion:
    text = sentence(clipped(spare(speech, speech.whole())))
    return Opinion(speech.speaker, kind, text, speech.turns, confidence=LIKELY if scene.rough else SURE)


def kind_of(scene: Scene, speech: Speech) -> str | None:
    """The kind of a speech, None when it is no opinion."""
    if scene.is_upper(speech):
        return "chỉ đạo" if len(speech.words) >= SHORT else None
    if _is_business(scene, speech):
        return None
    after = next(iter(scene.next_by(speech.index, 1)), None)
    if after is not None and scene.leads(after):
        head = Span(0, min(25, len(after.words)))
        if after.cues.has("unclear", within=head):
            return None if after.cues.has("say_again") else "chưa rõ"
        if after.cues.has("cut_off", within=head):
            return "ngoài lề"
    if speech.cues.has("digress") and not speech.cues.has("propose", "agree", "disagree"):
        return "ngoài lề"
    return _by_verbs(speech)


def _is_business(scene: Scene, speech: Speech) -> bool:
    """Roll call, dues, sound checks, taking a task: short or without any word of opinion."""
    opinion = speech.cues.has(*KINDS)
    count = len(speech.words)
    if scene.writes(speech) and not speech.cues.has("reserve"):
        return True
    if speech.cues.has("dues") and count < 60:
        return True
    if speech.cues.has("late", "leave") and count < 40:
        return True
    if speech.cues.has("tech") and count < 40:
        return True
    return count < SHORT and not opinion


def _by_verbs(speech: Speech) -> str | None:
    """The explicit verb decides; of several the weightiest and last."""
    order = ("reserve", "criticise", "explain", "ask", "disagree", "propose", "own_up", "agree", "support", "inform")
    for family in order:
        if speech.cues.has(family):
            return KINDS[family]
    return "thông tin" if len(speech.words) >= 25 else None


def _chair_own(scene: Scene, speech: Speech) -> list[Opinion]:
    """The chair speaks for himself only where he says so: self-criticism as a member."""
    out = []
    for span in speech.sentences():
        own = any(speech.words[i].low == "tôi" for i in range(span.start, span.end))
        if own and speech.cues.has("own_up", within=span) and len(span) >= 8 and not scene.mentions(speech, span):
            text = sentence(spare(speech, span))
            out.append(Opinion(speech.speaker, "tự phê bình", text, speech.orders_of(span)))
    return out[:1]
