"""Errors that a client sees: ``{code, message}`` in Vietnamese, without internals. Ours and theirs are apart.

Fault            a request that cannot be carried out (4xx), raised by the routes of this package
others           carry ``status``: room.refusal.Refused, store's and media's errors; anything else is 500
"""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from meeting_server.media.errors import MediaError
from meeting_server.room.refusal import Refused
from meeting_server.store.database import Overloaded

log = structlog.get_logger(__name__)

PLAIN = {
    400: ("bad_request", "Yêu cầu không hợp lệ."),
    401: ("signed_out", "Đồng chí cần đăng nhập."),
    403: ("not_allowed", "Đồng chí không có quyền xem hoặc làm việc này."),
    404: ("not_found", "Không có trang hoặc dữ liệu này."),
    405: ("not_allowed_here", "Cách gọi này không dùng được ở đây."),
    409: ("conflict", "Việc này chưa làm được lúc này."),
    410: ("gone", "Dữ liệu này không còn nữa."),
    413: ("too_large", "Dữ liệu gửi lên quá lớn."),
    415: ("wrong_type", "Loại tệp này không dùng được."),
    416: ("bad_range", "Đoạn cần nghe nằm ngoài bản ghi."),
    422: ("malformed", "Dữ liệu gửi lên không hợp lệ."),
    429: ("too_often", "Đã thử quá nhiều lần. Đồng chí chờ một phút rồi thử lại."),
    500: ("our_fault", "Máy chủ gặp lỗi. Dữ liệu đã lưu vẫn an toàn; đồng chí thử lại sau ít phút."),
    503: ("busy", "Máy chủ đang bận hoặc đang khởi động lại. Đồng chí thử lại sau ít giây."),
}


NOT_STORED = "Máy chủ chưa ghi được (có thể đĩa đã đầy). Những gì đã lưu vẫn còn; đề nghị báo quản trị rồi thử lại."


class Fault(Exception):
    """``code`` for programs, ``message`` (Vietnamese) for people; both have a plain default by status."""

    def __init__(self, status: int, code: str = "", message: str = "", **more: Any) -> None:
        super().__init__(f"{status} {code}")
        plain = PLAIN.get(status, PLAIN[400])
        self.status, self.code, self.message, self.more = status, code or plain[0], message or plain[1], more


def answer(status: int, code: str = "", message: str = "", **more: Any) -> JSONResponse:
    plain = PLAIN.get(status, PLAIN[400 if status < 500 else 500])
    return JSONResponse({"code": code or plain[0], "message": message or plain[1], **more}, status)


def install(app: FastAPI) -> None:
    app.add_exception_handler(Fault, _fault)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Overloaded, _busy)
    app.add_exception_handler(MediaError, _busy)
    app.add_exception_handler(SQLAlchemyError, _stored_not)
    app.add_exception_handler(Exception, _ours)


async def _fault(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Fault)
    log.info("request_refused", route=_route(request), status=error.status, code=error.code)
    return answer(error.status, error.code, error.message, **error.more)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    log.info("request_refused", route=_route(request), status=error.status, code=error.code)
    return answer(error.status, error.code, error.message_vi, who=error.who_vi)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return answer(error.status_code)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Only the field is named: what was sent is neither returned nor logged."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]["loc"] if error.errors() else ()
    field = str(first[-1])[:60] if first else ""
    log.info("request_refused", route=_route(request), status=422, code="malformed")
    return answer(422, "malformed", f"Dữ liệu gửi lên không hợp lệ ở mục “{field}”." if field else "")


async def _busy(request: Request, error: Exception) -> JSONResponse:
    log.warning("request_not_possible", route=_route(request), error=type(error).__name__)
    return answer(getattr(error, "status", 503), "busy", PLAIN[503][1])


async def _stored_not(request: Request, error: Exception) -> JSONResponse:
    """The disk is full, or the database is away: nothing was changed, and what is stored stays."""
    log.error("store_failed", route=_route(request), error=type(error).__name__)
    return answer(503, "store_failed", NOT_STORED)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", route=_route(request), exc_info=error)
    return answer(500)


def _route(request: Request) -> str:
    """The route's pattern, never the address itself (addresses may hold tokens)."""
    return str(getattr(request.scope.get("route"), "path", "?")).replace("{", "[").replace("}", "]")
