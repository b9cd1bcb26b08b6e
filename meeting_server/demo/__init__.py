"""The demonstration: an invented hamlet cell of 27 members and the script of one of its meetings (our own)."""
