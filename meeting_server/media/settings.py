"""What the media node is told at start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TurnRelay:
    """A relay through which the node itself is reached (the node stands behind a carrier's NAT)."""

    host: str
    port: int
    username: str
    password: str
    tls: bool = False
    transport: str = "udp"


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
