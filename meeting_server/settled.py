"""Python's garbage collector in a process that lives long: what was loaded at the start is left alone."""

from __future__ import annotations

import gc


def settle() -> None:
    """Call once, when everything has been loaded. A full collection through all modules takes a tenth of a second, in
    which no room is heard and no page answered; cycles that are made later are still found, less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
