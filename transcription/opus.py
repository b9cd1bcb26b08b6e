"""Opus packets to sound whose length follows RTP time, never the number of packets.

A small binding of libopus (RFC 6716) by ctypes, because PyAV's decoder offers neither concealment (PLC) nor the
in-band redundancy (FEC) of the next packet; at 10 % loss both together are worth 7 dB (measured). The library is
the system's libopus or the one inside PyAV's wheel. Sound is mono float32 at 16 kHz, what recognisers want;
positions are 48 kHz samples as everywhere (transcription.wire).
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcription.wire import RATE, Packet

SOUND_RATE = 16_000
STEP = RATE // SOUND_RATE
WARM_UP = RATE * 80 // 1000
"""The decoder converges within 80 ms (RFC 7845 §4.6): feed it that much before the sound that counts."""
_PLC_LIMIT = RATE // 10  # concealment past 100 ms is only a fading hum; silence is more honest
_LONGEST = RATE * 120 // 1000
_FRAME = RATE // 50
_REORDER = 3  # packets that may overtake one another before a hole counts as a loss

Sound = NDArray[np.float32]


class OpusError(Exception):
    """libopus is not there or refuses to work."""


@cache
def library() -> ctypes.CDLL:
    """libopus, from the system or from PyAV's wheel. Raises OpusError."""
    for name in _candidates():
        try:
            lib = ctypes.CDLL(name)
        except OSError:
            continue
        return _typed(lib)
    raise OpusError("libopus not found: install the package libopus0 or PyAV's wheel")


def _candidates() -> Iterable[str]:
    if found := ctypes.util.find_library("opus"):
        yield found
    yield from ("libopus.so.0", "libopus.0.dylib")
    spec = find_spec("av")
    for place in (spec and spec.submodule_search_locations) or ():
        for folder in (Path(place).parent / "av.libs", Path(place) / ".dylibs"):
            yield from (str(path) for path in sorted(folder.glob("libopus*")))


def _typed(lib: ctypes.CDLL) -> ctypes.CDLL:
    pointer, number = ctypes.c_void_p, ctypes.c_int
    lib.opus_decoder_create.restype = lib.opus_encoder_create.restype = pointer
    lib.opus_decoder_create.argtypes = [ctypes.c_int32, number, pointer]
    lib.opus_encoder_create.argtypes = [ctypes.c_int32, number, number, pointer]
    lib.opus_decoder_destroy.argtypes = lib.opus_encoder_destroy.argtypes = [pointer]
    lib.opus_decoder_destroy.restype = lib.opus_encoder_destroy.restype = None
    lib.opus_decode_float.argtypes = [pointer, ctypes.c_char_p, ctypes.c_int32, pointer, number, number]
    lib.opus_encode_float.argtypes = [pointer, pointer, number, pointer, ctypes.c_int32]
    lib.opus_packet_get_nb_samples.argtypes = [ctypes.c_char_p, ctypes.c_int32, ctypes.c_int32]
    lib.opus_strerror.restype = ctypes.c_char_p
    return lib


def duration(payload: bytes) -> int:
    """Length of a packet in 48 kHz samples; 0 when it is no Opus packet."""
    samples: int = library().opus_packet_get_nb_samples(payload, len(payload), RATE) if payload else 0
    return max(0, min(samples, _LONGEST))


