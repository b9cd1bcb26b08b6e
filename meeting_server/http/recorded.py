"""A recording as people play it: Ogg Opus of a track, WAV of a span, peaks. Made from the journal, never decoded
whole to be played; what is made stands in ``made/`` beside the journal and goes with it when sound is erased.

Positions are 48 kHz samples of the track; holes stay holes: they are filled with silence, so that time is kept.
"""

from __future__ import annotations

import json
import os
import struct
import wave
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from transcription.recording import JOURNAL, Sound, TrackStart, lines_of, segments
from transcription.wire import RATE, Packet

SILENCE = b"\xf8\xff\xfe"  # 20 ms of nothing, CELT fullband (RFC 6716 §2.1.9)
FRAME = 960
WARM_UP = RATE * 80 // 1000
MAX_SPAN = 120 * RATE
PER_SECOND = 10


class NoSound(Exception):
    """The recording holds nothing of this track."""

    status = 404


def span_wav(room: Path, track: str, start: int, end: int) -> bytes:
    """[start, end) of a track as 48 kHz mono WAV. Raises NoSound."""
    end = min(end, start + MAX_SPAN)
    packets = list(_packets(room / JOURNAL, track, start - WARM_UP, end))
    if not packets:
        raise NoSound(track)
    sound = _decoded(packets, start, end)
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return out.getvalue()


def ogg_file(room: Path, track: str) -> Path:
    """The whole track as Ogg Opus, made when the journal has grown since. Raises NoSound."""
    return _made(room, f"{track}.ogg", lambda out: _write_ogg(room / JOURNAL, track, out))


def peaks(room: Path, track: str) -> dict[str, object]:
    """Loudness for the player: 0 … 1000, ten a second. Raises NoSound."""
    path = _made(room, f"{track}.peaks.json", lambda out: _write_peaks(room / JOURNAL, track, out))
    value: dict[str, object] = json.loads(path.read_bytes())
    return value


def _made(room: Path, name: str, make: Callable[[BinaryIO], None]) -> Path:
    """``made/<size of the journal>-<name>``; an older one is removed."""
    journal = room / JOURNAL
    if not journal.exists():
        raise NoSound(name)
    folder, size = room / "made", journal.stat().st_size
    path = folder / f"{size}-{name}"
    if path.exists():
        return path
    folder.mkdir(exist_ok=True)
    fresh = folder / f".{os.getpid()}-{name}.new"
    try:
        with fresh.open("wb") as out:
            make(out)
    except NoSound:
        fresh.unlink()
        raise
    for old in folder.glob(f"*-{name}"):
        old.unlink(missing_ok=True)
    fresh.replace(path)
    return path


# -- packets -----------------------------------------------------------------------------------------------------------


def _packets(journal: Path, track: str, since: int = 0, until: int = 1 << 62) -> Iterator[Packet]:
    """In order of position, as written (the node writes a track's packets in order, but for late ones)."""
    if not journal.exists():
        return
    number = None
    for _, body in segments(journal):
        for line in lines_of(body):
            match line:
                case TrackStart(n, name, _, _) if name == track:
                    number = n
                case Sound(n, packet) if n == number and since <= packet.position < until:
                    yield packet


def samples_of(payload: bytes) -> int:
    """How many 48 kHz samples an Opus packet holds (RFC 6716 §3.1)."""
    if not payload:
        return 0
    toc = payload[0]
    config, code = toc >> 3, toc & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = (120, 240, 480, 960)[config & 3]
    count = 1 if code == 0 else 2 if code < 3 else (payload[1] & 0x3F if len(payload) > 1 else 0)
    return frame * count


def _decoded(packets: Iterable[Packet], start: int, end: int) -> NDArray[np.int16]:
    sound = np.zeros(max(0, end - start), np.int16)
    decoder = av.CodecContext.create("libopus", "r")
    for packet in packets:
        try:
            frames = decoder.decode(av.Packet(packet.payload))
        except av.FFmpegError:
            continue
        for frame in frames:
            _lay(sound, packet.position - start, frame)
    return sound


