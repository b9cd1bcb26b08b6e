"""What a pass read becomes a result: guarded, in words and in figures, with times on the track."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.sound import quiet
from tests.voices import MODELS, load, voice_samples
from transcription import models
from transcription.opus import encode
from transcription.recogniser import Reading, Recogniser, Word, guarded, level, result_of
from transcription.text import similarity
from transcription.wer import NONE, word_errors
from transcription.whole import whole_file
from transcription.wire import Job

JOB = Job("t:48000", "t", 48_000, 48_000 * 4, ())


def reading(text: str, log_probability: float = -0.3, no_speech: float = 0.05, compression: float = 1.0) -> Reading:
    words = tuple(Word(n * 0.3, n * 0.3 + 0.25, w, 0.9) for n, w in enumerate(text.split()))
    return Reading(text, words, log_probability, no_speech, compression, 0.0)


def test_figures_stand_beside_the_spoken_words() -> None:
    result = result_of(JOB, reading("chi bộ có hai mươi tám đảng viên"), "m", 2.5)
    assert result.spoken == "chi bộ có hai mươi tám đảng viên"
    assert "28 đảng viên" in result.text
    assert result.text[0] == "C"
    assert result.confidence == 900


def test_words_stand_where_they_were_said_on_the_track() -> None:
    result = result_of(JOB, reading("xin chào"), "m", 2.0)
    assert [(w.start, w.text) for w in result.words] == [(48_000, "xin"), (48_000 + 14_400, "chào")]
    assert all(48_000 <= w.start <= w.end <= JOB.end for w in result.words)


def test_the_level_is_that_of_the_voice_not_of_the_pauses_around_it() -> None:
    voice = np.full(16_000, 0.1, np.float32)
    assert level(voice) == -20
    assert level(np.concatenate([voice, np.zeros(16_000, np.float32)])) == -20
    assert level(np.zeros(16_000, np.float32)) == -127


def test_a_known_invention_over_doubtful_sound_is_nothing() -> None:
    text = "Hãy subscribe cho kênh La La School để không bỏ lỡ những video hấp dẫn"
    assert guarded(reading(text, log_probability=-0.9, no_speech=0.7), 3.0, 0.3) == ("", False)


def test_a_true_sentence_over_clear_sound_survives() -> None:
    text = "Cảm ơn các bạn đã theo dõi"
    assert guarded(reading(text), 3.0, 2.5) == (text, False)


def test_speech_that_nobody_could_read_is_marked_with_its_length() -> None:
    assert guarded(reading("cục cục cục cục cục cục cục cục", compression=3.0), 12.0, 8.0) == (
        "[không nghe rõ, 12 giây]",
        True,
    )


def test_what_cannot_be_read_and_was_hardly_voiced_is_nothing() -> None:
    assert guarded(reading("cục cục cục cục cục cục cục cục", compression=3.0), 1.0, 0.3) == ("", False)


@pytest.fixture(scope="module")
def reader() -> Recogniser:
    return Recogniser(models.get_embedded(MODELS))


@pytest.mark.speech
def test_the_embedded_model_reads_the_samples(reader: Recogniser) -> None:
    errors = NONE
    for path, text in voice_samples():
        errors += word_errors(text, str(whole_file(reader, path)["spoken"]))
    assert errors.percent <= 40


@pytest.mark.speech
def test_hot_words_never_take_the_place_of_what_was_said(reader: Recogniser) -> None:
    sound = load(voice_samples()[0][0])
    told = reader.read(sound, hot_words=("Nguyễn Văn Tám đồng chí",) * 60)
    assert similarity(told.text, reader.read(sound).text) >= 0.7


@pytest.mark.speech
def test_what_is_read_together_is_read_as_alone() -> None:
    """As on a graphics card: the whole context for all, one pass."""
    together = Recogniser(models.get_embedded(MODELS), batch=3)
    jobs = []
    for number, (path, _) in enumerate(voice_samples()[:3]):
        sound = load(path)
        jobs.append(Job(f"t-{number}:0", f"t-{number}", 0, len(sound) * 3, tuple(encode(sound)), final=number != 1))
    found, alone = together.recognise_many(jobs), [together.recognise(job) for job in jobs]
    assert [result.spoken for result in found] == [result.spoken for result in alone]
    for one, other in zip(found, alone, strict=True):
        assert [(w.text, w.start) for w in one.words] == [(w.text, w.start) for w in other.words]
        assert one.confidence == pytest.approx(other.confidence, abs=10)


@pytest.mark.speech
def test_word_times_lie_inside_the_speech(reader: Recogniser) -> None:
    path: Path = voice_samples()[0][0]
    sound = load(path)
    packets = tuple(encode(sound))
    result = reader.recognise(Job("t:0", "t", 0, len(sound) * 3, packets))
    starts = [word.start for word in result.words]
    assert starts == sorted(starts)
    assert len(result.words) == len(result.spoken.split())


@pytest.mark.speech
def test_room_noise_gives_no_words(reader: Recogniser) -> None:
    sound = quiet(4, level=0.003)
    assert reader.recognise(Job("t:0", "t", 0, len(sound) * 3, tuple(encode(sound)))).text == ""
