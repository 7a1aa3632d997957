"""The process that asks a site of videos cannot be led into our own network, whatever the site's name leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.errors import FetchError
from publisher.fetch import Network, fetch_episode
from publisher.importing import Options, import_from
from publisher.model import silent
from tests.fetching import FETCHERS, HASTY, WATCHED, customise, episode

LED_ASTRAY = f"""{WATCHED}
import socket

usual = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: usual("127.0.0.1", *more, **named)
"""
"""A `sitecustomize` for a network in which every name leads to this computer."""


@pytest.fixture
def connections(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where is written which addresses were connected to."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    folder = tmp_path_factory.mktemp("astray")
    customise(folder / "custom", LED_ASTRAY, monkeypatch.setenv)
    monkeypatch.setenv("CONNECTIONS", str(folder / "connections"))
    return folder / "connections"


def test_a_video_is_not_asked_for_in_our_own_network(connections: Path, tmp_path: Path) -> None:
    wanted = episode("https://www.youtube.com/watch?v=IpK175HsDQI")
    with pytest.raises(FetchError) as told:
        fetch_episode(
            wanted,
            root=tmp_path,
            cache=tmp_path / "cache",
            network=Network(),
            progress=silent,
            fetchers=FETCHERS,
        )
    assert told.value.code == "inside"
    assert not connections.exists()


def test_a_list_of_videos_is_not_asked_for_in_our_own_network(connections: Path, show_folder: Path) -> None:
    with pytest.raises(FetchError) as told:
        import_from(
            show_folder,
            "https://www.youtube.com/@show",
            Options(patience=HASTY),
            network=Network(),
            progress=silent,
        )
    assert told.value.code == "inside"
    assert not connections.exists()
