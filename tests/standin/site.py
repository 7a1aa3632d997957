"""What YouTube says about the configured videos; holds the fault counters and the log."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

from tests.standin import captions, pages, player
from tests.standin.refusals import Json

Answer = tuple[int, str, bytes]
"""Status, content type, body."""

NOT_FOUND: Answer = (404, "text/html", b"Error 404")


class Site:
    """The answers, made from the configuration.

    Attributes:
        config: See the package's documentation; tests may change it between requests.
        log: One entry for each request, in the order in which they were answered.
    """

    def __init__(self, config: Json | Path | str, root: Path | None = None) -> None:
        if isinstance(config, dict):
            self.config: Json = config
            self.root = root or Path()
        else:
            path = Path(config).resolve()
            self.config = json.loads(path.read_text(encoding="utf-8"))
            self.root = root or path.parent
        self.log: list[Json] = []
        self.hits: Counter[tuple[str, int]] = Counter()
        self._lock = Lock()

    def video(self, video_id: str) -> Json:
        """A video's configuration over the defaults."""
        known = self.config.get("videos", {}).get(video_id)
        return {**self.config.get("defaults", {}), **({"state": "nonexistent"} if known is None else known)}

    def path(self, name: str) -> Path:
        """A file that the configuration names."""
        return self.root / name

    def fault(self, kind: str, video_id: str, client: str) -> Json | None:
        """The first rule that fits this request and is within its `after` and `times`."""
        own = self.video(video_id).get("faults", []) if video_id else []
        rules = [(video_id, place, rule) for place, rule in enumerate(own)]
        rules += [("", place, rule) for place, rule in enumerate(self.config.get("faults", []))]
        for owner, place, rule in rules:
            if rule["on"] != "*" and kind not in rule["on"].split("|"):
                continue
            if rule.get("client", client) != client:
                continue
            with self._lock:
                self.hits[owner, place] += 1
                count = self.hits[owner, place] - rule.get("after", 0)
            if 0 < count <= rule.get("times", count):
                return dict(rule)
        return None

    def player(self, video_id: str, client: str) -> Json:
        """The player API's answer to a client."""
        video = self.video(video_id)
        sizes = [self.path(medium["file"]).stat().st_size for medium in video.get("media", [])]
        return player.answer(video_id, video, client, sizes)

    def watch_page(self, video_id: str, playlist_id: str | None) -> bytes:
        """The HTML of a video's page."""
        return pages.page(
            self.video(video_id).get("title", video_id),
            f"ytcfg.set({pages.script_json(pages.player_settings())});",
            f"var ytInitialPlayerResponse = {pages.script_json(self.player(video_id, 'WEB'))};",
            f"var ytInitialData = {pages.script_json(self.watch_data(video_id, playlist_id))};",
        )

    def watch_data(self, video_id: str, playlist_id: str | None = None) -> Json:
        """`ytInitialData` of a video's page, also the answer of the `next` API."""
        video = self.video(video_id)
        to_channel = {
            "commandMetadata": {"webCommandMetadata": {"url": "/" + video.get("handle", "@standin")}}
        }
        name = {"text": video.get("channel", "Stand-in channel"), "navigationEndpoint": to_channel}
        owner = {
            "title": {"runs": [name]},
            "navigationEndpoint": to_channel,
            "subscriberCountText": {"simpleText": "12.3K subscribers"},
        }
        title = {"runs": [{"text": video.get("title", video_id)}]}
        contents = [
            {"videoPrimaryInfoRenderer": {"title": title}},
            {"videoSecondaryInfoRenderer": {"owner": {"videoOwnerRenderer": owner}}},
        ]
        columns: Json = {"results": {"results": {"contents": contents}}}
        if playlist_id in self.config.get("playlists", {}):
            url = {"webCommandMetadata": {"url": f"/playlist?list={playlist_id}"}}
            beside = {"playlistId": playlist_id, "title": playlist_id, "endpoint": {"commandMetadata": url}}
            columns["playlist"] = {"playlist": beside}
        return {"contents": {"twoColumnWatchNextResults": columns}, "engagementPanels": _panels(video)}

    def captions(self, video_id: str, query: dict[str, str]) -> Answer:
        """A caption track; 200 with nothing when the link wanted a token, as YouTube does."""
        language, kind, form, target = (query.get(key, "") for key in ("lang", "kind", "fmt", "tlang"))
        if query.get("exp") == "xpe" and "pot" not in query:
            return 200, "text/html", b""
        for track in self.video(video_id).get("captions", []):
            if (track["lang"], track.get("kind", "")) == (language, kind):
                return self._track(track, form, target)
        return NOT_FOUND

    def _track(self, track: Json, form: str, target: str) -> Answer:
        if form in track.get("files", {}):
            return 200, "text/plain", self.path(track["files"][form]).read_bytes()
        cues: list[list[Any]] = track["cues"]
        if target:
            cues = [[start, end, f"[{target}] {text}"] for start, end, text in cues]
        automatic = track.get("kind") == "asr"
        if form == "json3":
            body = captions.json3(cues, automatic=automatic, word_times=not target)
            return 200, "application/json", body.encode()
        if form == "vtt":
            rolling = automatic and not target
            body = captions.webvtt(cues, automatic=rolling, language=target or track["lang"])
            return 200, "text/vtt", body.encode()
        return NOT_FOUND

    def thumbnail(self, video_id: str, name: str) -> Answer:
        """A picture; the names that YouTube's lists guess at are mostly not there."""
        picture = self.video(video_id).get("thumbnail")
        if picture and name in {"default.jpg", "hqdefault.jpg", "maxresdefault.jpg"}:
            return 200, "image/jpeg", self.path(picture).read_bytes()
        return NOT_FOUND


def _panels(video: Json) -> list[Json]:
    if not video.get("chapters"):
        return []
    markers = [
        {
            "macroMarkersListItemRenderer": {
                "title": {"simpleText": chapter["title"]},
                "timeDescription": {"simpleText": "{}:{:02}".format(*divmod(int(chapter["start"]), 60))},
            }
        }
        for chapter in video["chapters"]
    ]
    content = {"macroMarkersListRenderer": {"contents": markers}}
    return [{"engagementPanelSectionListRenderer": {"content": content}}]
