"""From a meeting's log to what drafting takes: turns as they now read, the roster, and what the room recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from minutes.drafting.draft import DRAFTER, document, draft
from minutes.drafting.facts import MeetingFacts
from minutes.drafting.turns import RosterLine, Turn
from minutes.drafting.value import (
    SURE,
    Absence,
    Attendance,
    Ballots,
    Conclusion,
    Guest,
    Item,
    Kept,
    Minutes,
    Passing,
    Quality,
    Said,
    Task,
    Vote,
)
from minutes.record import agenda, attendance, events, meeting, particulars, tasks, transcript, votes
from minutes.record.passing import passing
from minutes.record.typed_in import first_typed, passed_on_paper, typed_in

VIETNAM = timedelta(hours=7)  # no summer time
KINDS = {
    "regular": "thường kỳ", "thematic": "chuyên đề", "extraordinary": "bất thường", "admission": "kết nạp",
    "annual": "thường kỳ", "practice": "họp thử",
}  # fmt: skip
MODES = {"hall": "trực tiếp", "hybrid": "kết hợp", "online": "trực tuyến"}
METHODS = {"hands": "giơ tay", "cards": "giơ thẻ", "handbook": "trên Sổ tay", "ballot": "phiếu kín"}


@dataclass(frozen=True, slots=True)
class Material:
    """All that ``draft`` takes."""

    turns: tuple[Turn, ...]
    roster: tuple[RosterLine, ...]
    facts: MeetingFacts

    def draft(self) -> Minutes:
        return draft(self.turns, self.roster, self.facts)


def drafted(entries: Iterable[events.Entry], papers: tuple[str, ...] = ()) -> events.Drafted:
    """The draft of a log as the event that carries it; the document's fold keeps touched blocks and proposes.

    ``papers``: titles of the documents that were given out for the meeting.
    """
    log = tuple(entries)
    minutes = material(log, papers).draft()
    data = json.dumps(minutes.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    blocks = tuple(_by_id(document(minutes), log))
    return events.Drafted(DRAFTER, blocks, (*minutes.missing, *minutes.doubts), data)


def _by_id(blocks: Iterable[events.Block], log: tuple[events.Entry, ...]) -> Iterator[events.Block]:
    """Drafting knows people by name; the log knows them by id: theirs who said the block's first words."""
    said = transcript.fold(log).by_id
    for block in blocks:
        first = next((said[source].speaker for source in block.sources if source in said), "")
        yield replace(block, speaker=first) if block.speaker and first else block


def material(entries: Iterable[events.Entry], papers: tuple[str, ...] = ()) -> Material:
    """Fold the log and take out what drafting needs."""
    log = tuple(entries)
    head, ledger = meeting.fold(log), attendance.fold(log)
    said = transcript.fold(log)
    names = {line.member: line.name for line in head.roster} | {g.guest: g.name for g in ledger.guests}
    roles = {line.member: line.position for line in head.roster}
    roles |= {g.guest: "cấp trên dự" if g.upper else "khách mời" for g in ledger.guests}
    if head.secretary:
        roles[head.secretary] = "thư ký"
    lines = {line.member.member: line for line in ledger.lines}
    return Material(
        _turns(said, names, roles),
        tuple(_line(line, lines.get(line.member)) for line in head.roster),
        replace(_facts(log, head, ledger, names), papers=papers),
    )


def _turns(said: transcript.Transcript, names: Mapping[str, str], roles: Mapping[str, str]) -> tuple[Turn, ...]:
    """Words as they were said where no hand corrected them: figures made too early hide corrections."""
    return tuple(
        Turn(
            order=number,
            speaker=names.get(one.speaker, "" if one.speaker == events.HALL else one.speaker),
            role=roles.get(one.speaker, ""),
            channel=one.channel,
            text=one.text if one.corrected or not one.spoken else one.spoken,
            utterance=one.id,
            at=one.said_at,
            confidence=one.confidence,
            item=one.item,
            typed=one.typed,
        )
        for number, one in enumerate(said.utterances, 1)
    )


def _line(line: events.RosterLine, known: attendance.Line | None) -> RosterLine:
    gone = known is not None and known.state in ("excused", "absent")
    return RosterLine(
        line.name, line.status, line.exempt,
        "absent" if gone else known.channel if known is not None and known.state == "present" else line.channel,
        line.position, line.member, line.aliases, line.suspended, line.away,
    )  # fmt: skip


# ---------------------------------------------------------------- what the room recorded


