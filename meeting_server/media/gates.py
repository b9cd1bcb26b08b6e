"""When a room's capture gate was open, kept in a file beside the journal: what comes late (a safety copy) is taken only
for such times. Not known to have been open is shut.

Lines of ``<recordings>/<room>/gate``: ``open AT``, ``shut AT``, ``purged SINCE UNTIL`` (ms). After a crash an opening
without its end goes on until the gate is told anew: a gate cannot be shut by a meeting while its node is away.
"""

from __future__ import annotations

from pathlib import Path

import structlog

from meeting_server.media.times import Times

log = structlog.get_logger(__name__)

GATE = "gate"


class Gates:
    """``opened``, ``shut``, ``purged`` are for the loop; ``load`` and ``save`` are for threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open, self._purged = Times(), Times()
        self._since: int | None = None
        self._unsaved: list[str] = []

    def load(self) -> None:
        """Raises OSError."""
        self._open, self._purged, self._since = Times(), Times(), None
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="ascii", errors="replace").splitlines():
            match line.split():
                case ["open", at] if at.isdigit():
                    self._opened(int(at))
                case ["shut", at] if at.isdigit():
                    self._shut(int(at))
                case ["purged", since, until] if since.isdigit() and until.isdigit():
                    self._purged.add(int(since), int(until))
                case _:
                    log.warning("gate_line_not_read")
                    self._since = None

    def save(self) -> None:
        """What was told since the last time. A disk that is full is no reason to shut or open anything."""
        lines, self._unsaved = self._unsaved, []
        if not lines:
            return
        try:
            with self._path.open("a", encoding="ascii") as file:
                file.write("".join(f"{line}\n" for line in lines))
        except OSError as error:
            log.error("gate_not_saved", error=error.strerror)

    def opened(self, at: int) -> None:
        if self._since is None:
            self._unsaved.append(f"open {at}")
            self._opened(at)

    def shut(self, at: int) -> None:
        if self._since is not None:
            self._unsaved.append(f"shut {at}")
            self._shut(at)

    def purged(self, since: int, until: int) -> None:
        self._unsaved.append(f"purged {max(0, since)} {max(0, until)}")
        self._purged.add(since, until)

    def was_open(self, since: int, until: int) -> bool:
        """During all of this, and nothing of it was erased since."""
        if self._purged.meets(since, until):
            return False
        now_open = self._since is not None and self._since <= since
        return now_open or self._open.has(since, until)

    def _opened(self, at: int) -> None:
        self._since = at if self._since is None else self._since

    def _shut(self, at: int) -> None:
        if self._since is not None:
            self._open.add(self._since, at)
            self._since = None
