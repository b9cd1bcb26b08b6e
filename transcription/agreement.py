"""Which leading words of an interim will not change: those on which two passes running agree. Pure.

The published method (LocalAgreement-2), used only to mark the shown text; the final pass does not depend on it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from transcription.wire import Result


@dataclass(frozen=True, slots=True)
class _Seen:
    id: str
    words: tuple[str, ...]
    stable: int


class Agreement:
    """Remembers the last interim of each track; ``forget`` it when the final comes."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def forget(self, track: str) -> None:
        self._seen.pop(track, None)

    def mark(self, interim: Result) -> Result:
        """The interim with its stable words kept as they were shown and ``stable`` set in characters."""
        before = self._seen.get(interim.track)
        words = tuple(interim.text.split())
        stable = 0
        if before is not None and before.id == interim.id:
            words = before.words[: before.stable] + words[before.stable :]
            stable = max(before.stable, _common(before.words, words))
        self._seen[interim.track] = _Seen(interim.id, words, stable)
        return replace(interim, text=" ".join(words), stable=len(" ".join(words[:stable])))


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if _bare(a) != _bare(b):
            break
        count += 1
    return count


def _bare(word: str) -> str:
    return unicodedata.normalize("NFC", word).lower().strip(".,!?…:;")