def _facts(
    log: tuple[events.Entry, ...], head: meeting.Meeting, ledger: attendance.Ledger, names: Mapping[str, str]
) -> MeetingFacts:
    plan = head.scheduled
    course, given, polls, beside = agenda.fold(log), tasks.fold(log), votes.fold(log), particulars.fold(log)
    out = particulars.out_of_room(log, polls)
    texts = tuple(item for item in course.items if item.conclusion)
    entry = _Entries(log)
    return MeetingFacts(
        meeting_type=KINDS.get(plan.kind) if plan else None,
        title=plan.title or None if plan else None,
        cell=plan.cell_name or None if plan else None,
        parent=plan.parent_name or None if plan else None,
        place=plan.place or None if plan else None,
        mode=MODES.get(plan.mode) if plan else None,
        date=_date(head.began_at),
        start_time=_clock(head.began_at),
        end_time=_clock(head.ended_at),
        end_date=_date(head.ended_at) if _date(head.ended_at) != _date(head.began_at) else None,
        on_paper=(*(("start_time",) if head.opened_typed else ()), *(("end_time",) if head.closed_typed else ())),
        chair=names.get(head.chair) or None,
        secretary=names.get(head.secretary) or None,
        attendance=_attendance(ledger, beside) if _called(head, ledger) else None,
        items=tuple(Item(item.told, None, item.id) for item in course.items) or None,
        votes=tuple(_vote(m, beside, names, out, entry) for m in polls.motions if m.closed) or None,
        conclusions=tuple(_conclusion(item, entry) for item in texts) or None,
        tasks=_tasks(given, names) if _of(given, events.TaskGiven) else None,
        petitions=_petitions(given) if _of(given, events.Petitioned) else None,
        withdrawn=tuple(_task(one, names, ()) for one in given.withdrawn if isinstance(one, events.TaskGiven)),
        quality=_quality(beside.scored, entry),
        read_back=_passed(head),
        typed_in=_typed_in(
            typed_in(head, ledger, polls, course, given, beside, transcript.fold(log)), first_typed(log)
        ),
    )


class _Entries:
    """The entries in which something was recorded first and last, as sources ("entry:12"): the first names the block,
    which so keeps its place when it is recorded anew."""

    def __init__(self, log: tuple[events.Entry, ...]) -> None:
        self._found: dict[tuple[str, str], list[int]] = {}
        for entry in log:
            match entry.event:
                case events.MotionClosed(motion=key) | events.BallotsCounted(motion=key):
                    self._note(entry, key)
                case events.ItemConcluded(item=key, text=text) if text:
                    self._note(entry, key)
                case events.Reserved(motion=key, member=member):
                    self._note(entry, f"{key}\n{member}")
                case events.SelfScored():
                    self._note(entry, "")

    def _note(self, entry: events.Entry, key: str) -> None:
        self._found.setdefault((entry.kind, key), []).append(entry.seq)

    def source(self, kind: str, key: str) -> tuple[str, ...]:
        found = self._found.get((kind, key), [])
        return tuple(dict.fromkeys(f"entry:{seq}" for seq in (*found[:1], *found[-1:])))


def _called(head: meeting.Meeting, ledger: attendance.Ledger) -> bool:
    """Whether the room kept a roll at all."""
    return head.opened_at is not None and any(line.state in ("present", "excused", "absent") for line in ledger.lines)


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC) + VIETNAM


def _date(at: int | None) -> str | None:
    return _local(at).date().isoformat() if at is not None else None


def _clock(at: int | None) -> str | None:
    return _local(at).strftime("%H:%M") if at is not None else None


def _attendance(ledger: attendance.Ledger, beside: particulars.Particulars) -> Attendance:
    sums, lines = attendance.sums(ledger), ledger.lines
    came = [line for line in lines if line.state == "present"]

    def absent(state: str) -> tuple[Absence, ...]:
        return tuple(Absence(line.member.name, line.reason) for line in lines if line.state == state)

    return Attendance(
        total=sums.total, official=sums.official, probationary=sums.probationary,
        exempt=sum(line.member.exempt for line in lines), required=sums.eligible, present=sums.present,
        present_hall=sums.hall, present_remote=sums.remote, voters_present=sums.voters,
        absent=sums.excused + sums.absent + sums.unknown,
        temporary=sums.temporary,
        exempt_names=tuple(line.member.name for line in lines if line.member.exempt),
        away_names=tuple(line.member.name for line in lines if line.member.away),
        absent_excused=absent("excused"), absent_unexcused=absent("absent"), absent_unclear=absent("unknown"),
        late=tuple(Passing(x.member.name, _came(x)) for x in came if x.late),
        left_early=tuple(Passing(x.member.name, _clock(x.left_at) or "") for x in came if x.left),
        stepped_out=tuple(
            Passing(line.member.name, _clock(since) or "", _clock(until) or "")
            for line in came
            for since, until in line.out
        ),
        guests=tuple(Guest(guest.name, guest.title, guest.upper, guest.typed) for guest in ledger.guests),
        allowed=tuple(
            Absence(line.member.name, reason)
            for line in came
            if line.channel == "remote" and (reason := beside.reason_of(line.member.member))
        ),
    )  # fmt: skip


