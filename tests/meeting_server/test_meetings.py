"""Whole meetings through the one write path, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from meeting_server.meetings import Guest, Heard, Meetings, Viewer
from meeting_server.publishing import Subscription
from meeting_server.room import commands as c
from meeting_server.room.commands import Actor
from meeting_server.room.refusal import Conflict, NotAllowed, Refused, Stale, Unavailable, WrongState
from meeting_server.room.state import Showing
from meeting_server.store import log
from meeting_server.store.database import Store
from minutes.record import chain
from minutes.record.events import Block, Drafted, Entry, Erased, Sealed, Spoke
from tests.meeting_server.room.given import (
    CHAIR,
    CLERK,
    DEPUTY,
    HOP,
    LAN,
    LEADER,
    PROBATIONARY,
    SCHEDULED,
    SECRETARY,
    START,
    THANG,
    remote,
)

SECOND = 48_000
HALL_DEVICE = Actor(roles=frozenset({"hall_device"}), seat="device", session="s-hall")


class HandClock:
    """Moves only when told."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> int:
        self.at += 10
        return self.at


@dataclass
class Engine:
    """A capture port that keeps what it was asked; ``broken`` names the calls that fail."""

    asked: list[tuple[object, ...]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    async def _did(self, *what: object) -> None:
        if what[0] in self.broken:
            raise ConnectionError("the media node is away")
        self.asked.append(what)

    async def shut(self, meeting: str, mode: str) -> None:
        await self._did("shut", mode)

    async def open(self, meeting: str, *, record: bool, transcribe: bool) -> None:
        await self._did("open", record, transcribe)

    async def purge(self, meeting: str, since: int, until: int) -> None:
        await self._did("purge", since, until)

    async def floor(self, meeting: str, session: str) -> None:
        await self._did("floor", session)

    async def mute(self, meeting: str, session: str, muted: bool) -> None:
        await self._did("mute", session, muted)

    async def pictures(self, meeting: str, hall: str, shared: str) -> None:
        await self._did("pictures", hall, shared)

    async def drop(self, meeting: str, session: str) -> None:
        await self._did("drop", session)


def draft(entries: Sequence[Entry], papers: tuple[str, ...] = ()) -> Drafted:
    """Every utterance a block: enough of a drafter to follow words."""
    spoken = [entry.event for entry in entries if isinstance(entry.event, Spoke)]
    blocks = tuple(
        Block(f"k-{said.track}-{said.start}", "opinion", said.text, sources=(f"{said.track}:{said.start}",))
        for said in spoken
    )
    return Drafted("test", (Block("k-head", "time", "Khai mạc"), *blocks))


@dataclass
class House:
    path: Path
    clock: HandClock
    engine: Engine
    store: Store
    meetings: Meetings

    def again(self) -> House:
        """The process ends and starts again on the same database."""
        self.store.close()
        store = Store(f"sqlite:///{self.path}")
        return House(self.path, self.clock, self.engine, store, Meetings(store, self.clock, self.engine, draft))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock, engine = HandClock(), Engine()
    store = Store(f"sqlite:///{tmp_path / 'm.db'}")
    built = House(tmp_path / "m.db", clock, engine, store, Meetings(store, clock, engine, draft))
    yield built
    await built.meetings.shut_down()
    built.store.close()


async def hold(house: House, *, record: bool = True) -> str:
    """An open meeting: five in the hall, two remote, the hall device with sound."""
    meetings = house.meetings
    meeting = await meetings.schedule(SCHEDULED, CHAIR, secretary=CLERK)
    await meetings.do(meeting, CHAIR, c.DecideRecording(record, record))
    await meetings.join(meeting, "s-hall", HALL_DEVICE, name="Hội trường", device="hall")
    await meetings.do(meeting, CHAIR, c.Open())
    for member in (LEADER, DEPUTY, CLERK, LAN, PROBATIONARY):
        await meetings.do(meeting, SECRETARY, c.Call(member, True))
    for member in (HOP, THANG):
        await meetings.join(meeting, f"s-{member}", remote(member), name=member, device="phone", informed=True)
    await meetings.track_opened(meeting, "t-hall", "s-hall", 0, house.clock.now())
    await meetings.track_opened(meeting, "t-hop", f"s-{HOP}", 0, house.clock.now())
    return meeting


async def refused(
    house: House, meeting: str, actor: Actor, command: c.Command, kind: type[Refused] = Conflict
) -> Refused:
    before = await house.meetings.entries(meeting)
    with pytest.raises(kind) as refusal:
        await house.meetings.do(meeting, actor, command)
    assert await house.meetings.entries(meeting) == before
    return refusal.value


async def test_the_node_is_told_who_shows_and_that_it_ends_with_the_floor(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    house.engine.asked.clear()
    await meetings.do(meeting, HALL_DEVICE, c.ShowPicture("hall"))
    await meetings.do(meeting, CHAIR, c.GiveFloor(HOP))
    await meetings.do(meeting, remote(HOP), c.ShowPicture("camera"))
    meetings.picture(meeting, "shared", f"s-{HOP}", True)
    await refused(house, meeting, remote(THANG), c.ShowPicture("camera"))
    await meetings.do(meeting, CHAIR, c.ReturnFloor(HOP))
    await meetings.leave(meeting, "s-hall")
    told = [what[1:] for what in house.engine.asked if what[0] == "pictures"]
    assert told == [("s-hall", ""), ("s-hall", f"s-{HOP}"), ("s-hall", ""), ("", "")]
    house.engine.asked.clear()
    await meetings.sound_again(meeting)
    assert ("pictures", "", "") in house.engine.asked


async def test_secret_contents_end_pictures_whatever_the_node_says(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    await meetings.do(meeting, HALL_DEVICE, c.ShowPicture("hall"))
    await meetings.do(meeting, CHAIR, c.OffRecord("secret"))
    assert not (await meetings.present(meeting)).pictures
    await refused(house, meeting, HALL_DEVICE, c.ShowPicture("hall"), WrongState)
    await meetings.do(meeting, CHAIR, c.OnRecord())
    assert not (await meetings.present(meeting)).pictures


async def test_a_whole_meeting_from_the_schedule_to_the_approved_minutes(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    await meetings.do(meeting, CHAIR, c.StartItem("review"))
    await meetings.do(meeting, SECRETARY, c.GiveFloor(LAN))
    house.clock.at += 10_000
    said = Heard("t-hall", SECOND, 4 * SECOND, "Tôi đề nghị sửa đường 200 mét.", model="base")
    assert await meetings.hear(meeting, said)
    await meetings.do(meeting, SECRETARY, c.PutMotion("Sửa đường", "review", for_chair=True))
    motion = (await meetings.state(meeting)).votes.motions[0].put.motion
    await meetings.do(meeting, remote(HOP), c.Cast(motion, "for"))
    await meetings.do(meeting, remote(THANG), c.Cast(motion, "other", "cần thêm thời gian"))
    await meetings.do(meeting, SECRETARY, c.CountHall(motion, 3, 1))
    await meetings.do(meeting, CHAIR, c.CloseMotion(motion))
    await meetings.do(meeting, CHAIR, c.ConcludeItem("review", "concluded", "Sửa đường trong tháng 11."))
    await meetings.do(meeting, CHAIR, c.GiveTask("Sửa đường", who=(LAN,), due="2026-11-20"))
    await meetings.do(meeting, SECRETARY, c.ReadBack(CLERK))
    await meetings.do(meeting, CHAIR, c.PassMinutes(6))
    await meetings.do(meeting, CHAIR, c.Close())
    room = await meetings.state(meeting)
    block = room.document.paragraphs[1].block
    assert block.text == "Tôi đề nghị sửa đường 200 mét."
    await refused(house, meeting, SECRETARY, c.SaveBlock(block.id, room.document.version, "Sửa đường 300 mét."))
    await meetings.do(
        meeting, SECRETARY, c.SaveBlock(block.id, room.document.version, "Sửa đường 300 mét.", reason="nghe nhầm")
    )
    stale = await refused(house, meeting, CHAIR, c.SaveBlock(block.id, 1, "Khác.", reason="x"), Stale)
    assert stale.current == "Sửa đường 300 mét."
    await meetings.do(meeting, SECRETARY, c.Submit())
    await meetings.do(meeting, CHAIR, c.Approve())
    room = await meetings.state(meeting)
    assert room.phase == "approved"
    assert room.meeting.number == "01"
    await meetings.append_system(meeting, [Sealed("ab" * 32, room.seq, "cd" * 32, "key")])
    entries = await meetings.entries(meeting)
    assert chain.faults(entries) == []
    room = await meetings.state(meeting)
    again = house.again()
    assert entries == await again.meetings.entries(meeting)
    assert await again.meetings.state(meeting) == room
    summary = await again.store.read(lambda session: log.summary(session, meeting))
    assert summary is not None
    assert (summary.state, summary.present, summary.remote, summary.number) == ("sealed", 7, 2, "01")


async def test_without_recording_typed_speech_gives_the_same_course(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house, record=False)
    assert ("open", False, False) in house.engine.asked
    await meetings.do(meeting, SECRETARY, c.TypeSpeech("Nhất trí với dự thảo.", LAN))
    await meetings.do(meeting, SECRETARY, c.Close(for_chair=True))
    room = await meetings.state(meeting)
    assert room.document.paragraphs[1].block.text == "Nhất trí với dự thảo."
    assert not await meetings.hear(meeting, Heard("t-hall", 0, SECOND, "không được ghi"))


async def test_the_secretary_alone_can_enter_the_whole_meeting_and_the_chair_approves(house: House) -> None:
    meetings = house.meetings
    meeting = await meetings.schedule(SCHEDULED, SECRETARY, secretary=CLERK)
    await refused(house, meeting, SECRETARY, c.Open(), NotAllowed)
    for command in (
        c.DecideRecording(True, True, for_chair=True), c.Open(for_chair=True), c.Call(LEADER, True),
        c.Call(CLERK, True), c.StartItem("review", for_chair=True), c.TypeSpeech("Ý kiến thứ nhất của tôi.", LEADER),
        c.ConcludeItem("review", "open", for_chair=True), c.Close(for_chair=True), c.Submit(),
    ):  # fmt: skip
        await meetings.do(meeting, SECRETARY, command)
    await refused(house, meeting, SECRETARY, c.Approve(for_chair=True), NotAllowed)
    await refused(house, meeting, SECRETARY, c.Return("x", for_chair=True), NotAllowed)
    await meetings.do(meeting, CHAIR, c.Approve())
    entries = await meetings.entries(meeting)
    assert {entry.authority for entry in entries if entry.kind in ("Opened", "Closed")} == {"for_chair"}
    assert [entry.authority for entry in entries if entry.kind == "Approved"] == ["chair"]


async def test_every_utterance_is_taken_once_and_in_any_order(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    first, second = Heard("t-hop", 0, SECOND, "một"), Heard("t-hop", 2 * SECOND, 3 * SECOND, "hai")
    assert [await meetings.hear(meeting, one) for one in (second, first, second, first)] == [True, True, False, False]
    assert not await meetings.hear(meeting, Heard("t-hop", 100, SECOND - 100, "một lần nữa"))
    assert await meetings.hear(meeting, Heard("t-hop", 4 * SECOND, 5 * SECOND, ""))
    assert (await meetings.cursors(meeting))["t-hop"] == 5 * SECOND
    room = await meetings.state(meeting)
    assert [said.text for said in room.transcript.utterances] == ["một", "hai"]
    assert {said.speaker for said in room.transcript.utterances} == {HOP}
    again = house.again().meetings
    assert (await again.cursors(meeting))["t-hop"] == 5 * SECOND
    assert not await again.hear(meeting, Heard("t-hop", 4 * SECOND, 5 * SECOND, "trễ"))
    with pytest.raises(Refused):
        await again.hear(meeting, Heard("t-unknown", 0, SECOND, "?"))


async def test_off_record_shuts_before_the_entry_and_opens_after_it(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    await meetings.do(meeting, SECRETARY, c.OffRecord("pause"))
    assert house.engine.asked[-1] == ("shut", "pause")
    room = await meetings.state(meeting)
    assert room.phase == "paused"
    since = (room.at - room.tracks["t-hop"].at) * 48
    house.clock.at += 60_000
    assert not await meetings.hear(meeting, Heard("t-hop", since + SECOND, since + 3 * SECOND, "mật khẩu"))
    await refused(house, meeting, SECRETARY, c.TypeSpeech("mật khẩu"), WrongState)
    await refused(house, meeting, SECRETARY, c.OnRecord(), NotAllowed)
    await meetings.do(meeting, CHAIR, c.OnRecord())
    assert house.engine.asked[-1] == ("open", True, True)
    assert not await meetings.hear(meeting, Heard("t-hop", since + SECOND, since + 3 * SECOND, "mật khẩu"))
    house.store.close()
    assert all("mật khẩu".encode() not in file.read_bytes() for file in house.path.parent.iterdir())


async def test_when_the_gate_does_not_shut_the_command_is_refused(house: House) -> None:
    meeting = await hold(house)
    house.engine.broken = {"shut", "purge"}
    await refused(house, meeting, CHAIR, c.OffRecord("secret"), Unavailable)
    await refused(house, meeting, CHAIR, c.EraseLast(5), Unavailable)
    await refused(house, meeting, CHAIR, c.Close(), Unavailable)


async def test_erasing_leaves_nothing_of_what_was_said(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    desk = await meetings.subscribe(meeting, Viewer(SECRETARY))
    await meetings.hear(meeting, Heard("t-hop", 0, SECOND, "trước đó rất lâu"))
    house.clock.at += 3_600_000
    start = 3_600 * SECOND
    await meetings.hear(meeting, Heard("t-hop", start, start + SECOND, "chuối xanh cà phê", spoken="chuối xanh cà phê"))
    await meetings.do(meeting, SECRETARY, c.Correct(f"t-hop:{start}", "chuối xanh cà phê sữa"))
    await meetings.do(meeting, SECRETARY, c.TypeSpeech("gõ chuối xanh"))
    await meetings.do(meeting, SECRETARY, c.Draft())
    await meetings.do(meeting, CHAIR, c.EraseLast(5, "nói nhầm"))
    await meetings.settled(meeting)
    room = await meetings.state(meeting)
    assert [said.text for said in room.transcript.utterances] == ["trước đó rất lâu"]
    assert not await meetings.hear(meeting, Heard("t-hop", start, start + SECOND, "chuối xanh cà phê"))
    entries = await meetings.entries(meeting)
    erased = [entry for entry in entries if entry.body is None]
    assert [entry.kind for entry in erased] == ["Spoke", "Corrected", "Spoke", "Drafted"]
    assert all(entry.salt is None for entry in erased)
    assert chain.faults(entries) == []
    assert any(isinstance(entry.event, Erased) and entry.event.reason == "nói nhầm" for entry in entries)
    kept = await taken(desk)
    assert "chuối" not in repr(kept)
    for file in house.path.parent.iterdir():
        assert "chuối".encode() not in file.read_bytes(), file.name
    assert ("purge" in {asked[0] for asked in house.engine.asked}) is True


async def taken(subscription: Subscription) -> list[object]:
    """Everything that waits for a viewer now."""
    found: list[object] = []
    while True:
        try:
            found.append(await asyncio.wait_for(anext(subscription), 0.05))
        except (TimeoutError, StopAsyncIteration):
            return found


async def test_a_viewer_gets_a_snapshot_then_what_changes_and_resumes_by_versions(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    subscription = await meetings.subscribe(meeting, Viewer(SECRETARY))
    kind, version, views = await anext(subscription)  # type: ignore[misc]  # a snapshot comes first
    assert kind == "snapshot"
    assert {"meeting", "ledger", "document"} <= views.keys()
    await meetings.hear(meeting, Heard("t-hop", 0, SECOND, "xin chào"))
    (line,) = [message for message in await taken(subscription) if message[2] == "captions"]  # type: ignore[misc]  # views
    assert (line[0], line[3]["text"]) == ("append", "xin chào")  # type: ignore[misc]  # one line
    assert line[1] > version
    await meetings.do(meeting, remote(HOP), c.RaiseHand())
    changed = {message[2] for message in await taken(subscription)}  # type: ignore[index]
    assert changed == {"floor", "display"}
    subscription.close()


async def test_a_member_sees_no_document_and_a_waiting_person_may_do_nothing(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    member = await meetings.subscribe(meeting, Viewer(remote(THANG)))
    first = await anext(member)
    assert "document" not in first[2]
    assert "proposals" not in first[2]
    waiting = remote(LAN)
    assert not await meetings.join(meeting, waiting.session, waiting, name="Khang", admitted=False)
    await refused(house, meeting, waiting, c.RaiseHand(), NotAllowed)
    lobby = await meetings.subscribe(meeting, Viewer(waiting))
    assert (await anext(lobby))[2] == {}  # type: ignore[misc]  # an empty snapshot
    await meetings.do(meeting, SECRETARY, c.RaiseHand())
    assert await taken(lobby) == []
    await meetings.do(meeting, CHAIR, c.AllowRemote(LAN, True, "ốm", waiting.session))
    shown = await taken(lobby)
    assert {message[2] for message in shown if message[0] == "replace"} >= {"meeting", "ledger", "me"}  # type: ignore[index]  # messages
    assert any(message[0] == "notice" for message in shown)  # type: ignore[index]  # messages
    await meetings.do(meeting, waiting, c.RaiseHand())


async def test_a_newer_tab_replaces_the_older_one(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    older = await meetings.subscribe(meeting, Viewer(remote(HOP)))
    newer = replace(remote(HOP), session="s-hop-2")
    assert await meetings.join(meeting, newer.session, newer, name="Hợp")
    assert (await taken(older))[-1] == ("removed", {"replaced": True, "text": ""})
    assert ("drop", f"s-{HOP}") in house.engine.asked
    assert set((await meetings.state(meeting)).sessions) == {"s-hall", f"s-{THANG}", "s-hop-2"}


async def test_after_a_restart_who_does_not_come_back_is_written_down_as_lost(house: House) -> None:
    meeting = await hold(house)
    again = house.again()
    assert await again.meetings.resume() == [meeting]
    assert ("open", True, True) in house.engine.asked
    await again.meetings.join(meeting, f"s-{HOP}", remote(HOP), name="Hợp")
    await again.meetings.join(meeting, "s-hall", HALL_DEVICE, name="Hội trường", device="hall")
    await again.meetings.sweep(meeting)
    assert set((await again.meetings.state(meeting)).sessions) == {f"s-{HOP}", "s-hall"}


async def test_a_command_is_finished_though_its_caller_goes_away(house: House) -> None:
    meeting = await hold(house)
    before = (await house.meetings.state(meeting)).seq
    task = asyncio.create_task(house.meetings.do(meeting, remote(HOP), c.RaiseHand()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await house.meetings.do(meeting, remote(THANG), c.RaiseHand())
    room = await house.meetings.state(meeting)
    assert room.seq == before + 2
    assert [hand.member for hand in room.floor.hands] == [HOP, THANG]
    assert len(await house.meetings.entries(meeting)) == room.seq


async def test_a_borrowed_phone_sees_and_votes_as_its_member(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    await meetings.do(meeting, SECRETARY, c.Call(LAN, False))
    phone = await meetings.subscribe(meeting, Viewer(remote(HOP)))
    await taken(phone)
    await meetings.do(meeting, SECRETARY, c.LinkSession(f"s-{HOP}", LAN))
    shown = {message[2]: message[3] for message in await taken(phone) if message[0] == "replace"}  # type: ignore[index, misc]  # views
    assert shown["me"]["member"] == LAN
    await meetings.do(meeting, SECRETARY, c.PutMotion("Việc", for_chair=True))
    motion = (await meetings.state(meeting)).votes.motions[0].put.motion
    await meetings.do(meeting, remote(HOP), c.Cast(motion, "for"))
    assert LAN in (await meetings.state(meeting)).votes.motions[0].own


async def test_only_who_is_invited_keeps_an_open_microphone(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, CHAIR, c.SetFloor(True))
    assert house.engine.asked[-2:] == [("mute", f"s-{HOP}", True), ("mute", f"s-{THANG}", True)]
    await house.meetings.do(meeting, CHAIR, c.GiveFloor(HOP, "remote"))
    assert house.engine.asked[-2:] == [("mute", f"s-{HOP}", False), ("mute", f"s-{THANG}", True)]
    await house.meetings.do(meeting, CHAIR, c.SetFloor(False))
    assert house.engine.asked[-2:] == [("mute", f"s-{HOP}", False), ("mute", f"s-{THANG}", False)]


async def test_who_comes_in_while_only_the_invited_speak_is_muted_at_the_door(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, CHAIR, c.SetFloor(True))
    await house.meetings.leave(meeting, f"s-{HOP}")
    house.engine.asked.clear()
    await house.meetings.join(meeting, "s-new", replace(remote(HOP), session="s-new"), name=HOP)
    assert ("mute", "s-new", True) in house.engine.asked


async def test_who_is_not_invited_cannot_open_the_microphone_alone(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, CHAIR, c.SetFloor(True))
    await house.meetings.do(meeting, remote(HOP), c.Mute(f"s-{HOP}", False))
    assert house.engine.asked[-1] == ("mute", f"s-{HOP}", True)
    await house.meetings.do(meeting, CHAIR, c.SetFloor(False))
    assert ("mute", f"s-{HOP}", False) in house.engine.asked[-4:]


async def test_a_reload_does_not_shed_the_chairs_mute(house: House) -> None:
    """A page loaded again is another session of the same member."""
    meeting = await hold(house)
    await house.meetings.do(meeting, CHAIR, c.Mute(f"s-{HOP}", True))
    await house.meetings.leave(meeting, f"s-{HOP}")
    await house.meetings.join(meeting, "s-again", replace(remote(HOP), session="s-again"), name=HOP)
    assert (await house.meetings.present(meeting)).sessions["s-again"].muted
    assert ("mute", "s-again", True) in house.engine.asked
    await house.meetings.do(meeting, replace(remote(HOP), session="s-again"), c.Mute("s-again", False))
    assert house.engine.asked[-1] == ("mute", "s-again", False)
    await house.meetings.join(meeting, "s-third", replace(remote(HOP), session="s-third"), name=HOP)
    assert not (await house.meetings.present(meeting)).sessions["s-third"].muted


async def test_who_has_the_floor_keeps_it_on_a_page_loaded_again(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, CHAIR, c.GiveFloor(HOP, "remote"))
    await house.meetings.join(meeting, "s-again", replace(remote(HOP), session="s-again"), name=HOP)
    assert [what for what in house.engine.asked if what[0] == "floor"][-1] == ("floor", "s-again")


async def test_a_media_node_that_came_back_is_told_floor_and_mutes(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, CHAIR, c.GiveFloor(HOP, "remote"))
    await house.meetings.do(meeting, CHAIR, c.Mute(f"s-{THANG}", True))
    house.engine.asked.clear()
    await house.meetings.sound_again(meeting)
    sound = [asked for asked in house.engine.asked if asked[0] != "pictures"]
    assert sound[0] == ("floor", f"s-{HOP}")
    assert ("mute", f"s-{THANG}", True) in house.engine.asked
    assert ("mute", f"s-{HOP}", False) in house.engine.asked
    await house.meetings.sound_again("m-unknown")


async def test_a_weak_line_is_told_to_its_owner_and_its_figures_to_the_chair(house: House) -> None:
    meeting = await hold(house)
    views = {}
    for name, actor in (("chair", CHAIR), ("hop", remote(HOP)), ("thang", remote(THANG))):
        views[name] = await house.meetings.subscribe(meeting, Viewer(actor))
        await taken(views[name])
    house.meetings.live(meeting, f"s-{HOP}", weak=True, loss=120, rtt_ms=340)
    shown = {name: {m[2]: m[3] for m in await taken(view) if m[0] == "replace"} for name, view in views.items()}  # type: ignore[index, misc]  # views
    line = {p["session"]: p for p in shown["chair"]["people"]}[f"s-{HOP}"]
    assert (line["weak"], line["loss"], line["rtt_ms"]) == (True, 120, 340)
    assert "loss" not in shown["hop"]["people"][0]
    assert shown["hop"]["me"]["weak"]
    assert "me" not in shown["thang"], "theirs is as it was"


async def test_what_is_told_from_paper_after_the_close_comes_into_the_draft(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    await meetings.do(meeting, CHAIR, c.Close())
    began = house.clock.at - 2 * 3_600_000
    for command in (
        c.TellTimes(began),
        c.Call(LAN, True, method="typed", happened_at=began),
        c.LeaveHall(LAN, True, began),
    ):
        drafts = (await meetings.state(meeting)).document.version
        await meetings.do(meeting, CHAIR, command)
        await meetings.settled(meeting)
        assert (await meetings.state(meeting)).document.version > drafts, command
    assert (await meetings.state(meeting)).meeting.began_at == began


async def test_a_practice_takes_no_number_and_is_gone_after_a_week(house: House) -> None:
    meetings = house.meetings
    practice = await meetings.schedule(replace(SCHEDULED, kind="practice"), CHAIR, secretary=CLERK)
    kept = await meetings.schedule(SCHEDULED, CHAIR, secretary=CLERK)
    commands = (
        c.DecideRecording(False, False), c.Open(), c.Call(LAN, True), c.TypeSpeech("chuối xanh thử"), c.Close(),
        c.Submit(), c.Approve(),
    )  # fmt: skip
    for command in commands:
        await meetings.do(practice, CHAIR, command)
    assert (await meetings.state(practice)).meeting.number == ""
    house.clock.at += 6 * 86_400_000
    assert await meetings.forget_practice() == []
    house.clock.at += 86_400_000
    assert await meetings.forget_practice() == [practice]
    with pytest.raises(Refused):
        await meetings.state(practice)
    assert (await meetings.state(kept)).phase == "scheduled"
    house.store.close()
    assert all("chuối".encode() not in file.read_bytes() for file in house.path.parent.iterdir())


async def test_the_next_agenda_is_proposed_from_the_last_meeting_of_the_cell(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house, record=False)
    await meetings.do(meeting, CHAIR, c.GiveTask("Sửa đường", who=(LAN,)))
    assert (await meetings.propose("cell", "regular", START + 86_400_000)).tasks == ()
    before = {check.key: (check.done, check.planned) for check in await meetings.checklist(meeting)}
    assert before["regular"] == (False, True)
    await meetings.do(meeting, CHAIR, c.Close())
    assert [task.what for task in (await meetings.propose("cell", "regular", START + 86_400_000)).tasks] == [
        "Sửa đường"
    ]
    done = {check.key: check.done for check in await meetings.checklist(meeting)}
    assert (done["regular"], done["notice"]) == (True, False)


async def test_a_meeting_that_may_not_be_held_so_is_not_scheduled(house: House) -> None:
    with pytest.raises(Conflict):
        await house.meetings.schedule(replace(SCHEDULED, mode="online"), CHAIR)
    assert await house.store.read(lambda session: log.meetings_of(session, "cell")) == []


async def test_who_was_let_in_once_comes_back_without_the_lobby_also_after_a_restart(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    waiting = remote(LAN)
    await meetings.join(meeting, waiting.session, waiting, name="Khang", admitted=False)
    await meetings.do(meeting, CHAIR, c.AllowRemote(LAN, True, "ốm", waiting.session))
    await meetings.leave(meeting, waiting.session, "lost")
    assert await meetings.join(meeting, waiting.session, waiting, name="Khang", admitted=False)
    again = house.again().meetings
    assert await again.join(meeting, waiting.session, waiting, name="Khang", admitted=False)
    await again.do(meeting, SECRETARY, c.Remove(waiting.session))
    assert not await again.join(meeting, waiting.session, waiting, name="Khang", admitted=False)


async def test_who_comes_from_elsewhere_unannounced_waits_for_the_chair_s_word_until_the_meeting_is_over(
    house: House,
) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    waiting = remote(LAN)
    assert not await meetings.join(meeting, waiting.session, waiting, name="Khang")
    assert waiting.session not in (await meetings.state(meeting)).sessions
    await meetings.do(meeting, CHAIR, c.AllowRemote(LAN, True, "đi công tác"))
    assert waiting.session in (await meetings.state(meeting)).sessions
    assert (await meetings.present(meeting)).sessions[waiting.session].admitted
    again = house.again().meetings
    assert await again.join(meeting, waiting.session, waiting, name="Khang")
    await again.do(meeting, CHAIR, c.AllowRemote(LAN, False))
    await again.leave(meeting, waiting.session)
    assert not await again.join(meeting, waiting.session, waiting, name="Khang")
    await again.do(meeting, CHAIR, c.Close())
    assert await again.join(meeting, "s-other", replace(waiting, session="s-other"), name="Khang")


async def test_a_guest_of_the_lobby_sees_and_speaks_once_admitted(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    stranger = Actor(seat="remote", session="s-guest")
    await meetings.join(
        meeting, "s-guest", stranger, name="", admitted=False, guest=Guest("Nguyễn Thị Hạnh", upper=True)
    )
    looking = await meetings.subscribe(meeting, Viewer(stranger))
    assert (await anext(looking))[2] == {}  # type: ignore[misc]  # an empty snapshot
    await meetings.do(meeting, SECRETARY, c.Admit("s-guest"))
    views = {message[2]: message[3] for message in await taken(looking) if message[0] == "replace"}  # type: ignore[index, misc]  # views
    assert views["me"]["member"].startswith("g")
    await meetings.do(meeting, stranger, c.TypeSpeech("Tôi nhất trí với chi bộ."))
    said = (await meetings.state(meeting)).transcript.utterances[-1]
    assert (await meetings.state(meeting)).name_of(said.speaker) == "Nguyễn Thị Hạnh"
    await refused(house, meeting, stranger, c.Call(LAN, True), NotAllowed)


async def test_a_full_disk_refuses_the_command_and_keeps_what_is_there(house: House) -> None:
    meeting = await hold(house)

    def pages(limit: int) -> None:
        house.store.write_now(lambda session: session.connection().exec_driver_sql(f"PRAGMA max_page_count={limit}"))

    pages(1)  # no page more than there are
    before = await house.meetings.entries(meeting)

    async def fill() -> None:
        for _ in range(200):
            await house.meetings.do(meeting, SECRETARY, c.TypeSpeech("Đĩa đầy. " * 500))

    with pytest.raises(Unavailable):
        await fill()
    kept = await house.meetings.entries(meeting)
    assert kept[: len(before)] == before
    assert (await house.meetings.state(meeting)).seq == len(kept)
    pages(1_000_000)
    await house.meetings.do(meeting, SECRETARY, c.TypeSpeech("Lại ghi được."))
    assert (await house.meetings.state(meeting)).transcript.utterances[-1].text == "Lại ghi được."


async def test_an_append_by_somebody_else_refuses_ours_and_shows_us_theirs(house: House) -> None:
    meeting = await hold(house)
    other = Meetings(house.store, house.clock, house.engine, draft)
    await other.do(meeting, SECRETARY, c.TypeSpeech("Của máy khác."))
    with pytest.raises(Unavailable):
        await house.meetings.do(meeting, SECRETARY, c.TypeSpeech("Của máy này."))
    assert (await house.meetings.state(meeting)).transcript.utterances[-1].text == "Của máy khác."
    await house.meetings.do(meeting, SECRETARY, c.TypeSpeech("Của máy này."))
    assert chain.faults(await house.meetings.entries(meeting)) == []


async def test_a_track_that_is_told_late_keeps_its_own_time(house: House) -> None:
    meetings = house.meetings
    meeting = await hold(house)
    began = house.clock.at
    house.clock.at += 20_000
    await meetings.do(meeting, SECRETARY, c.TypeSpeech("Trong lúc chờ."))
    await meetings.track_opened(meeting, "t-late", f"s-{THANG}", 0, began)
    await meetings.hear(meeting, Heard("t-late", 10 * SECOND, 11 * SECOND, "nói ở giây thứ mười"))
    said = (await meetings.state(meeting)).transcript.by_id[f"t-late:{10 * SECOND}"]
    assert said.said_at == began + 10_000
    await meetings.do(meeting, CHAIR, c.EraseLast(1))
    assert said.id not in (await meetings.state(meeting)).transcript.by_id


async def interims(subscription: Subscription, count: int) -> list[tuple[str, str]]:
    """(track, text) of the next so many."""
    found: list[tuple[str, str]] = []
    async with asyncio.timeout(10):
        while len(found) < count:
            message = await anext(subscription)
            if message[0] == "interim":
                found.append((message[1]["track"], message[1]["text"]))
    return found


async def test_of_one_voice_on_two_tracks_the_nearer_is_shown_while_it_is_recognised(house: House) -> None:
    meeting, words = await hold(house), "kính thưa các đồng chí tôi nhất trí với báo cáo"
    subscription = await house.meetings.subscribe(meeting, Viewer(SECRETARY))
    house.meetings.interim(meeting, "t-hall", 0, 4 * SECOND, words, 0, -35)
    house.meetings.interim(meeting, "t-hop", 0, 4 * SECOND, words, 0, -18)
    house.meetings.interim(meeting, "t-hall", 0, 5 * SECOND, words + " ạ", 0, -35)
    house.meetings.interim(meeting, "t-hop", 0, 5 * SECOND, words + " rồi", 0, -18)
    expected = [("t-hall", words), ("t-hall", ""), ("t-hop", words), ("t-hop", words + " rồi")]
    assert await interims(subscription, 4) == expected


async def test_words_that_come_to_nothing_leave_the_screens(house: House) -> None:
    meeting = await hold(house)
    subscription = await house.meetings.subscribe(meeting, Viewer(SECRETARY))
    house.meetings.interim(meeting, "t-hop", 0, SECOND, "ờ", 0, -30)
    assert await house.meetings.hear(meeting, Heard("t-hop", 0, SECOND, ""))
    assert await interims(subscription, 2) == [("t-hop", "ờ"), ("t-hop", "")]
    house.meetings.interim(meeting, "t-hop", 2 * SECOND, 3 * SECOND, "", 0, -30)  # nothing to show
    house.meetings.interim(meeting, "t-hop", 2 * SECOND, 3 * SECOND, "chuyện riêng", 0, -30)
    assert await interims(subscription, 1) == [("t-hop", "chuyện riêng")]
    await house.meetings.do(meeting, CHAIR, c.OffRecord("pause"))
    assert await interims(subscription, 1) == [("t-hop", "")]


async def test_what_the_chair_set_outlasts_a_restart(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, CHAIR, c.SetFloor(True, 180))
    await house.meetings.do(meeting, CHAIR, c.Mute(f"s-{HOP}", True))
    await house.meetings.do(meeting, CHAIR, c.CaptionsOnDisplay(True))
    again = house.again()
    again.engine.asked.clear()
    await again.meetings.resume()
    assert ("mute", f"s-{HOP}", True) in again.engine.asked, "the node may have been started anew too"
    assert ("mute", f"s-{THANG}", True) in again.engine.asked
    live = await again.meetings.present(meeting)
    assert (live.invited_only, live.limit_s, live.captions_on) == (True, 180, True)
    await again.meetings.join(meeting, f"s-{HOP}", remote(HOP), name=HOP)
    assert (await again.meetings.present(meeting)).sessions[f"s-{HOP}"].muted
    await again.meetings.do(meeting, CHAIR, c.SetFloor(False))
    await again.meetings.do(meeting, remote(HOP), c.Mute(f"s-{HOP}", False))
    third = again.again()
    kept = await third.meetings.present(meeting)
    assert (kept.invited_only, kept.muted) == (False, frozenset())
    third.store.close()


async def test_a_closed_meeting_keeps_nothing_that_was_set_in_its_room(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, CHAIR, c.SetFloor(True))
    await house.meetings.do(meeting, CHAIR, c.Close())
    again = house.again()
    assert not (await again.meetings.present(meeting)).invited_only
    again.store.close()


async def test_a_phone_put_away_as_a_microphone_stays_away_after_a_restart(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.add_microphone(meeting, "s-phone", "dãy cuối")
    await house.meetings.do(meeting, CHAIR, c.RemoveMicrophone("s-phone"))
    again = house.again()
    with pytest.raises(NotAllowed, match="microphone_removed"):
        await again.meetings.add_microphone(meeting, "s-phone", "dãy cuối")
    await again.meetings.add_microphone(meeting, "s-another", "dãy cuối")
    again.store.close()


async def test_who_showed_a_picture_shows_it_on_after_a_restart(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, HALL_DEVICE, c.ShowPicture("hall"))
    house.engine.asked.clear()
    again = house.again()
    await again.meetings.resume()
    assert ("pictures", "s-hall", "") in again.engine.asked, "the camera that runs is not ended"
    again.meetings.picture(meeting, "hall", "s-hall", True)  # the node says that it comes
    assert not (await again.meetings.present(meeting)).pictures, "until who shows is back"
    await again.meetings.join(meeting, "s-hall", HALL_DEVICE, name="Nhà văn hóa", device="hall", informed=True)
    assert (await again.meetings.present(meeting)).pictures == {"hall": Showing("s-hall", "hall", True)}
    await again.meetings.do(meeting, HALL_DEVICE, c.StopPicture("hall"))
    house.engine.asked.clear()
    third = again.again()
    await third.meetings.resume()
    assert ("pictures", "s-hall", "") not in third.engine.asked
    third.store.close()


async def test_who_does_not_come_back_after_a_restart_or_may_not_show_any_more_shows_nothing(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.do(meeting, HALL_DEVICE, c.ShowPicture("hall"))
    house.engine.asked.clear()
    again = house.again()
    await again.meetings.resume()
    await again.meetings.sweep(meeting)
    assert again.engine.asked[-1] == ("pictures", "", "")
    await again.meetings.join(meeting, "s-hall", HALL_DEVICE, name="Nhà văn hóa", device="hall", informed=True)
    assert not (await again.meetings.present(meeting)).pictures
    await again.meetings.do(meeting, HALL_DEVICE, c.ShowPicture("hall"))
    third = again.again()
    await third.meetings.do(meeting, CHAIR, c.OffRecord("secret"))
    await third.meetings.join(meeting, "s-hall", HALL_DEVICE, name="Nhà văn hóa", device="hall", informed=True)
    await third.meetings.do(meeting, CHAIR, c.OnRecord())
    assert not (await third.meetings.present(meeting)).pictures, "secret contents ended it for good"
    third.store.close()


async def test_the_hall_s_switch_shuts_its_phones_too(house: House) -> None:
    meeting = await hold(house)
    await house.meetings.add_microphone(meeting, "s-phone", "dãy cuối")
    assert house.engine.asked[-1] == ("mute", "s-phone", True), "the hall's own microphone is off"
    await house.meetings.mic(meeting, "s-hall", True)
    assert ("mute", "s-phone", False) in house.engine.asked[-4:]
    house.engine.asked.clear()
    await house.meetings.do(meeting, CHAIR, c.Mute("s-hall", True))
    assert ("mute", "s-phone", True) in house.engine.asked
    house.engine.asked.clear()
    await house.meetings.leave(meeting, "s-hall")
    assert ("mute", "s-phone", False) in house.engine.asked, "phones alone are the hall"
    kinds = [entry.kind for entry in await house.meetings.entries(meeting)]
    assert kinds.count("Joined") == 3, "a phone is nobody's presence"
