"""Who was there: the roster as ground, and every later word about absence, lateness and leaving upon it."""

from __future__ import annotations

from dataclasses import dataclass, field

from minutes.drafting.header import clocks_of
from minutes.drafting.roster import Mention, Person
from minutes.drafting.scene import GUEST_ROLES, Scene
from minutes.drafting.speech import Speech
from minutes.drafting.value import Absence, Attendance, Guest, Passing
from minutes.drafting.words import Span
from transcription.text.tokens import word_set

ROLL = 0.45  # share of the speeches in which the roll is called and corrected
_REASON_END = frozenset(["còn", "với", "thì"])
_TITLE_END = word_set("về thay đã cùng sẽ hôm đến dự có")


@dataclass
class _Ledger:
    """What has been said of each absent member so far: excused or not, and why."""

    excused: dict[str, bool] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    late: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    orders: dict[int, None] = field(default_factory=dict)


def attendance_of(scene: Scene) -> Attendance:
    """Counts and names. The roster's known places give the counts; speech says why, when and how late."""
    ledger = _Ledger()
    for speech in scene.speeches:
        _movements(scene, speech, ledger)
        if speech.index <= max(12, len(scene.speeches) * ROLL):
            _absences(scene, speech, ledger)
    return _summed(scene, ledger)


def _summed(scene: Scene, ledger: _Ledger) -> Attendance:
    lines = scene.people.roster
    came = ("hall", "remote")  # of the exempt those who came anyway count as called
    required = [x for x in lines if (not x.exempt or x.channel in came) and not x.away and not x.suspended]
    known = any(x.channel in ("absent", "remote") for x in required) or not ledger.excused
    gone = {x.name for x in required if x.channel == "absent"} if known else set(ledger.excused) - set(ledger.late)
    gone -= set(ledger.late)
    here = [x for x in lines if x.name not in gone and not x.away and (not x.exempt or x.channel in came)]
    flags = () if all(name in ledger.excused for name in gone) else ("absence-unexplained",)
    absent = [x.name for x in required if x.name in gone]
    in_order = [name for name in ledger.excused if name in gone] + [n for n in absent if n not in ledger.excused]
    return Attendance(
        total=len(lines) or None,
        official=sum(x.status == "official" for x in lines),
        probationary=sum(x.status == "probationary" for x in lines),
        exempt=sum(x.exempt for x in lines),
        required=len(required),
        present=len(here),
        present_hall=sum(x.channel != "remote" for x in here),
        present_remote=sum(x.channel == "remote" for x in here),
        voters_present=sum(x.status == "official" and not x.suspended for x in here),
        absent=len(gone),
        temporary=sum(x.status == "temporary" for x in lines),
        exempt_names=tuple(x.name for x in lines if x.exempt),
        away_names=tuple(x.name for x in lines if x.away),
        absent_excused=tuple(_absence(n, ledger) for n in in_order if ledger.excused.get(n) is True),
        absent_unexcused=tuple(_absence(n, ledger, False) for n in in_order if ledger.excused.get(n) is False),
        absent_unclear=tuple(_absence(n, ledger) for n in in_order if n not in ledger.excused),
        late=tuple(Passing(n, t) for n, t in ledger.late.items()),
        left_early=tuple(Passing(n, t) for n, t in ledger.left.items()),
        guests=guests_of(scene),
        orders=tuple(sorted(ledger.orders)),
        flags=flags,
    )


def _absence(name: str, ledger: _Ledger, excused: bool = True) -> Absence:
    return Absence(name, ledger.reasons.get(name, "") if excused else "")


# ---------------------------------------------------------------- late and early


def _movements(scene: Scene, speech: Speech, ledger: _Ledger) -> None:
    """A member who says he has just come or asks to go, or of whom the chair says so."""
    person = scene.person(speech.speaker)
    own = person is not None and person.is_member and not scene.leads(speech)
    if own and len(speech.words) <= 45 and not scene.writes(speech):
        assert person is not None, "own speech has a person"
        if _comes_late(scene, speech):
            _moved(scene, speech, ledger.late, person, ledger)
        elif speech.cues.has("leave"):
            _moved(scene, speech, ledger.left, person, ledger)
    elif scene.leads(speech) or scene.writes(speech):
        for family, book in (("late", ledger.late), ("leave", ledger.left)):
            for hit in speech.cues.of(family):
                named = _near(scene, speech, hit.start)
                if named is not None and _is_record(speech, hit.span):
                    _moved(scene, speech, book, named, ledger)


