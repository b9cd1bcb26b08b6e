"""Where utterances begin and end: end-pointing over the probability of voice, frame by frame. Pure.

A segmenter follows a track from one cut to the next. After a cut the caller starts a new one **at the cut**, with
decoder and VAD started afresh a little before it, so that the cuts from a cursor on depend on nothing but the sound
from there on: a listener that was killed finds the same utterances again.

Every voiced sample is in exactly one utterance: a cut never lies before a voiced sample that the utterance had,
except in a forced split, where the next utterance starts at the cut itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FRAME_SPAN = 1536
"""Positions (48 kHz samples) of one probability: 32 ms."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Lengths in frames of 32 ms; probabilities of the VAD."""

    on: float = 0.5
    off: float = 0.35
    shortest: int = 3
    """A voiced run below this (96 ms) is a click, not voice."""
    pre_roll: int = 8
    tail: int = 4
    """Kept after the last voiced frame (128 ms); at most ``pause``."""
    pause: int = 8
    """A pause after which a speculative pass is worth while (256 ms: one in twenty in vain; 192 ms: one in seven)."""
    hang_over: int = 16
    """Silence that ends an utterance (512 ms)."""
    soft: int = 375
    """Past 12 s shorter and shorter pauses split."""
    hard: int = 875
    """28 s: Whisper hears 30 s at a time."""
    least_pause: int = 2


@dataclass(frozen=True, slots=True)
class Cut:
    """An utterance, [start, end)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pause:
    """The utterance as it will be if this pause holds."""

    start: int
    end: int


Event = Cut | Pause


@dataclass(slots=True)
class Segmenter:
    """From ``origin`` to the first Cut; then it is spent. ``push`` takes one frame's probability of voice."""

    origin: int
    rules: Rules = field(default_factory=Rules)
    _seen: int = 0
    _run: int = 0  # voiced frames in a row, not yet enough to be voice
    _start: int | None = None  # first frame of the utterance, pre-roll included
    _voiced_end: int = 0  # frame after the last voiced one
    _voicing: bool = False
    _silence: int = 0
    _gaps: list[tuple[int, int]] = field(default_factory=list)  # silent stretches inside, [from, to) in frames
    _quietest: list[float] = field(default_factory=list)
    spent: bool = False

    @property
    def speaking_since(self) -> int | None:
        """Start of the open utterance."""
        return None if self._start is None else self._at(self._start)

    @property
    def silence(self) -> int:
        """Frames since the last voiced one of the open utterance."""
        return self._silence

    @property
    def voiced_end(self) -> int:
        return self._at(self._voiced_end)

    @property
    def seen(self) -> int:
        """Position up to which frames were given."""
        return self._at(self._seen)

    def push(self, probability: float) -> Event | None:
        if self.spent:
            raise AssertionError("a segmenter ends with its cut: start a new one there")
        voiced = self._hear(probability)
        self._seen += 1
        if self._start is None:
            self._wait(voiced)
            return None
        self._quietest.append(probability)
        if voiced:
            self._go_on()
            return self._forced() if self._seen - self._start >= self.rules.hard else None
        self._silence += 1
        return self._quiet()

    def flush(self) -> Cut | None:
        """The sound ends here: close the open utterance."""
        if self._start is None or self.spent:
            return None
        return self._cut(min(self._voiced_end + self.rules.tail, self._seen))

    def _hear(self, probability: float) -> bool:
        # Right at the origin somebody may be in the middle of a word (forced split, resumed track).
        low = self._voicing or self._seen == 0
        self._voicing = probability >= (self.rules.off if low else self.rules.on)
        return self._voicing

    def _wait(self, voiced: bool) -> None:
        from_origin = self._run == self._seen - 1  # the run began before the origin, perhaps
        self._run = self._run + 1 if voiced else 0
        if self._run >= self.rules.shortest or (voiced and from_origin):
            first = self._seen - self._run
            self._start = max(0, first - self.rules.pre_roll)
            self._voiced_end = self._seen
            self._quietest = [1.0] * (self._seen - self._start)

    def _go_on(self) -> None:
        if self._silence >= self.rules.least_pause:
            self._gaps.append((self._voiced_end, self._seen - 1))
        self._silence = 0
        self._voiced_end = self._seen

    def _quiet(self) -> Event | None:
        assert self._start is not None
        end = self._voiced_end + min(self.rules.tail, self.rules.pause)
        if self._silence >= self._needed():
            return self._cut(min(end, self._seen))
        if self._seen - self._start >= self.rules.hard:
            return self._forced()
        if self._silence == self.rules.pause:
            return Pause(self._at(self._start), self._at(end))
        return None

    def _needed(self) -> int:
        """The silence that splits here: falls from the hang-over at ``soft`` to the least pause at ``hard``."""
        assert self._start is not None
        rules, over = self.rules, self._seen - self._start - self.rules.soft
        if over <= 0:
            return rules.hang_over
        left = 1 - over / (rules.hard - rules.soft)
        return max(rules.least_pause, round(left * left * rules.hang_over))

    def _forced(self) -> Cut:
        """28 s without a rest: split in the widest pause past ``soft``, else where voice is least likely."""
        assert self._start is not None
        late = [gap for gap in self._gaps if gap[0] - self._start >= self.rules.soft]
        if late:
            first, last = max(late, key=lambda gap: gap[1] - gap[0])
            return self._cut((first + last + 1) // 2)
        window = range(self.rules.soft, len(self._quietest) - self.rules.shortest)
        place = min(window, key=lambda i: (self._quietest[i], -i))
        return self._cut(self._start + place)

    def _cut(self, end: int) -> Cut:
        assert self._start is not None
        self.spent = True
        return Cut(self._at(self._start), self._at(end))

    def _at(self, frame: int) -> int:
        return self.origin + frame * FRAME_SPAN
