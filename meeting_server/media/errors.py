"""Everything media refuses or cannot do.

MediaError
├── NodeDown        the media node does not answer (ours; the wanted state is kept and sent when it is back)
└── MediaRefused    the node said no; ``code`` is one of REFUSALS
    └── BadOffer    the browser's SDP is no offer we can answer (theirs; HTTP 400)
"""

from __future__ import annotations

REFUSALS = ("bad_request", "bad_offer", "no_room", "no_session", "full", "internal")


class MediaError(Exception):
    """Root of this package's errors; ``status`` hints at an HTTP answer."""

    status = 500


class NodeDown(MediaError):
    """The media node is not connected, or did not answer in time."""

    status = 503


class MediaRefused(MediaError):
    """The node refused a request. ``code`` is one of REFUSALS; the text is for logs, never from a peer's bytes."""

    status = 409

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BadOffer(MediaRefused):
    """An SDP that cannot be answered."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__("bad_offer", message)
