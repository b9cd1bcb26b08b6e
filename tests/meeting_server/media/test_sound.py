"""Recorded sound as files: lengths every player agrees on, growth, spans in their place, purging."""

from __future__ import annotations

import io
import struct
import time
import wave
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import pytest
from av import AudioFrame
from hypothesis import given
from hypothesis import strategies as some
from hypothesis import strategies as st
from numpy.typing import NDArray

from meeting_server.media import sound
from meeting_server.media.made import NoSound
from meeting_server.media.ogg import Track, checksum, duration, packets_of, silence
from meeting_server.media.recorder import RoomJournal
from meeting_server.media.veiled import VeiledFile
from tests.meeting_server.media.clients import likeness, speech_like
from transcription.recording import Anchor, Sound, TrackStart
from transcription.wire import Packet

SECOND = 48_000


def encoded(samples: NDArray[np.int16], at: int = 0) -> list[Packet]:
    """Opus packets of 20 ms, the first at position ``at``."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.bit_rate, encoder.sample_rate, encoder.time_base = 24_000, SECOND, Fraction(1, SECOND)
    encoder.format, encoder.layout = "s16", "mono"
    payloads = []
    for start in range(0, len(samples), 960):
        frame = AudioFrame.from_ndarray(samples[start : start + 960].reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SECOND, start, Fraction(1, SECOND)
        payloads += [bytes(packet) for packet in encoder.encode(frame)]
    return [Packet(at + number * 960, payload) for number, payload in enumerate(payloads)]


def record(journal: RoomJournal, packets: list[Packet], number: int = 1) -> None:
    for packet in packets:
        journal.add(Sound(number, packet))
    journal.write()


@pytest.fixture
def journal(tmp_path: Path) -> RoomJournal:
    made = RoomJournal(tmp_path / "r")
    made.open()
    made.add(TrackStart(1, "t-1", 0, 1_000_000))
    made.add(Anchor(1, 0, 1_000_000))
    return made


def played(made: VeiledFile) -> NDArray[np.int16]:
    """What ffmpeg's demuxer and decoder make of the file's contents."""
    with av.open(io.BytesIO(made.read()), format="ogg") as file:
        blocks = [frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)]
    joined = np.concatenate(blocks)
    return joined if joined.dtype == np.int16 else (joined * 32_767).astype(np.int16)


def test_a_hole_keeps_its_length_when_played(journal: RoomJournal) -> None:
    voice = speech_like(3)
    record(journal, encoded(voice) + encoded(voice, 13 * SECOND))
    heard = played(sound.ogg_file(journal.path, "t-1"))
    assert abs(len(heard) - 16 * SECOND) <= 960
    assert likeness(voice, heard[: 3 * SECOND]) > 0.98
    assert likeness(voice, heard[13 * SECOND :]) > 0.98
    assert np.abs(heard[4 * SECOND : 12 * SECOND]).max() < 50


def test_a_file_grows_with_its_journal_and_is_the_same_as_made_at_once(journal: RoomJournal, tmp_path: Path) -> None:
    packets = encoded(speech_like(6))
    for start in range(0, len(packets), 70):
        record(journal, packets[start : start + 70])
        grown = sound.ogg_file(journal.path, "t-1")
    other = RoomJournal(tmp_path / "other")
    other.open()
    other.add(TrackStart(1, "t-1", 0, 1_000_000))
    record(other, packets)
    whole = sound.ogg_file(other.path, "t-1")
    assert np.array_equal(played(grown), played(whole))
    assert list(packets_of(grown.read()))[2:] == [packet.payload for packet in packets]


def test_an_interrupted_growth_is_mended(journal: RoomJournal) -> None:
    packets = encoded(speech_like(4))
    record(journal, packets[:100])
    path = sound.ogg_file(journal.path, "t-1")
    with path.path.open("ab") as file:
        file.write(b"OggS and then the power went")
    record(journal, packets[100:])
    sound.ogg_file(journal.path, "t-1")
    assert list(packets_of(path.read()))[2:] == [packet.payload for packet in packets]


def test_late_and_doubled_packets_do_not_lengthen_the_file(journal: RoomJournal) -> None:
    packets = encoded(speech_like(2))
    mixed = [packets[1], packets[0], *packets[2:50], packets[20], *packets[50:]]
    record(journal, mixed)
    heard = played(sound.ogg_file(journal.path, "t-1"))
    assert abs(len(heard) - len(packets) * 960) <= 960


def test_a_span_is_where_it_was_spoken(journal: RoomJournal) -> None:
    voice = speech_like(4, 7)
    record(journal, encoded(voice, 20 * SECOND))
    span = sound.span_wav(journal.path, "t-1", 19 * SECOND, 25 * SECOND)
    with wave.open(io.BytesIO(span)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert len(samples) == 6 * 24_000
    assert np.abs(samples[: 24_000 - 500]).max() < 50
    envelope = np.abs(samples[24_000 : 5 * 24_000].astype(float)).reshape(-1, 480).max(axis=1)
    spoken = np.abs(voice.astype(float)).reshape(-1, 960).max(axis=1)
    assert np.corrcoef(envelope, spoken)[0, 1] > 0.97


@pytest.mark.serial
def test_a_span_of_a_long_recording_takes_less_than_100_ms_of_a_core(journal: RoomJournal) -> None:
    minute = encoded(speech_like(10))
    for begin in range(0, 600, 10):
        for packet in minute:
            journal.add(Sound(1, Packet(packet.position + begin * SECOND, packet.payload)))
        journal.write()
    sound.ogg_file(journal.path, "t-1")
    begun = time.process_time()
    sound.span_wav(journal.path, "t-1", 400 * SECOND, 408 * SECOND)
    assert time.process_time() - begun < 0.1


def test_the_index_says_byte_and_time_of_a_sample(journal: RoomJournal) -> None:
    record(journal, encoded(speech_like(5)))
    found = sound.index(journal.path, "t-1")
    path = sound.ogg_file(journal.path, "t-1")
    for sample in (0, 47_999, 48_000, 200_000):
        offset = found.byte_at(sample)
        assert path.read(offset, 4) == b"OggS"
        assert found.sample_at_byte(offset) <= sample < found.sample_at_byte(offset) + 2 * SECOND
    assert found.heard_at(2 * SECOND) == 1_002_000
    assert found.sample_at(1_002_000) == 2 * SECOND
    assert found.pages.length == 5 * SECOND
    assert found.pages.size == path.size


def test_peaks_follow_the_voice_and_grow(journal: RoomJournal) -> None:
    record(journal, encoded(speech_like(2)))
    first = sound.peaks(journal.path, "t-1")
    record(journal, encoded(np.zeros(2 * SECOND, np.int16), 4 * SECOND))
    grown = sound.peaks(journal.path, "t-1")
    assert len(first) == 20
    assert max(first) > 30
    assert grown[:20] == first
    assert len(grown) == 60
    assert max(grown[22:]) < 3


def test_purged_sound_is_in_no_file(journal: RoomJournal) -> None:
    voice = speech_like(6)
    packets = encoded(voice)
    record(journal, packets)
    sound.ogg_file(journal.path, "t-1")
    sound.peaks(journal.path, "t-1")
    secret = packets[150].payload
    journal.purge(1_002_000, 1_004_000)
    path = sound.ogg_file(journal.path, "t-1")
    folder = path.path.parent.parent
    assert all(secret not in made.read_bytes() for made in folder.rglob("*") if made.is_file())
    assert secret not in path.read()
    heard = played(path)
    assert abs(len(heard) - 6 * SECOND) <= 960
    assert np.abs(heard[int(2.3 * SECOND) : int(3.9 * SECOND)]).max() < 50


def test_tracks_without_sound_and_other_names_are_refused(journal: RoomJournal) -> None:
    record(journal, encoded(speech_like(1)))
    for name in ("t-2", "../r", "", "t-1/x"):
        with pytest.raises(NoSound):
            sound.ogg_file(journal.path, name)
    with pytest.raises(ValueError, match="span"):
        sound.span_wav(journal.path, "t-1", 5, 5)


def test_a_span_of_which_nothing_was_recorded_is_no_sound(journal: RoomJournal) -> None:
    record(journal, encoded(speech_like(1)) + encoded(speech_like(1), 9 * SECOND))
    for start, end in ((3 * SECOND, 6 * SECOND), (20 * SECOND, 21 * SECOND)):
        with pytest.raises(NoSound):
            sound.span_wav(journal.path, "t-1", start, end)


@pytest.mark.parametrize(
    ("toc", "samples"), [(0x00, 480), (0x18, 2880), (0x60, 480), (0x80, 120), (0xF8, 960), (0xF9, 1920)]
)
def test_a_packets_length_stands_in_its_first_byte(toc: int, samples: int) -> None:
    assert duration(bytes([toc, 0])) == samples


def test_broken_opus_is_silence_not_a_failure(journal: RoomJournal) -> None:
    record(journal, [Packet(0, b"\xff\xff\xff"), Packet(960, b"\x03"), *encoded(speech_like(1), 1920)])
    assert sound.span_wav(journal.path, "t-1", 0, SECOND)


@given(st.integers(0, 10 * SECOND))
def test_silence_fills_a_hole_but_for_less_than_2500_microseconds(samples: int) -> None:
    filled = list(silence(samples))
    assert 0 <= samples - sum(length for length, _ in filled) < 120
    assert all(duration(packet) == length for length, packet in filled)


@given(st.binary(max_size=400))
def test_the_checksum_is_oggs(data: bytes) -> None:
    slow = 0
    for byte in data:
        slow ^= byte << 24
        for _ in range(8):
            slow = (slow << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if slow & 0x80000000 else slow << 1 & 0xFFFFFFFF
    assert checksum(data) == slow


@given(st.lists(st.tuples(st.integers(0, 3 * SECOND), st.integers(0, 255), st.integers(1, 1275)), max_size=60))
def test_whatever_is_added_pages_hold_it_in_order(said: list[tuple[int, int, int]]) -> None:
    track, data, rows = Track(1), b"", []
    for position, head, size in said:
        for sample, page in track.add(Packet(position, bytes([head]) + bytes(size - 1))):
            rows.append((sample, len(data)))
            data += page
    for sample, page in track.flush():
        rows.append((sample, len(data)))
        data += page
    assert sum(map(duration, packets_of(data))) == track.samples
    for sample, offset in rows:
        laces = data[offset + 26]
        assert laces <= 255
        assert struct.unpack_from("<q", data, offset + 6)[0] > sample


@given(some.lists(some.tuples(some.integers(0, 5_000), some.binary(max_size=700)), min_size=1, max_size=6), some.data())
def test_a_veiled_file_reads_as_it_was_written_from_anywhere(
    writes: list[tuple[int, bytes]], draw: some.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        file, clear = VeiledFile(Path(folder) / "x", bytes(32)), b""
        for offset, data in writes:
            offset = min(offset, len(clear))
            file.write(offset, data)
            clear = clear[:offset] + data
            assert (file.read(), file.size) == (clear, len(clear))
        start = draw.draw(some.integers(0, len(clear)))
        assert file.read(start, 40) == clear[start : start + 40]


def test_what_is_made_holds_no_sound_in_the_clear(journal: RoomJournal) -> None:
    packets = encoded(speech_like(2))
    record(journal, packets)
    made = sound.ogg_file(journal.path, "t-1")
    sound.peaks(journal.path, "t-1")
    kept = b"".join(file.read_bytes() for file in journal.path.parent.rglob("*") if file.is_file())
    assert b"OggS" not in kept
    assert not [packet for packet in packets if packet.payload in kept]
    assert packets[10].payload in made.read()
