"""Under pressure the hall's picture goes first and comes back last; a weak line of the sound loses all pictures."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from meeting_server.media.picture.bearing import ANEW_MS, EARLY_S, Bearing
from meeting_server.media.picture.limits import FIRST_REST_MS, LONGEST_REST_MS, PLACES, Place

BOTH: tuple[Place, ...] = ("shared", "hall")
ALL = frozenset(PLACES)


class Line:
    """A viewer's, second after second."""

    def __init__(self) -> None:
        self.bearing, self.now = Bearing(), 0

    def second(
        self, standing: Sequence[Place] = BOTH, *, sound_weak: bool = False, weak: bool = False, pressed: bool = False
    ) -> frozenset[Place]:
        before = self.bearing.resting
        changed = self.bearing.judge(standing, sound_weak=sound_weak, weak=weak, pressed=pressed, now=self.now)
        assert changed == (self.bearing.resting != before)
        self.now += 1000
        return self.bearing.resting


def test_under_pressure_the_hall_s_picture_rests_and_what_is_shared_goes_on() -> None:
    line = Line()
    seen = [line.second(pressed=True) for _ in range(EARLY_S)]
    assert seen == [frozenset()] * (EARLY_S - 1) + [frozenset({"hall"})]
    assert not line.bearing.nothing
    rested = [line.second() for _ in range(FIRST_REST_MS // 1000)]
    assert rested[-2:] == [frozenset({"hall"}), frozenset()]


def test_a_line_that_is_weak_without_the_hall_s_picture_too_gets_none() -> None:
    line = Line()
    for _ in range(EARLY_S):
        line.second(pressed=True)
    shed = line.now - 1000
    seen = [line.second(pressed=True, weak=True) for _ in range(8)]
    first = next(number for number, resting in enumerate(seen) if resting == ALL)
    assert first == (shed + ANEW_MS - (shed + 1000)) // 1000, "judged anew first"
    assert line.bearing.nothing


def test_after_none_comes_what_is_shared_and_later_the_hall() -> None:
    line, seen = Line(), list[frozenset[Place]]()
    line.second(sound_weak=True)
    while line.bearing.resting:
        seen.append(line.second())
    assert list(dict.fromkeys(seen)) == [ALL, frozenset({"hall"}), frozenset()]


def test_the_only_picture_stays_until_the_line_is_weak() -> None:
    line = Line()
    assert not any(line.second(["hall"], pressed=True) for _ in range(10))
    assert line.second(["hall"], pressed=True, weak=True) == ALL


def test_a_weak_line_of_the_sound_gets_no_picture_at_once() -> None:
    assert Line().second(sound_weak=True) == ALL


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([(), ("hall",), ("shared",), BOTH]), st.booleans(), st.booleans(), st.booleans()),
        max_size=300,
    )
)
def test_what_is_shared_never_rests_alone_and_everything_comes_back(
    seconds: list[tuple[tuple[Place, ...], bool, bool, bool]],
) -> None:
    line = Line()
    for standing, sound_weak, weak, pressed in seconds:
        resting = line.second(standing, sound_weak=sound_weak, weak=weak, pressed=pressed)
        assert resting in (frozenset(), frozenset({"hall"}), ALL)
    for _ in range(2 * LONGEST_REST_MS // 1000 + 2):
        line.second()
    assert not line.bearing.resting
