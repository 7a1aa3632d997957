"""Strangers' text in front matter, transcript, captions and chapter titles runs nothing on any page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from publisher import batch
from publisher.workspace import Settings, open_show
from tests.browsing import chromium, publish_serve, wait_for
from tests.standin.fixtures import make_audio

CANARY = "globalThis.canary=1"
ATTACKS = (
    f"</script><script>{CANARY}</script>",
    f"<img src=x onerror={CANARY}>",
    f'\\"\' onmouseover={CANARY} autofocus onfocus={CANARY} x=\\"',
    f"<svg/onload={CANARY}>",
    f"{{{{ ''.__class__ }}}}{{% raw %}}javascript:{CANARY}",
    f"]]><iframe srcdoc='<script>parent.{CANARY}</script>'></iframe><!--",
    f'[a](javascript:{CANARY}) ![b](x\\" onerror=\\"{CANARY})',
    "</title></style></textarea></noscript>\\u2028\\u202e<base href=//evil.example/>",
)
HOSTILE = " ".join(ATTACKS)
FIELDS = ("tags", "people", "companies_orgs", "products_models", "media_books", "series", "category")


TOUCH = """for (const element of document.querySelectorAll("*")) {
  element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  element.focus?.();
}"""


def quoted(text: str) -> str:
    return f'"{text}"'


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "content").mkdir()
    (folder / "podcast.toml").write_text(
        "\n".join(
            (
                f"title = {quoted(HOSTILE[:250])}",
                f"description = {quoted(HOSTILE)}",
                'link = "https://example.com/"',
                'base_url = "https://example.com/podcast"',
                'language = "en"',
                f"author = {quoted(HOSTILE[:250])}",
                f"copyright = {quoted(HOSTILE)}",
                'category = "Technology"',
            )
        ),
        encoding="utf-8",
    )
    make_audio(folder / "content/talk.m4a", 12)
    said = json.loads(quoted(HOSTILE)).replace("<!--", "")  # a comment is not speech
    words = re.findall(r"\S+", said)
    events = [
        {"tStartMs": 1_000 + 100 * k, "dDurationMs": 100, "segs": [{"utf8": word}]}
        for k, word in enumerate(words)
    ]
    (folder / "content/talk.json3").write_text(json.dumps({"events": events}), encoding="utf-8")
    head = "\n".join(
        (
            f"title: {quoted(HOSTILE)}",
            "date: 2026-01-01",
            "audio: talk.m4a",
            "captions: talk.json3",
            f"summary: {quoted(HOSTILE)}",
            "chapters:",
            *(f"  - {{start: '{at}', title: {quoted(HOSTILE)}}}" for at in ("0:00", "0:05")),
            *(f"{field}: [{quoted(HOSTILE)}, {', '.join(map(quoted, ATTACKS))}]" for field in FIELDS),
        )
    )
    said = escape(said, quote=False)  # tags in a transcript are not speech; entities are
    body = f"### {said}\n\n**{said.replace('*', '')}**: {said}\n\n**Ann**: {said}\n"
    (folder / "content/talk.md").write_text(f"---\n{head}\n---\n{body}", encoding="utf-8")
    report = batch.build(open_show(folder, Settings(debug=True)))
    assert [outcome.status for outcome in report.outcomes] == ["published"]
    return folder


def pages(show: Path) -> list[Path]:
    own = ("transcript.html", "notes.html")
    return [path for path in sorted((show / "output").rglob("*.html")) if path.name not in own]


class _Read(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))


def test_no_page_has_markup_that_it_should_not_have(show: Path) -> None:
    found = pages(show)
    assert len(found) > 40
    for path in found:
        for tag, attributes in _Read(path.read_text(encoding="utf-8")).elements:
            assert tag not in {"iframe", "base", "object", "embed", "style"}
            assert not any(name.startswith("on") or name == "style" for name in attributes), path
            if tag == "script":
                assert "src" in attributes or attributes["type"] == "application/ld+json"
            for name in ("href", "src", "action"):
                assert not attributes.get(name, "").lower().lstrip().startswith(("javascript:", "vbscript:"))


def test_every_page_has_a_policy_that_allows_only_its_own_files(show: Path) -> None:
    for path in pages(show):
        elements = _Read(path.read_text(encoding="utf-8")).elements
        (policy,) = (values["content"] for _, values in elements if values.get("http-equiv"))
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy


def test_the_transcript_keeps_the_text_as_text(show: Path) -> None:
    page = (show / "output/episodes/talk/index.html").read_text(encoding="utf-8")
    transcript = page.partition('id="transcript"')[2]
    assert transcript.count("&lt;script&gt;globalThis.canary=1&lt;/script&gt;") >= 3


def test_names_never_lead_out_of_the_folder(show: Path) -> None:
    root = (show / "output").resolve()
    assert all(path.resolve().is_relative_to(root) for path in root.rglob("*"))
    assert all(re.fullmatch(r"[\w.-]+", path.name) for path in root.rglob("*"))


@pytest.fixture(scope="module")
def address(show: Path) -> Iterator[str]:
    with publish_serve(show) as found:
        yield found


def test_nothing_of_it_runs_in_a_browser(show: Path, address: str) -> None:
    faults: list[str] = []
    with chromium() as browser:
        tab = browser.new_page()
        tab.on("dialog", lambda dialog: faults.append(dialog.message))
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        tab.on(
            "request",
            lambda asked: None if asked.url.startswith((address, "data:")) else faults.append(asked.url),
        )
        for path in pages(show):
            relative = path.relative_to(show / "output").as_posix()
            query = "?q=canary" if relative.startswith("search/") else ""
            tab.goto(f"{address}{relative}{query}")
            if relative.endswith("talk/index.html"):
                tab.locator("#play").click()
                tab.locator("#share").click()
                wait_for(tab, "document.getElementById('audio').currentTime > 0.5")
            if query:
                tab.locator(".mentions mark").first.wait_for()
            tab.evaluate(TOUCH)
            assert tab.evaluate("globalThis.canary") is None, relative
    assert faults == []
