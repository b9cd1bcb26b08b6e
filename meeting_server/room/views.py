"""The folded room as each role sees it: plain JSON values, worked out here and only shown in the browser.

An audience is what a viewer's roles come to: ``desk`` (chair, secretary), ``table`` (deputy, helper: the lobby too),
``member``, ``guest``, ``display`` (hall device), ``microphone`` (a phone that is one of the hall's), ``lobby`` (not
admitted: nothing). ``SHOWN`` says which views an audience gets at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from meeting_server.room import captions
from meeting_server.room.attending import barred, needs_word
from meeting_server.room.captions import Audience, Json
from meeting_server.room.commands import Actor, Role
from meeting_server.room.desk import changes_since_reading
from meeting_server.room.kinds import day_of
from meeting_server.room.scoring import computed, sheet_on
from meeting_server.room.showing import kinds_of, name_of
from meeting_server.room.state import HALL_NAME, Live, Paper, Present, Room
from meeting_server.room.voting import refusal_of_own_vote
from minutes.record.attendance import SENTENCES, Contradiction, Facts, Line, bases, line_of, sums
from minutes.record.difference import pieces
from minutes.record.events import HALL, Approved, Block, Passed, ReadBack, Sealed
from minutes.record.votes import Motion, Tally

FIVE_MINUTES = 300_000

_COMMON = ("meeting", "people", "agenda", "floor", "captions", "pictures", "me")
_MEMBER = (*_COMMON, "ledger", "motions", "tasks", "petitions", "record", "documents")
SHOWN: Mapping[Audience, tuple[str, ...]] = {
    "desk": (*_MEMBER, "proposals", "document", "display", "score", "microphones"),
    "table": (*_MEMBER, "proposals", "microphones"),
    "member": _MEMBER,
    "guest": _COMMON,
    "display": ("meeting", "agenda", "floor", "captions", "motions", "display", "pictures", "me", "microphones"),
    "microphone": ("meeting", "me"),
    "lobby": (),
}
PERSONAL = frozenset({"me", "motions"})
"""Views that differ from member to member."""

_SPEECH = frozenset({"captions", "proposals", "score"})
_PRESENCE = frozenset({"ledger", "people", "floor", "display", "me", "score"})
_ITEMS = frozenset({"agenda", "display", "proposals", "floor", "score"})
_VOTES = frozenset({"motions", "display", "me"})
CHANGED: Mapping[str, frozenset[str]] = {
    "Spoke": _SPEECH, "Corrected": _SPEECH, "SpeakerAssigned": _SPEECH, "Retranscribed": _SPEECH,
    "HandRaised": frozenset({"floor", "display", "me"}), "FloorGiven": frozenset({"floor", "display", "me"}),
    "FloorReturned": frozenset({"floor", "display", "me"}), "TrackOpened": frozenset(),
    "VoteCast": frozenset({"motions", "display", "me"}), "Drafted": frozenset({"document", "score"}),
    "BlockSaved": frozenset({"document"}), "BlockInserted": frozenset({"document"}),
    "BlockDeleted": frozenset({"document"}), "BlockMoved": frozenset({"document"}),
    "RollCalled": _PRESENCE, "Excused": _PRESENCE, "Joined": _PRESENCE, "Left": _PRESENCE, "Answered": _PRESENCE,
    "RemoteAllowed": frozenset({"ledger", "people"}), "ItemStarted": _ITEMS, "ItemConcluded": _ITEMS,
    "MotionPut": _VOTES, "MotionClosed": _VOTES, "BallotsCounted": _VOTES, "Reserved": _VOTES,
    "TaskGiven": frozenset({"tasks", "score"}), "Petitioned": frozenset({"petitions"}),
    "TaskWithdrawn": frozenset({"tasks", "score"}), "PetitionWithdrawn": frozenset({"petitions"}),
}  # fmt: skip
"""Which views an entry of a kind can change; all of them for kinds not named."""


def audience_of(roles: frozenset[Role]) -> Audience:
    if roles & {"chair", "secretary"}:
        return "desk"
    if roles & {"deputy", "helper"}:
        return "table"
    if "hall_device" in roles:
        return "display"
    if "microphone" in roles:
        return "microphone"
    return "member" if roles & {"member_remote", "member_hall"} else "guest"


def view(name: str, room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    """The value of one view. The caller shows only what ``SHOWN`` has."""
    return _VIEWS[name](room, live, audience, actor)


def _meeting(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    meeting, scheduled = room.meeting, room.meeting.scheduled
    if scheduled is None:
        raise AssertionError("the first entry of every log is Scheduled")
    return {
        "id": room.id, "title": scheduled.title, "cell_name": scheduled.cell_name,
        "parent_name": scheduled.parent_name, "kind": scheduled.kind, "place": scheduled.place,
        "mode": scheduled.mode, "starts_at": scheduled.starts_at, "state": meeting.state,
        "recording": _recording(room), "chair": meeting.chair, "secretary": meeting.secretary,
        "chair_name": room.name_of(meeting.chair), "secretary_name": room.name_of(meeting.secretary),
        "opened_at": meeting.opened_at, "closed_at": meeting.closed_at, "began_at": meeting.began_at,
        "ended_at": meeting.ended_at, "typed": _typed(room), "owed_ms": live.owed_ms,
        "again_ms": live.again_ms if audience == "desk" else 0,
        "disk": live.disk, "speech": live.speech, "practice": scheduled.kind == "practice",
        "read_back": meeting.read_back is not None, "passed": _passed(room),
        "captions_on": live.captions_on, "rephraser": live.rephraser,
    }  # fmt: skip


def _typed(room: Room) -> list[str]:
    """Which steps of the meeting were on the paper form first."""
    meeting = room.meeting
    read, passed = meeting.read_back, meeting.passed
    found = {
        "opened": meeting.opened_typed, "closed": meeting.closed_typed,
        "read_back": read is not None and isinstance(read.event, ReadBack) and read.event.typed,
        "passed": passed is not None and isinstance(passed.event, Passed) and passed.event.typed,
    }  # fmt: skip
    return [step for step, typed in found.items() if typed]


def _passed(room: Room) -> bool:
    """Passed as last read out: after corrections it may be read out again, and is passed again."""
    passed, read = room.meeting.passed, room.meeting.read_back
    return passed is not None and (read is None or read.seq < passed.seq)


def _recording(room: Room) -> Json:
    decided, state = room.meeting.recording, room.meeting.recording_state
    since = room.meeting.off_record[-1].since if state in ("paused", "secret") else room.meeting.opened_at
    return {
        "decided": decided is not None, "record": bool(decided and decided.record),
        "transcribe": bool(decided and decided.transcribe), "state": state, "since": since,
        "left_out": _left_out(room),
    }  # fmt: skip


def _left_out(room: Room) -> list[list[int]]:
    """Stretches of time of which no browser may keep sound: off record and over, or erased."""
    paused = [[span.since, span.until] for span in room.meeting.off_record if span.until is not None]
    return sorted(paused + [[erased.since, erased.until] for erased in room.meeting.erased])


def _people(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    people = [present for present in live.sessions.values() if present.device != "microphone"]
    shown = [present for present in people if present.admitted or audience in ("desk", "table")]
    told = audience in ("desk", "table")
    return [_present(room, present) | (_loss_of(present) if told else {}) for present in shown]


def _loss_of(present: Present) -> Json:
    """How bad a weak line is: for those who lead the meeting."""
    return {"loss": present.loss, "rtt_ms": present.rtt_ms}


def _present(room: Room, present: Present) -> Json:
    name = present.name if present.guest or not present.member else room.name_of(present.member)
    return {
        "session": present.session, "member": present.member, "name": name or present.name, "seat": present.seat,
        "device": present.device, "mic": present.mic, "voiced": present.voiced, "weak": present.weak,
        "echo": present.echo, "admitted": present.admitted, "guest": present.guest,
        "muted": present.muted, "wants_word": not present.admitted and barred(room, present),
    }  # fmt: skip


def _microphones(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    """Of a hall with several; none while its device is the only one."""
    inside = [present for present in live.sessions.values() if present.device in ("hall", "microphone")]
    if all(present.device == "hall" for present in inside):
        return []
    return [
        {
            "session": present.session, "name": present.name, "device": present.device, "heard": present.heard,
            "level": present.level, "weak": present.weak, "shut": present.muted or not present.mic,
        }
        for present in inside
    ]  # fmt: skip


def _ledger(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    counted, based = sums(room.ledger), bases(room.ledger)
    return {
        "lines": [_line(room, line) for line in room.ledger.lines],
        "total": counted.total, "official": counted.official, "probationary": counted.probationary,
        "eligible": counted.eligible, "present": counted.present, "hall": counted.hall, "remote": counted.remote,
        "absent": counted.excused + counted.absent, "excused": counted.excused, "unexcused": counted.absent,
        "unknown": counted.unknown, "official_all": len(based.official),
        "voters": len(based.voters) if room.ledger.closed_at is None else counted.voters,
        "guests": [
            {
                "guest": guest.guest, "name": guest.name, "title": guest.title, "upper": guest.upper,
                "typed": guest.typed,
            }
            for guest in room.ledger.guests
        ],
    }  # fmt: skip


NOT_ALLOWED = "Dự trực tuyến mà chủ trì chưa cho phép"


def _line(room: Room, line: Line) -> Json:
    allowed, over = room.allowed.get(line.member.member), room.ledger.closed_at is not None
    faults = {fault: SENTENCES[fault] for fault in _standing(room, line)} | _unallowed(room, line)
    return {
        "member": line.member.member, "name": line.member.name, "status": line.member.status,
        "position": line.member.position, "eligible": line.eligible,
        "state": "unknown" if line.state == "outside" else line.state, "outside": line.state == "outside",
        "here": line.here, "votes": line.votes and (line.here or (line.state == "present" and over)),
        "channel": line.channel, "late": line.late, "left_at": line.left_at, "left": line.left,
        "told_at": line.arrived_at if line.arrived_typed else None, "left_typed": line.left_typed,
        "out": [list(span) for span in line.out],
        "reason": line.reason, "answer": line.answer,
        "answer_reason": _answer_reason(room, line), "identified": line.identified, "typed": line.typed,
        "identified_by": room.name_of(line.identified_by) if line.identified else "",
        "remote_allowed": allowed.allowed if allowed else None, "remote_reason": allowed.reason if allowed else "",
        "remote_free": not needs_word(room, Present("", line.member.member, "", "remote")),
        "faults": list(faults), "contradictions": list(faults.values()),
    }  # fmt: skip


def _standing(room: Room, line: Line) -> tuple[Contradiction, ...]:
    """The contradictions that still want a hand. That one who is not expected was here stays in the record; at the
    table it is settled when they are neither ticked nor connected any more."""
    facts = room.ledger.facts.get(line.member.member, Facts())
    ticked = facts.call is not None and facts.call.present
    connected = any(session.channel == "remote" and session.until is None for session in facts.sessions)
    return tuple(f for f in line.contradictions if f != "not_expected" or ticked or connected)


def _answer_reason(room: Room, line: Line) -> str:
    """Why they said they would not come, also while they look in before the opening."""
    facts = room.ledger.facts.get(line.member.member)
    return facts.excuse.reason if line.answer is False and facts and facts.excuse else ""


def _unallowed(room: Room, line: Line) -> dict[str, str]:
    """Who is here from elsewhere without the chair's word (taken back, or ticked so) is flagged, never cut off."""
    away = line.state == "present" and line.channel == "remote"
    unasked = away and needs_word(room, Present("", line.member.member, "", "remote"))
    return {"remote_not_allowed": NOT_ALLOWED} if unasked else {}


