"""Only what nobody corrected is read again."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.transcription.ends import Feed, Scripted
from tests.transcription.test_listener import SPEECH, expected
from transcription.again import Span, free, read_again, utterances

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), max_size=6).map(
    lambda parts: [(start, start + length) for start, length in parts]
)


def frames(some: list[Span]) -> set[int]:
    return {n for start, end in some for n in range(start, end)}


@given(spans, spans)
def test_corrected_samples_are_never_touched_and_all_others_are(spoken: list[Span], corrected: list[Span]) -> None:
    assert frames(free(spoken, corrected)) == frames(spoken) - frames(corrected)


async def test_spans_of_the_journal_are_read_again(tmp_path: Path) -> None:
    feed = Feed(tmp_path)
    await feed.open("room", "t-1")
    await feed.packets("room", "t-1", SPEECH)
    assert utterances(SPEECH, "t-1") == expected()
    wanted = free(expected(), [expected()[1]])
    results = list(read_again(Scripted(), feed.journal, "t-1", wanted))
    assert [(r.start, r.end) for r in results] == wanted
