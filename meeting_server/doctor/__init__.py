"""``hopchibo doctor``: which stage works, and what to do about the one that does not."""
