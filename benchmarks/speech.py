"""How well, how fast and how faithfully speech is written down: ``python -m benchmarks.speech`` (make bench-speech).

Accuracy a clip, live figures of a joined stream, rooms at once, sounds in which nobody speaks, faint speech, kills and
hangs over both links, spoken figures, times of words, an hour's memory; and the same audio and model through one
faster-whisper call a clip and through LocalAgreement-2. Latencies are reckoned by CPU time (benchmarks.speech_clock);
``--wall`` measures them by the clock on the wall, for a machine at rest. Short by default; ``--full`` runs the lengths
of the issue's bars. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import platform
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.speech_clock import Clock
from benchmarks.speech_faults import faults
from benchmarks.speech_long import memory, words_in_time
from benchmarks.speech_peer import local_agreement
from benchmarks.speech_sounds import SHARED, Clip, Spoken, clips, nothing_said, stream
from tests.voices import MODELS
from transcription import models
from transcription.live import Event, listen_to
from transcription.opus import SOUND_RATE, Sound, encode
from transcription.recogniser import Recogniser, guarded
from transcription.sounds import part, passages, utterances
from transcription.text import to_figures
from transcription.vad import voiced_seconds
from transcription.wer import NONE, Errors, character_errors, word_errors

PROMPT = "Đánh giá kết quả thực hiện nghị quyết tháng trước"
NAMES = (
    "Vi Văn Thuận", "Hà Thị Nguyệt", "Lương Văn Chiến", "Chiềng Cà", "Thanh Quân", "Lữ Văn Quyết", "Lê Đình Khang",
    "Vi Thị Lan", "Lò Văn Cụ", "Lang Văn Hợp", "Quách Văn Thắng", "chi bộ", "đảng viên", "nghị quyết", "đảng ủy",
    "bí thư", "chi ủy", "đảng phí", "dự bị", "biểu quyết",
)  # fmt: skip


@dataclass
class Report:
    """Figures for people as they come, and for the last line."""

    figures: dict[str, Any] = field(default_factory=dict)

    def say(self, line: str) -> None:
        print(line, flush=True)

    def note(self, **figures: float | str) -> None:
        """A figure that nothing was measured for is null."""
        for name, value in figures.items():
            self.figures[name] = _rounded(value) if isinstance(value, float) else value


def _rounded(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None


def main() -> None:
    options = _options()
    report = Report()
    models.get_embedded(MODELS)
    reader = Recogniser(models.find(MODELS, options.model), workers=options.workers)
    load = os.getloadavg()[0]
    report.say(
        f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()},"
        f" faster-whisper {version('faster-whisper')}, CTranslate2 {version('ctranslate2')}, model {reader.name} int8"
    )
    report.note(load_at_start=load, model=reader.name, cores=os.cpu_count() or 0)
    parts = clips()
    sound, spoken = stream(parts, options.seconds)
    runs: dict[str, Callable[[], None]] = {
        "clips": lambda: per_clip(report, reader, Recogniser(models.find(MODELS, options.model), thorough=True), parts),
        "hints": lambda: hinted(report, reader, parts),
        "live": lambda: live(report, reader, sound, spoken, options),
        "rooms": lambda: rooms(report, reader, parts, options),
        "noise": lambda: noise(report, reader, options.noise),
        "faint": lambda: faint(report, reader, parts),
        "agreement": lambda: agreement(report, reader, parts, options),
        "figures": lambda: figures(report),
        "words": lambda: words_in_time(report, reader, parts, options.words),
        "faults": lambda: faults(report, parts, options.faults),
        "memory": lambda: memory(report, parts, options.memory),
    }
    for name in options.only or [name for name in runs if name != "hints"]:
        began = time.monotonic()
        runs[name]()
        report.say(f"  [{name}: {time.monotonic() - began:.0f} s]")
    report.note(peak_rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(report.figures, ensure_ascii=False))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "only", nargs="*", help="clips hints live rooms noise faint agreement figures words faults memory"
    )
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--wall", action="store_true", help="by the clock on the wall; only on a machine at rest")
    parser.add_argument("--seconds", type=float, help="length of the joined stream")
    parser.add_argument("--model", default=models.EMBEDDED)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    full = options.full
    options.seconds = options.seconds or (250.0 if full else 90.0)
    options.noise = 600.0 if full else 60.0
    options.rooms = 120.0 if full else 45.0
    options.faults = 600.0 if full else 60.0
    options.words = 200.0 if full else 60.0
    options.memory = 3600.0 if full else 120.0
    return options


def per_clip(report: Report, reader: Recogniser, thorough: Recogniser, parts: list[Clip]) -> None:
    """One call a clip of ours as files are read, of ours as meetings are, and of faster-whisper; groups apart."""
    ours: dict[str, Errors] = defaultdict(lambda: NONE)
    theirs: dict[str, Errors] = defaultdict(lambda: NONE)
    quick: dict[str, Errors] = defaultdict(lambda: NONE)
    letters, spent, wall, length = NONE, 0.0, 0.0, 0.0
    for clip in parts:
        cpu, began = time.process_time(), time.monotonic()
        cuts = passages(list(utterances(clip.sound)))
        text = " ".join(guarded_text(thorough, part(clip.sound, cut)) for cut in cuts)
        spent, wall = spent + time.process_time() - cpu, wall + time.monotonic() - began
        length += len(clip.sound) / SOUND_RATE
        at_once = " ".join(guarded_text(reader, part(clip.sound, cut)) for cut in cuts)
        segments, _ = reader._model.transcribe(clip.sound, language="vi", beam_size=5, condition_on_previous_text=False)
        peer = " ".join(segment.text for segment in segments)
        for group in (clip.kind, "all"):
            ours[group] += word_errors(clip.text, text)
            theirs[group] += word_errors(clip.text, peer)
            quick[group] += word_errors(clip.text, at_once)
        letters += character_errors(clip.text, text)
    for group, errors in ours.items():
        report.say(
            f"{group:8} WER {errors.percent:5.1f}  as in a meeting {quick[group].percent:5.1f}"
            f"  one faster-whisper call a clip {theirs[group].percent:5.1f}"
        )
    report.note(
        wer_whole_file=ours["all"].percent, cer_whole_file=letters.percent, wer_one_call=theirs["all"].percent,
        wer_clips_as_live=quick["all"].percent,
        rtf_whole_file=wall / length, cpu_per_audio_s_whole_file=spent / length, clips=len(parts),
    )  # fmt: skip


def hinted(report: Report, reader: Recogniser, parts: list[Clip]) -> None:
    """What hot words and a prompt cost on speech about other things, as meetings give them (room/hints)."""
    for name, words, prompt in (
        ("plain", (), ""), ("prompt", (), PROMPT), ("hot_words_5", NAMES[:5], ""), ("hot_words_20", NAMES, ""),
    ):  # fmt: skip
        errors = NONE
        for clip in parts:
            cuts = passages(list(utterances(clip.sound)))
            text = " ".join(guarded_text(reader, part(clip.sound, cut), words, prompt) for cut in cuts)
            errors += word_errors(clip.text, text)
        report.say(f"{name:12} WER {errors.percent:5.1f}")
        report.note(**{f"wer_{name}": errors.percent})


def guarded_text(reader: Recogniser, sound: Sound, words: tuple[str, ...] = (), prompt: str = "") -> str:
    text, _ = guarded(
        reader.read(sound, hot_words=words, prompt=prompt), len(sound) / SOUND_RATE, voiced_seconds(sound)
    )
    return text


def live(report: Report, reader: Recogniser, sound: Sound, spoken: list[Spoken], options: argparse.Namespace) -> None:
    """The stream with interims and then finals alone: by the wall clock (``--wall``) or reckoned by CPU time."""
    length = len(sound) / SOUND_RATE
    reference = " ".join(s.text for s in spoken)
    events, spent = _run(reader, {"t-live": sound}, options, interims=True)
    alone, spent_alone = _run(reader, {"t-live": sound}, options, interims=False)
    finals = [e for e in events if e.kind == "final"]
    wer = word_errors(reference, " ".join(e.spoken for e in finals)).percent
    final, shown, stable = _to_final(spoken, finals), *_to_shown(events)
    report.say(f"live     WER {wer:5.1f} over {length:.0f} s in {len(finals)} utterances")
    for name, values in (("end → final", final), ("word → shown", shown), ("word → stable", stable)):
        report.say(f"  {name:14} p50 {_percentile(values, 50):5.2f} s   p95 {_percentile(values, 95):5.2f} s")
    report.note(
        clock="wall" if options.wall else "cpu", wer_live=wer,
        final_latency_p50_s=_percentile(final, 50), final_latency_p95_s=_percentile(final, 95),
        first_shown_p50_s=_percentile(shown, 50), first_shown_p95_s=_percentile(shown, 95),
        first_stable_p50_s=_percentile(stable, 50), first_stable_p95_s=_percentile(stable, 95),
        cpu_per_audio_s=spent / length, cpu_per_audio_s_finals=spent_alone / length,
        final_latency_finals_only_p50_s=_percentile(_to_final(spoken, [e for e in alone if e.kind == "final"]), 50),
    )  # fmt: skip


def _run(
    reader: Recogniser, sounds: dict[str, Sound], options: argparse.Namespace, *, interims: bool
) -> tuple[list[Event], float]:
    """Events and CPU seconds."""
    if not options.wall:
        clock = Clock(reader, options.workers, interims)
        return clock.run(sounds), clock.cpu
    cpu = time.process_time()
    for sound in sounds.values():
        encode(sound)
    sending = time.process_time() - cpu  # the speaker's own encoder, which runs elsewhere
    events = asyncio.run(_heard(sounds, reader, options.workers, interims))
    return events, time.process_time() - cpu - 2 * sending


async def _heard(sounds: dict[str, Sound], reader: Recogniser, workers: int, interims: bool = True) -> list[Event]:
    return [event async for event in listen_to(sounds, reader, workers=workers, interims=interims)]


def _to_final(spoken: list[Spoken], finals: list[Event]) -> list[float]:
    """From the end of each clip to the final text that covers it."""
    found = []
    for clip in spoken:
        last = [e for e in finals if e.start < clip.end and e.end > clip.end - 0.6]
        found += [last[-1].emitted_at - clip.end] if last else []
    return found


def _to_shown(events: list[Event]) -> tuple[list[float], list[float]]:
    """From a word's end (words spread evenly over their utterance) until that many words were shown, and stable."""
    shown, stable = [], []
    for final in (e for e in events if e.kind == "final"):
        count = len(final.text.split())
        before = [e for e in events if e.start == final.start and e.emitted_at <= final.emitted_at]
        for number in range(1, count + 1):
            said = final.start + (final.end - final.start) * number / count
            enough = [e for e in before if len(e.text.split()) >= number or e is final]
            shown.append(min(e.emitted_at for e in enough) - said)
            stable.append(min(e.emitted_at for e in enough if e.kind != "partial") - said)
    return shown, stable