def _agenda(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    items = [
        {
            "id": item.id, "title": item.title if audience == "desk" else item.told,
            "secret": item.secret, "state": item.state,
            "conclusion": item.conclusion, "started_at": item.started_at, "presenter": room.name_of(item.presenter),
            "typed": item.typed, **({"draft": item.draft} if audience == "desk" else {}),
        }
        for item in room.agenda.items
    ]  # fmt: skip
    return {"items": items, "now": room.agenda.now}


def _floor(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    speaker = room.floor.speaker
    return {
        "speaker": speaker and {
            "member": speaker.member, "name": room.name_of(speaker.member), "channel": speaker.channel,
            "since": speaker.since,
        },
        "hands": [
            {"member": hand.member, "name": room.name_of(hand.member), "since": hand.since}
            for hand in room.floor.hands
        ],
        "advisory": not live.invited_only, "limit_s": live.limit_s,
        "recent": [{"member": member, "name": room.name_of(member)} for member in _recent(room)],
    }  # fmt: skip


def _recent(room: Room) -> list[str]:
    """Who is due (the presenter of the item now), then the last speakers of the hall, newest first."""
    item = room.agenda.item(room.agenda.now)
    turns = [turn.member for turn in reversed(room.floor.turns[-40:]) if turn.channel == "hall" and turn.member]
    due = [item.presenter] if item and room.known(item.presenter) else []
    known = [member for member in (*due, *turns, room.meeting.chair, room.meeting.secretary) if member]
    return list(dict.fromkeys(known))[:9]


def _motions(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    return with_mine(room, motions(room, audience), actor.member)


def motions(room: Room, audience: Audience) -> Json:
    """The motions as all of an audience see them: worked out once for many viewers."""
    return [_motion(room, motion, audience) for motion in room.votes.motions]


def with_mine(room: Room, shown: Json, member: str) -> Json:
    """The same with the viewer's own choice."""
    own = [motion.own.get(member) for motion in room.votes.motions]
    return [
        {**motion, "mine": mine.choice if mine else None, "mine_note": mine.note if mine else ""}
        for motion, mine in zip(shown, own, strict=True)
    ]


def _motion(room: Room, motion: Motion, audience: Audience) -> Json:
    put = motion.put
    voters = []
    for voter in put.base:
        line = {"member": voter.member, "name": room.name_of(voter.member), "channel": voter.channel}
        if voter.member in motion.own:
            line["voted"] = True  # type: ignore[assignment]  # JSON
            if audience == "desk" or motion.closed is not None:
                line["choice"] = motion.own[voter.member].choice
                line["note"] = motion.own[voter.member].note
        voters.append(line)
    return {
        "motion": put.motion, "item": put.item, "text": put.text, "method": put.method, "threshold": put.threshold,
        "options": list(put.options), "base": motion.base, "voters": voters, "hall_base": motion.base_of("hall"),
        "remote_base": motion.base_of("remote"), "hall": _tally(motion.hall_entered),
        "remote": _tally(motion.remote_counted if motion.base_of("remote") else None),
        "missing": motion.missing, "hall_note": motion.hall_note,
        "state": "open" if motion.closed is None else "closed", "passed": motion.carried,
        "wording": motion.closed.wording if motion.closed else "", "needed": motion.needed,
        "waiting": motion.put.method == "ballot" and motion.closed is None, "ballots": _ballots(room, motion),
        "typed": motion.typed,
        "reserved": [
            {"member": member, "name": room.name_of(member), "text": kept.text, "typed": kept.typed}
            for (key, member), kept in room.reserved.items()
            if key == put.motion and kept.text
        ],
    }  # fmt: skip


def _ballots(room: Room, motion: Motion) -> Json:
    found = room.ballots.get(motion.put.motion)
    return found and {
        "issued": found.issued, "returned": found.returned, "valid": found.valid, "invalid": found.invalid,
        "board": list(found.board), "not_voting": motion.base_of("remote"),
    }  # fmt: skip


def _tally(tally: Tally | None) -> Json:
    return tally and {"for": tally.in_favour, "against": tally.against, "other": tally.other}


def _tasks(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    return [
        {
            "task": task.task, "item": task.item, "what": task.what, "who": [room.name_of(who) for who in task.who],
            "members": list(task.who),
            "due": task.due, "before": task.before, "typed": task.typed,
        }
        for task in room.tasks.tasks
    ]  # fmt: skip


def _petitions(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    return [{"petition": p.petition, "text": p.text, "to": p.to, "typed": p.typed} for p in room.tasks.petitions]


def _document(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    document = room.document
    blocks = []
    for paragraph in document.paragraphs:
        block = paragraph.block
        line: dict[str, Json] = {
            "id": block.id, "kind": block.kind, "item": block.item, "text": block.text,
            "sources": list(block.sources), "speaker": block.speaker, "confidence": block.confidence,
            "origin": block.origin, "flags": list(block.flags), "changed": paragraph.changed,
        }  # fmt: skip
        if (mended := _of_text(live.respelled, block)) is not None:
            line |= {"proposal": mended, "respelled": True}
        elif paragraph.proposal is not None:
            line |= {"proposal": paragraph.proposal.text, "offered": paragraph.offered}
        elif (reworded := _of_text(live.reworded, block)) is not None:
            line |= {"proposal": reworded, "reworded": True}
        if "proposal" in line:
            line["pieces"] = [list(piece) for piece in pieces(block.text, line["proposal"])]
        blocks.append(line)
    return {
        "version": document.version, "state": room.meeting.state, "blocks": blocks,
        "missing": list(document.missing), "saved_at": document.changed_at, "approved": document.approved,
        "read_back": getattr(room.meeting.read_back and room.meeting.read_back.event, "document", 0),
        "changes": _changes(room),
        "remarks": getattr(room.meeting.returned and room.meeting.returned.event, "remarks", ""),
    }  # fmt: skip


def _of_text(wordings: Mapping[str, tuple[str, str]], block: Block) -> str | None:
    """Another wording of the block as it now reads."""
    text, wording = wordings.get(block.id, ("", ""))
    return wording if text and text == block.text else None


def paper(one: Paper) -> dict[str, object]:
    return {"id": one.id, "title": one.title, "form": one.form, "size": one.size, "at": one.at}


def _documents(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    return [paper(one) for one in live.papers]


def _changes(room: Room) -> Json:
    """Every block that differs from what was read back to the meeting, with the reason given."""
    return [
        {"block": one.block, "kind": one.kind, "before": one.before, "after": one.after, "reason": one.reason}
        for one in changes_since_reading(room)
    ]


def _score(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    """The scoring sheet with what the record computes (time in steps of five minutes), and the points given."""
    scheduled, scored = room.meeting.scheduled, room.scored
    day = day_of(scheduled.starts_at if scheduled else room.at)
    sheet, given = sheet_on(day), {point.criterion: point.tenths for point in (scored.points if scored else ())}
    known = computed(room, sheet, day, room.meeting.ended_at or room.at // FIVE_MINUTES * FIVE_MINUTES)
    return {
        "sheet": sheet.id, "name": sheet.name, "total": scored.total_tenths if scored else None,
        "band": scored.band if scored else "", "typed": scored is not None and scored.typed,
        "criteria": [
            {
                "key": one.key, "name": one.name, "most": one.most, "given": given.get(one.key),
                "computed": known[one.key][0] if one.key in known else None,
                "why": known[one.key][1] if one.key in known else "",
            }
            for one in sheet.criteria
        ],
    }  # fmt: skip


def _display(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    item, speaker = room.agenda.item(room.agenda.now), room.floor.speaker
    motion = room.votes.on or room.votes.latest
    counted = sums(room.ledger)
    done = [one for one in room.agenda.items if one.conclusion]
    return {
        "item": item.told if item else "", "secret": bool(item and item.secret),
        "speaker": speaker and (room.name_of(speaker.member) or HALL_NAME),
        "hands": [room.name_of(hand.member) for hand in room.floor.hands],
        "motion": motion and {**_motion(room, motion, "display"), "closed_at": motion.closed_at},
        "shown_motion": live.shown_motion, "conclusion": done[-1].conclusion if done else "",
        "captions_on": live.captions_on,
        "present": counted.present, "eligible": counted.eligible,
    }  # fmt: skip


def _pictures(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    """Whose picture stands in each place, and whether it comes."""
    return {
        place: one and {
            "session": one.session, "kind": one.kind, "name": name_of(room, live, one), "on": one.on
        }
        for place in ("hall", "shared")
        for one in (live.pictures.get(place),)
    }  # fmt: skip


def _record(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    sealed = room.meeting.sealed
    versions = [
        {
            "version": act.event.version, "sha256": act.event.sha256, "state": act.event.state, "at": act.at,
            "file": act.event.file, "signers": list(act.event.signers),
        }
        for act in room.meeting.seals
        if isinstance(act.event, Sealed)
    ]  # fmt: skip
    approved = room.meeting.approved
    return {
        "number": room.meeting.number, "state": versions[-1]["state"] if versions else room.meeting.state,
        "sha256": sealed.event.sha256 if sealed and isinstance(sealed.event, Sealed) else "", "versions": versions,
        "approved_at": approved.at if approved and isinstance(approved.event, Approved) else None,
    }  # fmt: skip


def _me(room: Room, live: Live, audience: Audience, actor: Actor) -> Json:
    present, speaker, motion = live.sessions.get(actor.session), room.floor.speaker, room.votes.on
    member = actor.member
    known = next((line for line in room.ledger.roster if line.member == member), None)
    line = line_of(room.ledger, known) if known else None
    refusal = refusal_of_own_vote(motion, member) if motion and member and member != HALL else None
    return {
        "member": member, "hand": any(hand.member == member for hand in room.floor.hands) if member else False,
        "muted": bool(present and present.muted), "speaking": bool(member and speaker and speaker.member == member),
        "weak": bool(present and present.weak), "held": bool(present and present.held),
        "spared": list(present.spared) if present else [],
        "heard": bool(present and present.heard), "shows": list(kinds_of(room, live, actor.session)),
        "in_hall_count": bool(line and line.here and line.channel == "hall"),
        "vote_refusal": refusal or None,
    }  # fmt: skip


_VIEWS: dict[str, Callable[[Room, Live, Audience, Actor], Json]] = {
    "meeting": _meeting, "people": _people, "microphones": _microphones, "ledger": _ledger,
    "agenda": _agenda, "floor": _floor,
    "captions": captions.captions, "motions": _motions, "tasks": _tasks, "petitions": _petitions,
    "proposals": captions.proposals,
    "document": _document, "display": _display, "record": _record, "documents": _documents,
    "me": _me, "score": _score, "pictures": _pictures,
}  # fmt: skip
