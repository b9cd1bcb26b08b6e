"""Who hears whom: the active speakers in each listener's slots; by packets of 20 ms or, on light lines, by bundles."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from meeting_server.media.bundle import Bundler
from meeting_server.media.participant import Participant
from meeting_server.media.slots import SlotWriter, assign

WEAK_SLOTS = 1  # so many voices at once on a weak line
Send = Callable[[bytes], None]
Light = tuple[Participant, int, Bundler]


class Fanout:
    """``whole``, ``light``: by speaker, what takes its packets. Replaced as a whole by ``lay``."""

    __slots__ = ("light", "whole")

    def __init__(self) -> None:
        self.whole: dict[str, list[tuple[Send, SlotWriter]]] = {}
        self.light: dict[str, list[Light]] = {}

    def lay(
        self, listeners: Iterable[Participant], active: Sequence[str], own: Callable[[Participant], str]
    ) -> None:  # fmt: skip
        """Give the active speakers to every listener's slots; ``own``: as which speaker a listener speaks."""
        self.whole = {speaker: [] for speaker in active}
        self.light = {speaker: [] for speaker in active}
        for listener in listeners:
            if listener.writers:
                name = own(listener)
                self._lay(listener, [speaker for speaker in active if speaker != name])

    def _lay(self, listener: Participant, speakers: list[str]) -> None:
        slots = assign(listener.slots, speakers[:WEAK_SLOTS] if listener.line.weak else speakers)
        for number, (old, new) in enumerate(zip(listener.slots, slots, strict=True)):
            writer, bundler = listener.writers[number], listener.bundlers[number]
            if old != new:
                writer.release()
                if bundler is not None:
                    bundler.drop()
            if new is not None and bundler is not None:
                self.light[new].append((listener, number, bundler))
            elif new is not None:
                self.whole[new].append((listener.peer.send, writer))
        listener.slots = slots

    def expire(self, now: int) -> None:
        """Send what has waited in bundles for long enough. Every 100 ms."""
        for listener, number, bundler in itertools.chain.from_iterable(self.light.values()):
            for bundle in bundler.expire(now):
                listener.sound(number, bundle)

    def drop(self) -> None:
        """Nothing may be heard any more."""
        for _, _, bundler in itertools.chain.from_iterable(self.light.values()):
            bundler.drop()