_OPINIONS = ("agree", "disagree", "propose", "criticise", "ask", "explain")


def _comes_late(scene: Scene, speech: Speech) -> bool:
    """The member says of himself that he comes only now, and says nothing of the matter."""
    hits = speech.cues.of("late")
    if not hits or _was_there(scene, speech) or speech.cues.has(*_OPINIONS):
        return False
    low = [w.low for w in speech.words]
    if speech.cues.has("own_up") and {"khuyết", "bình", "kiểm"} & set(low):
        return False
    own = any("tôi" in low[max(0, h.start - 3) : h.end] or "em" in low[max(0, h.start - 3) : h.end] for h in hits)
    return own or "phép" in low or "lỗi" in low


def _was_there(scene: Scene, speech: Speech) -> bool:
    """Whether the member spoke before, so cannot be coming only now."""
    return any(s.speaker == speech.speaker for s in scene.speeches[: speech.index])


def _is_record(speech: Speech, span: Span) -> bool:
    """ "ghi là đến muộn", "xin về sớm", "đến muộn, tính có mặt": said for the minutes, not by the way."""
    near = Span(max(0, span.start - 14), span.end + 8)
    return speech.cues.has("procedural", "amend", within=near) or speech.cues.has("leave", within=span)


def _near(scene: Scene, speech: Speech, at: int) -> Person | None:
    """The member named last before ``at``, or else next after it, within a sentence."""
    span = next((s for s in speech.sentences() if s.holds(at)), speech.whole())
    named = [m for m in scene.mentions(speech, span) if m.person and m.person.is_member]
    before = [m for m in named if m.start <= at]
    chosen = before[-1] if before else (named[0] if named else None)
    return chosen.person if chosen and (not scene.rough or abs(chosen.start - at) < 16) else None


def _moved(scene: Scene, speech: Speech, book: dict[str, str], person: Person, ledger: _Ledger) -> None:
    time = ""
    for said in (speech, *scene.next_by(speech.index, 2)):
        found = clocks_of(said) if said is speech or scene.leads(said) or scene.writes(said) else ()
        if found:
            time = f"{found[0].hour:02d}:{found[0].minute:02d}"
            break
    book[person.name] = book.get(person.name) or time
    ledger.orders.update(dict.fromkeys(speech.turns))


# ---------------------------------------------------------------- absences


def _absences(scene: Scene, speech: Speech, ledger: _Ledger) -> None:
    """Excuses sentence by sentence; a word for "all" settles every absence named so far."""
    if not (scene.writes(speech) or scene.leads(speech) or len(speech.words) < 60):
        return
    default: bool | None = None
    for span in speech.sentences():
        named = [m for m in scene.mentions(speech, span) if any(_may_be_absent(p) for p in m.persons)]
        if not named:
            default = _settle(speech, span, ledger, default)
            continue
        for i, mention in enumerate(named):
            person = next(p for p in mention.persons if _may_be_absent(p))
            end = named[i + 1].start if i + 1 < len(named) else span.end
            own = Span(mention.end, end)
            state = _state(speech, span, own, default, scene.writes(speech))
            if state is not None or scene.writes(speech):
                reason = _reason(speech, own) if state is not False else ""
                _write(ledger, person, state, reason, scene.writes(speech), speech, span)
        if _is_all(speech, span):
            _settle(speech, span, ledger, default)


def _may_be_absent(person: Person) -> bool:
    return person.line is not None and person.line.channel in ("absent", "") and not person.line.exempt


