"""The picture of the house shows every room."""

from __future__ import annotations

import tomllib

from tests.conftest import CHECKOUT

UNNAMED = {"untrusted", "sandbox", "formats", "findings", "categories"}
"""Small ones of the lowest floor, behind its `…`."""


def test_every_room_is_in_the_picture_on_a_floor() -> None:
    document = (CHECKOUT / "docs/architecture.md").read_text(encoding="utf-8")
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = {room.strip() for layer in layers for room in layer.split("|")} - {"__main__"}
    assert {room for room in rooms - UNNAMED if f"`{room}`" not in document} == set()
    assert rooms >= UNNAMED
