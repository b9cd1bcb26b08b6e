"""What people ask of a meeting: one frozen dataclass a command.

The wire name is the class name in snake_case. What an argument may hold, and how it is read, is told by
``room.arguments``; unknown arguments are ignored. ``for_chair`` says that the secretary or a deputy enters it "theo
lời chủ trì", ``typed`` that it was written on the paper form first and is entered afterwards ("nhập tay"), and
``happened_at`` when it was by that form (0 = not told; ``room.telling`` judges it).
"""

from __future__ import annotations

import dataclasses
import re
import typing
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from meeting_server.room.arguments import (
    AnyId,
    Between,
    Count,
    Id,
    Ids,
    Limit,
    Moment,
    Name,
    Names,
    Said,
    Short,
    Text,
    Version,
    malformed,
    read,
)
from meeting_server.room.refusal import Malformed
from minutes.record.events import Channel, Choice, Outcome, VoteMethod

Role = Literal[
    "chair", "secretary", "deputy", "helper", "member_remote", "member_hall", "guest", "upper_guest",
    "hall_device", "microphone", "administrator", "system",
]  # fmt: skip
Seat = Literal["hall", "remote", "device", "none"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who commands. ``member`` is "" for those without membership (administrator, hall device, system).

    ``roles`` are those standing outside the log (deputy, helper, guest, upper_guest, hall_device, administrator,
    system); chair, secretary and the member roles are added from the log and the ledger by ``room.rights.roles_of``.
    """

    member: str = ""
    account: str = ""
    roles: frozenset[Role] = frozenset()
    seat: Seat = "none"
    session: str = ""


SYSTEM = Actor(roles=frozenset({"system"}))


@dataclass(frozen=True)
class Command:
    """Base of all commands."""

    for_chair: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class DecideRecording(Command):
    record: bool
    transcribe: bool
    reason: Short = ""


@dataclass(frozen=True)
class Open(Command):
    typed: bool = False
    happened_at: Moment = 0


@dataclass(frozen=True)
class TellTimes(Command):
    """When the meeting was, by the paper form, put right afterwards; 0 = stays as it is."""

    began_at: Moment = 0
    ended_at: Moment = 0


@dataclass(frozen=True)
class AppointChair(Command):
    member: Id


@dataclass(frozen=True)
class AppointSecretary(Command):
    member: Id


@dataclass(frozen=True)
class Admit(Command):
    session: Id


@dataclass(frozen=True)
class LinkSession(Command):
    """A borrowed phone: this connection is that member's."""

    session: Id
    member: Id


@dataclass(frozen=True)
class AllowRemote(Command):
    """``session``: who waits before the door under that name comes in with the same tap."""

    member: Id
    allowed: bool
    reason: Short = ""
    session: AnyId = ""


@dataclass(frozen=True)
class Remove(Command):
    session: Id


@dataclass(frozen=True)
class Call(Command):
    """One line of the roll call."""

    member: Id
    present: bool
    channel: Channel = "hall"
    late: bool = False
    method: Literal["tick", "voice", "typed"] = "tick"
    happened_at: Moment = 0


@dataclass(frozen=True)
class Excuse(Command):
    member: Id
    excused: bool = True
    reason: Short = ""
    typed: bool = False


@dataclass(frozen=True)
class Answer(Command):
    """A member's answer to the invitation ("dự", "vắng" with a reason); ``member`` "" = the actor's own."""

    coming: bool
    reason: Short = ""
    member: AnyId = ""


@dataclass(frozen=True)
class LeaveHall(Command):
    """Somebody goes early from the hall; ``back_at``: only stepped out, and came back then."""

    member: Id
    typed: bool = False
    happened_at: Moment = 0
    back_at: Moment = 0


@dataclass(frozen=True)
class Guest(Command):
    name: Name
    title: Short = ""
    upper: bool = False
    channel: Channel = "hall"
    typed: bool = False


@dataclass(frozen=True)
class StartItem(Command):
    """``item`` of the agenda, or "" with a ``title`` for a new one."""

    item: AnyId = ""
    title: Short = ""


@dataclass(frozen=True)
class ConcludeItem(Command):
    item: Id
    outcome: Outcome
    text: Text = ""
    sources: Ids = ()
    typed: bool = False


@dataclass(frozen=True)
class RaiseHand(Command):
    up: bool = True


@dataclass(frozen=True)
class GiveFloor(Command):
    """``member``: member or guest id, or "" for a hall speaker not yet known."""

    member: AnyId = ""
    channel: Channel = "hall"


@dataclass(frozen=True)
class SetFloor(Command):
    """``invited_only``: remote microphones open only for who has the floor; ``limit_s`` 0 = no limit. Not logged."""

    invited_only: bool = False
    limit_s: Annotated[int, Between(0, 7_200)] = 0


@dataclass(frozen=True)
class ReturnFloor(Command):
    member: AnyId = ""


@dataclass(frozen=True)
class TypeSpeech(Command):
    text: Said
    member: AnyId = ""
    channel: Channel = "hall"
    typed: bool = False


@dataclass(frozen=True)
class Correct(Command):
    utterance: Id
    text: Annotated[str, Limit(8_000)]


@dataclass(frozen=True)
class PutRight(Command):
    """A word that was just corrected in one place: the same wrong word everywhere else."""

    wrong: Annotated[str, Limit(200, least=2)]
    right: Annotated[str, Limit(200, least=1)]


@dataclass(frozen=True)
class AssignSpeaker(Command):
    utterance: Id
    member: AnyId


@dataclass(frozen=True)
class PutMotion(Command):
    """``threshold`` "" = as the kind of meeting has it. ``out``: members out of the room for this motion."""

    text: Annotated[str, Limit(4_000, least=1)]
    item: AnyId = ""
    method: VoteMethod = "hands"
    threshold: Literal["", "majority", "two_thirds_official"] = ""
    options: Names = ()
    out: Ids = ()


@dataclass(frozen=True)
class ShowMotion(Command):
    """The text that will be voted on, on the display before the vote; "" takes it away. Not logged."""

    text: Annotated[str, Limit(4_000)]


@dataclass(frozen=True)
class Cast(Command):
    """The actor's own vote."""

    motion: Id
    choice: Choice
    note: Short = ""


@dataclass(frozen=True)
class CountHall(Command):
    """``note``: what the other opinions in the hall are."""

    motion: Id
    in_favour: Count
    against: Count = 0
    other: Count = 0
    note: Short = ""
    typed: bool = False


@dataclass(frozen=True)
class CountBallots(Command):
    """Paper ballots as the counting board found them; ``note`` as of CountHall."""

    motion: Id
    issued: Count
    returned: Count
    valid: Count
    invalid: Count
    in_favour: Count
    against: Count = 0
    other: Count = 0
    board: Names = ()
    note: Short = ""
    typed: bool = False


@dataclass(frozen=True)
class CloseMotion(Command):
    """``confirmed``: those who gave no vote are written down as not having voted."""

    motion: Id
    confirmed: bool = False


@dataclass(frozen=True)
class Reserve(Command):
    """A different opinion kept on a motion (bảo lưu); ``member`` "" = the actor's own, ``text`` "" takes it back."""

    motion: Id
    text: Annotated[str, Limit(4_000)]
    member: AnyId = ""
    typed: bool = False


@dataclass(frozen=True)
class GiveTask(Command):
    """``confirmed``: the date is before the meeting's own day, and meant so. ``task``: one given before, put right.
    ``reason``: of a change after the minutes were read back."""

    what: Annotated[str, Limit(4_000, least=1)]
    item: AnyId = ""
    who: Names = ()
    due: Annotated[str, Limit(200)] = ""
    sources: Ids = ()
    before: bool = False
    confirmed: bool = False
    typed: bool = False
    task: AnyId = ""
    reason: Short = ""


@dataclass(frozen=True)
class Petition(Command):
    """``petition``: one written down before, put right."""

    text: Annotated[str, Limit(4_000, least=1)]
    to: Short = ""
    sources: Ids = ()
    typed: bool = False
    petition: AnyId = ""
    reason: Short = ""


@dataclass(frozen=True)
class WithdrawTask(Command):
    """A task written down by mistake: out of the minutes, kept in the log."""

    task: Id
    reason: Short = ""


@dataclass(frozen=True)
class WithdrawPetition(Command):
    petition: Id
    reason: Short = ""


@dataclass(frozen=True)
class OffRecord(Command):
    mode: Literal["pause", "secret"]
    topic: Short = ""


@dataclass(frozen=True)
class OnRecord(Command):
    pass


@dataclass(frozen=True)
class EraseLast(Command):
    minutes: Annotated[int, Between(1, 60)]
    reason: Short = ""


@dataclass(frozen=True)
class ReadBack(Command):
    reader: AnyId = ""
    typed: bool = False


@dataclass(frozen=True)
class PassMinutes(Command):
    in_favour: Count
    against: Count = 0
    other: Count = 0
    corrections: Text = ""
    typed: bool = False


@dataclass(frozen=True)
class Score(Command):
    """The meeting's own points by the sheet in force: criteria as "key=tenths"; the rest as the record computes."""

    points: Names = ()
    typed: bool = False


@dataclass(frozen=True)
class Close(Command):
    typed: bool = False
    happened_at: Moment = 0


@dataclass(frozen=True)
class Draft(Command):
    pass


@dataclass(frozen=True)
class SaveBlock(Command):
    """``speaker``, ``kind``: "" = as they are."""

    block: Id
    base_version: Version
    text: Text
    reason: Short = ""
    speaker: AnyId = ""
    kind: Annotated[str, Limit(60)] = ""


@dataclass(frozen=True)
class InsertBlock(Command):
    kind: Annotated[str, Limit(60, least=1)]
    text: Text
    base_version: Version
    after: AnyId = ""
    item: AnyId = ""
    reason: Short = ""
    speaker: AnyId = ""


@dataclass(frozen=True)
class DeleteBlock(Command):
    block: Id
    base_version: Version
    reason: Short = ""


@dataclass(frozen=True)
class MoveBlock(Command):
    block: Id
    base_version: Version
    after: AnyId = ""


@dataclass(frozen=True)
class AcceptRedraft(Command):
    block: Id
    base_version: Version
    reason: Short = ""


@dataclass(frozen=True)
class Rephrase(Command):
    """Ask the language model, if one is configured, for another wording; it is only proposed."""

    block: Id


@dataclass(frozen=True)
class Submit(Command):
    pass


@dataclass(frozen=True)
class Approve(Command):
    """``confirmed``: approve although speech is still owed."""

    confirmed: bool = False


@dataclass(frozen=True)
class Return(Command):
    remarks: Annotated[str, Limit(4_000, least=1)]


@dataclass(frozen=True)
class Reopen(Command):
    """Correct a sealed record: a new version, with the reason."""

    reason: Annotated[str, Limit(1_000, least=3)]


@dataclass(frozen=True)
class Mute(Command):
    session: Id
    muted: bool = True


@dataclass(frozen=True)
class RemoveMicrophone(Command):
    """A phone that is one of the hall's microphones is put away; it must be let in anew by the code."""

    session: Id


@dataclass(frozen=True)
class CaptionsOnDisplay(Command):
    on: bool


@dataclass(frozen=True)
class ShowPicture(Command):
    """``kind``: the hall's camera, the speaker's own, a screen."""

    kind: Literal["hall", "camera", "screen"]


@dataclass(frozen=True)
class StopPicture(Command):
    place: Literal["hall", "shared"]


@dataclass(frozen=True)
class Notice(Command):
    text: Annotated[str, Limit(8_000, least=1)]


def wire_name(command: type[Command] | Command) -> str:
    """snake_case of the class name."""
    cls = command if isinstance(command, type) else type(command)
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


COMMANDS: dict[str, type[Command]] = {wire_name(cls): cls for cls in Command.__subclasses__()}


def parse(name: str, args: object) -> Command:
    """A command from outside data. Raises Malformed with the argument's name."""
    cls = COMMANDS.get(name) if isinstance(name, str) else None
    if cls is None:
        raise Malformed(
            "unknown_command", "Máy chủ không biết lệnh này. Đề nghị tải lại trang.", command=str(name)[:60]
        )
    if not isinstance(args, dict):
        raise malformed(name, "args")
    hints = _HINTS[cls]
    values: dict[str, Any] = {}
    for slot in dataclasses.fields(cls):
        if slot.name in args:
            values[slot.name] = read(name, slot.name, hints[slot.name], args[slot.name])
        elif slot.default is dataclasses.MISSING:
            raise malformed(name, slot.name)
    return cls(**values)


_HINTS = {cls: typing.get_type_hints(cls, include_extras=True) for cls in COMMANDS.values()}
