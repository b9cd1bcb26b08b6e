"""Who said what of the matter, and of which kind; the floor, the roll and the machine are no opinions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from minutes.drafting.cues import Hit, cues_in, forgotten_with_table
from minutes.drafting.phrasing import MAX_GIST, clipped, sentence
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import LIKELY, SURE, Opinion
from minutes.drafting.words import Span, Word, words_of
from transcription.text.tokens import word_set

KINDS = {
    "agree": "nhất trí", "support": "nhất trí", "disagree": "không nhất trí", "propose": "đề nghị",
    "propose_weak": "đề nghị", "ask": "chất vấn", "explain": "giải trình", "criticise": "phê bình",
    "own_up": "tự phê bình", "reserve": "bảo lưu", "inform": "thông tin", "urge": "đề nghị",
}  # fmt: skip
# What an explicit verb weighs; said in the first person it weighs FIRST_PERSON times as much.
WEIGHTS = {
    "reserve": 4.0, "disagree": 1.8, "criticise": 2.0, "ask": 1.9, "explain": 1.9, "propose": 1.5, "own_up": 0.9,
    "agree": 1.2, "support": 0.8, "propose_weak": 0.4, "inform": 0.9, "urge": 0.2,
}  # fmt: skip
FIRST_PERSON = 1.6
SAID = tuple(family for family in KINDS if family not in ("urge", "inform", "support"))
_SELF = word_set("tôi em cháu")
SHORT, TELLING = 9, 14  # words: less is no opinion without a cue; less is nothing told
HEAD = 25  # words of the chair's answer that show how a speech was taken


@dataclass(frozen=True, slots=True)
class Setting:
    """What opinions need to know of the rest: where discussion begins, who counted, who was given work when."""

    begins: int = 0
    voting: frozenset[int] = frozenset()
    counters: frozenset[int] = frozenset()
    tasked: tuple[tuple[int, frozenset[str]], ...] = ()


def opinions_of(scene: Scene, setting: Setting) -> tuple[Opinion, ...]:
    """Opinions in order of speaking."""
    found: list[Opinion] = []
    asked: tuple[int, str] = (-9, "")  # the last speech that an answer may follow within two, and by whom
    for speech in scene.speeches:
        if not speech.speaker:
            continue
        if scene.leads(speech):
            found += _chair_own(scene, speech) + _reserved(scene, speech)
            if speech.index >= setting.begins and _asks_next(scene, speech):
                asked = speech.index - 1, speech.speaker
            continue
        said = _spoken(scene, speech, setting) + _passed_on(scene, speech)
        if speech.index - asked[0] <= 2 and speech.speaker != asked[1]:
            explicit = kind_in(speech, speech.whole())
            said = [replace(o, kind="giải trình") if _answers(o, explicit) else o for o in said]
        found += said
        if any(o.kind == "chất vấn" for o in said):
            asked = speech.index, speech.speaker
        elif any(o.kind == "phê bình" for o in said):
            asked = speech.index - 1, speech.speaker
    own = {o.speaker for o in found if o.kind == "bảo lưu" and not o.reported_by}
    return tuple(o for o in found if not o.reported_by or o.speaker not in own)


def _asks_next(scene: Scene, speech: Speech) -> bool:
    """ "Tôi hỏi thẳng, đồng chí Hải có …?": the chair's last sentence asks whoever speaks next, by name."""
    after = next(iter(scene.next_by(speech.index, 1)), None)
    spans = speech.sentences()
    if after is None or not spans or speech.words[spans[-1].end - 1].stop != "?":
        return False
    return any(m.person is not None and m.person.name == after.speaker for m in scene.mentions(speech, spans[-1]))


def _passed_on(scene: Scene, speech: Speech) -> list[Opinion]:
    """What a member who is away asked to have said: "ý kiến của đồng chí Oanh nhắn: đề nghị …"."""
    for hit in speech.cues.of("word_of"):
        for mention in scene.mentions(speech):
            person = mention.person
            line = person.line if person else None
            if person is None or line is None or line.channel != "absent" or not -6 <= mention.start - hit.end <= 4:
                continue
            start = max(hit.end, mention.end)
            end = next((s.end for s in speech.sentences() if s.holds(start)), len(speech.words))
            said = Span(start, end)
            kind = kind_in(speech, said)
            if kind is not None and len(said) >= SHORT - 2:
                text = gist_of(scene, speech, said, kind)
                return [Opinion(person.name, kind, text, speech.orders_of(said), reported_by=speech.speaker)]
    return []


