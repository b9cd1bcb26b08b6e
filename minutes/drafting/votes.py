"""Votes: a call by the chair, the counting that follows, and the counts that add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from minutes.drafting.cues import Hit
from minutes.drafting.figures import Number
from minutes.drafting.questions import Call, question
from minutes.drafting.scene import Scene
from minutes.drafting.speech import Speech
from minutes.drafting.tally import CHOICES, Count, Tally, best
from minutes.drafting.value import DOUBTFUL, LIKELY, SURE, Orders, Vote
from minutes.drafting.words import Span, clause_before
from transcription.text.numerals import UNITS
from transcription.text.tokens import word_set

REACH = 9  # speeches from a call to the end of its counting


@dataclass(frozen=True, slots=True)
class Polls:
    """Every vote in order; ``voting``: speeches from a call to the end of its count, ``counters``: those that count."""

    votes: tuple[Vote, ...]
    voting: frozenset[int]
    counters: frozenset[int]


def polls_of(scene: Scene, voters_present: int | None) -> Polls:
    """All votes of the meeting.

    ``voters_present`` is the base expected when none is said.
    """
    found: list[Vote] = []
    voting: set[int] = set()
    counters: set[int] = set()
    bases = [voters_present] if voters_present else []
    for calls, counting in _rounds(scene):
        votes = _by_person(scene, calls, counting, bases) or _single(scene, calls, counting, bases)
        found += votes
        counters |= {speech.index for speech in counting}
        voting |= set(range(calls[-1].speech.index, counting[-1].index + 1))
        bases += [v.voters for v in votes if v.voters and v.voters not in bases]
    return Polls(tuple(found), frozenset(voting), frozenset(counters))


# ---------------------------------------------------------------- where votes are


def _rounds(scene: Scene) -> Iterator[tuple[tuple[Call, ...], tuple[Speech, ...]]]:
    """Calls that belong together and the speeches that count for them."""
    pending: list[Call] = []
    last = -9  # the speech that ended the last counting
    for speech in scene.speeches:
        call = _call(scene, speech) or (_next_call(scene, speech) if 0 < speech.index - last <= 2 else None)
        if call is None:
            continue
        pending = [c for c in pending if speech.index - c.speech.index <= REACH] + [call]
        counting = _counting(scene, call)
        if counting:
            yield tuple(pending), counting
            pending, last = [], counting[-1].index


def _call(scene: Scene, speech: Speech) -> Call | None:
    """The last call in a speech of the chair; an option alone is a call when counting follows at once."""
    if not scene.leads(speech):
        return None
    hits = [h for h in speech.cues.of("vote_call") if not _is_bar(speech, h)]
    if not hits:
        hits = list(speech.cues.of("option"))
    return Call(speech, hits[0].start, hits[-1].end) if hits else None


def _next_call(scene: Scene, speech: Speech) -> Call | None:
    """ "Đồng chí Sơn, mức hoàn thành xuất sắc.": right after one count the next thing is only named, and counted."""
    after = scene.next_by(speech.index, 1)
    if not scene.leads(speech) or not after or not scene.writes(after[0]) or speech.cues.has("shortfall"):
        return None
    last = speech.sentences()[-1]
    if not 3 <= len(last) <= 30:
        return None
    counted = sum(1 for n in after[0].numbers for _ in _sides(after[0], n)) >= 2
    return Call(speech, last.start, last.end) if counted and _counts(scene, after[0]) else None


def _is_bar(speech: Speech, hit: Hit) -> bool:
    """ "dự bị thì không biểu quyết": who may not vote is no call."""
    return bool({"không", "đừng", "quyền"} & set(clause_before(speech.words, hit.start, 1)))


def _counting(scene: Scene, call: Call) -> tuple[Speech, ...]:
    """Speeches that count after a call, up to the next call; the call's own speech when it counts itself."""
    found: list[Speech] = []
    if _ratios(call.speech, Span(call.start, len(call.speech.words))):
        found.append(call.speech)
    for speech in scene.next_by(call.speech.index, REACH):
        if scene.leads(speech):
            if found and (_asks_the_rest(speech) or _sends_back(speech)):
                continue
            ends = ("vote_call", "option", "next_item", "conclude_strong")
            if found and (speech.cues.has(*ends) or not _counts(scene, speech)):
                break
            if _call(scene, speech) or (not found and speech.cues.has("next_item")):
                break
        elif _counts(scene, speech):
            found.append(speech)
        elif found and len(speech.words) > 40:
            break
    return tuple(found)


