"""Templates, stylesheet and scripts: the packaged ones, and a person's own that win over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from publisher import templating
from publisher.model import Artefact

if TYPE_CHECKING:
    from publisher.sandbox import Sandbox

FOLDER = "site"
"""In the show's folder: what lies in it wins over the packaged file of the same name."""

REVISION = "1"
"""Changes when the same templates would be filled otherwise."""

ASSETS = {"style.css": "text/css", "player.js": "text/javascript", "search.js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Theme:
    """How the site looks.

    Attributes:
        key: Changes when anything of it does.
        templates: Where templates are found.
        assets: Stylesheet and scripts by the name that templates use; their own names tell their content.
    """

    key: str
    templates: Sandbox
    assets: Mapping[str, Artefact]

    def render(self, name: str, values: Mapping[str, object]) -> bytes:
        """A page.

        Raises:
            ConfigError: A person's template has a fault.
        """
        shared = {"asset": {asset: file.path for asset, file in self.assets.items()}}
        return templating.render(self.templates, name, shared | dict(values)).encode("utf-8")


def theme_of(root: Path) -> Theme:
    """The theme of a show."""
    folder = root / FOLDER
    return _theme(folder, _hash_of(folder))


@cache
def _theme(folder: Path, own: str) -> Theme:
    packaged = resources.files("publisher.site") / "static"
    assets = {}
    for name, mime in ASSETS.items():
        mine = folder / name
        content = mine.read_bytes() if mine.is_file() else packaged.joinpath(name).read_bytes()
        stem, _, suffix = name.rpartition(".")
        path = f"assets/{stem}.{sha256(content).hexdigest()[:10]}.{suffix}"
        assets[name] = Artefact(path, mime, content)
    key = sha256(f"{REVISION} {own} {_packaged()} {sorted(file.path for file in assets.values())}".encode())
    templates = templating.environment("publisher.site", folder)
    templates.auto_reload = False  # with other templates, it is another theme
    return Theme(key.hexdigest(), templates, assets)


def _hash_of(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            digest.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode(errors="replace"))
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _packaged() -> str:
    digest = sha256()
    templates = resources.files("publisher.site") / "templates"
    for template in sorted(templates.iterdir(), key=lambda file: file.name):
        digest.update(template.read_bytes())
    return digest.hexdigest()
