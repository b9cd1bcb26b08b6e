"""What the media node is told at start."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from meeting_server.media.turn import credentials


@dataclass(frozen=True, slots=True)
class TurnRelay:
    """A relay through which the node itself is reached (the node stands behind a carrier's NAT).

    With a ``secret`` the node makes its credentials itself, anew for each connection.
    """

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    transport: str = "udp"
    secret: str = field(default="", repr=False)

    def login(self, now_s: int) -> tuple[str, str]:
        """User name and password as of now."""
        return credentials(self.secret, "node", now_s) if self.secret else (self.username, self.password)


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """``hosts``: IP addresses to offer (none = every interface's); ``ports``: first and last UDP port (None = any)."""

    run: Path
    recordings: Path
    hosts: tuple[str, ...] = ()
    ports: tuple[int, int] | None = None
    relay: TurnRelay | None = None
    max_rooms: int = 500
    max_sessions: int = 200
    disk_reserve: int = 32 * 1024 * 1024

    @property
    def control_socket(self) -> Path:
        return self.run / "media.sock"

    @property
    def feed_socket(self) -> Path:
        return self.run / "feed.sock"
