"""What people send as JSON: strings in NFC, without control characters, of limited length."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e\u2066-\u2069\ufeff]")


def plain(text: str) -> str:
    """NFC, trimmed, without control and direction-changing characters."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()


def _plain(value: object) -> object:
    return plain(value) if isinstance(value, str) and len(value) <= 100_000 else value


def _not_empty(value: str) -> str:
    if not value:
        raise ValueError("empty")
    return value


Optional = Annotated[str, BeforeValidator(_plain), StringConstraints(max_length=500)]
Name = Annotated[str, BeforeValidator(_plain), StringConstraints(max_length=200), AfterValidator(_not_empty)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[\w:.-]+$")]
Token = Annotated[str, StringConstraints(min_length=8, max_length=100, pattern=r"^[\w-]+$")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class Body(BaseModel):
    """Unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")
