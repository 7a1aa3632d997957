"""Fuzzing at length: `python -m tests.fuzz TARGET|all --cases 100000`.

Each target runs in a process of its own: one part of its cases are good files with edits (Hypothesis), the others come
from atheris, which goes where the code has not been yet (`pip install "publisher[fuzz]"`; without it all cases are
Hypothesis'). A case that breaks the law is kept in the folder that `--found` names, and ends its engine's run.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

MEMORY = 4_000_000_000
"""Bytes of addresses that a reader may take, with everything that Python needs by itself."""

BATCH = 5_000
NEAR_SHARE = 20


def main() -> int:
    """Run the targets that are asked for, and print a row for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the readers.")
    parser.add_argument("target", help="a target's name, or all")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument(
        "--found", type=Path, default=Path("build/fuzz"), help="folder for cases that break the law"
    )
    parser.add_argument("--engine", choices=("both", "hypothesis", "atheris"), default="both")
    asked = parser.parse_args()
    asked.found.mkdir(parents=True, exist_ok=True)
    if asked.engine == "hypothesis":
        return _by_hypothesis(asked.target, asked.cases, asked.found)
    if asked.engine == "atheris":
        return _by_atheris(asked.target, asked.cases, asked.found)
    from tests.fuzz.targets import TARGETS

    _say("| target | cases | seconds | found |\n| --- | --- | --- | --- |")
    names = list(TARGETS) if asked.target == "all" else [asked.target]
    return max(_row(name, asked.cases, asked.found) for name in names)


def _say(row: str) -> None:
    sys.stdout.write(f"{row}\n")
    sys.stdout.flush()


def _row(name: str, cases: int, found: Path) -> int:
    guided = importlib.util.find_spec("atheris") is not None
    near = cases // NEAR_SHARE if guided else cases
    began, faults = time.monotonic(), 0
    for engine, share in (("hypothesis", near), ("atheris", cases - near)):
        if not share:
            continue
        run = [sys.executable, "-m", "tests.fuzz", name, "--engine", engine, "--cases", str(share)]
        done = subprocess.run([*run, "--found", found], capture_output=True, text=True, check=False)
        if done.returncode:
            faults += 1
            (found / f"{name}.{engine}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    seconds = time.monotonic() - began
    _say(f"| {name} | {cases:,} | {seconds:.0f} | {faults} |")
    return min(1, faults)


def _by_hypothesis(name: str, cases: int, found: Path) -> int:
    from hypothesis import HealthCheck, Phase, given, seed, settings

    from tests.fuzz.cases import anything
    from tests.fuzz.law import check
    from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    last = b""
    with TemporaryDirectory() as folder:

        def one(case: bytes) -> None:
            nonlocal last
            last = case
            check(target, case, Path(folder))

        for batch in range(0, cases, BATCH):
            configured = settings(
                max_examples=min(BATCH, cases - batch),
                deadline=None,
                database=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            )
            try:
                seed(batch)(configured(given(anything(target.seeds))(one)))()
            except BaseException:
                case = found / f"{name}-{hashlib.sha256(last).hexdigest()[:12]}"
                case.write_bytes(last)
                raise
    return 0


def _by_atheris(name: str, cases: int, found: Path) -> int:
    import atheris

    rooms = ["publisher", "yaml", "frontmatter", "webvtt", "tomllib", "markdown_it"]
    folder = TemporaryDirectory()
    scratch, corpus = Path(folder.name) / "scratch", Path(folder.name) / "corpus"
    with atheris.instrument_imports(include=rooms):
        from tests.fuzz.cases import MOST, TOKENS
        from tests.fuzz.law import SECONDS, check
        from tests.fuzz.targets import TARGETS

        target = TARGETS[name]
        for place in (scratch, corpus):
            place.mkdir()
        for number, good in enumerate(target.seeds):
            (corpus / str(number)).write_bytes(good)
            check(target, good, scratch)

    def one(case: bytes) -> None:
        check(target, case, scratch)

    dictionary = Path(folder.name) / "dictionary"
    words = ("".join(f"\\x{byte:02x}" for byte in token) for token in TOKENS if len(token) <= 60)
    dictionary.write_text("".join(f'"{word}"\n' for word in words), encoding="ascii")
    options = {
        "runs": cases,
        "max_len": MOST,
        "timeout": 4 * SECONDS,
        "rss_limit_mb": MEMORY // 1_000_000,
        "dict": dictionary,
        "artifact_prefix": f"{found}/{name}-",
        "seed": 1,
    }
    atheris.Setup([sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), str(corpus)], one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
