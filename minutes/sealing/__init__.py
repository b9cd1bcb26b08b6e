"""The record as one file that anybody can check: signed, packed, verified without server or network."""
