"""Which device gives back what others said: its microphone hears its own loudspeaker. Pure.

Only the levels of RFC 6464 are looked at (-dBov, 0 is loudest): where A speaks, B's level follows A's 100 to 600 ms
later, up and down alike, for several seconds on end and always as late. Two people who speak at the same time do not
follow each other's syllables.
"""

from __future__ import annotations

from collections import deque

STEP_MS = 100
WINDOW = 60  # steps looked at: 6 s
LAGS = range(1, 7)  # 100 to 600 ms
FLOOR = 70  # softer is silence
VOICED = 20  # in so many steps of the window somebody sounds, to be looked at
MOST = 6  # who sound most are looked at: a room of open microphones costs no more than a small one
ALIKE = 0.75  # correlation of the two levels where A speaks
EVERY = 20  # steps between two looks
OFTEN = 3  # so many looks in a row find the same pair, equally late
CLEAR = 15  # so many looks without a finding end the echo


class Echoes:
    """``step(levels)`` each STEP_MS with the level of everybody who sends; tells (session, echoes now) on change."""

    def __init__(self) -> None:
        self._levels: dict[str, deque[int]] = {}
        self._count = 0
        self._lags: dict[tuple[str, str], list[int]] = {}
        self._echoing: dict[str, int] = {}  # looks until it is clear

    def step(self, levels: dict[str, int]) -> list[tuple[str, bool]]:
        for gone in self._levels.keys() - levels.keys():
            del self._levels[gone]
            self._echoing.pop(gone, None)
        for session, level in levels.items():
            self._levels.setdefault(session, deque([FLOOR] * WINDOW, maxlen=WINDOW)).append(min(level, FLOOR))
        self._count += 1
        return self._look() if self._count % EVERY == 0 else []

    def _look(self) -> list[tuple[str, bool]]:
        sounding = {session: sum(level < FLOOR for level in steps) for session, steps in self._levels.items()}
        loudest = sorted((s for s in sounding if sounding[s] >= VOICED), key=lambda s: -sounding[s])[:MOST]
        found: dict[tuple[str, str], list[int]] = {}
        for back in loudest:
            for voice in loudest:
                lag = self._lag(back, voice) if back != voice else None
                if lag is not None:
                    before = self._lags.get((back, voice), [])
                    found[back, voice] = [*(before if all(abs(lag - old) <= 1 for old in before) else []), lag][-OFTEN:]
        self._lags = found
        return self._changes({back for (back, _), lags in found.items() if len(lags) >= OFTEN})

    def _changes(self, found: set[str]) -> list[tuple[str, bool]]:
        changes = [(session, True) for session in sorted(found - self._echoing.keys())]
        for session in list(self._echoing):
            self._echoing[session] -= 1
            if self._echoing[session] <= 0 and session not in found:
                del self._echoing[session]
                changes.append((session, False))
        self._echoing |= dict.fromkeys(found, CLEAR)
        return changes

    def _lag(self, back: str, voice: str) -> int | None:
        """How many steps late ``back`` repeats ``voice``; None when it does not."""
        one, other = list(self._levels[voice]), list(self._levels[back])
        likest = max(LAGS, key=lambda lag: _likeness(one[:-lag], other[lag:]))
        return likest if _likeness(one[:-likest], other[likest:]) >= ALIKE else None


def _likeness(voice: list[int], back: list[int]) -> float:
    """Pearson's correlation where there is voice; 0 where one does not move: pauses of both prove nothing."""
    pairs = [(a, b) for a, b in zip(voice, back, strict=True) if a < FLOOR]
    if len(pairs) < VOICED:
        return 0.0
    mean, other_mean = sum(a for a, _ in pairs) / len(pairs), sum(b for _, b in pairs) / len(pairs)
    cross = sum((a - mean) * (b - other_mean) for a, b in pairs)
    power = sum((a - mean) ** 2 for a, _ in pairs) * sum((b - other_mean) ** 2 for _, b in pairs)
    return cross / power**0.5 if power else 0.0
