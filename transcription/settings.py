"""Settings of the speech processes, from the environment (``SPEECH_…``); built once in ``__main__``."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every field is the environment variable ``SPEECH_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="SPEECH_", extra="ignore")

    model: str = Field(default="", description="Model name or directory; empty = as chosen by `hopchibo models use`")
    models: Path = Field(default=Path("models"), description="Directory of models")
    device: str = Field(default="cpu", description="cpu, cuda or auto")
    compute: str = Field(default="int8", description="Arithmetic: int8, float32; float16 on a GPU")
    beam: int = Field(default=3, ge=1, le=10, description="Hypotheses followed at once")
    workers: int = Field(
        default_factory=lambda: min(8, max(1, os.cpu_count() or 1)), ge=1, le=64, description="Passes at once"
    )
    batch: int = Field(
        default=0, ge=0, le=64, description="Utterances read together; 0 = one on a processor, 8 on a graphics card"
    )
    hot_words: int = Field(
        default=0, ge=0, le=100, description="Names that recognition is told beforehand; each costs accuracy elsewhere"
    )
    prompt: bool = Field(default=False, description="Tell recognition the item of the agenda; costs accuracy elsewhere")
    link: str = Field(default="", description="Where the server's link is: ws://… or redis://…")
    token: str = Field(default="", description="Bearer token of the link")
    feed: Path = Field(default=Path("run/feed.sock"), description="Unix socket of the media node's feed")
    lease: float = Field(
        default=20.0,
        ge=1,
        le=3600,
        description="Seconds, beside eight for each second of speech, after which a worker without an answer hangs",
    )
    heartbeat: int = Field(default=-1, description="Pipe on which the supervisor hears that a process is alive")
    interims: bool = Field(default=True, description="Show text while somebody speaks")
    outbox: int = Field(default=256, ge=8, le=4096, description="Utterances kept until the server accepted them")
