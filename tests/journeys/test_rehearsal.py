"""What a newcomer does: the rehearsal ends with a record that verifies, and with any byte flipped it does not."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from minutes.sealing.verify import verify
from tests.journeys.words import errors, words
from transcription import models

pytestmark = [pytest.mark.speech, pytest.mark.serial]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    try:
        models.find(ROOT / "models")
    except models.ModelError as absent:
        pytest.skip(str(absent))
    data = tmp_path_factory.mktemp("rehearsed")
    command = [sys.executable, "-m", "meeting_server", "rehearse", "--alone", "--data", str(data)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=420, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    path = next(line.removeprefix("RECORD ") for line in done.stdout.splitlines() if line.startswith("RECORD "))
    return Path(path), done.stdout


def test_the_record_is_whole(rehearsed: tuple[Path, str]) -> None:
    assert verify(rehearsed[0]).whole


def test_one_flipped_byte_anywhere_is_found(rehearsed: tuple[Path, str], tmp_path: Path) -> None:
    whole, dice = rehearsed[0].read_bytes(), random.Random(2026)
    for position in dice.sample(range(len(whole)), 100):
        forged = bytearray(whole)
        forged[position] ^= 1 << dice.randrange(8)
        copy = tmp_path / "forged.zip"
        copy.write_bytes(forged)
        assert not verify(copy).whole, f"byte {position}"


def test_captions_of_the_spoken_clips_have_at_most_two_errors_in_five_words(rehearsed: tuple[Path, str]) -> None:
    said, heard = (rehearsed[0].parent / "loi-noi.txt").read_text(encoding="utf-8").split("---")
    wrong = errors(words(said), words(heard))
    assert wrong <= 0.4 * len(words(said)), f"{wrong} of {len(words(said))} words"
