"""The recorder: segments, purging, a full disk, and what a kill leaves."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from meeting_server.media.engine import ControlLink, TrackStarted
from meeting_server.media.recorder import SEGMENT_S, WRITERS, Recorder, RoomJournal
from tests.meeting_server.media.clients import Client, Voice, speech_like, until
from transcription.recording import MAGIC, Anchor, Sound, TrackEnd, TrackStart, lines, packets, segment_bytes, segments
from transcription.wire import Packet

SECOND = 48_000


def journal_of(tmp_path: Path) -> RoomJournal:
    journal = RoomJournal(tmp_path / "r")
    journal.open()
    return journal


def clear(path: Path) -> bytes:
    return b"".join(body for _, body in segments(path))


def speak(journal: RoomJournal, number: int, track: str, begin: int, seconds: int) -> None:
    """A track from ``begin`` ms on, 20 ms packets that name their position."""
    journal.add(TrackStart(number, track, 5, begin))
    for position in range(0, seconds * SECOND, 960):
        if position % (30 * SECOND) == 0:
            journal.add(Anchor(number, position, begin + position // 48))
        journal.add(Sound(number, Packet(position, bytes([0xF8, number]) + position.to_bytes(8, "big"))))
    journal.add(TrackEnd(number, begin + seconds * 1000))


def test_what_is_added_is_read_again(tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    speak(journal, 1, "t-1", 1000, 2)
    assert journal.write()
    assert not journal.write()
    assert [p.position for p in packets(journal.path, "t-1")] == list(range(0, 2 * SECOND, 960))


def test_a_torn_end_is_cut_off_and_numbers_go_on(tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    speak(journal, 1, "t-1", 1000, 1)
    journal.write()
    whole = journal.path.stat().st_size
    with journal.path.open("ab") as file:
        file.write(b"SEG1\x00\x00\x01\x00torn")
    again = journal_of(tmp_path)
    assert again.path.stat().st_size == whole
    assert again.next_number == 2


def test_dropping_sounds_keeps_the_starts_of_tracks(tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    speak(journal, 1, "t-1", 1000, 1)
    journal.drop_sounds()
    journal.write()
    kinds = [type(line) for line in lines(journal.path)]
    assert kinds == [TrackStart, Anchor, TrackEnd]


def test_purging_removes_the_sounds_of_a_time_from_every_track(tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    speak(journal, 1, "t-1", 10_000, 60)
    speak(journal, 2, "t-2", 40_000, 60)
    (journal.path.parent / "made").mkdir()
    journal.write()
    secret = [
        b"\xf8\x01" + (20 * SECOND + 960 * 5).to_bytes(8, "big"),
        b"\xf8\x02" + (5 * SECOND).to_bytes(8, "big"),
    ]
    assert all(mark in clear(journal.path) for mark in secret)
    assert not any(mark in journal.path.read_bytes() for mark in secret), "on disk it is enciphered"
    spans = journal.purge(30_000, 50_000)
    assert [(s.track, s.start, s.end) for s in spans] == [
        ("t-1", 20 * SECOND, 40 * SECOND),
        ("t-2", 0, 10 * SECOND),
    ]
    kept = [p.position for p in packets(journal.path, "t-1")]
    assert not [p for p in kept if 20 * SECOND - 960 < p < 40 * SECOND]
    assert 19 * SECOND in kept
    assert 40 * SECOND in kept
    assert not any(mark in clear(journal.path) for mark in secret)
    assert next(packets(journal.path, "t-2")).position == 10 * SECOND
    assert not (journal.path.parent / "made").exists()
    assert {path.name for path in journal.path.parent.iterdir()} == {"journal", "gate"}
    journal.add(Sound(1, Packet(61 * SECOND, b"later")))
    journal.write()
    assert next(packets(journal.path, "t-1", 61 * SECOND)).payload == b"later"


async def test_a_disk_that_takes_nothing_is_told_and_told_again_when_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: list[str] = []
    recorder = Recorder(tmp_path, states.append)
    journal = await recorder.open("r")
    real = os.fsync

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    journal.add(TrackStart(1, "t-1", 0, 0))
    journal.add(Sound(1, Packet(0, b"kept")))
    await until(lambda: states == ["full"], 5)
    assert list(lines(journal.path)) == []
    monkeypatch.setattr(os, "fsync", real)
    await until(lambda: states == ["full", "ok"], 5)
    await recorder.stop()
    assert [p.payload for p in packets(journal.path, "t-1")] == [b"kept"]


DAMAGE = {
    "another header": b"XXXX0001" + bytes(400),
    "zeroes, as after a power cut": bytes(4096),
    "a record of no known kind": MAGIC + segment_bytes(b"?" + bytes(20)),
    "a record cut short": MAGIC + segment_bytes(b"O\x00"),
    "a name that is no text": MAGIC + segment_bytes(b"O" + bytes(14) + b"\x00\x02\xff\xfe"),
}


@pytest.mark.parametrize("damaged", DAMAGE.values(), ids=DAMAGE.keys())
async def test_a_damaged_journal_is_moved_aside_and_the_meeting_recorded(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "journal").write_bytes(damaged)
    recorder = Recorder(tmp_path, lambda state: None)
    journal = await recorder.open("r")
    speak(journal, 1, "t-1", 1000, 1)
    await recorder.stop()
    assert len(list(packets(journal.path, "t-1"))) == 50
    (aside,) = journal.path.parent.glob("journal.bad-*")
    assert aside.read_bytes() == damaged


def test_erasing_takes_a_damaged_journal_of_that_time_too(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "journal").write_bytes(bytes(100) + b"a secret")
    journal = journal_of(tmp_path)
    (aside,) = journal.path.parent.glob("journal.bad-*")
    os.utime(aside, (500, 500))
    journal.purge(600_000, 700_000)
    assert aside.exists()
    journal.purge(400_000, 700_000)
    assert not aside.exists()


async def test_whatever_goes_wrong_with_one_journal_the_others_are_written(tmp_path: Path) -> None:
    class Broken(RoomJournal):
        def write(self) -> bool:
            raise ValueError("a fault of ours")

    states: list[str] = []
    recorder = Recorder(tmp_path, states.append)
    recorder._journals["bad"] = Broken(tmp_path / "bad")
    recorder._journals["bad"].add(TrackStart(1, "t-1", 0, 0))
    good = await recorder.open("good")
    for number in range(2):
        good.add(TrackStart(number, f"t-{number}", 0, 0))
        await until(lambda number=number: len(list(lines(good.path))) > number, 5)  # type: ignore[misc]
    assert states == ["full"], "that something is not recorded is announced"
    del recorder._journals["bad"]
    await until(lambda: states == ["full", "ok"], 5)
    await recorder.stop()


async def test_hundreds_of_rooms_are_on_disk_within_the_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes 10 ms for each: one after another they would take three seconds, so they wait side by side."""
    real, counting, under_way, most = os.fsync, threading.Lock(), 0, 0

    def slow(descriptor: int) -> None:
        nonlocal under_way, most
        with counting:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.01)
        real(descriptor)
        with counting:
            under_way -= 1

    recorder = Recorder(tmp_path, lambda state: None)
    journals = [await recorder.open(f"r{number}") for number in range(300)]
    monkeypatch.setattr(os, "fsync", slow)
    for journal in journals:
        journal.add(TrackStart(1, "t-1", 0, 0))
    await until(lambda: not any(journal.waiting for journal in journals), 10)
    for journal in journals:
        await asyncio.to_thread(journal.settle)
    assert most >= WRITERS // 2
    await recorder.stop()
    assert all(list(lines(journal.path)) for journal in journals)