class Decoder:
    """One stream's decoder: packets or holes in, 16 kHz mono out."""

    def __init__(self) -> None:
        self._lib = library()
        error = ctypes.c_int()
        self._state = self._lib.opus_decoder_create(SOUND_RATE, 1, ctypes.byref(error))
        if error.value or not self._state:
            raise OpusError(f"no decoder: {self._lib.opus_strerror(error.value)!r}")
        self._room = np.zeros(_LONGEST // STEP, np.float32)

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._lib.opus_decoder_destroy(self._state)

    def packet(self, payload: bytes) -> Sound:
        """Empty when libopus finds the packet corrupt."""
        return self._decode(payload, len(self._room), 0)

    def redundant(self, payload: bytes, samples: int) -> Sound:
        """The end of the hole before ``payload``, ``samples`` (16 kHz) long, from its FEC data, else concealed."""
        return self._decode(payload, samples, 1)

    def conceal(self, samples: int) -> Sound:
        return self._decode(None, samples, 0)

    def _decode(self, payload: bytes | None, samples: int, fec: int) -> Sound:
        size = len(payload) if payload else 0
        got = self._lib.opus_decode_float(self._state, payload, size, self._room.ctypes.data, samples, fec)
        return self._room[: max(0, got)].copy()


class Unrolled:
    """A track's packets as unbroken sound from ``origin`` on.

    Packets may come out of order by a few; a hole is filled as long as it was: concealed, restored from the next
    packet's FEC, past 100 ms silent. The result depends only on the packets and their order, not on when they came.
    """

    def __init__(self, origin: int) -> None:
        self.position = origin
        """Position of the next sample that push() will return."""
        self._decoder = Decoder()
        self._held: list[Packet] = []

    def push(self, packet: Packet) -> Sound:
        """The sound that is certain now (maybe none)."""
        if packet.position < self.position or any(p.position == packet.position for p in self._held):
            return np.zeros(0, np.float32)  # late or twice
        self._held.append(packet)
        self._held.sort(key=lambda p: p.position)
        ready = []
        while self._held and (self._held[0].position == self.position or len(self._held) > _REORDER):
            ready.append(self._release())
        return _joined(ready)

    def flush(self) -> Sound:
        """What is still held back, with its holes."""
        ready = []
        while self._held:
            ready.append(self._release())
        return _joined(ready)

    def _release(self) -> Sound:
        packet = self._held.pop(0)
        before = self._hole(packet)
        sound = self._decoder.packet(packet.payload)
        if not len(sound):
            sound = self._decoder.conceal(_FRAME // STEP)
        self.position = packet.position + len(sound) * STEP
        while self._held and self._held[0].position < self.position:
            self._held.pop(0)
        return _joined([before, sound])

    def _hole(self, packet: Packet) -> Sound:
        missing = (packet.position - self.position) // STEP
        frame = _FRAME // STEP
        if missing < frame // 8:
            return np.zeros(max(0, missing), np.float32)
        parts: list[Sound] = []
        concealed = min(missing, _PLC_LIMIT // STEP)
        while concealed > frame:
            parts.append(self._decoder.conceal(frame))
            concealed -= frame
        silent = missing - sum(map(len, parts)) - frame
        if silent > 0:
            parts.append(np.zeros(silent, np.float32))
        left = missing - sum(map(len, parts))
        parts.append(_exactly(self._decoder.redundant(packet.payload, left - left % 40), left))  # 40 = 2.5 ms
        return _joined(parts)


def _exactly(sound: Sound, samples: int) -> Sound:
    return np.pad(sound[:samples], (0, max(0, samples - len(sound))))


def _joined(parts: list[Sound]) -> Sound:
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def decode(packets: Iterable[Packet], start: int, end: int) -> Sound:
    """The sound of [start, end), exactly (end - start) / 3 samples; packets up to 80 ms before are warm-up."""
    ordered = sorted((p for p in packets if p.position < end), key=lambda p: p.position)
    origin = min(start, ordered[0].position) if ordered else start
    track = Unrolled(origin)
    sound = _joined([track.push(packet) for packet in ordered] + [track.flush()])
    skip = (start - origin) // STEP
    return _exactly(sound[skip:], (end - start) // STEP)


class Encoder:
    """16 kHz mono to 20 ms Opus packets; for files, tests and rehearsals, not for live media."""

    def __init__(self, bitrate: int = 24_000, *, fec: bool = True, loss: int = 10, dtx: bool = False) -> None:
        self._lib = library()
        error = ctypes.c_int()
        self._state = self._lib.opus_encoder_create(SOUND_RATE, 1, 2048, ctypes.byref(error))  # 2048 = VOIP
        if error.value or not self._state:
            raise OpusError(f"no encoder: {self._lib.opus_strerror(error.value)!r}")
        for request, value in ((4002, bitrate), (4012, int(fec)), (4014, loss), (4016, int(dtx))):
            self._lib.opus_encoder_ctl(ctypes.c_void_p(self._state), request, ctypes.c_int(value))
        self._room = ctypes.create_string_buffer(1275)

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._lib.opus_encoder_destroy(self._state)

    def frame(self, sound: Sound) -> bytes:
        """320 samples to one packet; two bytes or fewer mean "not sent" under DTX."""
        sound = np.ascontiguousarray(sound, np.float32)
        size = self._lib.opus_encode_float(self._state, sound.ctypes.data, len(sound), self._room, 1275)
        if size < 0:
            raise OpusError(f"not encoded: {self._lib.opus_strerror(size)!r}")
        return self._room.raw[:size]


def encode(sound: Sound, start: int = 0, *, dtx: bool = False, loss: int = 0) -> list[Packet]:
    """The packets of a sound whose first sample stands at ``start``; the last frame is filled up with silence.

    ``loss``: per cent for which redundancy is put in; at 24 kbit/s that costs a point of word errors at 10 (measured).
    """
    encoder, frame = Encoder(dtx=dtx, loss=loss), SOUND_RATE // 50
    padded = _exactly(sound, -(-len(sound) // frame) * frame)
    packets = []
    for at in range(0, len(padded), frame):
        payload = encoder.frame(padded[at : at + frame])
        if len(payload) > 2:
            packets.append(Packet(start + at * STEP, payload))
    return packets
