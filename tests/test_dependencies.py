"""What the package brings with it: every dependency is locked by its hashes, and the lock keeps to what we ask for."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import CHECKOUT

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
ASKED = [
    Requirement(line)
    for line in (
        *PROJECT["dependencies"],
        *(each for extra in PROJECT["optional-dependencies"].values() for each in extra),
    )
]


def locked() -> dict[str, list[tuple[Version, Requirement, list[str]]]]:
    """Name → version, line and hashes; a name may be there once for each kind of machine."""
    found: dict[str, list[tuple[Version, Requirement, list[str]]]] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", LOCK.strip()):
        line, *hashes = block.replace("\\\n", "").split("--hash=")
        requirement = Requirement(line.strip())
        pin = re.fullmatch(r"==([^,*]+)", str(requirement.specifier))
        assert pin, f"{line} is not pinned"
        entry = (Version(pin[1]), requirement, [each.strip() for each in hashes])
        found.setdefault(canonicalize_name(requirement.name), []).append(entry)
    return found


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_dependency_is_locked_at_a_version_that_we_ask_for(asked: Requirement) -> None:
    entries = locked()[canonicalize_name(asked.name)]
    assert all(asked.specifier.contains(number) for number, _, _ in entries)


def test_everything_that_is_locked_has_hashes_and_the_file_names_no_place() -> None:
    for entries in locked().values():
        for _, requirement, hashes in entries:
            assert hashes, requirement
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)
    assert not re.search(r"://|^-|@", LOCK, re.MULTILINE)


def test_what_a_locked_version_needs_is_locked_too() -> None:
    names = locked()
    for name, entries in names.items():
        try:
            installed = Version(version(name))
        except PackageNotFoundError:
            continue
        if installed not in [number for number, _, _ in entries]:
            continue
        for needed in map(Requirement, requires(name) or ()):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in names, f"{name} needs {needed.name}"


def test_what_is_known_to_be_faulty_is_asked_for_by_nobody() -> None:
    """Versions with a published fault that our lines of defence lean on; a list that people keep."""
    faulty = {"urllib3": "2.5.0", "requests": "2.32.3", "jinja2": "3.1.5"}
    for name, last in faulty.items():
        assert all(number > Version(last) for number, _, _ in locked().get(name, [])), name
        try:
            assert Version(version(name)) > Version(last), name
        except PackageNotFoundError:
            continue
