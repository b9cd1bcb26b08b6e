"""One track, heard: packets in, jobs out. Decoder, VAD and segmenter between two cuts; no clock, no socket.

At each cut everything starts afresh a little before it, so what is found depends only on the packets from there on;
``Hearing(track, room, cursor)`` fed from the recording therefore repeats the cuts of one that was killed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from transcription.opus import STEP, WARM_UP, Sound, Unrolled
from transcription.segmenter import Cut, Pause, Rules, Segmenter
from transcription.vad import FRAME_SPAN, Vad
from transcription.wire import RATE, Job, Packet

_LEAD = 12 * FRAME_SPAN
"""The VAD hears this much before a cut, to know the voice it is in (384 ms)."""
_LONG_HOLE = 2 * RATE
_LEAST_INTERIM = RATE // 2
_QUIET_PACKETS = 1000
_PAUSING = 3  # frames (96 ms)
_TOGETHER = 3  # frames that the VAD is given at once
_MAX_PACKETS = 60 * 400  # 60 s of the shortest packets; an utterance has at most 28 s


class Hearing:
    """A track from ``cursor`` on. Feed packets in the order they were received (they may overtake by a few)."""

    def __init__(self, track: str, room: str, cursor: int = 0, rules: Rules | None = None) -> None:
        self.track, self.room = track, room
        self.hot_words: tuple[str, ...] = ()
        self.prompt = ""
        self._rules = rules or Rules()
        self._packets: deque[Packet] = deque()
        self._begin(cursor)

    @property
    def position(self) -> int:
        """Decoded up to here."""
        return self._sound.position if self._sound else self._origin

    @property
    def cut_at(self) -> int:
        """The last cut: whoever hears on from there finds the same utterances."""
        return self._origin

    @property
    def speaking_since(self) -> int | None:
        return self._segmenter.speaking_since

    @property
    def open_length(self) -> int:
        """Samples of the open utterance up to the last voiced one."""
        since = self.speaking_since
        return 0 if since is None else max(0, self._segmenter.voiced_end - since)

    def push(self, packets: Iterable[Packet]) -> list[Job]:
        """Final jobs, and speculative ones at short pauses (a final of the same span may follow)."""
        jobs: list[Job] = []
        for packet in packets:
            if packet.position >= self._origin - _LEAD - WARM_UP and len(self._packets) < _MAX_PACKETS:
                self._packets.append(packet)
                jobs.extend(self._follow([packet]))
            if self.speaking_since is None and len(self._packets) > _QUIET_PACKETS:
                self._trim(self.position - RATE)  # hours of silence are not kept
        return jobs

    def starve(self) -> list[Job]:
        """No packets come any more (muted, gone, closed): what is open ends here."""
        jobs, cut = self._flush()
        return [*jobs, *self._after(cut), *self._follow(list(self._packets))] if cut else jobs

    def interim(self) -> Job | None:
        """The open utterance as far as it is heard, if that is worth recognising (not in a pause: its speculative
        pass comes in a moment, and an interim would stand in its way)."""
        since = self.speaking_since
        if since is None or self.open_length < _LEAST_INTERIM or self._segmenter.silence >= _PAUSING:
            return None
        return self._job(since, self._segmenter.seen, final=False)

    def skip_to(self, position: int) -> None:
        """Forget what is open and everything before ``position``."""
        self._packets.clear()
        self._begin(position)

    def _begin(self, origin: int) -> None:
        self._origin = origin
        self._segmenter = Segmenter(origin, self._rules)
        self._vad = Vad(_TOGETHER)
        self._sound: Unrolled | None = None
        self._warming = 0

    def _follow(self, packets: list[Packet]) -> list[Job]:
        """Hear these packets; after a cut hear again all that came after it."""
        jobs, todo = [], deque(packets)
        while todo:
            found, cut = self._hear(todo.popleft())
            jobs.extend(found)
            if cut:
                jobs.extend(self._after(cut))
                todo = deque(self._packets)
        return jobs

    def _hear(self, packet: Packet) -> tuple[list[Job], Cut | None]:
        if packet.position - self.position > _LONG_HOLE:
            # DTX never leaves 2 s out, so nobody spoke; minutes of nothing are not decoded.
            jobs, cut = self._flush()
            if cut:
                return jobs, cut
            self._trim(packet.position)
            self._begin(packet.position - packet.position % STEP)
        sound = self._sound or self._start_sound(packet)
        return self._listen(sound.push(packet))

    def _start_sound(self, packet: Packet) -> Unrolled:
        """The VAD's frames lie on the segmenter's grid, which may begin after the first packet."""
        lead = max(0, -(-(self._origin - packet.position) // FRAME_SPAN))
        self._sound = Unrolled(self._origin - lead * FRAME_SPAN)
        self._warming = lead
        return self._sound

    def _flush(self) -> tuple[list[Job], Cut | None]:
        jobs, cut = self._listen(self._sound.flush(), last=True) if self._sound else ([], None)
        return jobs, cut or self._segmenter.flush()

    def _listen(self, sound: Sound, *, last: bool = False) -> tuple[list[Job], Cut | None]:
        jobs: list[Job] = []
        for probability in self._vad.push(sound, last=last):
            if self._warming:
                self._warming -= 1
                continue
            match self._segmenter.push(probability):
                case Cut() as cut:
                    return jobs, cut
                case Pause(start, end):
                    jobs.append(self._job(start, end, speculative=True))
        return jobs, None

    def _after(self, cut: Cut) -> list[Job]:
        job = self._job(cut.start, cut.end)
        self._trim(cut.end)
        self._begin(cut.end)
        return [job]

    def _job(self, start: int, end: int, *, final: bool = True, speculative: bool = False) -> Job:
        packets = tuple(p for p in self._packets if start - WARM_UP <= p.position < end)
        return Job(
            f"{self.track}:{start}", self.track, start, end, packets, self.room, final,
            self.hot_words, self.prompt, speculative,
        )  # fmt: skip

    def _trim(self, cut: int) -> None:
        self._packets = deque(p for p in self._packets if p.position >= cut - _LEAD - WARM_UP)
