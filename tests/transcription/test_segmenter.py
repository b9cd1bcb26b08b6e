"""Utterances cover every voiced sample once, whatever the pauses."""

from __future__ import annotations

from itertools import groupby, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.segmenter import FRAME_SPAN, Cut, Pause, Rules, Segmenter

RULES = Rules()
SMALL = Rules(soft=40, hard=90, hang_over=10, pause=5, tail=4, pre_roll=5)


def cuts(probabilities: list[float], rules: Rules = RULES) -> list[Cut]:
    """Follow a track: a new segmenter at every cut, fed again from there."""
    found: list[Cut] = []
    at = 0
    while True:
        segmenter = Segmenter(at * FRAME_SPAN, rules)
        cut = None
        for probability in probabilities[at:]:
            event = segmenter.push(probability)
            if isinstance(event, Cut):
                cut = event
                break
        cut = cut or segmenter.flush()
        if cut is None:
            return found
        found.append(cut)
        at = cut.end // FRAME_SPAN


def voiced_runs(probabilities: list[float], rules: Rules) -> list[int]:
    """Frames of every run that is long enough to be voice, by hysteresis over the whole stream."""
    flags, voicing = [], False
    for probability in probabilities:
        voicing = probability >= (rules.off if voicing else rules.on)
        flags.append(voicing)
    frames, at = [], 0
    for voiced, group in groupby(flags):
        length = len(list(group))
        if voiced and length >= rules.shortest:
            frames.extend(range(at, at + length))
        at += length
    return frames


stretches = st.lists(
    st.tuples(st.sampled_from([0.02, 0.3, 0.4, 0.6, 0.97]), st.integers(1, 60)), min_size=1, max_size=25
).map(lambda parts: [p for p, n in parts for _ in range(n)])


@given(stretches)
@settings(max_examples=300, deadline=None)
def test_every_voiced_frame_is_in_exactly_one_utterance(probabilities: list[float]) -> None:
    found = cuts(probabilities, SMALL)
    for cut, following in pairwise(found):
        assert cut.end <= following.start
    assert all(0 < cut.end - cut.start <= SMALL.hard * FRAME_SPAN for cut in found)
    covered = {frame for cut in found for frame in range(cut.start // FRAME_SPAN, cut.end // FRAME_SPAN)}
    assert set(voiced_runs(probabilities, SMALL)) <= covered


@given(stretches, st.integers(0, 20))
@settings(max_examples=150, deadline=None)
def test_cuts_from_any_cut_on_are_the_same_again(probabilities: list[float], which: int) -> None:
    found = cuts(probabilities, SMALL)
    if not found:
        return
    which = which % len(found)
    at = found[which].end // FRAME_SPAN
    again = [Cut(c.start + at * FRAME_SPAN, c.end + at * FRAME_SPAN) for c in cuts(probabilities[at:], SMALL)]
    assert again == found[which + 1 :]


def test_an_utterance_keeps_its_pre_roll_and_its_tail() -> None:
    (cut,) = cuts([0.0] * 50 + [0.9] * 30 + [0.0] * 50)
    assert cut == Cut((50 - RULES.pre_roll) * FRAME_SPAN, (80 + RULES.tail) * FRAME_SPAN)


def test_a_click_is_no_utterance() -> None:
    assert cuts([0.0] * 50 + [0.9] * 2 + [0.0] * 50) == []


def test_silence_is_no_utterance() -> None:
    assert cuts([0.01] * 5000) == []


def test_a_long_speech_splits_at_the_pause_past_twelve_seconds() -> None:
    speech = [0.9] * 500 + [0.0] * 12 + [0.9] * 200
    first, second = cuts([0.0] * 20 + speech + [0.0] * 40)
    assert abs(first.end // FRAME_SPAN - (20 + 500 + RULES.tail)) <= RULES.tail
    assert second.start >= first.end


def test_speech_without_a_rest_is_split_by_force_and_loses_nothing() -> None:
    found = cuts([0.9] * 3000)
    assert found[0].start == 0
    assert all(a.end == b.start for a, b in pairwise(found))
    assert found[-1].end == 3000 * FRAME_SPAN


def test_a_pause_foretells_the_cut_that_follows() -> None:
    segmenter = Segmenter(0)
    events = [event for p in [0.9] * 40 + [0.0] * 30 if not segmenter.spent and (event := segmenter.push(p))]
    pause, cut = events
    assert isinstance(pause, Pause)
    assert isinstance(cut, Cut)
    assert (pause.start, pause.end) == (cut.start, cut.end)
