"""`publish serve`: the show as it will be on the web, for a browser here and a phone on the same network."""

from __future__ import annotations

from publisher.serving.addresses import Listening, listen
from publisher.serving.running import serve

__all__ = ["Listening", "listen", "serve"]