def _state(speech: Speech, span: Span, own: Span, default: bool | None, roll: bool) -> bool | None:
    """Excused, unexcused or not said, for one name: its own words first, then those of its sentence."""
    for family, state in (("unexcused", False), ("excused", True)):
        if speech.cues.has(family, within=own):
            return state
    if speech.cues.has("unexcused", within=span):
        before = [h for h in speech.cues.of("unexcused", within=span) if h.start < own.start]
        after = [h for h in speech.cues.of("unexcused", within=span) if h.start >= own.start]
        if before and not speech.cues.has("excused", within=Span(before[-1].end, own.start)):
            return False
        if after and len(_reason(speech, own).split()) < 2:
            return False
    if speech.cues.has("excused", within=span):
        return True
    if default is not None or not roll:
        return default
    return True if len(_reason(speech, own).split()) >= 2 else None


def _reason(speech: Speech, own: Span) -> str:
    """The words after a name that say why, up to the next name or the end of the clause."""
    end = own.end
    words = speech.words
    for at in range(own.start, own.end):
        if words[at].stop in (",", ".", "?") and at + 1 < own.end and at > own.start:
            end = at + 1
            if words[at].stop != ",":
                break
            break
    while end > own.start and words[end - 1].low in ("còn", "đồng", "chí", "và", "với", "lại", "cụ", "bác"):
        end -= 1
    start = own.start
    while start < end and words[start].low in ("thì", "là", "đang", "bị", "do", "vì"):
        start += 1
    return speech.plain(Span(start, end)) if end > start and end - start <= 16 else ""


def _write(
    ledger: _Ledger, person: Person, state: bool | None, reason: str, writes: bool, speech: Speech, span: Span
) -> None:
    if state is not None:
        ledger.excused[person.name] = state
        ledger.orders.update(dict.fromkeys(speech.orders_of(span)))
    if reason and (writes or person.name not in ledger.reasons):
        ledger.reasons[person.name] = reason


def _is_all(speech: Speech, span: Span) -> bool:
    low = [w.low for w in speech.words[span.start : span.end]]
    return any(a in ("đều", "cả", "hết") for a in low)


def _settle(speech: Speech, span: Span, ledger: _Ledger, default: bool | None) -> bool | None:
    """A sentence without names: "đều có lý do cả" settles what was said, "có lý do ba" what comes."""
    if speech.cues.has("excused", within=span) and not _denied(speech, span):
        if _is_all(speech, span):
            for name in ledger.excused:
                ledger.excused[name] = True
        return True
    if speech.cues.has("unexcused", within=span) and not _denied(speech, span):
        return False
    return default


def _denied(speech: Speech, span: Span) -> bool:
    """ "không ai bỏ họp": nobody was without leave."""
    low = [w.low for w in speech.words[span.start : span.end]]
    return "ai" in low and "không" in low


# ---------------------------------------------------------------- guests


def guests_of(scene: Scene) -> tuple[Guest, ...]:
    """Those who spoke as guests, and those introduced at the opening; titles as they were introduced."""
    spoke = dict.fromkeys(s.speaker for s in scene.speeches if s.role in GUEST_ROLES and s.speaker)
    found = dict.fromkeys(spoke, "")
    for speech in scene.speeches[:6]:
        if not scene.leads(speech):
            continue
        for mention in scene.mentions(speech):
            if mention.person is not None and mention.person.name in found and not found[mention.person.name]:
                found[mention.person.name] = "" if scene.rough else _title(speech, mention)
    upper = {s.speaker for s in scene.speeches if scene.is_upper(s)}
    return tuple(Guest(name, title, name in upper) for name, title in found.items())


def _title(speech: Speech, mention: Mention) -> str:
    """The office named after a guest: "…, Phó Bí thư Thường trực Đảng ủy phường"."""
    words = speech.words
    if mention.end >= len(words) or words[mention.end - 1].stop != ",":
        return ""
    end = mention.end
    while end < len(words) and end - mention.end < 30:
        if words[end].low in _TITLE_END and not words[end].is_name_like:
            break
        end += 1
        if words[end - 1].stop in (".", "?") or (
            words[end - 1].stop == "," and not words[min(end, len(words) - 1)].is_name_like
        ):
            break
    return speech.plain(Span(mention.end, end)).rstrip(",")
