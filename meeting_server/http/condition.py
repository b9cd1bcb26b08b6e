"""How the house is: for people's doctor, for monitoring, and for trusting its own authority."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from meeting_server.http.caller import Caller, allowed
from meeting_server.http.faults import Fault
from meeting_server.http.house import house

router = APIRouter()

GAUGES = {
    "sockets": Gauge("hopchibo_live_sockets", "Live sockets that are open"),
    "media_up": Gauge("hopchibo_media_up", "Whether the media node is connected"),
    "heads_waiting": Gauge("hopchibo_heads_waiting", "Heads that have not arrived at the level above"),
    "speech_waiting": Gauge("hopchibo_speech_waiting", "Utterances that wait for recognition"),
    "speech_workers": Gauge("hopchibo_speech_workers", "Recogniser threads that are connected"),
}


@router.get("/healthz")
async def health(request: Request, caller: Annotated[Caller, allowed("health")]) -> JSONResponse:
    """``parts``: "ok" or what is wrong, in one word. 503 when the database does not answer."""
    at = house(request)
    try:
        alive = await asyncio.to_thread(at.store.healthy)
    except Exception:  # whatever it is, the answer is that the database does not work
        alive = False
    parts = {"server": "ok", "database": "ok" if alive else "down", **at.parts()}
    return JSONResponse({"ok": all(state == "ok" for state in parts.values()), "parts": parts}, 200 if alive else 503)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, caller: Annotated[Caller, allowed("metrics")]) -> Response:
    for name, value in house(request).figures().items():
        GAUGES[name].set(value)
    return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/api/trust")
async def trust(request: Request, caller: Annotated[Caller, allowed("trust")]) -> dict[str, Any]:
    """What the page /trust shows: whether this server vouches for itself, and the fingerprint to compare."""
    at = house(request)
    own = at.authority
    return {
        "own": own is not None,
        "fingerprint": own.fingerprint if own else "",
        "address": at.address,
        "file": "/trust/ca.pem",
    }


@router.get("/trust/ca.pem", include_in_schema=False)
async def certificate(request: Request, caller: Annotated[Caller, allowed("trust")]) -> Response:
    own = house(request).authority
    if own is None:
        raise Fault(404)
    return FileResponse(own.ca, media_type="application/x-x509-ca-cert", filename="hop-chi-bo.pem")
