"""The recorder: segments, purging, a full disk, and what a kill leaves."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from pathlib import Path

import pytest

from meeting_server.media.engine import ControlLink, TrackStarted
from meeting_server.media.recorder import Recorder, RoomJournal
from tests.meeting_server.media.clients import Client, Voice, speech_like, until
from transcription.recording import Anchor, Sound, TrackEnd, TrackStart, lines, packets
from transcription.wire import Packet

SECOND = 48_000


def journal_of(tmp_path: Path) -> RoomJournal:
    journal = RoomJournal(tmp_path / "r")
    journal.open()
    return journal


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
    assert all(mark in journal.path.read_bytes() for mark in secret)
    spans = journal.purge(30_000, 50_000)
    assert [(s.track, s.start, s.end) for s in spans] == [
        ("t-1", 20 * SECOND, 40 * SECOND),
        ("t-2", 0, 10 * SECOND),
    ]
    kept = [p.position for p in packets(journal.path, "t-1")]
    assert not [p for p in kept if 20 * SECOND - 960 < p < 40 * SECOND]
    assert 19 * SECOND in kept
    assert 40 * SECOND in kept
    assert not any(mark in journal.path.read_bytes() for mark in secret)
    assert next(packets(journal.path, "t-2")).position == 10 * SECOND
    assert not (journal.path.parent / "made").exists()
    assert [path.name for path in journal.path.parent.iterdir()] == ["journal"]
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


@pytest.mark.serial
async def test_a_killed_node_leaves_all_but_the_last_second(tmp_path: Path, loopback: None) -> None:
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
                    break
        journal = recordings / "r" / "journal"
        begun = asyncio.get_running_loop().time()
        await until(lambda: sum(isinstance(line, Sound) for line in lines(journal)) > 150, 15)
    finally:
        os.kill(node.pid, signal.SIGKILL)
        spoken = asyncio.get_running_loop().time() - begun
        await node.wait()
        await link.stop()
        await client.close()
    positions = [line.packet.position for line in lines(journal) if isinstance(line, Sound)]
    assert positions[-1] / SECOND > spoken - 1.5
    assert {b - a for a, b in itertools.pairwise(positions)} == {960}
