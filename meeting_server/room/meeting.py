"""A command to events: the one table of decisions. Pure; a refusal raises and leaves everything as it was."""

from __future__ import annotations

from dataclasses import dataclass

from meeting_server.room import attending, closing, conduct, desk, showing, speaking, voting
from meeting_server.room.commands import COMMANDS, Actor, Command, wire_name
from meeting_server.room.context import Context, Decisions
from meeting_server.room.refusal import NotAllowed
from meeting_server.room.rights import authority
from meeting_server.room.state import EMPTY, Live, Room, fold, roles_of, step
from minutes.record.events import Authority, Event

__all__ = ["DECISIONS", "EMPTY", "Decision", "Live", "Room", "decide", "fold", "step"]


@dataclass(frozen=True, slots=True)
class Decision:
    """``events`` in the order to append; empty for commands that change only what is live."""

    events: tuple[Event, ...]
    authority: Authority


DECISIONS: Decisions = {
    **conduct.DECISIONS, **attending.DECISIONS, **speaking.DECISIONS, **voting.DECISIONS, **closing.DECISIONS,
    **desk.DECISIONS, **showing.DECISIONS,
}  # fmt: skip
if DECISIONS.keys() != set(COMMANDS.values()):
    raise AssertionError("every command has exactly one decision")


def decide(room: Room, live: Live, actor: Actor, command: Command, at: int) -> Decision:
    """The events of an allowed command. Raises Refused."""
    present = live.sessions.get(actor.session)
    if present is not None and not present.admitted:
        raise NotAllowed(
            "waiting", "Đồng chí đang ở phòng chờ, chưa được cho vào.", "chủ trì hoặc thư ký cho vào",
            command=wire_name(command), state=room.phase,
        )  # fmt: skip
    right = authority(roles_of(room, actor), room.phase, command, actor)
    context = Context(room, live, actor, roles_of(room, actor), at, wire_name(command))
    return Decision(DECISIONS[type(command)](context, command), right)
