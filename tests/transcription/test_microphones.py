"""Each microphone of a hall is judged by what it heard of ten sentences, and the advice fits the fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tests.sound import RATE, Sound, murmur, quiet
from tests.transcription.ends import Feed
from tests.transcription.test_listener import SPEECH
from tests.voices import MODELS, voice_samples
from transcription import models
from transcription.commands import voices_app
from transcription.microphones import SENTENCES, judge, sounds_of
from transcription.recogniser import Reading
from transcription.sounds import BadSound

SPOKEN = np.concatenate([quiet(0.6), murmur(3.0), quiet(1.0)])


class Reads:
    """Hears a text in the first sound it is given and nothing after."""

    def __init__(self, text: str) -> None:
        self._texts = [text]

    def read(self, sound: Sound, *, hot_words: tuple[str, ...] = ()) -> Reading:
        return Reading(self._texts.pop() if self._texts else "", (), -0.2, 0.0, 1.5, 0.0)


def advice(sound: Sound, text: str = " ".join(SENTENCES[:1])) -> str:
    return "; ".join(judge(Reads(text), "micro", sound).advice())


def test_all_ten_sentences_understood_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcription.microphones.SENTENCES", SENTENCES[:1])
    hearing = judge(Reads(SENTENCES[0]), "micro", SPOKEN)
    assert hearing.errors.percent == 0
    assert hearing.advice() == ["nghe tốt"]
    assert hearing.says.startswith("micro: sai 0% số tiếng")


def test_a_faint_a_noisy_and_a_broken_microphone_are_told_apart() -> None:
    assert "tiếng quá nhỏ" in advice(SPOKEN * 0.01)
    assert "ồn hoặc vang" in advice(SPOKEN + quiet(len(SPOKEN) / RATE, 0.05, 1)[: len(SPOKEN)])
    assert "tiếng bị vỡ" in advice(np.clip(SPOKEN * 30, -1, 1))


def test_all_sentences_misheard_is_a_bad_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcription.microphones.SENTENCES", SENTENCES[:1])
    assert "khó nghe" in advice(SPOKEN, " ".join(reversed(SENTENCES[0].split())))


def test_a_recording_of_one_sentence_is_not_called_a_bad_microphone() -> None:
    assert advice(SPOKEN, SENTENCES[0]).startswith("nghe thiếu nhiều câu")


def test_silence_is_said_in_words() -> None:
    silent = judge(Reads(""), "micro 2", np.zeros(2 * RATE, np.float32))
    assert silent.says == "micro 2: không nghe được tiếng nói nào"
    assert silent.advice() == ["kiểm tra micro đã bật và đúng thiết bị, rồi thu lại"]


async def test_a_rehearsed_meeting_is_judged_a_microphone_a_track(tmp_path: Path) -> None:
    feed = Feed(tmp_path)
    for track in ("t-hall", "t-phone"):
        await feed.open("m-1", track)
        await feed.packets("m-1", track, SPEECH)
    found = sounds_of(tmp_path)
    assert [name for name, _ in found] == ["micro 1 (t-hall)", "micro 2 (t-phone)"]
    assert all(len(sound) == len(SPEECH) * 320 for _, sound in found)


def test_what_is_no_sound_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "micro.wav"
    wrong.write_bytes(b"no sound at all")
    for path in (wrong, tmp_path / "missing.wav", tmp_path):
        with pytest.raises(BadSound, match=path.name):
            sounds_of(path)


def test_without_recordings_the_sentences_and_the_two_ways_to_record_are_shown() -> None:
    shown = CliRunner().invoke(voices_app, ["test"])
    assert shown.exit_code == 0
    assert all(sentence in shown.output for sentence in SENTENCES)
    assert "hopchibo voices test" in shown.output


@pytest.mark.speech
def test_the_command_tells_the_error_rate_of_each_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models.get_embedded(MODELS)
    monkeypatch.setenv("SPEECH_MODELS", str(MODELS))
    wrong, good = tmp_path / "hong.wav", tmp_path / "micro-1.wav"
    wrong.write_bytes(b"no sound at all")
    sound, rate = soundfile.read(voice_samples()[4][0])
    soundfile.write(good, sound, rate)
    shown = CliRunner().invoke(voices_app, ["test", str(good), str(wrong)])
    assert shown.exit_code == 1
    assert "micro-1.wav: sai" in shown.output
    assert "hong.wav: không phải tệp âm thanh" in shown.output


def test_a_folder_without_a_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSound, match="không có bản ghi của cuộc họp nào"):
        sounds_of(tmp_path)
