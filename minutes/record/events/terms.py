"""Words that several kinds share: places, states of membership, kinds of meeting and of vote."""

from __future__ import annotations

from typing import Literal

HALL = "hall"

Channel = Literal["hall", "remote"]
Status = Literal["official", "probationary", "temporary"]
Choice = Literal["for", "against", "other"]
MeetingKind = Literal["regular", "thematic", "admission", "annual", "extraordinary", "practice"]
VoteMethod = Literal["hands", "cards", "handbook", "ballot"]
Outcome = Literal["concluded", "open"]
