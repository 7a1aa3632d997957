"""Files on this computer, and what an episode says about where its parts are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from publisher.errors import FetchError, shown
from publisher.fetch import Network, fetch_episode
from publisher.model import CaptionFile, CaptionKind, Episode, Fetched, Transcript, silent


def fetched(show: Path, **fields: Any) -> Fetched:
    content = show / "content"
    content.mkdir(parents=True, exist_ok=True)
    episode = Episode(
        slug="talk",
        path=content / "talk.md",
        title="Talk",
        published=datetime(2026, 1, 1, tzinfo=UTC),
        transcript=Transcript(()),
        language="en",
        **fields,
    )
    offline = Network(offline=True)
    return fetch_episode(episode, root=show, cache=show / "cache", network=offline, progress=silent)


def failure(show: Path, **fields: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetched(show, **fields)
    return caught.value


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    return path


def test_audio_beside_the_episode_is_used_in_place(tmp_path: Path) -> None:
    audio = put(tmp_path / "content/talk.mp3")
    found = fetched(tmp_path, audio="talk.mp3")

    assert found == Fetched(audio=audio)
    assert list((tmp_path / "cache").iterdir()) == []


def test_audio_is_looked_for_in_the_show_too(tmp_path: Path) -> None:
    audio = put(tmp_path / "media/说.mp3")

    assert fetched(tmp_path, audio="media/说.mp3").audio == audio


def test_the_file_beside_the_episode_comes_first(tmp_path: Path) -> None:
    beside = put(tmp_path / "content/talk.mp3")
    put(tmp_path / "talk.mp3")

    assert fetched(tmp_path, audio="talk.mp3").audio == beside


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    audio = put(tmp_path / "elsewhere/talk.mp3")

    assert fetched(tmp_path / "show", audio=str(audio)).audio == audio


def test_local_captions_are_used_in_place(tmp_path: Path) -> None:
    put(tmp_path / "content/talk.mp3")
    captions = put(tmp_path / "content/talk.srt")
    found = fetched(tmp_path, audio="talk.mp3", captions="talk.srt")

    assert found.captions == CaptionFile(captions, CaptionKind.GIVEN, "en")


@pytest.mark.parametrize("missing", ["talk.mp3", "../nowhere/talk.mp3", ".", "a\0b", "x" * 5_000])
def test_a_missing_file_is_told_with_the_places_where_we_looked(tmp_path: Path, missing: str) -> None:
    error = failure(tmp_path, audio=missing)

    assert (error.code, error.again) == ("missing_file", False)
    assert shown(str(tmp_path / "content" / missing), 300) in error.what
    assert shown(str(tmp_path / missing), 300) in error.what
    assert "(audio)" in str(error)


def test_missing_captions_are_told_before_any_audio_is_fetched(tmp_path: Path) -> None:
    error = failure(tmp_path, audio="https://example.com/talk.mp3", captions="talk.srt")

    assert error.code == "missing_file"
    assert "(captions)" in str(error)


def test_an_episode_without_a_source_is_told_which_field_to_add(tmp_path: Path) -> None:
    error = failure(tmp_path)

    assert error.code == "no_source"
    assert "`source:`" in error.remedy
    assert "`audio:`" in error.remedy
