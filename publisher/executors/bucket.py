"""A bucket through which machines that share no folder hand files to each other, by obstore.

A file lies in it under the hash of its content, so nothing is sent twice and a task that is done again writes the same.
Credentials never travel: each machine takes its own from its environment, as the bucket's own tools do.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from publisher.errors import ContentError, MissingExtraError, Place, UsageError
from publisher.files import is_temporary, replacing, sha256_of
from publisher.text import one_line
from publisher.untrusted import stays_inside

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_KEY = "publish/{}"
_PROBE = b"publish"
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Parcel:
    """A value for another machine.

    Attributes:
        value: Pickled; places in the show's folder are in it as seen from there.
        files: Paths in the show's folder → hash of the content, by which it lies in the bucket.
    """

    value: bytes
    files: Mapping[str, str]


class Bucket:
    """Files of a show in a bucket.

    Args:
        url: `s3://NAME/PREFIX`, `gs://…`, `az://…`, or `file:///FOLDER` for one that all machines see.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def _store(self) -> ObjectStore:
        from obstore.store import from_url

        return from_url(self.url)

    def try_out(self) -> None:
        """Write something, and see that it is there.

        Raises:
            MissingExtraError: obstore is not installed.
            UsageError: There is no such bucket, or we may not write into it.
        """
        if find_spec("obstore") is None:
            raise MissingExtraError("A bucket needs obstore.", extra="cluster")
        try:
            with _plain_errors():
                self._send(hashlib.sha256(_PROBE).hexdigest(), _PROBE)
        except OSError as error:
            raise UsageError(
                f"The bucket cannot be used: {error}.",
                remedy="Write it as s3://NAME, and set what its own tools ask for, such as AWS_ACCESS_KEY_ID.",
            ) from None

    def put(self, root: Path, files: Iterable[Path], but: Mapping[str, str] | None = None) -> dict[str, str]:
        """Hand files over.

        Args:
            root: The show's folder.
            files: Inside of it.
            but: What is known of them already.

        Returns:
            Path → hash of those that are new or have changed.

        Raises:
            OSError: The bucket or the disk fails.
        """
        given: dict[str, str] = {}
        for file in sorted(set(files)):
            path, digest = file.relative_to(root).as_posix(), sha256_of(file)
            if but is None or but.get(path) != digest:
                with _plain_errors():
                    self._send(digest, file)
                given[path] = digest
        return given

    def bring(self, files: Mapping[str, str], root: Path) -> tuple[str, ...]:
        """Take files into a show's folder, each whole or not at all.

        Returns:
            The paths of those that were not there, or had another content.

        Raises:
            OSError: The bucket or the disk fails, or what comes is not what was handed over.
        """
        changed: list[str] = []
        for path, digest in sorted(files.items()):
            if not stays_inside(path):
                raise OSError(f"{path!r} leads out of the show")
            target = root / path
            if target.is_file() and sha256_of(target) == digest:
                continue
            with replacing(target) as temporary, _plain_errors():
                self._receive(digest, temporary)
            changed.append(path)
        return tuple(changed)

    def _send(self, digest: str, content: Path | bytes) -> None:
        import obstore

        key = _KEY.format(digest)
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            obstore.put(self._store, key, content)

    def _receive(self, digest: str, target: Path) -> None:
        import obstore

        seen = hashlib.sha256()
        with target.open("wb") as file:
            for chunk in obstore.get(self._store, _KEY.format(digest)).stream():
                seen.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if seen.hexdigest() != digest:
            raise OSError("the bucket gave back something else than it was given")


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What obstore raises is long, and does not travel between machines."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, ValueError, FileNotFoundError) as error:
        raise OSError(one_line(str(error).partition("\n")[0])[:_LONGEST].rstrip(".")) from None


def inside(root: Path, files: Iterable[Path]) -> Iterator[Path]:
    """Those of the files that are there.

    Raises:
        ContentError: One lies outside of the show's folder, so that it cannot be handed over.
    """
    for file in files:
        if file.is_file():
            path = Path(os.path.normpath(file))
            if not path.is_relative_to(root):
                raise ContentError(
                    "The file lies outside of the show, and other machines cannot have it.",
                    place=Place(str(file)),
                    remedy="Move it into the show's folder, or build without --bucket.",
                )
            yield path


def all_in(folder: Path) -> Iterator[Path]:
    """Every file in a folder, but none that is half written."""
    return (path for path in folder.rglob("*") if path.is_file() and not is_temporary(path.name))


# -- values -------------------------------------------------------------------------------------------


def packed(value: object, root: Path) -> bytes:
    """A value as bytes, in which nothing says where the show's folder is."""
    file = io.BytesIO()
    _Packer(file, root).dump(value)
    return file.getvalue()


def unpacked(content: bytes, root: Path) -> Any:
    """The value as seen from another folder. Only for what our own tasks have packed."""
    return _Unpacker(io.BytesIO(content), root).load()


class _Packer(pickle.Pickler):
    """Leaves the show's folder out of paths and texts."""

    def __init__(self, file: io.BytesIO, root: Path) -> None:
        super().__init__(file)
        self._root = root

    def persistent_id(self, value: object) -> tuple[str, ...] | None:
        if isinstance(value, PurePath) and value.is_relative_to(self._root):
            return ("path", value.relative_to(self._root).as_posix())
        if isinstance(value, str) and str(self._root) in value:
            return ("text", *value.split(str(self._root)))
        return None


class _Unpacker(pickle.Unpickler):
    """Puts the folder in that is the show's here."""

    def __init__(self, file: io.BytesIO, root: Path) -> None:
        super().__init__(file)
        self._root = root

    def persistent_load(self, known: tuple[str, ...]) -> Path | str:
        kind, *parts = known
        return self._root / parts[0] if kind == "path" else str(self._root).join(parts)
