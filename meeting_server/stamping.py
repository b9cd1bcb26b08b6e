"""The time-stamping service that the settings name (RFC 3161 over HTTP), for pyHanko. Translates, nothing more."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request

from asn1crypto import tsp  # type: ignore[import-untyped]  # ships no types
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from meeting_server.judge import trusted_in
from meeting_server.settings import Settings
from minutes.sealing.sign import Stamping

WAIT_S, MOST_BYTES = 10.0, 256 * 1024
ASKED, ANSWERED = "application/timestamp-query", "application/timestamp-reply"


class HttpTimeStamper(TimeStamper):
    """Asks the service at ``url``; pyHanko checks what it answers."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko's own
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, body: bytes) -> tsp.TimeStampResp:
        asked = urllib.request.Request(self._url, body, {"Content-Type": ASKED})  # noqa: S310 - http(s): settings
        try:
            with urllib.request.urlopen(asked, timeout=WAIT_S) as reply:  # noqa: S310
                kind, said = reply.headers.get_content_type(), reply.read(MOST_BYTES)
        except (OSError, urllib.error.URLError) as error:
            raise TimestampRequestError("the time-stamping service cannot be reached") from error
        if kind != ANSWERED:
            raise TimestampRequestError("the time-stamping service answered something else")
        return tsp.TimeStampResp.load(said)


def stamping_of(settings: Settings) -> Stamping | None:
    """None without a service. Raises ValueError with a sentence for roots that cannot be read."""
    if not settings.tsa_url:
        return None
    roots = [*trusted_in(settings.tsa_roots, "HOPCHIBO_TSA_ROOTS"), *trusted_in(settings.trust)]
    return Stamping(HttpTimeStamper(settings.tsa_url), roots, fetch=True)
