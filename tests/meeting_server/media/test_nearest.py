"""The nearest of a hall's microphones: one at a time, no word cut in two, no flutter, no echo of who is far away."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meeting_server.media.nearest import DUCK_MS, GAP_MS, LONGEST_MS, LOOK_BACK_MS, MARGIN_DB, Nearest

NOISE, FRAME_MS = 62, 20
NAMES = ("hall", "back", "side")


@dataclass
class Word:
    """Said for ``lasts`` frames after ``pause`` frames of silence; how loud each microphone hears it (-dBov)."""

    pause: int
    lasts: int
    heard: dict[str, int]


@dataclass
class Hearing:
    """What was decided: who was heard when each packet came, and, looked at later, from when on."""

    nearest: Nearest
    now: int = 1_000
    live: list[tuple[int, str]] = field(default_factory=list)
    changes: int = 0
    words: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    later: dict[int, str] = field(default_factory=dict)

    def frame(self, levels: dict[str, int]) -> None:
        self.now += FRAME_MS
        for name, level in levels.items():
            self.changes += self.nearest.packet(name, level, self.now)
        self.live.append((self.now, self.nearest.heard))
        settled = self.now - (LOOK_BACK_MS // FRAME_MS + 1) * FRAME_MS
        self.later[settled] = self.nearest.at(settled)

    def say(self, words: list[Word], noise: dict[str, int]) -> None:
        for word in words:
            for _ in range(word.pause):
                self.frame(noise)
            begun = self.now + FRAME_MS
            for _ in range(word.lasts):
                self.frame({name: word.heard.get(name, level) for name, level in noise.items()})
            for name, level in word.heard.items():
                if noise[name] - level >= 25:  # surely a voice, whatever the floor has risen to
                    self.words.setdefault(name, []).append((begun, self.now))
        for _ in range(30):
            self.frame(noise)


def hearing(*names: str) -> Hearing:
    nearest = Nearest()
    for name in names or NAMES:
        nearest.add(name, cancels=name == "hall")
    made = Hearing(nearest)
    for _ in range(50):
        made.frame(dict.fromkeys(names or NAMES, NOISE))
    return made


def words(least: int = 12, loudest: int = 60) -> st.SearchStrategy[list[Word]]:
    """Whoever hears a word hears it clearly or not at all."""
    heard = st.dictionaries(st.sampled_from(NAMES), st.integers(least, 35), min_size=1)
    one = st.builds(Word, st.integers(GAP_MS // FRAME_MS + 1, 40), st.integers(3, 60), heard)
    return st.lists(one, min_size=1, max_size=12)


def test_the_only_microphone_is_heard_from_its_first_word_on() -> None:
    made = hearing("hall")
    assert made.nearest.heard == ""
    made.say([Word(5, 10, {"hall": 30})] * 4, {"hall": NOISE})
    assert made.changes == 1
    assert made.nearest.at(made.words["hall"][0][0]) == "hall"


def test_the_clearer_of_two_has_the_word_from_its_beginning_and_keeps_it() -> None:
    made = hearing()
    made.say([Word(10, 15, {"hall": 45, "back": 24, "side": 40})] * 8, dict.fromkeys(NAMES, NOISE))
    assert made.nearest.heard == "back"
    for begun, ended in made.words["back"]:
        assert {made.later[at] for at in range(begun, ended, FRAME_MS)} == {"back"}
    assert made.changes <= 2


def test_who_is_loud_by_gain_but_full_of_noise_is_not_the_clearer() -> None:
    made = hearing("hall", "back")
    noise = {"hall": 60, "back": 36}
    for _ in range(600):
        made.frame(noise)  # the floor of the noisy one has risen
    made.say([Word(20, 20, {"hall": 30, "back": 22})] * 6, noise)
    assert made.nearest.heard == "hall"


@settings(deadline=None, max_examples=60)
@given(words())
def test_what_is_laid_down_cuts_no_word_in_two(said: list[Word]) -> None:
    """Looked at later, each word that a microphone hears is wholly of that microphone or wholly of another one."""
    assume(all(word.lasts * FRAME_MS < LONGEST_MS for word in said))
    made = hearing()
    made.say(said, dict.fromkeys(NAMES, NOISE))
    for name, heard in made.words.items():
        for begun, ended in heard:
            assert len({made.later[at] == name for at in range(begun, ended + 1, FRAME_MS)}) == 1


@settings(deadline=None, max_examples=60)
@given(words())
def test_every_word_that_anybody_hears_is_laid_down(said: list[Word]) -> None:
    """Whole, and by a microphone that heard it, wherever the words are apart by more than the grace."""
    made = hearing()
    spaced = [Word(word.pause + 200, min(word.lasts, 60), word.heard) for word in said]
    made.say(spaced, dict.fromkeys(NAMES, NOISE))
    for heard in made.words.values():
        for begun, ended in heard:
            by = {made.later[at] for at in range(begun, ended + 1, FRAME_MS)}
            assert len(by) == 1
            assert (begun, ended) in made.words.get(by.pop(), [])


@settings(deadline=None, max_examples=60)
@given(words(), st.integers(0, MARGIN_DB - 1))
def test_microphones_that_hear_alike_never_change(said: list[Word], apart: int) -> None:
    made = hearing("hall", "back")
    for word in said:
        level = next(iter(word.heard.values()))
        word.heard = {"hall": level, "back": level + apart}
    made.say(said, {"hall": NOISE, "back": NOISE + apart})
    assert made.changes == 1


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(-1, 127), st.integers(0, 500)), max_size=300))
def test_whatever_comes_one_microphone_is_heard_that_is_there(packets: list[tuple[str, int, int]]) -> None:
    nearest, now = Nearest(), 0
    for name in NAMES:
        nearest.add(name, cancels=name == "hall")
    for name, level, pause in packets:
        now += pause
        if level < 0:
            nearest.remove(name)
            nearest.add(name, cancels=name == "hall")
            continue
        before = nearest.heard
        assert nearest.packet(name, level, now) == (nearest.heard != before)
        assert nearest.heard in ("", *NAMES)
        assert nearest.at(now) in ("", *NAMES)
        assert all(0 <= bars <= 8 for bars in nearest.levels(now).values())
        assert [since for since, _ in nearest._changes] == sorted(since for since, _ in nearest._changes)


def test_while_somebody_far_away_speaks_only_the_hall_s_own_device_is_heard() -> None:
    made = hearing()
    noise = dict.fromkeys(NAMES, NOISE)
    made.say([Word(10, 15, {"hall": 45, "back": 24})] * 3, noise)
    assert made.nearest.heard == "back"
    assert made.nearest.far_voice(made.now)
    assert made.nearest.heard == "hall"
    for _ in range(100):  # its voice out of the loudspeaker, louder at the phone than anything
        made.nearest.far_voice(made.now)
        made.frame({"hall": 60, "back": 20, "side": NOISE})
        assert made.nearest.heard == "hall"
    for _ in range(DUCK_MS // FRAME_MS + 1):
        made.frame(noise)
    made.say([Word(10, 15, {"hall": 45, "back": 24})] * 3, noise)
    assert made.nearest.heard == "back"


def test_where_the_loudspeaker_has_no_microphone_nobody_is_heard_while_it_sounds() -> None:
    made = hearing("back", "side")
    noise = {"back": NOISE, "side": NOISE}
    made.say([Word(1, 15, {"back": 24})], noise)
    assert made.nearest.far_voice(made.now)
    assert made.nearest.heard == ""
    made.frame({"back": 20, "side": 20})
    assert made.nearest.heard == ""
    made.say([Word(DUCK_MS // FRAME_MS, 15, {"side": 24})], noise)
    assert made.nearest.heard == "side"


def test_a_microphone_at_which_something_rustles_without_end_is_left() -> None:
    made = hearing("hall", "back")
    for _ in range(20):
        made.frame({"hall": 40, "back": NOISE})
    assert made.nearest.heard == "hall"
    for _ in range(12):  # a rustle without a gap, and somebody who speaks at the other one
        for _ in range(10):
            made.frame({"hall": 42, "back": 18})
        for _ in range(6):
            made.frame({"hall": 42, "back": NOISE})
    assert [who for _, who in made.live[-80:]] == ["back"] * 80, "and is not gone back to in every gap"


def test_the_heard_one_leaves_and_another_takes_its_place() -> None:
    made = hearing()
    noise = dict.fromkeys(NAMES, NOISE)
    made.say([Word(10, 15, {"hall": 45, "back": 24})] * 3, noise)
    made.nearest.remove("back")
    assert made.nearest.heard == ""
    made.say([Word(10, 15, {"hall": 45})], {"hall": NOISE, "side": NOISE})
    assert made.nearest.heard == "hall"
