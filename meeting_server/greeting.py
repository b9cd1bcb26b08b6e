"""What ``hopchibo serve`` tells the person at the terminal once the server answers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import segno

ROLES = {"leader": "Bí thư (chủ trì)", "secretary": "Thư ký", "administrator": "Quản trị"}
LOCAL = ("localhost", "127.0.0.1", "::1")


def greeting(url: str, demo: Path | None, *, fingerprint: str = "", reached: str = "") -> str:
    """Address, QR code, who may come in by it, and the demonstration's accounts. ``demo``: its demo.json;
    ``fingerprint``: of the authority that devices trust; ``reached``: the day somebody first came from outside."""
    lines = ["", f"Họp Chi Bộ đang chạy tại  {url}", "", _code(url), _reach(url, reached)]
    if fingerprint and urlsplit(url).hostname not in LOCAL:
        lines += [f"Mã của chứng chỉ (so với mã trên trang {url}/trust):", f"  {fingerprint}"]
    if demo and demo.exists():
        lines += ["", "Chi bộ mẫu (người và việc đều là hư cấu). Tên đăng nhập và mật khẩu của riêng máy này:"]
        accounts = json.loads(demo.read_text(encoding="utf-8"))["accounts"]
        lines += [f"  {ROLES[role]:<18} {who['name']:<10} {who['password']}" for role, who in accounts.items()]
        lines += ["", "Họp thử cả cuộc (khoảng hai phút): mở cửa sổ lệnh khác và gõ  .venv/bin/hopchibo rehearse"]
    lines += ["Dừng máy chủ: Ctrl+C. Có chỗ không chạy: .venv/bin/hopchibo doctor", ""]
    return "\n".join(lines)


def _code(url: str) -> str:
    out = io.StringIO()
    segno.make(url, error="m").terminal(out, compact=True)
    return out.getvalue()


def _reach(url: str, reached: str) -> str:
    if urlsplit(url).hostname in LOCAL:
        return "Địa chỉ này chỉ mở được trên chính máy này. Cho máy khác cùng mạng: make run HOST=0.0.0.0"
    far = (
        f"Đã có máy từ ngoài vào được máy chủ này (lần đầu ngày {reached})."
        if reached
        else "Mã này không dành cho người ở xa: chưa có máy nào từ ngoài vào được máy chủ này "
        "(.venv/bin/hopchibo doctor --outside nói rõ hơn)."
    )
    return f"Máy và điện thoại cùng mạng mở được địa chỉ này. Lần đầu, xem {url}/trust để máy tin địa chỉ này. {far}"
