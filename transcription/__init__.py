"""Speech to text. Knows tracks and samples, not meetings or members."""
