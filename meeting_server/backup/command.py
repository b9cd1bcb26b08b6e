"""``hopchibo backup`` and ``hopchibo restore``; the commands are joined into the one in ``__main__``."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from meeting_server.backup import sealed
from meeting_server.backup.sealed import PLAIN, BackupFault, Secret
from meeting_server.settings import Settings
from meeting_server.terminal.options import Data, installation, settings_of
from minutes.record.retention import tables
from transcription.terminal import Terminal, reason

if TYPE_CHECKING:
    from meeting_server.backup.make import Place

# The database's libraries are loaded by the commands that use them: ``hopchibo verify`` starts twice as fast without.
WORDS = "HOPCHIBO_BACKUP_PASSPHRASE"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
app = Terminal()

KeyFile = Annotated[Path | None, typer.Option(help=f"Tệp khóa; không có thì dùng mật khẩu trong {WORDS}")]


@app.command()
def backup(
    to: Annotated[Path, typer.Option(help="Thư mục chứa các bản sao lưu")] = Path("backups"),
    data: Data = None,
    key_file: KeyFile = None,
    new_key: Annotated[Path | None, typer.Option(help="Tạo tệp khóa mới tại đây rồi dừng")] = None,
    recordings: Annotated[bool, typer.Option(help="Gồm cả bản ghi âm")] = True,
    keys: Annotated[bool, typer.Option(help="Gồm cả khóa của hệ thống")] = True,
    plain: Annotated[bool, typer.Option("--plain", help="Không mã hóa (chỉ khi ổ đĩa đích đã mã hóa)")] = False,
    keep_days: Annotated[
        int, typer.Option(min=0, help="Xóa bản sao lưu cũ hơn số ngày này (như hạn giữ lời ghi); 0 = giữ tất cả")
    ] = tables()[-1].short_days,
) -> None:
    """Sao lưu khi hệ thống đang chạy: cơ sở dữ liệu, hồ sơ, bản ghi âm, khóa; mã hóa và đọc lại để kiểm tra."""
    from meeting_server.backup.make import SUFFIX, Content, clear_away, make

    with _Said():
        if new_key is not None:
            sealed.new_key(new_key)
            print(f"✓ Đã tạo tệp khóa {new_key}. Cất một bản ở nơi khác; mất khóa là mất bản sao lưu.")
            return
        made = datetime.now(VIETNAM)
        target = to / f"hopchibo-{made:%Y%m%d-%H%M%S}{SUFFIX}"
        manifest = make(
            _place(installation(data=data)), target, _secret(key_file, plain=plain), Content(recordings, keys)
        )
        size = target.stat().st_size / 1e6
        print(f"✓ {target} ({size:.1f} MB, {len(manifest.files)} tệp, {len(manifest.heads)} cuộc họp), đã đọc lại.")
        for old in clear_away(to, keep_days) if keep_days else ():
            print(f"  đã xóa {old.name}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Bản sao lưu (.hcbbak)")],
    data: Annotated[Path, typer.Option(help="Thư mục dữ liệu mới, còn trống")] = Path("var"),
    key_file: KeyFile = None,
    erased: Annotated[Path | None, typer.Option(help="Bảng kê những gì đã xóa (mặc định: cạnh bản sao lưu)")] = None,
    check: Annotated[bool, typer.Option("--check", help="Chỉ đọc và kiểm tra, không khôi phục")] = False,
) -> None:
    """Khôi phục vào thư mục mới, kiểm tra mọi sổ họp và hồ sơ, xóa lại những gì đã bị xóa sau khi sao lưu."""
    from meeting_server.backup.make import read_back
    from meeting_server.backup.restore import restore as put_back

    with _Said():
        secret = _secret(key_file, plain=True)
        if check:
            manifest = read_back(file, secret)
            print(f"✓ {file.name}: nguyên vẹn, {len(manifest.files)} tệp, {len(manifest.heads)} cuộc họp.")
            return
        result = put_back(file, _place(settings_of(data=data)), secret, erased=erased)
        print(f"✓ Đã khôi phục {result.meetings} cuộc họp, {result.entries} dòng sổ, {result.files} tệp.")
        if result.erased_again:
            print(f"  đã xóa lại {result.erased_again} dòng bị xóa sau ngày sao lưu")
        for fault in result.faults:
            print(f"✗ {fault}")
        if result.faults:
            raise typer.Exit(1)
        print("✓ Mọi sổ họp, gốc và hồ sơ đều khớp.")


class _Said:
    """Faults as one sentence and exit code 1."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            print(f"✗ {error.filename or 'Tệp'}: {reason(error)}.", file=sys.stderr)
            raise typer.Exit(1) from error
        if isinstance(error, BackupFault):
            print(f"✗ {error}", file=sys.stderr)
            raise typer.Exit(1) from error


def _place(settings: Settings) -> Place:
    from meeting_server.backup.make import Place

    return Place(settings.data, settings.database_url)


def _secret(key_file: Path | None, *, plain: bool) -> Secret:
    """The key file, else the passphrase of the environment, else nothing where that was asked for."""
    if key_file is not None:
        return sealed.key_of(key_file)
    if words := os.environ.get(WORDS, ""):
        return sealed.passphrase(words)
    if plain:
        return PLAIN
    raise BackupFault(
        f"Bản sao lưu được mã hóa: cho --key-file, hoặc đặt {WORDS}. Tạo tệp khóa: hopchibo backup --new-key TỆP. "
        "Không mã hóa: --plain."
    )
