"""The fuzz targets in a short form, and every case that was ever found; `python -m tests.fuzz` is the long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import CHECKOUT
from tests.fuzz.cases import MOST, TOKENS, anything
from tests.fuzz.found import FOUND
from tests.fuzz.law import Target, check
from tests.fuzz.targets import TARGETS

EVERY_TARGET = pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))


@EVERY_TARGET
def test_the_good_files_are_read(target: Target, tmp_path: Path) -> None:
    for good in target.seeds:
        assert check(target, good, tmp_path)


@EVERY_TARGET
def test_any_bytes_are_read_or_refused_with_a_sentence(target: Target) -> None:
    with TemporaryDirectory() as folder:

        @settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
        @given(anything(target.seeds))
        def holds(case: bytes) -> None:
            check(target, case, Path(folder))

        holds()


@EVERY_TARGET
@settings(deadline=None, max_examples=5, suppress_health_check=list(HealthCheck))
@given(token=st.sampled_from(TOKENS), share=st.floats(0, 1))
def test_what_comes_over_and_over_takes_no_time_without_end(
    target: Target, token: bytes, share: float
) -> None:
    good = target.seeds[0]
    at = int(len(good) * share)
    with TemporaryDirectory() as folder:
        check(target, good[:at] + token * (MOST // len(token)) + good[at:], Path(folder))


@pytest.mark.parametrize(
    ("name", "case"), [(name, case) for name, _, case in FOUND], ids=[why for _, why, _ in FOUND]
)
def test_a_case_that_was_found_stays_mended(name: str, case: bytes, tmp_path: Path) -> None:
    check(TARGETS[name], case, tmp_path)


@pytest.mark.parametrize("engine", ["hypothesis", "atheris"])
def test_the_long_form_runs(engine: str, tmp_path: Path) -> None:
    if engine == "atheris":
        pytest.importorskip("atheris", reason="atheris is not installed")
    run = [sys.executable, "-m", "tests.fuzz", "chapters-ogm", "--engine", engine, "--cases", "50"]
    done = subprocess.run(
        [*run, "--found", tmp_path], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
