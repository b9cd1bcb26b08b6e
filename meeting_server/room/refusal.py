"""Why a command was not carried out; a refused command changes nothing.

Refused                  base: code, sentence for the person, who may do it, HTTP hint, current text of a stale edit
├── Malformed        400 the command is not one of ours or its arguments have the wrong shape or size
├── NotAllowed       403 the actor has no right to it in this state
├── Unknown          404 the meeting, member, item, motion, utterance … does not exist
├── WrongState       409 right person, wrong time (table of room/meeting.py)
├── Conflict         409 it contradicts what the room knows: counts that do not add up, a second own vote
├── Stale            409 the edit was made on an older version; ``current`` holds the text as it is now
├── TooMuch          413 a limit was reached
└── Unavailable      503 our side cannot do it now (capture did not shut, disk full); nothing was changed
"""

from __future__ import annotations


class Refused(Exception):
    """Typed refusal. ``message_vi`` and ``who_vi`` are shown to people and carry no internals."""

    status = 409

    def __init__(
        self, code: str, message_vi: str, who_vi: str = "", *, current: str = "", command: str = "", state: str = ""
    ) -> None:
        super().__init__(f"{code}: {command or '?'} in {state or '?'}")
        self.code = code
        self.message_vi = message_vi
        self.who_vi = who_vi
        self.current = current
        self.command = command
        self.state = state


class Malformed(Refused):
    status = 400


class NotAllowed(Refused):
    status = 403


class Unknown(Refused):
    status = 404


class WrongState(Refused):
    pass


class Conflict(Refused):
    pass


class Stale(Refused):
    pass


class TooMuch(Refused):
    status = 413


class Unavailable(Refused):
    status = 503
