"""Which of a hall's microphones is heard now: the one that has the voice clearest above its own noise. Pure.

Judged by the levels of RFC 6464 (-dBov). Microphones differ in gain, so a level counts by how far it is above the
microphone's own noise floor. The one that is heard stays until another is clearly better, and gives way only where no
word is cut in two: in its silence, or while a word begins that both hear; then the change counts from before that word
(``at`` looks back), so that who keeps the sound some 400 ms before laying it down has every word whole. Only what goes
on for longer than any word, because something rustles there, is left in its middle.

A phone has no loudspeaker here and cannot take the echo out of what it hears: while somebody far away comes out of the
hall's loudspeaker, only the device that plays it, which can, is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

MARGIN_DB = 6  # so much clearer, to take over
VOICE_DB = 9  # above the noise floor: a voice
GAP_MS = 80  # a shorter silence is within a word (the closure of p, t, k)
ONSET_MS = 250  # so long after a word began it may still be taken over whole
LEAD_MS = 60  # before the beginning of a word
GRACE_MS = 150  # so long a microphone that was good of late is waited for: its packets may come later
LATELY_MS = 3_000
PAUSE_MS = 300  # after which somebody's word that was going on all the time is heard from its middle
LONGEST_MS = 2_000  # without a gap: no word, a noise
DUCK_MS = 600  # after the last loud packet from far away: the way to the loudspeaker and back
LOOK_BACK_MS = 350  # a change counts from no earlier than this
REMEMBERED_MS = 2_000
QUIETEST = -80.0  # dB: noise suppression says less; below it nothing tells one microphone from another
BEGIN_FLOOR = -50.0
FALL, RISE_DB_S = 0.1, 2.0  # the floor follows what is softer in a fifth of a second, what is louder slowly
STALE_MS = 400  # DTX leaves no more out


@dataclass(slots=True)
class _Microphone:
    """``level`` and ``floor`` in dB of full scale; times in ms. ``cancels``: takes out the echo of its loudspeaker."""

    cancels: bool
    level: float = QUIETEST
    floor: float = BEGIN_FLOOR
    last: int = -STALE_MS
    word: int = -LATELY_MS  # when the word now, or the last one, began
    voiced: int = -LATELY_MS  # the last packet with voice
    ended: int = -LATELY_MS  # the word before

    def hear(self, level: int, now: int) -> None:
        loud = max(float(-level), QUIETEST)
        if loud < self.floor:
            self.floor += (loud - self.floor) * FALL
        else:
            self.floor = min(loud, self.floor + RISE_DB_S * min(now - self.last, STALE_MS) / 1000)
        self.last = now
        if loud - self.floor < VOICE_DB:
            self.level += (loud - self.level) / 4
            return
        if now - self.voiced > GAP_MS:
            self.word, self.ended, self.level = now, self.voiced, loud
        self.level += (loud - self.level) / 4
        self.voiced = now

    def speaks(self, now: int) -> bool:
        return now - self.voiced <= GAP_MS

    def clearness(self, now: int) -> float:
        """How far the voice is above the noise; 0 in silence."""
        return self.level - self.floor if self.speaks(now) else 0.0


class Nearest:
    """``heard``: the microphone that is heard now, "" = none yet. Times are ms of one clock that never goes back."""

    def __init__(self) -> None:
        self.heard = ""
        self._microphones: dict[str, _Microphone] = {}
        self._changes: list[tuple[int, str]] = []
        self._ducked = -DUCK_MS

    def add(self, name: str, *, cancels: bool) -> None:
        self._microphones.setdefault(name, _Microphone(cancels))

    def remove(self, name: str) -> None:
        self._microphones.pop(name, None)
        if self.heard == name:
            self.heard = ""

    def __contains__(self, name: str) -> bool:
        return name in self._microphones

    def __len__(self) -> int:
        return len(self._microphones)

    def packet(self, name: str, level: int, now: int) -> bool:
        """A packet came, with its level (-dBov). True when another microphone is heard now."""
        one = self._microphones[name]
        one.hear(level, now)
        if name == self.heard or one.voiced != now or not self._allowed(one, now):
            return False
        since = self._from(one, now)
        return since is not None and self._take(name, since, now)

    def far_voice(self, now: int) -> bool:
        """Somebody far away is in the hall's loudspeaker. True when another microphone, or none, is heard now."""
        self._ducked = now
        heard = self._microphones.get(self.heard)
        if heard is None or heard.cancels:
            return False
        return self._take(next((name for name, one in self._microphones.items() if one.cancels), ""), now, now)

    def at(self, when: int) -> str:
        """Who is heard at this moment, as it looks now. Of the last two seconds; may still change for LOOK_BACK_MS."""
        return next((name for since, name in reversed(self._changes) if since <= when), "")

    def levels(self, now: int) -> dict[str, int]:
        """How clear each microphone hears a voice: 0 (nothing) to 8 (48 dB above its noise)."""
        return {name: min(8, max(0, round(one.clearness(now) / 6))) for name, one in self._microphones.items()}

    def _allowed(self, one: _Microphone, now: int) -> bool:
        return one.cancels or now - self._ducked >= DUCK_MS

    def _from(self, one: _Microphone, now: int) -> int | None:
        """Since when it may be heard in place of the one that is; None when it may not."""
        heard = self._microphones.get(self.heard)
        if heard is None or not self._allowed(heard, now):
            return one.word - LEAD_MS
        if one.clearness(now) - heard.clearness(now) < MARGIN_DB:
            return None
        if not heard.speaks(now):
            return self._in_silence(one, heard, now)
        begins = one.word if now - heard.word > LONGEST_MS else min(one.word, heard.word)
        return max(begins - LEAD_MS, heard.ended) if now - begins <= ONSET_MS else None

    def _in_silence(self, one: _Microphone, heard: _Microphone, now: int) -> int | None:
        if one.word <= heard.voiced:
            return heard.voiced if now - heard.voiced >= PAUSE_MS else None
        waits = now - heard.voiced < LATELY_MS and now - one.word < GRACE_MS
        return None if waits else max(one.word - LEAD_MS, heard.voiced)

    def _take(self, name: str, since: int, now: int) -> bool:
        since = max(since, now - LOOK_BACK_MS)
        self.heard = name
        self._changes = [(at, who) for at, who in self._changes if at < since]
        self._changes.append((since, name))
        while len(self._changes) > 1 and self._changes[1][0] < now - REMEMBERED_MS:
            del self._changes[0]
        return True
