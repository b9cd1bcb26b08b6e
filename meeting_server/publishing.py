"""One room's views kept per audience, and what each subscriber still has to be sent.

Nothing here decides or waits: ``Board.show`` works out the views that changed once per audience, and every
subscription remembers only which version it has of what, so a slow reader costs no memory and skips to the newest.
A revision is a moment of the room: whoever has one has every view as it was then. Revisions start at the time of
loading in ms, so that one from before a restart is older than all; appointments, which change who sees what, renew
all of them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from meeting_server.room.captions import CAPTIONS, Audience
from meeting_server.room.commands import Actor
from meeting_server.room.state import Live, Room, roles_of
from meeting_server.room.views import PERSONAL, SHOWN, audience_of, motions, view, with_mine

Message = (
    tuple[Literal["snapshot"], int, dict[str, Any]]
    | tuple[Literal["replace", "append"], int, str, Any]
    | tuple[Literal["interim", "notice", "removed"], dict[str, Any]]
)
ALL_VIEWS = frozenset(name for names in SHOWN.values() for name in names)
MAX_PASSING = 64
MAX_LINES = 200
MAX_SUBSCRIPTIONS = 500


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks on: what each view shows depends on it. ``actor`` as given to ``Meetings.do``."""

    actor: Actor


class Key(NamedTuple):
    """What makes two viewers see the same value of a view."""

    name: str
    audience: Audience
    person: str


class Subscription(AsyncIterator[Message]):
    """What one viewer is sent. Replacements coalesce per view; caption lines that fell out of the last 200 become a
    replacement; interims and notices beyond 64 drop the oldest. Ends after ``close()`` or when the session is removed.
    """

    def __init__(self, board: Board, viewer: Viewer, versions: Mapping[str, int] | None) -> None:
        self.viewer = viewer
        self.actor = viewer.actor
        self.audience = board.audience(viewer.actor)
        self._board = board
        self._fresh = versions is None
        self._has: dict[str, int] = dict(versions or {})
        self._queue: deque[Message] = deque()
        self._passing: deque[Message] = deque(maxlen=MAX_PASSING)
        self._dirty: set[str] = set()
        self._woken = asyncio.Event()
        self._closed = False

    def touch(self, names: Iterable[str]) -> None:
        self._dirty.update(names)
        self._woken.set()

    def pass_on(self, message: Message) -> None:
        """Something that is never stored."""
        self._passing.append(message)
        self._woken.set()

    def forget_passing(self) -> None:
        """Off record: what was only on its way is gone."""
        self._passing = deque((m for m in self._passing if m[0] != "interim"), maxlen=MAX_PASSING)

    def forget_captions(self) -> None:
        """Erased: lines not yet taken are gone and the whole list is sent again."""
        self._queue = deque(m for m in self._queue if not (m[0] in ("append", "replace") and m[2] == "captions"))
        self._has.pop("captions", None)
        self.touch(["captions"])

    def end(self, message: Message | None = None) -> None:
        if message is not None:
            self._passing.append(message)
        self._closed = True
        self._woken.set()

    def close(self) -> None:
        """Idempotent."""
        self._board.drop(self)
        self.end()

    async def __anext__(self) -> Message:
        while True:
            if not self._queue:
                self._collect()
            if self._queue:
                return self._queue.popleft()
            if self._passing:
                return self._passing.popleft()
            if self._closed:
                raise StopAsyncIteration
            self._woken.clear()
            await self._woken.wait()

    def _collect(self) -> None:
        if self._closed:
            return
        if self._fresh:
            self._fresh = False
            self._dirty.clear()
            self._queue.append(self._snapshot())
            return
        dirty, self._dirty = self._dirty, set()
        for name in sorted(dirty):
            self._queue.extend(self._board.since(self, name, self._has.get(name, -1)))
            self._has[name] = self._board.version(self, name)

    def _snapshot(self) -> Message:
        names = self._board.names(self)
        views = {name: self._board.value(self, name) for name in names}
        self._has = {name: self._board.version(self, name) for name in names}
        return ("snapshot", max(self._has.values(), default=self._board.revision), views)


