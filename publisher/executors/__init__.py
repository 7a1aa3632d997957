"""Where episodes are made: in this process, in several, or on a cluster."""

from __future__ import annotations

from publisher.executors.base import Executor, Result, choose
from publisher.executors.inline import Inline

__all__ = ["Executor", "Inline", "Result", "choose"]
