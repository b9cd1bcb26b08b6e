"""Rules of a live meeting: pure functions of the folded log, the actor, the command and the time."""
