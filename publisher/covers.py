"""The pictures of a show and of its episodes, as directories and players want them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path, PurePath

from publisher import config, media
from publisher.errors import ConfigError, ContentError, MediaError, Place
from publisher.media import Cover
from publisher.model import Artefact, Episode
from publisher.workspace import Workspace

_MOST_BYTES = 20_000_000


def of_show(space: Workspace) -> Artefact:
    """The show's cover: its own picture, mended where directories would refuse it, or a plain one.

    Raises:
        ConfigError: The picture is missing or cannot be used.
    """
    if not space.show.cover:
        return _artefact(f"{media.PLAIN_COVER}.png", media.plain_cover(space.show.title))
    return _artefact(f"cover{_suffix(space.show.cover)}", _show_cover(space))


def of_episode(space: Workspace, episode: Episode) -> Artefact | None:
    """The episode's own picture; None when it has none. Only files inside the show are published.

    Raises:
        ContentError: The picture is missing or cannot be used.
    """
    return _artefact(f"cover{_suffix(episode.image)}", _own(space, episode)) if episode.image else None


def address(space: Workspace, path: str, picture: Artefact) -> str:
    """The public address of a picture; another picture has another one, as directories keep what they fetched."""
    return f"{space.url(path)}?v={sha256(picture.content).hexdigest()[:8]}"


def embedded(space: Workspace, episode: Episode) -> Cover:
    """What the audio carries: the episode's picture or the show's, small.

    Raises:
        ContentError: The episode's picture is missing or cannot be used.
        ConfigError: The show's is.
    """
    if episode.image:
        return media.small(_own(space, episode))
    return media.small(_show_cover(space) if space.show.cover else media.plain_cover(space.show.title))


def _own(space: Workspace, episode: Episode) -> Cover:
    path = _inside(space, str(episode.image))
    place = Place(str(episode.path), field="image")
    if path is None:
        raise ContentError(
            f"There is no PNG or JPEG picture {episode.image!r} in the show's folder.",
            place=place,
            remedy="Put it there; it may have 20 MB.",
        )
    try:
        return media.cover(path)
    except MediaError as error:
        raise ContentError(f"{episode.image}: {error.what}", place=place, remedy=error.remedy) from error


def _show_cover(space: Workspace) -> Cover:
    path = _inside(space, str(space.show.cover))
    place = Place(str(space.root / config.FILE), field="cover")
    if path is None:
        raise ConfigError(
            f"There is no cover {space.show.cover!r} in the show's folder.",
            place=place,
            remedy="Put the picture there (it may have 20 MB), or remove the line.",
        )
    try:
        return media.cover(path)
    except MediaError as error:
        raise ConfigError(f"{space.show.cover}: {error.what}", place=place, remedy=error.remedy) from error


def _inside(space: Workspace, reference: str) -> Path | None:
    """A picture inside the show, links followed, of a size that a picture has; None for anything else."""
    path = (space.root / reference).resolve()
    inside = path.is_relative_to(space.root.resolve()) and path.is_file()
    return path if inside and path.stat().st_size <= _MOST_BYTES else None


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _artefact(name: str, found: Cover) -> Artefact:
    return Artefact(name, found.mime, found.content)
