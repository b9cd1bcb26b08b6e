"""The meeting log: events, their bytes, their chain, and one projection a subject."""
