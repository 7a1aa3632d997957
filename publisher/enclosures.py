"""An episode's audio under `output/media/`: what is cut, how loud it is, in which formats, with which tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from publisher import config, media, store
from publisher.errors import ConfigError, ContentError, FetchError, MediaError, Place
from publisher.feed import Alternate, markup
from publisher.fetch.synthetic import REFERENCE as SYNTHETIC
from publisher.files import sha256_of
from publisher.media import Cover, FileFormat, Mastered, Measured, Recipe, Tags, Waveform
from publisher.model import Chapter, EditMap, Episode, Fetched, Loudness, Media, Progress, Span
from publisher.store import LockedEpisode
from publisher.text import one_line
from publisher.timecode import clock
from publisher.untrusted import read_json
from publisher.workspace import Workspace, stage

REVISION = "1"
"""Changes when the same source would be made to sound so otherwise that every subscriber should download it again."""

_NONE = "none"
_TAIL = 1_000
"""Milliseconds by which an encoder and a container may lengthen a file."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The audio of an episode as it is published.

    Attributes:
        audio: The file that everybody gets.
        mime: Its type, as directories list it.
        alternates: The same in other formats.
        files: All of them, under `output/`, and the SHA-256 of each.
        changed: Those of them that were written now.
        loudness: Of what is published.
        source_loudness: Of what was fetched.
        waveform: Its outline.
    """

    audio: Media
    mime: str
    alternates: tuple[Alternate, ...]
    files: Mapping[str, str]
    changed: tuple[str, ...]
    loudness: Loudness | None
    source_loudness: Loudness | None
    waveform: Waveform


@dataclass(frozen=True, slots=True)
class Known:
    """From what the sound in the cache was made.

    Attributes:
        source: Hash of the sound as fetched, or of the words that a machine says.
        manner: How it was cut, levelled and encoded.
        measured: What each of its parts is like.
    """

    source: str
    manner: str
    measured: tuple[Measured, ...] = ()

    @property
    def sound(self) -> str:
        """By what the sound is known again: not by its bytes, which another version of an encoder writes otherwise."""
        return store.fingerprint(self.source, self.manner)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The sound of an episode in the cache, before it has its place and its tags.

    Attributes:
        recipe: What it is made of.
        sounds: The sound in each format, the one that everybody gets first.
        known: From what they were made.
        key: Everything that decides how they sound.
    """

    recipe: Recipe
    sounds: tuple[Mastered, ...]
    known: Known
    key: str

    @property
    def sound(self) -> str:
        """By what the sound is known again."""
        return self.known.sound

    @property
    def edit(self) -> EditMap:
        """What of the source is published."""
        return self.recipe.edit

    @property
    def source_loudness(self) -> Loudness | None:
        """Of what was fetched."""
        return self.known.measured[self.recipe.files.index(self.recipe.talk.path)].loudness

    @property
    def size(self) -> int:
        """Bytes of what everybody gets, without tags."""
        return self.sounds[0].size


def known(space: Workspace, slug: str) -> Known | None:
    """From what an episode's sound was made last; None when the cache does not tell."""
    try:
        found = read_json(memory(space, slug))["value"]
        return cast("Known", store.adapter_of(Known).validate_python(found, strict=False))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(space: Workspace, slug: str) -> None:
    """Remove from the cache what was made for an episode."""
    for file in cached(space, slug):
        file.unlink()


def cached(space: Workspace, slug: str) -> tuple[Path, ...]:
    """The files in the cache that were made for an episode."""
    kept = memory(space, slug)
    return tuple(sorted(kept.parent.glob(f"{kept.stem}.*")))


def memory(space: Workspace, slug: str) -> Path:
    """Where the cache keeps what an episode's sound is made from; its siblings of the same stem hold the rest."""
    return space.cache / "media" / f"{store.fingerprint(slug)[:24]}.json"


def source_of(episode: Episode, audio: Path) -> str:
    """By what the sound of a source is known again; a machine's voice by what it says.

    Raises:
        MediaError: The file does not open, or holds no sound.
    """
    if episode.audio == SYNTHETIC:
        return store.fingerprint(SYNTHETIC, *(turn.text for turn in episode.transcript.turns))
    return media.sound_hash(audio)


