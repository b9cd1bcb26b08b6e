"""The live socket's messages: what a browser may send, read strictly, and what it is sent. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, get_args

VERSION = 1
MAX_MESSAGE = 64 * 1024
MAX_SDP = 64 * 1024
MAX_VIEWS = 40

Device = Literal["phone", "computer", "hall", "display", "microphone"]
Seat = Literal["hall", "remote"]
DEVICES: tuple[Device, ...] = get_args(Device)

SIGNED_OUT, NOT_ALLOWED, NO_MEETING, REPLACED, REMOVED = 4401, 4403, 4404, 4409, 4410
BAD_MESSAGE, TOO_SLOW, TOO_LARGE, TOO_MANY = 4400, 4408, 1009, 4429


class BadMessage(Exception):
    """Not one of ours. ``message`` is for the person; ``close``: the socket cannot go on."""

    def __init__(self, code: str, message: str, *, close: int = 0) -> None:
        super().__init__(code)
        self.code, self.message, self.close = code, message, close


@dataclass(frozen=True, slots=True)
class Hello:
    """``seat``: where the person says they sit, None when they did not say."""

    versions: dict[str, int]
    tab: str
    device: Device
    seat: Seat | None
    informed: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A command; ``args`` are read by ``room.commands.parse``."""

    id: int | str
    name: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    sdp: str
    speak: bool
    hear: bool
    weak: bool


@dataclass(frozen=True, slots=True)
class Pictured:
    """An offer of a picture's connection. ``place`` "" = to look on."""

    id: int | str
    place: Literal["", "hall", "shared"]
    sdp: str


@dataclass(frozen=True, slots=True)
class Mic:
    on: bool


@dataclass(frozen=True, slots=True)
class Ping:
    t: int | float


@dataclass(frozen=True, slots=True)
class Bye:
    pass


FromBrowser = Hello | Asked | Offer | Pictured | Mic | Ping | Bye


def read(text: str) -> FromBrowser:
    """Raises BadMessage."""
    if len(text) > MAX_MESSAGE or len(text.encode("utf-8", "replace")) > MAX_MESSAGE:
        raise BadMessage("too_large", "Nội dung gửi lên quá dài (quá 64 KB).", close=TOO_LARGE)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _malformed() from error
    if not isinstance(message, dict):
        raise _malformed()
    match message.get("type"):
        case "hello":
            return _hello(message)
        case "command":
            return _asked(message)
        case "offer":
            return _offer(message)
        case "picture":
            return _pictured(message)
        case "mic":
            return Mic(message.get("on") is True)
        case "ping":
            return Ping(_number(message.get("t")))
        case "bye":
            return Bye()
    raise BadMessage("unknown_type", "Máy chủ không biết loại tin này. Đề nghị tải lại trang.")


def _malformed(what: str = "") -> BadMessage:
    return BadMessage("malformed", f"Dữ liệu gửi lên không hợp lệ{f' ở mục “{what}”' if what else ''}.")


def _number(value: object) -> int | float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15 else 0


def _hello(message: dict[str, Any]) -> Hello:
    if message.get("v") != VERSION:
        raise BadMessage("old_page", "Trang này đã cũ. Đề nghị tải lại trang.", close=BAD_MESSAGE)
    tab, device, versions = message.get("tab"), message.get("device"), message.get("versions", {})
    if not isinstance(tab, str) or not 1 <= len(tab) <= 100:
        raise _malformed("tab")
    if device not in DEVICES:
        raise _malformed("device")
    if not isinstance(versions, dict) or len(versions) > MAX_VIEWS:
        raise _malformed("versions")
    known = {str(name)[:40]: version for name, version in versions.items() if type(version) is int}
    seat = message.get("seat")
    return Hello(
        known, tab, device, seat if seat in ("hall", "remote") else None,
        message.get("informed") is True, message.get("private") is True,
    )  # fmt: skip


def _id(message: dict[str, Any]) -> int | str:
    number = message.get("id")
    if type(number) is int or (isinstance(number, str) and len(number) <= 64):
        return number
    raise _malformed("id")


def _asked(message: dict[str, Any]) -> Asked:
    number, name, args = _id(message), message.get("name"), message.get("args", {})
    if not isinstance(name, str) or len(name) > 60:
        raise _malformed("name")
    if not isinstance(args, dict):
        raise _malformed("args")
    return Asked(number, name, args)


def _offer(message: dict[str, Any]) -> Offer:
    sdp = message.get("sdp")
    if not isinstance(sdp, str) or not sdp:
        raise _malformed("sdp")
    return Offer(sdp, message.get("speak") is True, message.get("hear") is True, message.get("weak") is True)


def _pictured(message: dict[str, Any]) -> Pictured:
    sdp, place = message.get("sdp"), message.get("place")
    if not isinstance(sdp, str) or not sdp:
        raise _malformed("sdp")
    if place not in ("", "hall", "shared"):
        raise _malformed("place")
    return Pictured(_id(message), place, sdp)


# -- to the browser ----------------------------------------------------------------------------------------------------


def dump(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def refused(
    code: str, message: str, *, id: int | str | None = None, who: str = "", current: str = ""
) -> dict[str, Any]:
    return {"type": "refused", "id": id, "code": code, "message": message, "who": who, "current": current}


def accepted(id: int | str, seq: int | None) -> dict[str, Any]:
    return {"type": "accepted", "id": id, "seq": seq}


def notice(level: Literal["info", "warning", "error"], text: str) -> dict[str, Any]:
    return {"type": "notice", "level": level, "text": text}


def told(message: tuple[Any, ...]) -> dict[str, Any]:
    """A subscription's message (``meetings.Message``) as it goes to the browser."""
    match message:
        case ("snapshot", version, views):
            return {"type": "snapshot", "version": version, "views": views}
        case ("replace" | "append" as kind, version, view, value):
            return {"type": kind, "version": version, "view": view, "value": value}
        case ("interim" | "notice" | "removed" as kind, fields):
            return {**fields, "type": kind}
    raise AssertionError("a subscription says nothing else")
