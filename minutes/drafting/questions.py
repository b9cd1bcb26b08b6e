"""What was put to the vote, in the chair's words or out of what stands around the call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minutes.drafting.phrasing import clipped, sentence
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import Minutes, Vote
from minutes.drafting.words import Span
from transcription.text.tokens import word_set


@dataclass(frozen=True, slots=True)
class Call:
    """The chair puts something to the vote, from word ``start`` to ``end`` of ``speech``."""

    speech: Speech
    start: int
    end: int


_ASKING = word_set(
    "biểu quyết giơ tay ai đồng chí nào xin đề nghị ta tôi bây giờ luôn rồi vâng nhé thì nhất trí đồng ý "
    "các có kiến khác không còn gì nữa nói thuận tán thành việc này đếm giúp trên mạng lần lượt cho lấy bấm nút trực "
    "tuyến chốt bằng tay thẻ ưng"
)


def question(scene: Scene, calls: tuple[Call, ...]) -> str:
    """The matter put: the sentence of the call or one beside it; "" when none of them says any."""
    for reach in ((0,), (-1, 1)):
        for call in reversed(calls):
            speech = call.speech
            spans = list(speech.sentences())
            at = next((i for i, s in enumerate(spans) if s.holds(call.start)), 0)
            for near in (at + step for step in reach):
                if 0 <= near < len(spans) and _matter(speech, spans[near]) >= 4:
                    return sentence(scene.text(speech, _trimmed(speech, spans[near]))).rstrip(".")
    return ""


def _matter_of(minutes: Minutes, vote: Vote) -> str:
    """What a vote without words of its own was about: the conclusion it passed, the last proposal, the item."""
    near = [c for c in minutes.conclusions if set(c.orders) & set(vote.orders)]
    near += [c for c in minutes.conclusions if c.item and c.item == vote.item and c.orders[-1] <= vote.orders[-1] + 2]
    if near:
        return near[0].text.rstrip(".")
    before = [
        o for o in minutes.opinions if o.item == vote.item and o.kind == "đề nghị" and o.orders[-1] < vote.orders[0]
    ]
    if before:
        return clipped(before[-1].gist.split(". ")[0], 40).rstrip(".")
    return next((item.title for item in minutes.agenda if item.id == vote.item), "Vấn đề chủ trì nêu")


def with_questions(minutes: Minutes) -> tuple[Vote, ...]:
    """The votes, those without a question given one from what stands around them."""
    return tuple(
        replace(v, question=f"{_matter_of(minutes, v)}{v.question}", flags=(*v.flags, "question-from-context"))
        if not v.question or v.question.startswith(":")
        else v
        for v in minutes.votes
    )


def _matter(speech: Speech, span: Span) -> int:
    """How many words of a sentence are more than the asking itself."""
    if speech.cues.has("thank", "invite", "assign", "bar", "cut_off", within=span):
        return 0
    return sum(1 for w in speech.words[span.start : span.end] if w.low not in _ASKING)


def _trimmed(speech: Speech, span: Span) -> Span:
    """A sentence without what stands before its colon when that is only the call."""
    for at in range(span.start, span.end - 3):
        if speech.words[at].stop == ":" and _matter(speech, Span(span.start, at + 1)) < 4:
            return Span(at + 1, span.end)
    return Span(span.start, min(span.end, span.start + 60))
