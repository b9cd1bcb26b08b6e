"""Letters said by name, as in document numbers: "xê tê trên tê vê" is CT/TW, "u bê en dê" is UBND."""

from __future__ import annotations

from transcription.text.numerals import at

_LETTERS = {
    "a": "A", "á": "A", "bê": "B", "bờ": "B", "xê": "C", "cờ": "C", "dê": "D", "đê": "Đ", "đờ": "Đ", "e": "E",
    "ê": "Ê", "ép": "F", "gờ": "G", "giê": "G", "hát": "H", "hờ": "H", "i": "I", "ca": "K", "ka": "K", "lờ": "L",
    "en-lờ": "L", "mờ": "M", "nờ": "N", "en": "N", "em": "M", "o": "O", "ô": "O", "pê": "P", "pờ": "P", "quy": "Q",
    "cu": "Q", "rờ": "R", "ét": "S", "sờ": "S", "tê": "T", "tờ": "T", "u": "U", "ư": "Ư", "vê": "V", "vờ": "V",
}  # fmt: skip
_TWO = {
    ("vê", "kép"): "W", ("vê", "đúp"): "W", ("ích", "xì"): "X", ("ét", "sờ"): "S", ("e", "lờ"): "L",
    ("em", "mờ"): "M", ("en", "nờ"): "N", ("ép", "phờ"): "F", ("i", "dài"): "Y", ("e", "rờ"): "R", ("en", "lờ"): "L",
}  # fmt: skip
_SEPARATORS = {"gạch": "-", "trên": "/", "xuyệt": "/", "sẹc": "/", "xẹc": "/", "xoẹt": "/", "/": "/", "-": "-"}


def letters_at(k: tuple[str, ...], i: int) -> tuple[int, str]:
    """(end, letters and separators) of letter names in a row; (i, "") when there are none."""
    said, j = "", i
    while j < len(k):
        if (k[j], at(k, j + 1)) in _TWO:
            said, j = said + _TWO[k[j], k[j + 1]], j + 2
        elif k[j] in _LETTERS:
            said, j = said + _LETTERS[k[j]], j + 1
        elif k[j] in _SEPARATORS and (at(k, j + 1) in _LETTERS or at(k, j + 1) in ("ngang", "chéo")):
            sign = "/" if at(k, j + 1) == "chéo" else _SEPARATORS[k[j]]
            said, j = said + sign, j + (2 if at(k, j + 1) in ("ngang", "chéo") else 1)
        else:
            break
    return (j, said) if said.strip("-/") else (i, "")
