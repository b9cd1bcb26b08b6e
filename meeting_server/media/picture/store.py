"""Packets of a camera kept for a while, to be sent again, and its missing ones, to be asked for. Pure, bounded."""

from __future__ import annotations

from collections import OrderedDict, deque

from meeting_server.media.picture.writer import Shown

KEPT_MS, KEPT_PACKETS, KEPT_BYTES = 1500, 512, 512 * 1024
MISSING, TRIES = 64, 4
FIRST_MS, AGAIN_MS = 10, 60  # a packet may be overtaken by the next; then about a round trip
GONE_MS = 700  # later than this nobody waits for it


class Kept:
    """The last packets by sequence number: at most KEPT_MS, KEPT_PACKETS, KEPT_BYTES."""

    def __init__(self) -> None:
        self._packets: dict[int, Shown] = {}
        self._order: deque[tuple[int, int]] = deque()  # when it came, sequence
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._packets)

    def put(self, shown: Shown, now: int) -> None:
        if shown.sequence in self._packets:
            self.bytes -= len(self._packets[shown.sequence].payload)
            self._order = deque(one for one in self._order if one[1] != shown.sequence)
        self._packets[shown.sequence] = shown
        self._order.append((now, shown.sequence))
        self.bytes += len(shown.payload)
        while self._order and (
            now - self._order[0][0] > KEPT_MS or len(self._packets) > KEPT_PACKETS or self.bytes > KEPT_BYTES
        ):
            _, sequence = self._order.popleft()
            self.bytes -= len(self._packets.pop(sequence).payload)

    def get(self, sequence: int, now: int) -> Shown | None:
        """None when it never came or came too long ago."""
        shown = self._packets.get(sequence)
        return shown if shown is not None and self._order and now - self._order[-1][0] <= KEPT_MS else None

    def clear(self) -> None:
        self._packets.clear()
        self._order.clear()
        self.bytes = 0


class Missing:
    """Sequence numbers that were left out on the way here, and when to ask for them."""

    def __init__(self) -> None:
        self._top: int | None = None
        self._hole = False
        self._since: OrderedDict[int, tuple[int, int, int]] = OrderedDict()  # since, asked last, tries

    def __len__(self) -> int:
        return len(self._since)

    def came(self, sequence: int, now: int) -> None:
        """More than MISSING are not mended: a key frame is asked for instead (``lost`` tells)."""
        if self._top is None:
            self._top = sequence
            return
        step = (sequence - self._top) & 0xFFFF
        if step >= 0x8000:
            self._since.pop(sequence, None)
            return
        if step - 1 > MISSING - len(self._since):
            self._hole = True
            self._since.clear()
        else:
            for number in range(1, step):
                self._since[(self._top + number) & 0xFFFF] = (now, 0, 0)
        self._top = sequence

    def lost(self, now: int) -> bool:
        """Whether some were given up since the last call: too many, too late or asked for too often."""
        over = [s for s, (since, _, tries) in self._since.items() if now - since > GONE_MS or tries >= TRIES]
        for sequence in over:
            del self._since[sequence]
        hole, self._hole = self._hole, False
        return bool(over) or hole

    def due(self, now: int) -> tuple[int, ...]:
        """Which to ask for now."""
        asked = [
            sequence
            for sequence, (since, last, tries) in self._since.items()
            if now - since >= FIRST_MS and (not tries or (tries < TRIES and now - last >= AGAIN_MS))
        ]
        for sequence in asked:
            since, _, tries = self._since[sequence]
            self._since[sequence] = since, now, tries + 1
        return tuple(asked)

    def clear(self) -> None:
        self._top = None
        self._since.clear()