def _came(line: attendance.Line) -> str:
    """When they came; "" where the paper form does not say."""
    return "" if line.arrival_untold else _clock(line.arrived_at) or ""


def _vote(
    motion: votes.Motion, beside: particulars.Particulars, names: Mapping[str, str],
    out: Mapping[str, tuple[str, ...]], entry: _Entries,
) -> Vote:  # fmt: skip
    tally, closed, key = motion.counted, motion.closed, motion.put.motion
    assert closed is not None, "only closed motions are recorded results"
    reserved = beside.reserved_on(key)
    sources = [*entry.source("MotionClosed", key), *entry.source("BallotsCounted", key)]
    sources += [source for one in reserved for source in entry.source("Reserved", f"{key}\n{one.member}")]
    return Vote(
        question=motion.put.text, orders=(), voters=motion.base, in_favour=tally.in_favour, against=tally.against,
        abstain=tally.other, passed=closed.passed, method=METHODS[motion.put.method],
        item=motion.put.item, confidence=SURE, sources=tuple(sources),
        ballots=_ballots(motion, beside.ballots.get(key)),
        reserved=tuple(Kept(names.get(one.member, one.member), one.text) for one in reserved),
        notes=tuple(Kept(names.get(cast.voter, cast.voter), cast.note) for cast in motion.noted),
        hall_note=" ".join(motion.hall_note.split()),
        out=tuple(names.get(member, member) for member in out[key]), wording=closed.wording, not_cast=motion.missing,
        flags=_typed(motion.typed),
    )  # fmt: skip


def _typed(typed: bool) -> tuple[str, ...]:
    """On the paper form first, entered afterwards."""
    return ("typed-in",) if typed else ()


def _typed_in(text: str, seq: int | None) -> Said | None:
    return Said(text, (), confidence=SURE, sources=(f"entry:{seq}",) if seq else ()) if text else None


def _ballots(motion: votes.Motion, found: events.BallotsCounted | None) -> Ballots | None:
    if found is None:
        return None
    online = motion.base_of("remote")
    return Ballots(found.issued, found.returned, found.valid, found.invalid, found.board, online)


def _quality(scored: events.SelfScored | None, entry: _Entries) -> Quality | None:
    if scored is None:
        return None
    whole, rest = divmod(scored.total_tenths, 10)
    score = scored.total_tenths / 10 if rest else whole
    return Quality(score, scored.band, (), entry.source("SelfScored", ""), _typed(scored.typed))


def _conclusion(item: agenda.Item, entry: _Entries) -> Conclusion:
    return Conclusion(
        item.conclusion, (), item.id, SURE, _typed(item.typed),
        (*entry.source("ItemConcluded", item.id), *item.sources),
    )  # fmt: skip


def _of(given: tasks.Tasks, kind: type[events.TaskGiven | events.Petitioned]) -> bool:
    """Whether the room wrote any down, withdrawn since or not: then the record rules."""
    return any(isinstance(one, kind) for one in (*given.tasks, *given.petitions, *given.withdrawn))


def _tasks(given: tasks.Tasks, names: Mapping[str, str]) -> tuple[Task, ...]:
    return tuple(_task(task, names, given.sources("TaskGiven", task.task)) for task in given.tasks)


def _task(task: events.TaskGiven, names: Mapping[str, str], sources: tuple[str, ...]) -> Task:
    return Task(
        task.what, tuple(names.get(member, member) for member in task.who), task.due or None, (), task.item,
        before=task.before,
        confidence=SURE, flags=_typed(task.typed), sources=(*sources, *task.sources),
    )  # fmt: skip


def _petitions(given: tasks.Tasks) -> tuple[Said, ...]:
    return tuple(_petition(one, given.sources("Petitioned", one.petition)) for one in given.petitions)


def _petition(petition: events.Petitioned, sources: tuple[str, ...]) -> Said:
    to = f" với {petition.to}" if petition.to else ""
    text = f"Kiến nghị{to}: {petition.text.rstrip('.')}."
    sources = (*sources, *petition.sources)
    return Said(text, (), confidence=SURE, sources=sources, flags=_typed(petition.typed))


def _passed(head: meeting.Meeting) -> Said | None:
    text = passing(head)
    if not text or head.passed is None:
        return None
    flags = _typed(passed_on_paper(head))
    return Said(text, (), confidence=SURE, sources=(f"entry:{head.passed.seq}",), flags=flags)
