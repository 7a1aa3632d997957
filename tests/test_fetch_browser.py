"""`--cookies-from-browser` with a profile that a real browser wrote."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.errors import FetchError
from publisher.fetch import Network, fetch_episode
from publisher.model import Fetched
from tests.fetching import FETCHERS, episode
from tests.standin import StandIn
from tests.standin.fixtures import make_audio

VIDEO = "IpK175HsDQI"
PRIVATE = "s3cr3t-of-a-signed-in-person"
CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), "")
FIREFOX = next((path for name in ("firefox", "firefox-esr") if (path := shutil.which(name))), "")


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    folder = tmp_path_factory.mktemp("media")
    make_audio(folder / "talk.m4a", 4.0)
    clients = {"TVHTML5": "direct", "*": "direct"}
    video = {"duration": 4.0, "media": [{"itag": 140, "file": "talk.m4a"}], "clients": clients}
    with StandIn({"videos": {VIDEO: video}}, root=folder) as site:
        yield site


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home without any profile but those that the test makes."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def temporary_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where our processes put their temporary files from now on."""
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def fetch(site: StandIn, folder: Path, browser: str, said: list[str] | None = None) -> Fetched:
    def tell(what: str, _share: float | None = None) -> None:
        if said is not None:
            said.append(what)

    return fetch_episode(
        episode(f"https://www.youtube.com/watch?v={VIDEO}"),
        root=folder,
        cache=folder / "cache",
        network=Network(proxy=site.proxy, ca_file=site.ca_file, cookies_from_browser=browser),
        progress=tell,
        fetchers=FETCHERS,
        shared=folder / "sites",
    )


def write_chromium_profile(folder: Path) -> None:
    """Have Chromium itself keep a cookie of YouTube's and one of somebody else's."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch_persistent_context(
                str(folder), executable_path=CHROMIUM, args=["--no-sandbox"]
            )
            browser.add_cookies(
                [
                    {"name": name, "value": PRIVATE, "domain": domain, "path": "/", "expires": 2_000_000_000}
                    for name, domain in (("MINE", ".youtube.com"), ("OTHER", ".example.com"))
                ]
            )
            browser.close()
    except Error as error:
        pytest.skip(f"Chromium does not start here: {error.message.splitlines()[0]}")


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium here")
def test_the_cookies_of_a_chromium_profile_reach_youtube_and_stay_nowhere(
    site: StandIn, home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    profile = home / "config/chromium"
    write_chromium_profile(profile)
    before = {path: path.read_bytes() for path in profile.rglob("Cookies*") if path.is_file()}
    assert before
    temporary = temporary_folder(home / "temporary", monkeypatch)
    said: list[str] = []
    found = fetch(site, home, "chromium", said)

    assert found.audio
    cookies = [entry["cookie"] or "" for entry in site.log if "youtube.com" in entry["host"]]
    assert any(f"MINE={PRIVATE}" in cookie for cookie in cookies)
    assert not any("OTHER" in (entry["cookie"] or "") for entry in site.log)
    assert not any(PRIVATE in (entry["cookie"] or "") for entry in site.log if "youtube" not in entry["host"])
    assert {path: path.read_bytes() for path in before} == before
    assert list(temporary.iterdir()) == []
    kept = [*(home / "cache").rglob("*"), *(home / "sites").rglob("*")]
    assert not [path for path in kept if path.is_file() and PRIVATE.encode() in path.read_bytes()]
    assert PRIVATE not in "".join([*said, *capfd.readouterr()])


@pytest.mark.skipif(not FIREFOX, reason="there is no Firefox here")
def test_the_cookies_of_a_firefox_profile_reach_youtube(site: StandIn, home: Path) -> None:
    profile = home / ".mozilla/firefox/a.default"
    profile.mkdir(parents=True)
    picture = home / "shot.png"
    subprocess.run(
        [FIREFOX, "--headless", "--profile", str(profile), f"--screenshot={picture}", "about:blank"],
        check=False,
        timeout=120,
        capture_output=True,
    )
    database = profile / "cookies.sqlite"
    if not database.exists():
        pytest.skip("Firefox does not start here")
    _add_firefox_cookie(database)

    assert fetch(site, home, "firefox").audio
    assert any(f"MINE={PRIVATE}" in (entry["cookie"] or "") for entry in site.log)


def _add_firefox_cookie(database: Path) -> None:
    import sqlite3

    with sqlite3.connect(database) as connection:
        [[version]] = connection.execute("PRAGMA user_version").fetchall()
        unit = 1_000 if version >= 16 else 1  # from this schema on Firefox counts milliseconds
        connection.execute(
            "INSERT INTO moz_cookies (name, value, host, path, expiry, isSecure) VALUES (?, ?, ?, '/', ?, 1)",
            ("MINE", PRIVATE, ".youtube.com", 2_000_000_000 * unit),
        )
    connection.close()


def test_a_browser_without_a_profile_is_told(site: StandIn, home: Path) -> None:
    with pytest.raises(FetchError) as caught:
        fetch(site, home, "chromium")

    assert caught.value.code == "cookies"
    assert site.log == []


def test_a_profile_that_is_no_database_is_told_without_its_content(site: StandIn, home: Path) -> None:
    file = home / "config/chromium/Default/Cookies"
    file.parent.mkdir(parents=True)
    file.write_text(PRIVATE * 100, encoding="utf-8")
    with pytest.raises(FetchError) as caught:
        fetch(site, home, "chromium")

    assert caught.value.code == "cookies"
    assert PRIVATE not in str(caught.value)
