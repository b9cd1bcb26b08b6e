"""A file heard as if it were spoken now gives the utterances of its track, each once."""

from __future__ import annotations

import numpy as np

from tests.sound import murmur, quiet
from tests.transcription.ends import Scripted
from transcription.hearing import Hearing
from transcription.live import listen_to
from transcription.opus import encode
from transcription.wire import RATE

SOUND = np.concatenate([quiet(0.5), murmur(1.5, seed=1), quiet(0.9), murmur(2.0, seed=2), quiet(0.9)])


def cuts() -> list[tuple[float, float]]:
    hearing = Hearing("t", "t")
    packets = encode(SOUND)
    jobs = hearing.push(packets) + hearing.starve()
    return [(j.start / RATE, j.end / RATE) for j in jobs if not j.speculative]


async def test_every_utterance_of_every_track_gets_its_final_text() -> None:
    events = [e async for e in listen_to({"t-1": SOUND, "t-2": SOUND}, Scripted(), workers=2, realtime=False)]
    for track in ("t-1", "t-2"):
        finals = [(e.start, e.end) for e in events if e.track == track and e.kind == "final"]
        assert finals == cuts()


async def test_text_is_shown_before_the_utterance_ends() -> None:
    events = [e async for e in listen_to({"t-1": SOUND}, Scripted(), workers=2, realtime=True)]
    final = next(e for e in events if e.kind == "final")
    assert any(e.kind == "partial" and e.emitted_at < final.emitted_at for e in events)
    assert all(e.emitted_at >= e.end - 0.2 for e in events)
