"""What viewers are sent: never more than bounded, never a version twice, always the newest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from meeting_server.publishing import ALL_VIEWS, MAX_PASSING, Board, Subscription, Viewer
from meeting_server.room import commands as c
from meeting_server.room.commands import Actor
from meeting_server.room.views import CHANGED
from minutes.record.events import Corrected, Event, SecretaryAppointed, Spoke, utterance_id
from tests.meeting_server.room.given import CHAIR, HOP, LAN, SECRETARY, START, Table, hall, opened, remote

SECOND = 48_000


def spoken(n: int, text: str = "") -> Spoke:
    return Spoke("t-hop", n * SECOND, (n + 1) * SECOND, START + n * 1_000, HOP, text or f"câu {n}")


class Shown:
    """A table whose changes are shown on a board, as meetings do it."""

    def __init__(self) -> None:
        self.table = opened()
        self.board = Board(self.table.room, self.table.live, START)

    def happens(self, *events: Event) -> None:
        for event in events:
            self.table.happened(event)
            names = CHANGED.get(type(event).__name__, ALL_VIEWS)
            self.board.show(self.table.room, self.table.live, names)

    def watches(self, actor: Actor, versions: dict[str, int] | None = None) -> Subscription:
        return self.board.subscribe(Viewer(actor), versions)


async def all_of(subscription: Subscription) -> list[Any]:
    found = []
    while True:
        try:
            found.append(await asyncio.wait_for(anext(subscription), 0.02))
        except (TimeoutError, StopAsyncIteration):
            return found


def applied(messages: Sequence[Any], views: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, int]]:
    """What a browser makes of the messages."""
    views, versions = dict(views or {}), dict[str, int]()
    for message in messages:
        match message:
            case ("snapshot", version, new):
                views, versions = dict(new), dict.fromkeys(new, version)
            case ("replace", version, name, value):
                views[name], versions[name] = value, version
            case ("append", version, name, line):
                rest = [old for old in views[name] if old["id"] != line["id"]]
                views[name] = sorted([*rest, line], key=lambda one: (one["at"], one["id"]))[-200:]
                versions[name] = version
    return views, versions


async def test_a_browser_that_applies_what_it_is_sent_has_what_a_newcomer_sees() -> None:
    shown = Shown()
    old = shown.watches(SECRETARY)
    messages = await all_of(old)
    for n in range(30):
        shown.happens(spoken(n))
        if n % 7 == 0:
            shown.happens(Corrected(utterance_id("t-hop", n * SECOND), f"sửa {n}"))
            messages += await all_of(old)
    shown.table.does(CHAIR, c.StartItem("review"), c.PutMotion("Việc"))
    shown.board.show(shown.table.room, shown.table.live, ALL_VIEWS)
    messages += await all_of(old)
    views, _ = applied(messages)
    (snapshot,) = await all_of(shown.watches(SECRETARY))
    assert views == snapshot[2]


async def test_a_slow_reader_gets_one_replacement_instead_of_a_thousand_lines() -> None:
    shown = Shown()
    slow = shown.watches(remote(HOP))
    await all_of(slow)
    for n in range(1_000):
        shown.happens(spoken(n))
    messages = await all_of(slow)
    assert [(message[0], message[2]) for message in messages] == [("replace", "captions")]
    assert [line["text"] for line in messages[0][3]][-1] == "câu 999"
    assert len(messages[0][3]) == 200


async def test_interims_and_notices_drop_the_oldest() -> None:
    slow = Shown().watches(remote(HOP))
    for n in range(500):
        slow.pass_on(("interim", {"text": str(n)}))
    passing = [message for message in await all_of(slow) if message[0] == "interim"]
    assert len(passing) == MAX_PASSING
    assert passing[-1][1]["text"] == "499"


async def test_resuming_by_versions_brings_only_what_changed() -> None:
    shown = Shown()
    first = shown.watches(remote(HOP))
    keeping = shown.watches(remote(HOP))
    views, versions = applied(await all_of(first))
    first.close()
    assert await all_of(shown.watches(remote(HOP), versions)) == []
    shown.happens(spoken(1))
    shown.happens(spoken(2))
    again = await all_of(shown.watches(remote(HOP), versions))
    assert [message[0] for message in again] == ["append", "append"]
    assert [line["text"] for line in applied(again, views)[0]["captions"]] == ["câu 1", "câu 2"]
    keeping.close()


async def test_versions_from_before_a_restart_are_never_taken_for_new_ones() -> None:
    shown = Shown()
    _, versions = applied(await all_of(shown.watches(remote(HOP))))
    later = Board(shown.table.room, shown.table.live, START + 60_000)
    again = await all_of(later.subscribe(Viewer(remote(HOP)), versions))
    assert {message[2] for message in again if message[0] == "replace"} == versions.keys()


async def test_a_new_secretary_sees_the_desk_at_once_and_the_old_one_no_more() -> None:
    shown = Shown()
    old, new = shown.watches(SECRETARY), shown.watches(hall(LAN))
    await all_of(old)
    await all_of(new)
    shown.happens(SecretaryAppointed(LAN))
    assert "document" in {message[2] for message in await all_of(new)}
    assert "document" not in {message[2] for message in await all_of(old)}


async def test_a_closed_subscription_ends() -> None:
    subscription = Shown().watches(remote(HOP))
    await all_of(subscription)
    subscription.close()
    subscription.close()
    assert [message async for message in subscription] == []


async def test_what_a_table_of_changes_leaves_out_does_not_change() -> None:
    """Every kind named in CHANGED: the views it leaves out are the same before and after."""
    table = Table()
    course = opened().does(CHAIR, c.StartItem("review"), c.PutMotion("Việc"), c.GiveTask("Sửa"), c.Petition("Xin"))
    motion = course.room.votes.motions[0].put.motion
    course.does(remote(HOP), c.RaiseHand(), c.Cast(motion, "for")).does(SECRETARY, c.GiveFloor(HOP), c.ReturnFloor())
    course.does(SECRETARY, c.TypeSpeech("Tôi nhất trí với ý kiến này.", LAN), c.Excuse(LAN), c.LeaveHall(LAN))
    course.does(CHAIR, c.CloseMotion(motion, confirmed=True), c.ConcludeItem("review", "concluded", "Xong."))
    course.does(CHAIR, c.PutMotion("Phiếu kín", method="ballot"))
    ballot = course.room.votes.motions[1].put.motion
    course.does(SECRETARY, *(c.CountBallots(ballot, 3, n + 2, 2, n, 2) for n in (0, 1)))
    viewers = [CHAIR, hall(LAN), remote(HOP), Actor(roles=frozenset({"hall_device"}))]
    board: Board | None = None
    for entry in course.entries:
        if board is not None and entry.kind in CHANGED:
            table.happened(entry.event)  # type: ignore[arg-type]  # nothing is erased
            board.show(table.room, table.live, CHANGED[entry.kind])
            fresh = Board(table.room, table.live, START)
            for viewer in viewers:
                mine, theirs = board.subscribe(Viewer(viewer), None), fresh.subscribe(Viewer(viewer), None)
                kept = {name: board.value(mine, name) for name in board.names(mine)}
                assert kept == {name: fresh.value(theirs, name) for name in fresh.names(theirs)}, entry.kind
        else:
            table.happened(entry.event)  # type: ignore[arg-type]  # nothing is erased
            board = Board(table.room, table.live, START)
            for viewer in viewers:
                watching = board.subscribe(Viewer(viewer), None)
                assert all(board.version(watching, name) for name in board.names(watching))