def _asks_the_rest(speech: Speech) -> bool:
    """ "Ai không đồng ý? Ý kiến khác?" between two counts of one vote."""
    return len(speech.words) <= 14 and speech.cues.has("vote_against", "vote_abstain") and not speech.numbers


def _sends_back(speech: Speech) -> bool:
    """ "Mới có bảy, đếm lại xem.": the chair finds that a count does not add up."""
    return len(speech.words) <= 20 and speech.cues.has("shortfall") and not speech.cues.has("vote_call", "passed")


def _counts(scene: Scene, speech: Speech) -> bool:
    """Whether a speech counts votes: numbers beside choices, a ratio, or a run of bare counts of the secretary."""
    if len(speech.words) > 90 or not speech.numbers:
        return False
    beside = sum(1 for n in speech.numbers for _ in _sides(speech, n))
    short = len(speech.words) <= 25
    if scene.writes(speech) and speech.cues.has("all_for", *CHOICES) and len(speech.numbers) >= 2:
        return True
    return bool(beside and (short or beside >= 2)) or bool(_ratios(speech, speech.whole()) and short)


# ---------------------------------------------------------------- what was counted


def _ratios(speech: Speech, span: Span) -> tuple[tuple[Number, Number], ...]:
    """ "mười bảy trên mười chín", "17/19"."""
    pairs = []
    numbers = speech.numbers_within(span)
    for one, two in pairwise(numbers):
        between = speech.words[one.end : two.start]
        joined = len(between) == 1 and (between[0].low in ("trên", "/") or between[0].sound.bare in ("tren", "chen"))
        if joined and one.value <= two.value and not speech.words[one.end - 1].stop:
            pairs.append((one, two))
    return tuple(pairs)


def _sides(speech: Speech, number: Number) -> Iterator[tuple[str, float]]:
    """The choices a number stands beside, before or after it, with how closely."""
    others = [n for n in speech.numbers if n is not number]
    for hit in speech.cues.of(*CHOICES):
        gap = Span(number.end, hit.start) if hit.start >= number.end else Span(hit.end, number.start)
        if gap.end < gap.start or len(gap) > 5 or any(n.start < gap.end and gap.start < n.end for n in others):
            continue
        if any(h is not hit and gap.start <= h.start < gap.end for h in speech.cues.of(*CHOICES)):
            continue
        edge = range(min(number.end, hit.end) - 1, max(number.start, hit.start))
        stops = [speech.words[i].stop for i in edge if speech.words[i].stop]
        yield hit.family, max(0.2, 1.0 - 0.08 * len(gap) - 0.5 * len(stops))


_TOTAL = word_set("tổng đủ cộng khớp")
_HERE = (("hội", "trường"), ("trên", "mạng"), ("trong", "phòng"), ("từ", "xa"), ("trực", "tuyến"), ("qua", "mạng"))