def manner(space: Workspace, episode: Episode) -> str:
    """Everything besides its source that decides how an episode sounds."""
    settings = space.show.audio
    around = (sound_around(space, episode, name) for name in ("intro", "outro"))
    return store.fingerprint(
        REVISION,
        repr((settings.format, settings.normalise, settings.loudness, settings.loudness_mono)),
        repr((episode.trim, episode.cut)),
        *(path or "" for path in around),
    )


def sound_around(space: Workspace, episode: Episode, name: str) -> Path | None:
    """The file that is played in front (`intro`) or behind (`outro`); None when there is none.

    Raises:
        ConfigError: The show names a file that is not in its folder.
        ContentError: The episode does.
    """
    own = str(getattr(episode, name))
    reference = own or str(getattr(space.show.audio, name))
    if not reference or own == _NONE:
        return None
    path = (space.root / reference).resolve()
    if path.is_relative_to(space.root.resolve()) and path.is_file():
        return path
    what = f"There is no audio {reference!r} in the show's folder."
    if own:
        raise ContentError(what, place=Place(str(episode.path), field=name))
    raise ConfigError(what, place=Place(str(space.root / config.FILE), field=f"audio.{name}"))


def files_around(space: Workspace, episode: Episode) -> tuple[Path, ...]:
    """The files besides the talk that go into the audio: intro, outro, pictures."""
    settings = space.show.audio
    references = (
        episode.intro or settings.intro,
        episode.outro or settings.outro,
        episode.image,
        space.show.cover,
    )
    return tuple(space.root / reference for reference in references if reference)


def _probed(space: Workspace, episode: Episode, audio: Path) -> Media:
    """What a source is like; it is read to its end once, and remembered."""
    kept = memory(space, episode.slug).with_suffix(".source.json")
    return store.remembered(
        kept, store.fingerprint(str(audio), store.digest_of(audio)), Media, lambda: media.probe(audio)
    )


def _edit(space: Workspace, episode: Episode, duration: int) -> EditMap:
    begin, end = episode.trim
    removed = (
        Span(0, begin),
        *episode.cut,
        *([Span(min(end, duration), duration)] if end is not None else []),
    )
    intro, outro = (
        media.probe(path).duration if (path := sound_around(space, episode, name)) else 0
        for name in ("intro", "outro")
    )
    found = EditMap.without(removed, duration, intro=intro, outro=outro)
    if found is None:
        raise ContentError(
            f"`trim` and `cut` leave nothing of the audio, which lasts {clock(duration)}.",
            place=Place(str(episode.path), field="trim" if episode.trim != (0, None) else "cut"),
        )
    return found


def prepare(space: Workspace, episode: Episode, fetched: Fetched) -> Prepared:
    """Make the sound that would be published, in the cache, unless it is there; what subscribers have stays.

    Raises:
        FetchError: There is no audio.
        MediaError: It is not audio, cut short or damaged.
        ContentError: Nothing of it would be left.
    """
    with stage("write", episode):
        if fetched.audio is None:
            raise FetchError("There is no audio.", code="no_audio")
        talk = _probed(space, episode, fetched.audio)
        recipe = Recipe(
            talk,
            _edit(space, episode, talk.duration),
            sound_around(space, episode, "intro"),
            sound_around(space, episode, "outro"),
            space.show.audio.target(talk.channels),
        )
        how = manner(space, episode)
        key = store.fingerprint(how, store.digest_of(talk.path))
        kept = _Kept(memory(space, episode.slug), talk.path, key, space.settings.progress)
        known = kept.known(recipe, lambda: Known(source_of(episode, talk.path), how))
        sounds = tuple(kept.sound(recipe, known.measured, form) for form in _formats(space, talk))
        return Prepared(recipe, sounds, known, key)