def withheld(pid: int) -> float:
    """The seconds in which threads of a process were ready to run and had to wait for a core, by the kernel."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[1]) for task in tasks) / 1e9


@pytest.mark.serial
async def test_a_killed_node_leaves_all_but_the_last_second(tmp_path: Path, loopback: None) -> None:
    """Less the time in which the node was ready to run and the machine did not let it."""
    run, recordings = tmp_path / "run", tmp_path / "recordings"
    node = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "meeting_server.media", "--run", run, "--recordings", recordings, "--host", "127.0.0.1",
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    link = ControlLink(run)
    client = Client("one", Voice(speech_like(20)))
    try:
        await until((run / "media.sock").exists, 20)
        await link.start()
        await link.open("r")
        await link.gate("r", capture=True, remote_sound=True)
        await client.join(link, "r")
        async with asyncio.timeout(10):
            async for event in link.events():
                if isinstance(event, TrackStarted):
                    rtp0 = event.rtp0
                    break
        journal = recordings / "r" / "journal"
        await until(lambda: sum(isinstance(line, Sound) for line in lines(journal)) > 150, 15)
        written = journal.stat().st_size
        await until(lambda: journal.stat().st_size > written, 5)
        kept_waiting = withheld(node.pid)
        await asyncio.sleep(SEGMENT_S - 0.05)  # just before the next segment: the worst moment
        kept_waiting = withheld(node.pid) - kept_waiting
    finally:
        os.kill(node.pid, signal.SIGKILL)
        last_sent = client.peer.getTransceivers()[0].sender._RTCRtpSender__rtp_timestamp
        await node.wait()
        await link.stop()
        await client.close()
    positions = [line.packet.position for line in lines(journal) if isinstance(line, Sound)]
    sent = (last_sent - rtp0) % (1 << 32) / SECOND
    print(f"last sent at {sent:.2f} s, last stored {positions[-1] / SECOND:.2f} s, kept waiting {kept_waiting:.2f} s")
    assert sent - positions[-1] / SECOND <= 1 + kept_waiting
    assert {b - a for a, b in itertools.pairwise(positions)} == {960}