def rooms(report: Report, reader: Recogniser, parts: list[Clip], options: argparse.Namespace) -> None:
    """More and more rooms with one continuous speaker each, until the last finals come more than 5 s late."""
    most = 0
    for count in (2, 4, 6, 8, 10) if options.full else (4, 6):
        streams = {f"t-{n}": stream(parts, options.rooms, seed=n)[0] for n in range(count)}
        events, _ = _run(reader, streams, options, interims=True)
        finals = [e.emitted_at - e.end for e in events if e.kind == "final" and e.start > options.rooms / 2]
        late = _percentile(finals, 95)
        report.say(f"rooms {count:3}  end → final in the second half p50 {median(finals):5.2f} s, p95 {late:5.2f} s")
        if late > 5:
            break
        most = count
    report.note(rooms_live=most)


def noise(report: Report, reader: Recogniser, seconds: float) -> None:
    """Words where nobody speaks, and "[không nghe rõ]" marks."""
    words = marks = 0
    for name, sound in nothing_said(seconds).items():
        found = said = 0
        for cut in utterances(sound):
            clip = part(sound, cut)
            text, inaudible = guarded(reader.read(clip), len(clip) / SOUND_RATE, voiced_seconds(clip))
            found += inaudible
            said += 0 if inaudible else len(text.split())
        report.say(f"{name:14} {said} words, {found} marks in {seconds:.0f} s")
        words, marks = words + said, marks + found
    report.note(words_on_noise=words, marks_on_noise=marks, noise_seconds=6 * seconds)


