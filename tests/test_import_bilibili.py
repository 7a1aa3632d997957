"""`publish import` of Bilibili: videos, spaces, collections."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.content import read_episode
from publisher.errors import FetchError
from tests.standin import StandIn
from tests.test_import_videos import CHANNEL, names, run, site  # noqa: F401 - a fixture

BILIBILI = {
    "title": "没人听完的后半集",
    "description": "简介",
    "pubdate": 1_790_000_000,
    "duration": 100.0,
    "tags": ["播客"],
    "captions": {"lang": "ai-zh", "cues": [[0.0, 3.0, "各位听众，再见！"], [50.0, 52.0, "这就完了？"]]},
    "chapters": [{"start": 0, "title": "开头"}, {"start": 50, "title": "结尾"}],
}


def test_a_bilibili_video_becomes_a_draft(site: StandIn, show_folder: Path) -> None:  # noqa: F811
    site.site.config["bilibili"] = {"BV13x41117TL": BILIBILI}
    [row] = run(site, show_folder, "https://m.bilibili.com/video/BV13x41117TL?spm_id_from=x").rows

    assert row.path == show_folder / "content/2026-09-21-BV13x41117TL.md", row
    episode = read_episode(row.path, language="zh-CN")
    assert (episode.title, episode.language) == ("没人听完的后半集", "zh-CN")
    assert episode.source == "https://www.bilibili.com/video/BV13x41117TL"
    assert [section.title for section in episode.transcript.sections] == ["开头", "结尾"]
    assert [turn.text for turn in episode.transcript.turns] == ["各位听众，再见！", "这就完了？"]


@pytest.mark.parametrize(
    "address",
    [
        "https://space.bilibili.com/42",
        "https://space.bilibili.com/42/upload/video",
        "https://space.bilibili.com/42/lists/77?type=season",
        "https://space.bilibili.com/42/channel/collectiondetail?sid=77",
    ],
)
def test_a_bilibili_space_or_collection_is_listed_by_pages(
    address: str,
    site: StandIn,  # noqa: F811
    show_folder: Path,
) -> None:
    numbers = [f"BV1xx4117{index:03}" for index in range(70)]
    site.site.config["bilibili_lists"] = {"42": numbers, "77": numbers}
    found = run(site, show_folder, address, dry=True, most=40)

    assert [row.source.rpartition("/")[2] for row in found.rows] == numbers[39::-1]


def test_bilibili_asking_us_to_wait_pauses_bilibili_only(site: StandIn, show_folder: Path) -> None:  # noqa: F811
    site.site.config["bilibili_lists"] = {"42": ["BV13x41117TL"]}
    site.site.config["faults"] = [{"on": "bilibili api", "do": "status", "status": 412}]
    for _ in range(2):
        with pytest.raises(FetchError) as caught:
            run(site, show_folder, "https://space.bilibili.com/42")
        assert caught.value.code == "rate_limited"
    asked = len(site.log)

    assert asked == len([entry for entry in site.log if entry["status"] in (200, 412)]) <= 3
    assert run(site, show_folder, CHANNEL, dry=True).rows
