"""Spoken Vietnamese, pure: folding, numbers, dates and times in words and figures.

- ``fold(text)``: lower case, no diacritics, đ as d; ``fold_words``; ``similarity(a, b)`` 0–1 for misheard words.
- ``words(n)`` ↔ ``parse_number(text)``; ``find_numbers(text)``, ``find_dates(text, year, month, today)``,
  ``find_times(text)``: spans in the NFC text with values.
- ``to_figures(text)``: recognised speech as minutes write it; ``figure_spans(text)`` keeps which words became what.
"""

from transcription.text.dates import FoundDate, find_dates
from transcription.text.figures import Written, figure_spans, to_figures
from transcription.text.fold import fold, fold_words, nfc, similarity
from transcription.text.numbers import FoundNumber, find_numbers, parse_number, words
from transcription.text.times import FoundTime, find_times

__all__ = [
    "FoundDate", "FoundNumber", "FoundTime", "Written", "figure_spans", "find_dates", "find_numbers", "find_times",
    "fold", "fold_words", "nfc", "parse_number", "similarity", "to_figures", "words",
]  # fmt: skip