def faint(report: Report, reader: Recogniser, parts: list[Clip]) -> None:
    """Clips 15 dB fainter, over room noise: how many are answered at all."""
    answered = 0
    for clip in parts:
        faint_sound = stream([Clip(clip.name, clip.sound * 10 ** (-15 / 20), clip.text, clip.kind)], 1.5)[0]
        answered += any(guarded_text(reader, part(faint_sound, cut)) for cut in utterances(faint_sound))
    report.say(f"15 dB fainter: {answered} of {len(parts)} clips answered")
    report.note(recall_minus15db=answered / len(parts))


def figures(report: Report) -> None:
    """Spoken numbers, times, money … as minutes write them: the ruler beside this checkout, and our own."""
    own = Path(__file__).parent.parent / "tests" / "transcription" / "text" / "figures.tsv"
    for name, path in (("spoken_figures", SHARED.parent / "tools" / "spoken_figures.tsv"), ("own_figures", own)):
        if not path.exists():
            report.say(f"{name}: not beside this checkout")
            continue
        lines = [
            line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")
        ]
        right = sum(to_figures(line[0]) == line[1] for line in lines)
        report.say(f"{name}: {right} of {len(lines)} as minutes write them")
        report.note(**{name: right / len(lines)})


def agreement(report: Report, reader: Recogniser, parts: list[Clip], options: argparse.Namespace) -> None:
    """The anchor: the same model, streaming by LocalAgreement-2."""
    sound, spoken = stream(parts, 120 if options.full else 45)
    words, spent = local_agreement(reader._model, sound)
    wer = word_errors(" ".join(s.text for s in spoken), " ".join(w.text for w in words)).percent
    late = []
    for clip in spoken:
        last = [w for w in words if clip.start < w.end <= clip.end + 0.3]
        late += [last[-1].emitted_at - clip.end] if last else []
    length = len(sound) / SOUND_RATE
    report.say(
        f"LocalAgreement-2: WER {wer:.1f}, end → final p50 {_percentile(late, 50):.1f} s, CPU {spent / length:.2f}"
    )
    report.note(
        localagreement_wer=wer, localagreement_final_p50_s=_percentile(late, 50),
        localagreement_final_p95_s=_percentile(late, 95), localagreement_cpu_per_audio_s=spent / length,
    )  # fmt: skip


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("nan")


if __name__ == "__main__":
    sys.exit(main())
