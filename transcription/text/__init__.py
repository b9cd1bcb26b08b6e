"""Spoken Vietnamese, pure: used by recognition, drafting and search; nobody writes it twice.

All texts are taken and given in NFC; spans are characters of the NFC form (``nfc(text)``).

Folding and spelling
    ``nfc(text)``; ``fold(text)``: lower case, no diacritics, đ as d; ``fold_words(text)``;
    ``similarity(a, b)``: 0–1, tolerant to misheard tones; ``normal(text)``: one place for tone marks (hòa, not hoà).
Numbers, dates, times
    ``words(n)`` ↔ ``parse_number(text)``; ``find_numbers(text, exact)``, ``find_dates(text, year, month, today)`` and
    ``find_times(text)`` give spans with values; names and idioms ("đồng chí Tám", "một lòng") are no numbers.
Figures
    ``to_figures(text)``: recognised speech as minutes write it; ``figure_spans(text)``: which words became what.
    ``sentences(text, names)``: sentence case and light punctuation, no word changed.
    ``unsure(text, spoken, heard)``: characters of the written line that rest on words the recogniser doubted.
Names
    ``suggest(spoken, roster)``, ``find_names(text, roster)``: suggestions with a confidence, never silently;
    ``proper_names(text)``: what it writes with capitals.
Guards
    ``is_invented(text, …)``, ``reason_invented(text, Acoustics(…))``, ``without_loops(text)``, ``compression_ratio``,
    ``inaudible(seconds)``: "[không nghe rõ, 12 giây]"; ``is_inaudible(text)``.
"""

from transcription.text.dates import FoundDate, find_dates
from transcription.text.figures import Written, figure_spans, to_figures
from transcription.text.fold import fold, fold_words, nfc, similarity
from transcription.text.guards import (
    Acoustics,
    Reason,
    compression_ratio,
    inaudible,
    is_inaudible,
    is_invented,
    is_known_invention,
    reason_invented,
    repeats,
    without_loops,
)
from transcription.text.names import FoundName, Suggestion, find_names, suggest
from transcription.text.numbers import FoundNumber, find_numbers, parse_number, words
from transcription.text.proper import proper_names
from transcription.text.sentences import sentences
from transcription.text.times import FoundTime, find_times
from transcription.text.tones import normal
from transcription.text.unsure import unsure

__all__ = [
    "Acoustics", "FoundDate", "FoundName", "FoundNumber", "FoundTime", "Reason", "Suggestion", "Written",
    "compression_ratio", "figure_spans", "find_dates", "find_names", "find_numbers", "find_times", "fold",
    "fold_words", "inaudible", "is_inaudible", "is_invented", "is_known_invention", "nfc", "normal", "parse_number",
    "proper_names", "reason_invented", "repeats", "sentences", "similarity", "suggest", "to_figures", "unsure",
    "without_loops", "words",
]  # fmt: skip
