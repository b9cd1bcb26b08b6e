"""Who hears whom: the active speakers in each listener's slots; by packets of 20 ms or, on light lines, by bundles."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from meeting_server.media.bundle import Bundler
from meeting_server.media.clock import Clock
from meeting_server.media.participant import Participant
from meeting_server.media.slots import SlotWriter, assign

WEAK_SLOTS = 1  # so many voices at once on a weak line
Send = Callable[[bytes], None]
Light = tuple[Participant, int, Bundler]


class Fanout:
    """``whole``, ``light``: by speaker, what takes its packets. Replaced as a whole by ``lay``.

    One timer for all bundles: what waits in one goes when it is due, whatever comes or does not.
    """

    __slots__ = ("_timer", "light", "whole")

    def __init__(self) -> None:
        self.whole: dict[str, list[tuple[Send, SlotWriter]]] = {}
        self.light: dict[str, list[Light]] = {}
        self._timer: asyncio.TimerHandle | None = None

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

    def bundle(
        self, speaker: str, source: str, payload: bytes, sequence: int, timestamp: int, level: int, marker: bool,
        now: int,
    ) -> None:  # fmt: skip
        """Give a packet to the light lines that hear the speaker."""
        waits = False
        for listener, number, bundler in self.light.get(speaker, ()):
            for bundle in bundler.add(source, payload, sequence, timestamp, level, marker, now):
                listener.sound(number, bundle)
            waits = waits or bundler.due is not None
        if waits and self._timer is None:
            self._wait(now)

    def _wait(self, now: int) -> None:
        due = min((due for _, _, bundler in self._bundlers() if (due := bundler.due) is not None), default=None)
        self._timer = None
        if due is not None:
            self._timer = asyncio.get_running_loop().call_later(max(due - now, 1) / 1000, self._expire)

    def _expire(self) -> None:
        """Send what has waited in bundles for long enough."""
        self._timer, now = None, Clock.steady()
        for listener, number, bundler in self._bundlers():
            for bundle in bundler.expire(now):
                listener.sound(number, bundle)
        self._wait(now)

    def _bundlers(self) -> Iterator[Light]:
        return itertools.chain.from_iterable(self.light.values())

    def drop(self) -> None:
        """Nothing may be heard any more."""
        for _, _, bundler in self._bundlers():
            bundler.drop()