def write(
    space: Workspace, episode: Episode, prepared: Prepared, *, entry: LockedEpisode, tags: Tags
) -> Enclosure:
    """Write the published files: the sound with its tags.

    Args:
        space: The show.
        episode: The episode.
        prepared: Its sound.
        entry: The name of its file.
        tags: What the files say of themselves.

    Raises:
        MediaError: A file does not read back.
    """
    talk, progress = prepared.recipe.talk, space.settings.progress
    kept = _Kept(memory(space, episode.slug), talk.path, prepared.key, progress)
    forms = _formats(space, talk)
    targets = [space.output / "media" / f"{entry.enclosure}{form.suffix}" for form in forms]
    written = [
        kept.tagged(sound, target, tags, prepared.edit)
        for sound, target in zip(prepared.sounds, targets, strict=True)
    ]
    files = [file for file, _ in written]
    first = prepared.sounds[0].measured
    return Enclosure(
        audio=files[0],
        mime=forms[0].mime,
        alternates=tuple(_alternate(space, file) for file in files[1:]),
        files={f"media/{file.path.name}": file.sha256 for file in files},
        changed=tuple(f"media/{file.path.name}" for file, now in written if now),
        loudness=first.loudness,
        source_loudness=prepared.source_loudness,
        waveform=first.waveform,
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """An episode's sound in the cache: what was measured, made and tagged is not measured, made or tagged again.

    Attributes:
        memory: What each part is like; its siblings hold the rest.
        source: The audio as fetched.
        key: Everything that decides how it sounds.
        progress: Told what is done.
    """

    memory: Path
    source: Path
    key: str
    progress: Progress

    def known(self, recipe: Recipe, unmeasured: Callable[[], Known]) -> Known:
        """What each part is like as it came, and by what the sound is known again."""

        def make() -> Known:
            return replace(unmeasured(), measured=media.measure(recipe, self.progress))

        return store.remembered(self.memory, self.key, Known, make)

    def sound(self, recipe: Recipe, parts: tuple[Measured, ...], form: FileFormat) -> Mastered:
        """The sound in a format, without tags."""
        own = self.memory.with_suffix(form.suffix)

        def make() -> Mastered:
            return media.master(recipe, parts, form, own, self.progress)

        memory = self.memory.with_suffix(f"{form.suffix}.json")
        found = store.remembered(memory, self.key, Mastered, make)
        found = replace(
            found, path=own if found.path.name == own.name else self.source
        )  # the show may have moved
        if found.is_whole:
            return found
        memory.unlink()
        return store.remembered(memory, self.key, Mastered, make)

    def tagged(self, sound: Mastered, target: Path, tags: Tags, edit: EditMap) -> tuple[Media, bool]:
        """The published file, and whether it was written now."""
        made = False

        def make() -> Media:
            nonlocal made
            made = True
            media.remux(sound.path, target, tags, self.progress)
            audio = media.probe(target)
            _check_length(audio, edit.published_duration)
            return audio

        memory = self.memory.with_suffix(f"{target.suffix}.tagged.json")
        picture = tags.cover.content if tags.cover else b""
        key = store.fingerprint(self.key, target.name, repr(replace(tags, cover=None)), picture)
        found = replace(store.remembered(memory, key, Media, make), path=target)
        if made or (found.path.is_file() and sha256_of(found.path) == found.sha256):
            return found, made
        memory.unlink()
        return store.remembered(memory, key, Media, make), made


def _check_length(audio: Media, meant: int) -> None:
    if abs(audio.duration - meant) > max(_TAIL, meant // 100):
        raise MediaError(
            f"The audio should last {clock(meant)}; what was written lasts {clock(audio.duration)}.",
            place=Place(str(audio.path)),
            remedy="Delete the folder .publisher/media and build again.",
        )


def _form(target: Path) -> FileFormat:
    return media.FILE_FORMATS[target.suffix.removeprefix(".")]


def tags_of(
    space: Workspace, episode: Episode, entry: LockedEpisode, cover: Cover, chapters: tuple[Chapter, ...]
) -> Tags:
    """What an episode's files say of themselves."""
    summary = markup.plain(markup.from_markdown(episode.summary))
    return Tags(
        title=one_line(episode.title)[: media.LONGEST],
        show=one_line(space.show.title),
        author=one_line(space.show.author),
        date=f"{entry.published:%Y-%m-%d}",
        number=episode.number,
        comment=one_line(summary)[: media.LONGEST],
        language=episode.language or space.show.language,
        cover=cover,
        chapters=chapters,
    )


def _formats(space: Workspace, talk: Media) -> tuple[FileFormat, ...]:
    """What everybody gets, then the others."""
    settings = space.show.audio
    own = media.of_codec(talk.codec)
    keeps = own is not None and own.name in _DIRECTORIES_TAKE
    first = (own.name if own and keeps else media.DEFAULT) if settings.format == "auto" else settings.format
    return tuple(media.FILE_FORMATS[name] for name in dict.fromkeys((first, *settings.also)))


_DIRECTORIES_TAKE = ("m4a", "mp3")


def _alternate(space: Workspace, audio: Media) -> Alternate:
    form = _form(audio.path)
    url = space.url(f"media/{audio.path.name}")
    return Alternate(url, form.mime, audio.size, audio.bit_rate, form.name.upper())