def _lay(sound: NDArray[np.int16], at: int, frame: av.AudioFrame) -> None:
    data = frame.to_ndarray()
    mono = data.reshape(-1, len(frame.layout.channels)).mean(axis=1) if data.shape[0] == 1 else data.mean(axis=0)
    if mono.dtype.kind == "f" and frame.format.name.startswith("flt"):
        mono = mono * 32767
    low, high = max(0, at), min(len(sound), at + len(mono))
    if low < high:
        sound[low:high] = np.clip(mono[low - at : high - at], -32768, 32767).astype(np.int16)


# -- Ogg ---------------------------------------------------------------------------------------------------------------

_CRC_TABLE = []
for _byte in range(256):
    _value = _byte << 24
    for _ in range(8):
        _value = (_value << 1) ^ 0x04C11DB7 if _value & 0x80000000 else _value << 1
    _CRC_TABLE.append(_value & 0xFFFFFFFF)


def _crc(data: bytes) -> int:
    """Ogg's CRC-32 (RFC 3533 §6): not reflected, no final inversion."""
    crc = 0
    for byte in data:
        crc = ((crc << 8) & 0xFFFFFFFF) ^ _CRC_TABLE[(crc >> 24) ^ byte]
    return crc


def _page(kind: int, granule: int, sequence: int, packets: list[bytes]) -> bytes:
    lacing = bytearray()
    for packet in packets:
        lacing += b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, granule, 0x48434231, sequence, 0, len(lacing))
    page = bytearray(head + bytes(lacing) + b"".join(packets))
    struct.pack_into("<I", page, 22, _crc(bytes(page)))
    return bytes(page)


def _timeline(journal: Path, track: str) -> Iterator[tuple[bytes, int]]:
    """Packets and the samples they take, holes filled with silence; late and doubled packets are left out."""
    at = 0
    for packet in _packets(journal, track):
        while packet.position - at >= FRAME:
            yield SILENCE, FRAME
            at += FRAME
        length = samples_of(packet.payload)
        if packet.position < at - FRAME // 2 or not length:
            continue
        yield packet.payload, length
        at += length


def _write_ogg(journal: Path, track: str, out: BinaryIO) -> None:
    """RFC 7845; pages of about a second."""
    write = out.write
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 0, RATE, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 8) + b"hopchibo" + struct.pack("<I", 0)
    write(_page(2, 0, 0, [head]) + _page(0, 0, 1, [tags]))
    sequence, granule, pending = 2, 0, list[bytes]()
    heard = False
    for payload, length in _timeline(journal, track):
        heard = True
        pending.append(payload)
        granule += length
        if len(pending) >= 50 or sum(map(len, pending)) > 40_000:
            write(_page(0, granule, sequence, pending))
            sequence, pending = sequence + 1, []
    if not heard:
        raise NoSound(track)
    write(_page(4, granule, sequence, pending))


def _write_peaks(journal: Path, track: str, out: BinaryIO) -> None:
    step, loud = RATE // PER_SECOND, list[int]()
    decoder = av.CodecContext.create("libopus", "r")
    for packet in _packets(journal, track):
        try:
            frames = decoder.decode(av.Packet(packet.payload))
        except av.FFmpegError:
            continue
        peak = max((_peak(frame) for frame in frames), default=0)
        slot = packet.position // step
        loud.extend([0] * (slot + 1 - len(loud)))
        loud[slot] = max(loud[slot], peak)
    if not loud:
        raise NoSound(track)
    told = {"seconds": len(loud) / PER_SECOND, "per_second": PER_SECOND, "peaks": loud}
    out.write(json.dumps(told).encode())


def _peak(frame: av.AudioFrame) -> int:
    data = frame.to_ndarray()
    top = float(np.abs(data.astype(np.float32)).max(initial=0))
    return min(1000, round(top * 1000 / (1 if data.dtype.kind == "f" else 32768)))
