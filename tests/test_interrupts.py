"""Ctrl-C that a library swallowed is raised where its errors are caught."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from publisher import interrupts


@pytest.fixture(autouse=True)
def as_python_does() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupts.listen()
    yield
    signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupts.listen()
    signal.signal(signal.SIGINT, before)


def swallowed() -> None:
    with suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_nothing_is_raised_when_nobody_asked_to_stop() -> None:
    interrupts.heed()


def test_ctrl_c_is_raised_at_once_and_again_where_it_was_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interrupts.heed()


def test_a_new_command_begins_without_the_ctrl_c_of_the_last_one() -> None:
    swallowed()
    interrupts.listen()
    interrupts.heed()


def test_who_ignores_ctrl_c_goes_on_doing_so() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupts.listen()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
