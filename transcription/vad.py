"""Is somebody speaking? Silero VAD (the network inside faster-whisper's package) over a stream of frames."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import onnxruntime

from transcription.opus import SOUND_RATE, STEP, Sound

FRAME = 512
"""Samples of 16 kHz that one probability stands for: 32 ms."""
FRAME_SPAN = FRAME * STEP
"""The same in positions (48 kHz samples)."""
_CONTEXT = 64
assert SOUND_RATE == 16_000  # what the network was trained on


@cache
def _session() -> Any:
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    network = files("faster_whisper") / "assets" / "silero_vad_v6.onnx"
    return onnxruntime.InferenceSession(network.read_bytes(), options, providers=["CPUExecutionProvider"])


class Vad:
    """Streaming state of one track; sound in any portions, one probability (0…1) a whole frame out, at least
    ``together`` at once (a call costs more than a frame)."""

    def __init__(self, together: int = 1) -> None:
        self._together = together
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def push(self, sound: Sound, *, last: bool = False) -> list[float]:
        """``last``: nothing is waited for; a part of a frame is left over."""
        sound = np.concatenate([self._rest, sound])
        count = len(sound) // FRAME
        if not count or (count < self._together and not last):
            self._rest = sound
            return []
        self._rest = sound[count * FRAME :]
        frames = sound[: count * FRAME].reshape(count, FRAME)
        heads = np.vstack([self._context[None], frames[:-1, -_CONTEXT:]])
        self._context = frames[-1, -_CONTEXT:]
        feed = {"input": np.hstack([heads, frames]), "h": self._h, "c": self._c}
        probabilities, self._h, self._c = _session().run(None, feed)
        return [float(p) for p in np.asarray(probabilities).reshape(-1)]


def voiced_seconds(sound: Sound, threshold: float = 0.5) -> float:
    """Seconds of a whole sound in which somebody speaks."""
    return sum(p >= threshold for p in Vad().push(sound)) * FRAME / SOUND_RATE