class Board:
    """The views of one room for everybody who watches it."""

    def __init__(self, room: Room, live: Live, now: int) -> None:
        self.room, self.live = room, live
        self.revision = now
        self._shown: dict[Key, tuple[int, Any]] = {}
        self._lines: dict[Key, deque[tuple[int, Any]]] = {}
        self._floor: dict[Key, int] = {}
        self._votes: dict[Audience, tuple[tuple[object, ...], Any]] = {}
        self._subscriptions: list[Subscription] = []

    @property
    def watched(self) -> bool:
        return bool(self._subscriptions)

    def subscribe(self, viewer: Viewer, versions: Mapping[str, int] | None) -> Subscription:
        subscription = Subscription(self, viewer, versions)
        self._subscriptions.append(subscription)
        subscription.touch(self.names(subscription))
        return subscription

    def drop(self, subscription: Subscription) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
        if not self._subscriptions:
            self._forget()

    def _forget(self) -> None:
        """Work everything out again, under newer versions than anybody has."""
        self._shown.clear()
        self._lines.clear()
        self._floor.clear()
        self._votes.clear()

    @property
    def full(self) -> bool:
        return len(self._subscriptions) >= MAX_SUBSCRIPTIONS

    def of_session(self, session: str) -> list[Subscription]:
        return [s for s in self._subscriptions if session and s.actor.session == session]

    def everybody(self) -> list[Subscription]:
        return list(self._subscriptions)

    def show(self, room: Room, live: Live, names: frozenset[str]) -> None:
        """The room moved on: work out again what is watched and tell who has an older version."""
        if _appointments(room) != _appointments(self.room):
            self._forget()
            names = ALL_VIEWS
        self.room, self.live = room, live
        for key in [key for key in self._shown if key.name in names]:
            self._renew(key)
        for subscription in self._subscriptions:
            before = subscription.audience
            if "people" in names:  # appointments and the lobby change with no other view
                subscription.audience = self.audience(subscription.actor)
            wanted = self.names(subscription)
            subscription.touch(wanted if subscription.audience != before else names.intersection(wanted))

    def erase_captions(self, room: Room, live: Live) -> None:
        """Nothing of the erased lines stays here."""
        for key in [key for key in self._shown if key.name in ("captions", "proposals", "document")]:
            del self._shown[key]
            self._lines.pop(key, None)
        for subscription in self._subscriptions:
            subscription.forget_passing()
            subscription.forget_captions()
        self.show(room, live, ALL_VIEWS)

    def names(self, subscription: Subscription) -> tuple[str, ...]:
        return SHOWN[subscription.audience]

    def value(self, subscription: Subscription, name: str) -> Any:
        return self._now(self._key(subscription, name))[1]

    def version(self, subscription: Subscription, name: str) -> int:
        if name not in self.names(subscription):
            return -1
        return self._now(self._key(subscription, name))[0]

    def since(self, subscription: Subscription, name: str, has: int) -> list[Message]:
        """What brings a viewer from version ``has`` of a view to the newest."""
        if name not in self.names(subscription):
            return []
        key = self._key(subscription, name)
        version, value = self._now(key)
        if version <= has <= self.revision:
            return []
        lines = self._lines.get(key)
        if name == "captions" and lines is not None and self._floor[key] <= has <= self.revision:
            return [("append", number, name, line) for number, line in lines if number > has]
        return [("replace", version, name, value)]

    def audience(self, actor: Actor) -> Audience:
        present = self.live.sessions.get(actor.session)
        if present is not None and not present.admitted:
            return "lobby"
        return audience_of(roles_of(self.room, actor))

    def _key(self, subscription: Subscription, name: str) -> Key:
        personal = name in PERSONAL
        person = (subscription.actor.member or subscription.actor.session) if personal else ""
        return Key(name, subscription.audience, f"{person}\n{subscription.actor.session}" if personal else "")

    def _now(self, key: Key) -> tuple[int, Any]:
        if key not in self._shown:
            self.revision += 1
            self._shown[key] = (self.revision, self._work_out(key))
            self._floor[key] = self.revision
            self._lines[key] = deque(maxlen=MAX_LINES)
        return self._shown[key]

    def _work_out(self, key: Key) -> Any:
        member, _, session = key.person.partition("\n")
        if key.name == "motions":
            return with_mine(self.room, self._motions(key.audience), member)
        return view(key.name, self.room, self.live, key.audience, Actor(member=member, session=session))

    def _motions(self, audience: Audience) -> Any:
        """Once for all of an audience while the votes stand as they are: forty people vote within seconds."""
        known = self._votes.get(audience)
        made_of = (self.room.votes, self.room.ballots, self.room.reserved)
        if known is None or any(old is not new for old, new in zip(known[0], made_of, strict=True)):
            known = self._votes[audience] = (made_of, motions(self.room, audience))
        return known[1]

    def _renew(self, key: Key) -> None:
        _, old = self._shown[key]
        new = self._work_out(key)
        if new == old:
            return
        if key.name == "captions":
            self._renew_captions(key, old, new)
            return
        self.revision += 1
        self._shown[key] = (self.revision, new)

    def _renew_captions(self, key: Key, old: list[Any], new: list[Any]) -> None:
        """New and changed lines one by one; a line that went, other than by age, means everything again."""
        kept = {line["id"] for line in new}
        gone = sum(line["id"] not in kept for line in old)
        aged = len(new) >= CAPTIONS and all(line["id"] not in kept for line in old[:gone])
        before = {line["id"]: line for line in old}
        changed = [line for line in new if before.get(line["id"]) != line]
        lines = self._lines[key]
        if (gone and not aged) or len(changed) > MAX_LINES // 2:
            lines.clear()
            self.revision += 1
            self._floor[key] = self.revision
            changed = []
        for line in changed:
            self.revision += 1
            if len(lines) == lines.maxlen:
                self._floor[key] = lines[0][0]
            lines.append((self.revision, line))
        self._shown[key] = (self.revision, new)


def _appointments(room: Room) -> tuple[object, ...]:
    """What decides who sees which views, besides the lobby."""
    return room.meeting.chair, room.meeting.secretary, room.meeting.roster
