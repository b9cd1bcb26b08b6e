"""Every setting of the speech processes stands in the documents."""

from __future__ import annotations

from pathlib import Path

from transcription.models import KNOWN
from transcription.settings import Settings

TEXT = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")


def test_every_setting_is_described() -> None:
    assert not [name for name in Settings.model_fields if f"`SPEECH_{name.upper()}`" not in TEXT]


def test_every_known_model_is_described() -> None:
    assert not [model.name for model in KNOWN if model.name not in TEXT]
