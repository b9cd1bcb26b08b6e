"""Whether anybody ever came in from outside: the one thing that cannot be known from within.

A machine with a public address may stand behind a firewall, and one behind carrier NAT may be reached through a relay.
So the first page served to a public address is remembered, with its day, in the data directory.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime
from pathlib import Path

import structlog

from meeting_server.http.house import VIETNAM

log = structlog.get_logger(__name__)


class Reached:
    """``mark``: the file that holds the day. Addresses are not kept."""

    def __init__(self, mark: Path) -> None:
        self._mark, self._known = mark, mark.exists()

    def note(self, address: str) -> None:
        """Somebody was served at this address."""
        if self._known or not _is_public(address):
            return
        self._known = True
        try:
            self._mark.write_text(datetime.now(VIETNAM).strftime("%d/%m/%Y"), encoding="utf-8")
        except OSError as error:
            log.warning("reached_not_kept", error=type(error).__name__)
        log.info("reached_from_outside")


def since(mark: Path) -> str:
    """The day of the first page served to a public address; "" when there was none."""
    return mark.read_text(encoding="utf-8").strip() if mark.exists() else ""


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
