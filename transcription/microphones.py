"""How well a hall's microphones are understood: ten sentences, read aloud, against what was recognised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from transcription.opus import Sound, decode
from transcription.recording import JOURNAL, MICROPHONES, BadJournal, TrackStart, lines, packets
from transcription.sounds import BadSound, read
from transcription.terminal import reason
from transcription.vad import FRAME, Vad
from transcription.wer import Errors, word_errors
from transcription.whole import Reader, whole_sound

SENTENCES = (
    "Kính thưa các đồng chí, tôi xin tuyên bố khai mạc buổi sinh hoạt chi bộ thường kỳ tháng này.",
    "Chi bộ có hai mươi tám đảng viên, hôm nay có mặt hai mươi lăm đồng chí.",
    "Đồng chí bí thư thông qua báo cáo kết quả thực hiện nhiệm vụ tháng trước.",
    "Về thu nộp đảng phí, chi bộ đã hoàn thành đúng thời gian quy định.",
    "Đường bê tông của thôn đã làm được ba trăm năm mươi mét.",
    "Tôi đề nghị chi bộ phân công đảng viên phụ trách từng hộ gia đình.",
    "Nhân dân kiến nghị cấp trên sớm sửa chữa hệ thống kênh mương nội đồng.",
    "Đề nghị các đồng chí biểu quyết bằng hình thức giơ tay.",
    "Nghị quyết được thông qua với một trăm phần trăm đảng viên có mặt tán thành.",
    "Xin trân trọng cảm ơn các đồng chí, tôi tuyên bố bế mạc hội nghị.",
)
FRAME_SAMPLES = 960  # of an Opus packet of 20 ms
_GOOD, _USABLE = 25.0, 45.0
_ENOUGH = 0.5  # of the words; less cannot be judged
_NOTHING_DB = -120.0
_QUIET_DB, _NOISY_DB, _CLIPPED = -40.0, 12.0, 0.002


@dataclass(frozen=True, slots=True)
class Hearing:
    """A microphone's result: errors; level of the voice (dB of full scale), voice over noise (dB), clipped share."""

    name: str
    errors: Errors
    heard: str
    voice_db: float
    over_noise_db: float
    clipped: float

    @property
    def says(self) -> str:
        if not self.heard:
            return f"{self.name}: không nghe được tiếng nói nào"
        return (
            f"{self.name}: sai {self.errors.percent:.0f}% số tiếng; giọng {self.voice_db:.0f} dB,"
            f" hơn tiếng ồn {self.over_noise_db:.0f} dB"
        )

    def advice(self) -> list[str]:
        """What to do, in the members' language."""
        if self.voice_db <= _NOTHING_DB:
            return ["kiểm tra micro đã bật và đúng thiết bị, rồi thu lại"]
        tips = []
        if self.clipped > _CLIPPED:
            tips.append("tiếng bị vỡ: vặn nhỏ micro hoặc để xa miệng hơn một gang tay")
        if self.voice_db < _QUIET_DB:
            tips.append("tiếng quá nhỏ: để micro gần người nói hơn hoặc tăng mức thu")
        if self.over_noise_db < _NOISY_DB:
            tips.append("ồn hoặc vang: tắt quạt, loa; đóng cửa; đặt micro lên khăn, gần người nói")
        if len(self.heard.split()) < _ENOUGH * len(" ".join(SENTENCES).split()):
            return [*tips, "nghe thiếu nhiều câu: mời đọc đủ mười câu vào micro này rồi thử lại"]
        if self.errors.percent <= _GOOD:
            return [*tips, "nghe tốt"]
        if self.errors.percent <= _USABLE:
            return [*tips, "nghe được; thư ký nên đọc lại các con số và tên người"]
        return [*tips, "khó nghe: đổi vị trí hoặc dùng micro khác; cân nhắc mô hình tốt hơn (hopchibo models list)"]


def sounds_of(path: Path, tell: Callable[[str], None] | None = None) -> list[tuple[str, Sound]]:
    """(name, sound) of what is to be judged: a sound file, or a meeting's recording with a microphone a track.

    The recording is its folder (``<data>/recordings/<meeting>``), with a hall's several microphones each by itself.
    ``tell`` hears of damage in a file. Raises BadSound.
    """
    journal = path / JOURNAL if path.is_dir() else path
    if journal.name not in (JOURNAL, MICROPHONES):
        return [(path.name, read(path, tell))]
    files = [file for file in (journal, path / MICROPHONES) if file == journal or file.exists()]
    try:
        tracks = [(file, line.track) for file in files for line in lines(file) if isinstance(line, TrackStart)]
        return [(f"micro {number} ({track})", _track(file, track)) for number, (file, track) in enumerate(tracks, 1)]
    except FileNotFoundError as error:
        raise BadSound(f"{path}: trong thư mục không có bản ghi của cuộc họp nào") from error
    except OSError as error:
        raise BadSound(f"{path}: không đọc được bản ghi ({reason(error)})") from error
    except BadJournal as error:
        raise BadSound(f"{path}: bản ghi hỏng, không đọc được") from error


def _track(journal: Path, track: str) -> Sound:
    heard = list(packets(journal, track))
    return decode(heard, heard[0].position, heard[-1].position + FRAME_SAMPLES) if heard else np.zeros(0, np.float32)


def judge(reader: Reader, name: str, sound: Sound) -> Hearing:
    """Judge a recording of SENTENCES."""
    heard = str(whole_sound(reader, sound)["spoken"])
    voice, noise = _levels(sound)
    clipped = float(np.mean(np.abs(sound) > 0.99)) if len(sound) else 0.0
    return Hearing(name, word_errors(" ".join(SENTENCES), heard), heard, voice, voice - noise, clipped)


def _levels(sound: Sound) -> tuple[float, float]:
    """Median level of frames with and without voice, in dB of full scale."""
    count = len(sound) // FRAME
    frames = sound[: count * FRAME].reshape(count, FRAME)
    level = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-12) if count else np.zeros(0)
    voiced = np.array([p >= 0.5 for p in Vad().push(sound)][:count], dtype=bool)
    return _median(level[voiced]), _median(level[~voiced])


def _median(values: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> float:
    return float(np.median(values)) if len(values) else _NOTHING_DB