def _answers(opinion: Opinion, explicit: str | None) -> bool:
    """Said right after a question, without a verb that makes it anything else."""
    return opinion.kind == "thông tin" or (opinion.kind == "đề nghị" and explicit is None)


def _spoken(scene: Scene, speech: Speech, setting: Setting) -> list[Opinion]:
    """One opinion, or two where a report ends in self-criticism or a speech strays."""
    if scene.is_upper(speech):
        return [_opinion(scene, speech, "chỉ đạo", speech.whole())] if len(speech.words) >= SHORT else []
    if _is_business(scene, speech, setting):
        return []
    answer = _answer(scene, speech)
    if answer == "unheard":
        return []
    if answer == "chưa rõ":
        return [_opinion(scene, speech, answer, speech.whole())]
    strays = _strays(speech, cut=answer == "ngoài lề")
    if strays is None and answer == "ngoài lề":
        strays = _cut_matter(scene, speech)
    if strays is not None:
        before, after = Span(0, strays), Span(strays, len(speech.words))
        kind = kind_in(speech, before)
        main = [_opinion(scene, speech, kind, before)] if kind else []
        return [*main, _opinion(scene, speech, "ngoài lề", after)]
    if answer == "ngoài lề":
        return [_opinion(scene, speech, answer, speech.whole())]
    return _kinds(scene, speech, setting)


def _kinds(scene: Scene, speech: Speech, setting: Setting) -> list[Opinion]:
    parts = _report_and_fault(speech)
    if parts is not None:
        return [
            _opinion(scene, speech, "thông tin", speech.whole()),
            _opinion(scene, speech, "tự phê bình", parts),
        ]
    kind = "bảo lưu" if _still(speech, setting) else kind_in(speech, speech.whole())
    if kind is None and speech.index >= setting.begins and _only_asks(speech):
        kind = "chất vấn"
    if kind is None and speech.index >= setting.begins and len(speech.words) >= TELLING:
        kind = "đề nghị" if speech.cues.has("urge") and len(speech.words) < 30 else "thông tin"
    return [_opinion(scene, speech, kind, speech.whole())] if kind else []


AFTER_VOTE = 4  # speeches after a count in which who yields and keeps his view reserves it


def _still(speech: Speech, setting: Setting) -> bool:
    """ "Tôi theo đa số, nhưng ý của tôi là vẫn …" soon after a count: the view is kept."""
    near = range(speech.index - AFTER_VOTE, speech.index)
    return speech.cues.has("still") and any(at in setting.counters for at in near)


def _only_asks(speech: Speech) -> bool:
    """Questions, and what leads up to them or follows in a few words."""
    spans = speech.sentences()
    asking = sum(len(span) for span in spans if speech.words[span.end - 1].stop == "?")
    return 2 * asking > len(speech.words)


def _opinion(scene: Scene, speech: Speech, kind: str, span: Span) -> Opinion:
    text = gist_of(scene, speech, span, kind)
    return Opinion(speech.speaker, kind, text, speech.orders_of(span), confidence=LIKELY if scene.rough else SURE)


def gist_of(scene: Scene, speech: Speech, span: Span, kind: str) -> str:
    """The sentence that makes the kind first, then the rest as said; who introduces himself is left out."""
    how = f"gist {kind} {speech.speaker} {speech.rough} {speech.garbled}"
    return scene.people.printed(how, speech.text, span, lambda: _gist(scene, speech, span, kind))


def _gist(scene: Scene, speech: Speech, span: Span, kind: str) -> str:
    spans = [Span(max(s.start, span.start), min(s.end, span.end)) for s in speech.sentences()]
    spans = [s for s in spans if s.start < s.end and not _introduces(scene, speech, s)]
    if speech.rough or not spans:
        return sentence(clipped(scene.told(speech, span)))
    families = [f for f, k in KINDS.items() if k == kind and f not in ("urge", "inform", "explain")]
    lead = next((s for s in spans if speech.cues.has(*families, within=s)), None) if families else None
    told: list[str] = []
    for span in ([lead] if lead else []) + [s for s in spans if s is not lead]:
        text = scene.told(speech, span)
        if len(text.split()) > 1:
            told.append(sentence(text))
        if sum(len(one.split()) for one in told) > MAX_GIST:
            break  # the rest would be cut off
    return clipped(" ".join(told))