def _heard(scene: Scene, counting: tuple[Speech, ...], within: dict[int, Span]) -> list[Count]:
    """Every number of the counting as a count of something; later ones weigh more."""
    found: list[Count] = []
    for late, speech in enumerate(counting):
        span = within.get(speech.index, speech.whole())
        more = 1.0 + 0.25 * late
        ratios = _ratios(speech, span)
        in_ratio = {n.start for pair in ratios for n in pair}
        for one, two in ratios:
            found += [Count("vote_for", one.value, 1.2 * more), Count("base", two.value, 1.4 * more)]
        for at, number in enumerate(speech.numbers_within(span)):
            if number.start in in_ratio:
                continue
            sure = (1.0 if number.sure else 0.6) * (more + 0.02 * at)
            part = 0.4 if _is_part(speech, number) else 1.4 if _is_running(speech, number) else 1.0
            if _is_total(speech, number):
                found.append(Count("base", number.value, 1.2 * sure))
            sides = list(_sides(speech, number))
            found += [Count(choice, number.value, near * sure * part) for choice, near in sides]
            if not sides:
                found.append(Count("", number.value, 0.25 * sure * part))
            if speech.rough and _is_pair(speech, number):  # "hai một hội trường": two, then one
                found += [Count(choice, number.value // 10, 0.8 * near * sure) for choice, near in sides]
        found += _named(scene, speech, span, more)
        found += _sums(speech, span, more)
    return found


def _is_pair(speech: Speech, number: Number) -> bool:
    """Two bare digits, which without a stop may be one number or two."""
    said = speech.words[number.start : number.end]
    return len(said) == 2 and all(w.low in UNITS for w in said)


def _is_part(speech: Speech, number: Number) -> bool:
    low = [w.low for w in speech.words[max(0, number.start - 4) : number.start]]
    after = [w.low for w in speech.words[number.end : number.end + 2]]
    return any(pair in list(pairwise(low)) for pair in _HERE) or tuple(after) in _HERE


def _is_running(speech: Speech, number: Number) -> bool:
    """ "… nữa là chín", "cả chú Ín là chín": the sum up to here, which the parts before it went into."""
    low = [w.low for w in speech.words[max(0, number.start - 5) : number.start]]
    return low[-1:] in (["là"], ["thành"]) and bool({"nữa", "thêm", "cả"} & set(low))


def _is_total(speech: Speech, number: Number) -> bool:
    low = [w.low for w in speech.words[max(0, number.start - 4) : number.start]]
    after = " ".join(w.low for w in speech.words[number.end : number.end + 5])
    return (
        any(w in _TOTAL for w in low)
        or any(x in after for x in ("có quyền", "người biểu quyết", "hợp lệ"))
        or (after.startswith("người") and "là" in low[-2:])
    )


def _named(scene: Scene, speech: Speech, span: Span, more: float) -> list[Count]:
    """ "Đồng chí Bốn không biểu quyết": one, though no number was said."""
    found = []
    for hit in speech.cues.of("vote_against", "vote_abstain", within=span):
        part = next(s for s in speech.sentences() if s.holds(hit.start))
        near = Span(max(part.start, hit.start - 9), part.end) if speech.rough else part
        if not speech.rough:
            near = _own_clauses(scene, speech, part, hit)
        people = [m for m in scene.mentions(speech, near) if m.persons and (not speech.rough or m.end >= hit.start - 1)]
        ahead = Span(people[0].start - 2 if speech.rough and people else part.start, hit.start)
        numbered = speech.numbers_within(near) if not speech.rough else speech.numbers_within(ahead)
        if people and not numbered and not speech.cues.has("vote_none", within=ahead if speech.rough else near):
            found.append(Count(hit.family, len({m.persons[0].name for m in people}), 0.9 * more))
    return found


def _own_clauses(scene: Scene, speech: Speech, part: Span, hit: Hit) -> Span:
    """The clause of a choice, and those before it that only name people: "chị A, chị B không biểu quyết"."""
    words, start, end = speech.words, hit.start, hit.end
    while start > part.start and not words[start - 1].stop:
        start -= 1
    while end < part.end and not words[end - 1].stop:
        end += 1
    while start > part.start:
        back = start - 1
        while back > part.start and not words[back - 1].stop:
            back -= 1
        clause = Span(back, start)
        if not scene.mentions(speech, clause) or speech.cues.has(*CHOICES, "all_for", "vote_none", within=clause):
            break
        if speech.numbers_within(clause):
            break
        start = back
    return Span(start, end)


def _sums(speech: Speech, span: Span, more: float) -> list[Count]:
    """Hall and remote counts added: "hội trường hai ba, trên mạng mười, tất cả đều thuận"."""
    parts = [n.value for n in speech.numbers_within(span) if _is_part(speech, n)]
    if len(parts) < 2:
        return []
    return [Count("vote_for", parts[0] + parts[1], (0.9 if speech.cues.has("all_for") else 0.5) * more)]


def _single(scene: Scene, calls: tuple[Call, ...], counting: tuple[Speech, ...], bases: list[int]) -> list[Vote]:
    call = calls[-1]
    within = {call.speech.index: Span(call.start, len(call.speech.words))}
    closing = _closing(scene, counting[-1])
    if closing is not None:
        within[closing.index] = Span(0, min(30, len(closing.words)))
    heard = _heard(scene, counting, within)
    if closing is not None:
        heard += [c for c in _heard(scene, (closing,), within) if c.choice in ("vote_for", "base") and c.weight >= 1.2]
    cues = [c for s in counting for c in [s.cues]]
    none = any(c.has("vote_none") for c in cues)
    tally = best(heard, bases, none, any(c.has("all_for") for c in cues))
    asked = question(scene, calls)
    orders = _orders(calls, counting, closing)
    ballot = any(c.speech.cues.has("ballot") for c in calls) and any(s.cues.has("ballot") for s in counting)
    method = "phiếu kín" if ballot else "giơ tay"
    if tally is None:
        return [Vote(asked, orders, method=method, confidence=DOUBTFUL, flags=("counts-do-not-add-up",))]
    return [_vote(scene, asked, orders, tally, counting, closing, method)]


def _vote(
    scene: Scene, asked: str, orders: Orders, tally: Tally, counting: tuple[Speech, ...],
    closing: Speech | None, method: str,
) -> Vote:  # fmt: skip
    passed = 2 * tally.in_favour > tally.voters
    said = _said_result(closing) if closing is not None else None
    if said is False and 3 * tally.in_favour < 2 * tally.voters:
        passed = False  # more than half and not carried: two thirds were asked, as for an admission
    flags = ("result-differs",) if said is not None and said != passed else ()
    return Vote(
        asked, orders, tally.voters, tally.in_favour, tally.against, tally.abstain, passed, method,
        against_names=_names(scene, counting, "vote_against", tally.against),
        abstain_names=_names(scene, counting, "vote_abstain", tally.abstain),
        confidence=SURE if tally.fit >= 3 and not scene.rough else LIKELY, flags=flags,
    )  # fmt: skip


def _closing(scene: Scene, last: Speech) -> Speech | None:
    """The chair's words right after the counting."""
    after = next(iter(scene.next_by(last.index, 1)), None)
    return after if after is not None and scene.leads(after) else None


def _said_result(closing: Speech) -> bool | None:
    span = Span(0, min(30, len(closing.words)))
    if closing.cues.has("failed", within=span):
        return False
    return True if closing.cues.has("passed", within=span) else None


def _names(scene: Scene, counting: tuple[Speech, ...], family: str, limit: int) -> tuple[str, ...]:
    """Those named in the sentence where the choice was counted, no more than were counted."""
    found: dict[str, None] = {}
    for speech in counting if limit and not scene.rough else ():
        for hit in speech.cues.of(family):
            span = next((s for s in speech.sentences() if s.holds(hit.start)), speech.whole())
            for mention in scene.mentions(speech, span):
                close = mention.start - hit.end if mention.start >= hit.end else hit.start - mention.end
                if mention.person is not None and mention.person.is_member and close <= 6:
                    found.setdefault(mention.person.name)
    return tuple(found) if len(found) <= limit else ()


def _orders(calls: tuple[Call, ...], counting: tuple[Speech, ...], closing: Speech | None) -> Orders:
    orders: dict[int, None] = {}
    for call in calls:
        orders |= dict.fromkeys(call.speech.orders_of(Span(call.start, call.end)))
    for speech in counting:
        orders |= dict.fromkeys(speech.turns)
    if closing is not None and _said_result(closing) is not None:
        orders |= dict.fromkeys(closing.orders_of(Span(0, 5)))
    return tuple(sorted(orders))


def _by_person(scene: Scene, calls: tuple[Call, ...], counting: tuple[Speech, ...], bases: list[int]) -> list[Vote]:
    """A count of ballots for several persons one after the other: a vote each."""
    for speech in counting:
        named = [m for m in scene.mentions(speech) if m.person is not None]
        spans = [
            Span(m.end, named[i + 1].start if i + 1 < len(named) else len(speech.words)) for i, m in enumerate(named)
        ]
        counted = [
            (m, s) for m, s in zip(named, spans, strict=True)
            if speech.numbers_within(s) and speech.cues.has("vote_for", within=s)
        ]  # fmt: skip
        if len(counted) < 2 or not all(speech.cues.has("vote_for", within=s) for _, s in counted):
            continue
        closing = _closing(scene, counting[-1])
        orders = _orders(calls, counting, closing)
        totals = [n.value for n in speech.numbers_within(Span(0, counted[0][0].start))]
        out = []
        for mention, span in counted:
            assert mention.person is not None, "only named persons are counted"
            heard = _heard(scene, (speech,), {speech.index: span})
            tally = best(heard, [*bases, *totals], False, False)
            asked = f"{question(scene, calls).rstrip(':.')}: đồng chí {mention.person.name}"
            if tally is None:
                out.append(
                    Vote(asked, orders, method="phiếu kín", confidence=DOUBTFUL, flags=("counts-do-not-add-up",))
                )
            else:
                out.append(_vote(scene, asked, orders, tally, (speech,), None, "phiếu kín"))
        return out
    return []
