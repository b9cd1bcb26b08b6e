"""The sound in a file that a browser's MediaRecorder made: Opus packets as they are, anything else made Opus.

WebM (Chromium, Firefox, newer Safari) holds Opus; MP4 (older Safari) AAC; no other decoder is ever begun. Positions are
48 kHz samples from the file's beginning. The end of a file may be missing: what is whole counts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Literal

import av

from meeting_server.media.ogg import duration
from transcription.wire import RATE, Packet

Form = Literal["webm", "mp4"]
MOST_SAMPLES = 30 * RATE
MOST_PACKETS = 12_000  # of 2.5 ms in 30 s
MAX_OPUS = 1275
BITRATE = 24_000
_NEAR = RATE // 100  # WebM tells whole milliseconds: a packet that begins about where the last one ended begins there


class NoAudio(Exception):
    """Bytes that are no such file, or one without sound."""


def packets_of(data: bytes, form: Form) -> list[Packet]:
    """The file's sound, at most 30 s of it. Raises NoAudio."""
    try:
        with av.open(io.BytesIO(data), "r", format="matroska" if form == "webm" else "mp4") as container:
            if not container.streams.audio:
                raise NoAudio("no sound in it")
            stream = container.streams.audio[0]
            match stream.codec_context and stream.codec_context.name:  # None: not known to libav
                case "opus" | "libopus":
                    return _laid(_opus(container, stream))
                case "aac":
                    return _laid(_encoded(container, stream))
            raise NoAudio("another codec than browsers record with")
    except (av.FFmpegError, ValueError, OverflowError) as error:
        raise NoAudio("not to be read") from error


def _laid(found: Iterator[tuple[int, bytes]]) -> list[Packet]:
    """One after another, from the first on."""
    packets: list[Packet] = []
    begin: int | None = None
    expected = 0
    try:
        for told, payload in found:
            length = duration(payload)
            if not length or len(payload) > MAX_OPUS:
                continue
            begin = told if begin is None else begin  # below 0 where the encoder's delay is told of
            position = expected if abs(told - begin - expected) <= _NEAR else told - begin
            if position > MOST_SAMPLES or len(packets) >= MOST_PACKETS:
                break
            if position < expected:
                continue
            packets.append(Packet(position, payload))
            expected = position + length
    except av.FFmpegError:
        pass  # the end is torn
    if not packets:
        raise NoAudio("no sound in it")
    return packets


def _opus(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[tuple[int, bytes]]:
    for packet in container.demux(stream):
        if packet.pts is not None and packet.size:
            yield round(packet.pts * packet.time_base * RATE), bytes(packet)


def _encoded(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[tuple[int, bytes]]:
    made = av.CodecContext.create("libopus", "w")
    assert isinstance(made, av.AudioCodecContext)
    made.sample_rate, made.layout, made.format, made.bit_rate = RATE, "mono", "s16", BITRATE
    made.options = {"application": "voip"}
    resampler = av.AudioResampler("s16", "mono", RATE)
    at = samples = 0

    def packets(frame: av.AudioFrame | None) -> Iterator[tuple[int, bytes]]:
        nonlocal at
        for packet in made.encode(frame):
            payload = bytes(packet)
            yield at, payload
            at += duration(payload)

    made.open()
    fifo = av.AudioFifo()
    for frame in container.decode(stream):
        for sound in resampler.resample(frame):
            sound.pts = None
            fifo.write(sound)
            samples += sound.samples
        while (whole := fifo.read(made.frame_size)) is not None:
            whole.pts = None
            yield from packets(whole)
        if samples > MOST_SAMPLES:
            break
    yield from packets(None)