def _introduces(scene: Scene, speech: Speech, span: Span) -> bool:
    """ "Tôi Páo.", "Tôi là Tùng, tổ trưởng …": says who speaks, nothing of the matter."""
    person = scene.person(speech.speaker)
    head = [w.low for w in speech.words[span.start : min(span.start + 4, span.end)]]
    named = person is not None and person.given.low in head and any(w in head for w in ("tôi", "em", person.given.low))
    return named and len(span) <= 14 and not speech.cues.has(*SAID, within=span)


# ---------------------------------------------------------------- which kind


def kind_in(speech: Speech, span: Span) -> str | None:
    """The kind whose verbs weigh most; None when no verb says any."""
    return _kind(speech.text, speech.rough, span.start, span.end)


@lru_cache(maxsize=16384)
def _kind(text: str, rough: bool, start: int, end: int) -> str | None:
    words, weights = words_of(text), dict[str, float]()
    for hit in cues_in(text, rough).of(*WEIGHTS, within=Span(start, end)):
        if _is_anothers(words, hit):
            continue
        weight = WEIGHTS[hit.family] * (FIRST_PERSON if _is_own(words, hit) else 1.0)
        kind = KINDS[hit.family]
        known = weights.get(kind, 0.0)
        weights[kind] = max(known, weight) + 0.4 * min(known, weight)
    if weights.keys() == {"đề nghị"} and max(weights.values()) < 0.5:
        return None
    return max(weights, key=lambda kind: weights[kind], default=None)


forgotten_with_table.append(_kind.cache_clear)


def _is_own(words: tuple[Word, ...], hit: Hit) -> bool:
    """The speaker's own act: "tôi (xin) …", "cho tôi …", or the verb at the head of its sentence."""
    near = [w.low for w in words[max(0, hit.start - 2) : hit.end]]
    if near[:2] == ["chi", "ủy"] and _heads(words, hit.start - 2):
        return True  # for the committee that the speaker sits in
    return bool(_SELF & set(near)) or (hit.start == 0 or words[hit.start - 1].stop in (".", "?"))


def _heads(words: tuple[Word, ...], at: int) -> bool:
    return at == 0 or bool(at > 0 and words[at - 1].stop)


def _is_anothers(words: tuple[Word, ...], hit: Hit) -> bool:
    """ "công đoàn đề nghị", "các đồng chí nhất trí": another's act weighs nothing when told with its actor."""
    before = [w.low for w in words[max(0, hit.start - 2) : hit.start] if not w.stop]
    if hit.family == "propose":
        if hit.start == 0 or words[hit.start - 1].stop:
            return False
        return before[-1:] in (["đó"], ["ấy"], ["con"], ["dân"], ["họ"], ["ta"]) and before[:1] != ["đồng"]
    return hit.family in ("agree", "disagree") and bool({"các", "bà", "dân", "họ"} & set(before))


def _report_and_fault(speech: Speech) -> Span | None:
    """The self-critical sentences at the end of a report that was announced as one."""
    reports = [h for h in speech.cues.of("inform") if h.start < 30 and _is_own(speech.words, h)]
    faults = [h for h in speech.cues.of("own_up") if h.start > 25]
    if not reports or not faults or len(speech.words) < 40:
        return None
    if speech.cues.has("propose", "disagree", "criticise"):
        return None
    spans = [s for s in speech.sentences() if any(s.holds(h.start) for h in faults)]
    return Span(spans[0].start, spans[-1].end)


# ---------------------------------------------------------------- what is none


