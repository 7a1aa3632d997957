"""How the work is shared among processors: the same bytes come out on any number of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

BLOCK, PROCESSORS = 20_000, 2
"""Rows that one processor works on at a time, and how many do; more would need the more memory."""


def plain_products(work: Callable[P, R]) -> Callable[P, R]:
    """The same function, with matrix products that are not parted among processors.

    Ours are small: processors would wait for each other for longer than they work. And sums that are parted differ in
    the last digit with the number of processors.
    """

    @wraps(work)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        import numpy as np  # noqa: F401 - only what is loaded can be limited
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            return work(*args, **kwargs)

    return alone


def in_blocks(count: int, work: Callable[[slice], None]) -> None:
    """Do the work for so many rows, block by block, on several processors."""
    blocks = [slice(begin, min(begin + BLOCK, count)) for begin in range(0, count, BLOCK)]
    with ThreadPoolExecutor(PROCESSORS) as pool:
        list(pool.map(work, blocks))
