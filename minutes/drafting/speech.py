"""Speeches: consecutive turns of one speaker taken together, cut into words that remember their turn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from minutes.drafting.cues import Cues, cues_in
from minutes.drafting.figures import Number, numbers_in
from minutes.drafting.turns import Turn
from minutes.drafting.words import Span, Word, plain, roughness, sentences, sentences_of, stopped, vocabulary, words_of

ROUGH_SHARE = 0.002  # clean Vietnamese has next to no marked word that cannot be a syllable
UNSTOPPED = 60  # words for each stop: more than any punctuated speech has
MERGE_LIMIT = 400  # words: a longer speech is cut where a new turn begins


@dataclass(frozen=True, slots=True)
class Speech:
    """What one speaker said without a break. ``orders[i]`` is the turn of ``words[i]``.

    ``rough``: without stops and capitals to go by, so names and cues are matched by ear; ``garbled``: syllables
    were misheard too, so figures are left in the words that were heard.
    """

    index: int
    speaker: str
    role: str
    channel: str
    text: str
    orders: tuple[int, ...]
    turns: tuple[int, ...]
    rough: bool
    garbled: bool = False

    @property
    def words(self) -> tuple[Word, ...]:
        return words_of(self.text)

    @property
    def cues(self) -> Cues:
        return cues_in(self.text, self.rough)

    @property
    def numbers(self) -> tuple[Number, ...]:
        return numbers_in(self.text, self.rough)

    def whole(self) -> Span:
        return Span(0, len(self.orders))

    def sentences(self, breaks: tuple[int, ...] = ()) -> tuple[Span, ...]:
        return sentences(self.words, breaks) if breaks else sentences_of(self.text)

    def says(self, word: str) -> bool:
        """Whether a word occurs in it at all, in small letters."""
        return word in vocabulary(self.text)

    def orders_of(self, span: Span) -> tuple[int, ...]:
        """The turns that the words of ``span`` were said in, in order."""
        return tuple(dict.fromkeys(self.orders[span.start : span.end])) or self.turns

    def plain(self, span: Span) -> str:
        return plain(self.words, span)

    def numbers_within(self, span: Span) -> tuple[Number, ...]:
        start, end = span.start, span.end
        return tuple(n for n in self.numbers if start <= n.start < end)


def is_unstopped(turns: tuple[Turn, ...]) -> bool:
    """Whether the text has next to no stops, as some recognisers write."""
    counts = [stopped(turn.text) for turn in turns]
    total = sum(count[1] for count in counts)
    return total > 100 and sum(count[0] for count in counts) * UNSTOPPED < total


def is_garbled(turns: tuple[Turn, ...]) -> bool:
    """Whether the speech was misheard: words that no Vietnamese speaker can have said, one where stops fail too."""
    counts = [roughness(turn.text) for turn in turns]
    wrong, total = sum(c[0] for c in counts), sum(c[1] for c in counts)
    if is_unstopped(turns):
        return wrong > 0
    return wrong >= 3 and wrong > ROUGH_SHARE * total


def speeches(turns: tuple[Turn, ...], rough: bool, garbled: bool = False) -> tuple[Speech, ...]:
    """Neighbouring turns of one known speaker joined; silence-only turns are dropped."""
    groups: list[list[Turn]] = []
    for turn in turns:
        if not words_of(turn.text):
            continue
        last = groups[-1] if groups else None
        if last and turn.speaker and _goes_on(last, turn):
            last.append(turn)
        else:
            groups.append([turn])
    return tuple(_speech(i, tuple(group), rough, garbled) for i, group in enumerate(groups))


def _goes_on(group: list[Turn], turn: Turn) -> bool:
    same = group[-1].speaker == turn.speaker and group[-1].channel == turn.channel
    return same and sum(len(words_of(t.text)) for t in group) < MERGE_LIMIT


@lru_cache(maxsize=8192)
def _speech(index: int, group: tuple[Turn, ...], rough: bool, garbled: bool) -> Speech:
    """One speech of a group of turns; kept, since a correction changes one and leaves all others."""
    texts = [_ended(turn.text, after.text) for turn, after in pairwise((*group, _NOBODY))]
    orders = tuple(turn.order for turn, text in zip(group, texts, strict=True) for _ in words_of(text))
    first, turns = group[0], tuple(dict.fromkeys(turn.order for turn in group))
    return Speech(index, first.speaker, first.role, first.channel, " ".join(texts), orders, turns, rough, garbled)


_NOBODY = Turn(0, "", "", "", "")


def _ended(text: str, after: str) -> str:
    """The text with a full stop where it has stops but ends in none and the next does not go on in small letters."""
    stripped = text.strip()
    if not stripped or stripped[-1] in ".?!…,;:" or not any(c in ".,?!" for c in stripped):
        return stripped
    return stripped if after.strip()[:1].islower() else stripped + "."