def _is_business(scene: Scene, speech: Speech, setting: Setting) -> bool:
    """Roll call, dues, sound checks, counting, taking a task."""
    count, said = len(speech.words), kind_in(speech, speech.whole()) is not None
    explicit = any(_is_own(speech.words, h) for h in speech.cues.of(*SAID))
    if scene.writes(speech):
        return not explicit or speech.index < setting.begins or bool(speech.index in setting.voting)
    in_count = speech.index in setting.counters or (speech.index in setting.voting and count < 25)
    if in_count and not speech.cues.has("reserve") and not (_still(speech, setting) and count >= SHORT):
        return True
    if _is_dues(speech) and not explicit:
        return True
    if speech.cues.has("late", "leave") and count < 40 and not explicit:
        return True
    if speech.cues.has("tech") and count < 45 and not explicit:
        return True
    if speech.index < setting.begins and not explicit:
        return True
    if any(index < speech.index <= index + 2 and speech.speaker in names for index, names in setting.tasked):
        return not explicit
    return count < SHORT and not said


def _is_dues(speech: Speech) -> bool:
    """A report of the dues and of nothing else."""
    hits = speech.cues.of("dues")
    if not hits or hits[0].start >= 12 or len(speech.words) >= 70:
        return False
    return not any(h.start > hits[0].end + 5 for h in speech.cues.of("inform", "review"))


def _answer(scene: Scene, speech: Speech) -> str | None:
    """How the chair took it: not heard, stray, or nothing to say."""
    after = next(iter(scene.next_by(speech.index, 1)), None)
    if after is None or not scene.leads(after):
        return None
    head = Span(0, min(HEAD, len(after.words)))
    if after.cues.has("unclear", within=head):
        return "unheard" if after.cues.has("say_again", within=head) else "chưa rõ"
    if after.cues.has("cut_off", within=head) and not after.cues.has("thank", within=head):
        return "ngoài lề"
    return None


_IDLE = word_set("chuyện việc cái con các bác anh chị đồng chí thì là đó đã để sau nói bàn nhé này ơi thôi ta")


def _cut_matter(scene: Scene, speech: Speech) -> int | None:
    """Where a speech comes to what the chair cuts off by name ("Chuyện con chó để đấy đã"); None if at its head."""
    after = next(iter(scene.next_by(speech.index, 1)))
    hit = next(iter(after.cues.of("cut_off")))
    span = next(s for s in after.sentences() if s.holds(hit.start))
    named = {w.low for w in after.words[span.start : span.end]} - _IDLE
    for part in speech.sentences():
        if named & {w.low for w in speech.words[part.start : part.end]}:
            before = Span(0, part.start)
            return part.start if part.start and kind_in(speech, before) is not None else None
    return None


def _strays(speech: Speech, cut: bool) -> int | None:
    """Where a speech leaves the matter, in its own words ("nhân tiện …")."""
    hits = speech.cues.of("digress")
    if not hits or (not cut and kind_in(speech, Span(hits[0].end, len(speech.words))) is not None):
        return None
    at = hits[0].start
    while at > 0 and not speech.words[at - 1].stop and hits[0].start - at < 3:
        at -= 1
    return at


# ---------------------------------------------------------------- the chair


def _chair_own(scene: Scene, speech: Speech) -> list[Opinion]:
    """The chair speaks for himself only where he says so: self-criticism as a member."""
    for span in speech.sentences():
        hits = [h for h in speech.cues.of("own_up", within=span) if _is_own(speech.words, h)]
        if (
            hits
            and len(span) >= SHORT
            and not scene.mentions(speech, span)
            and not speech.cues.has("thank", within=span)
        ):
            text = sentence(scene.told(speech, span))
            return [Opinion(speech.speaker, "tự phê bình", text, speech.orders_of(span))]
    return []


def _reserved(scene: Scene, speech: Speech) -> list[Opinion]:
    """ "Ý kiến của đồng chí A được bảo lưu": kept even if A does not say it himself."""
    found = []
    for hit in speech.cues.of("reserved"):
        span = next(s for s in speech.sentences() if s.holds(hit.start))
        near = [m for m in scene.mentions(speech, span) if m.person is not None and abs(m.start - hit.start) < 12]
        for mention in near[:1]:
            assert mention.person is not None, "filtered above"
            text = "Bảo lưu ý kiến."
            found.append(
                Opinion(mention.person.name, "bảo lưu", text, speech.orders_of(span), reported_by=speech.speaker)
            )
    return found
