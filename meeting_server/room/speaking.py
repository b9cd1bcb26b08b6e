"""Hands, the floor, typed speech and its mending; muting and captions, which are never logged."""

from __future__ import annotations

from meeting_server.room import commands as c
from meeting_server.room.context import Context, Decisions
from meeting_server.room.wording import put_right
from minutes.record.events import Corrected, Event, FloorGiven, FloorReturned, HandRaised, SpeakerAssigned, Spoke

_TABLE = frozenset({"chair", "secretary", "deputy", "helper"})


def raise_hand(at: Context, command: c.RaiseHand) -> tuple[Event, ...]:
    up = any(hand.member == at.actor.member for hand in at.room.floor.hands)
    return () if up == command.up else (HandRaised(at.person(at.actor.member), command.up),)


def give_floor(at: Context, command: c.GiveFloor) -> tuple[Event, ...]:
    member = at.person(command.member) if command.member else ""
    return (FloorGiven(member, at.channel(member, command.channel)),)


def return_floor(at: Context, command: c.ReturnFloor) -> tuple[Event, ...]:
    speaker = at.room.floor.speaker
    if speaker is None:
        return ()
    if not at.roles & _TABLE and speaker.member != at.actor.member:
        raise at.conflict("not_own", "Lượt phát biểu này không phải của đồng chí.", "chủ trì hoặc thư ký")
    return (FloorReturned(speaker.member),)


def set_floor(at: Context, command: c.SetFloor) -> tuple[Event, ...]:
    return ()


def type_speech(at: Context, command: c.TypeSpeech) -> tuple[Event, ...]:
    """A track of its own each time: typed speech has no samples and is never confused with sound."""
    member = command.member
    if not at.roles & _TABLE:
        if member not in ("", at.actor.member):
            raise at.conflict("not_own", "Đồng chí chỉ ghi được lời của chính mình.", "thư ký ghi cho người khác")
        member = at.actor.member
    speaker = at.person(member) if member else ""
    return (
        Spoke(
            f"typed-{at.room.seq + 1}", 0, 0, at.at, speaker, command.text, spoken=command.text,
            item=at.room.agenda.now, method="typed", channel=at.channel(speaker, command.channel),
            typed=command.typed,
        ),
    )  # fmt: skip


def correct(at: Context, command: c.Correct) -> tuple[Event, ...]:
    said = at.utterance(command.utterance)
    return () if said.text == command.text else (Corrected(said.id, command.text),)


def assign_speaker(at: Context, command: c.AssignSpeaker) -> tuple[Event, ...]:
    said = at.utterance(command.utterance)
    member = at.person(command.member) if command.member else ""
    return () if said.speaker == member else (SpeakerAssigned(said.id, member),)


def mute(at: Context, command: c.Mute) -> tuple[Event, ...]:
    if command.session not in at.room.sessions:
        raise at.unknown("unknown_session", "Người này không còn trong phòng.")
    if at.roles & _TABLE and command.muted:
        return ()
    if command.session != at.actor.session:
        raise at.conflict("not_own", "Chỉ chính người đó bật được micrô của mình.", "người đó tự bật")
    return ()


def remove_microphone(at: Context, command: c.RemoveMicrophone) -> tuple[Event, ...]:
    present = at.live.sessions.get(command.session)
    if present is None or present.device != "microphone":
        raise at.unknown("unknown_session", "Micrô phụ này không còn nối vào phòng.")
    return ()


def captions_on_display(at: Context, command: c.CaptionsOnDisplay) -> tuple[Event, ...]:
    return ()


DECISIONS: Decisions = {
    c.RaiseHand: raise_hand, c.GiveFloor: give_floor, c.ReturnFloor: return_floor, c.SetFloor: set_floor,
    c.TypeSpeech: type_speech,
    c.Correct: correct, c.AssignSpeaker: assign_speaker, c.Mute: mute, c.RemoveMicrophone: remove_microphone,
    c.CaptionsOnDisplay: captions_on_display, c.PutRight: put_right,
}  # fmt: skip
