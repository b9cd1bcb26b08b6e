"""pyHanko's client for the network, left out of a process that only verifies: it asks nobody, and a quarter of its
start was the loading of that client."""

from __future__ import annotations

import sys
from types import ModuleType

CLIENT = "aiohttp"


class Absent:
    """Whatever pyHanko names of its client when it is loaded. Using it is a mistake of ours."""

    def __init__(self, *_: object, **__: object) -> None:
        raise AssertionError("verifying asks nobody over the network")


def without_network() -> None:
    """For the rest of this process; only where nothing else runs in it."""
    client = ModuleType(CLIENT)
    client.__getattr__ = lambda name: Absent  # type: ignore[method-assign]  # PEP 562
    sys.modules.setdefault(CLIENT, client)
