"""Covers as directories want them: square, 1400 to 3000 pixels, RGB, PNG or JPEG (Apple Podcasts, requirements)."""

from __future__ import annotations

import hashlib
import io
import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import MediaError, Place
from publisher.media.tags import Cover

if TYPE_CHECKING:
    from PIL.Image import Image

SMALLEST, LARGEST = 1_400, 3_000
"""Pixels of a side."""

PLAIN_COVER = "cover-plain"
"""The name, without suffix, of a cover that was made because the show has none."""

_MIMES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_QUALITY = 88
_KEPT = 4
"""Pictures that are remembered: most episodes of a show have the same."""

_BARS = (3, 6, 9, 5, 8, 10, 7, 4, 6, 3)
"""Heights of the bars on a generated cover, in tenths."""


def cover(path: Path) -> Cover:
    """A picture as it may be published, of the kind that its name says: itself when it is right, else a copy that is.

    A picture that is not square gets borders in the colour of its edge; one of another size is scaled.

    Raises:
        MediaError: It is no picture, or larger than any cover.
    """
    return _publishable(path, path.read_bytes())


@lru_cache(_KEPT)
def _publishable(path: Path, content: bytes) -> Cover:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        with picture:
            picture.load()
            kind = "PNG" if path.suffix.lower() == ".png" else "JPEG"
            if picture.format == kind and _is_right(picture):
                return Cover(content, _MIMES[kind], picture.width, picture.height)
            return _png(_mended(picture)) if kind == "PNG" else _jpeg(_mended(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _unusable(path, "has far more pixels than a cover") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _unusable(path, "is no PNG or JPEG, or it is damaged") from error


@lru_cache(_KEPT)
def small(found: Cover) -> Cover:
    """A copy to embed in audio: 1400 pixels, JPEG."""
    from PIL import Image

    if found.width == SMALLEST and found.mime == _MIMES["JPEG"]:
        return found
    with Image.open(io.BytesIO(found.content)) as picture:
        return _jpeg(_sized(picture.convert("RGB"), SMALLEST))


@lru_cache(_KEPT)
def plain_cover(title: str) -> Cover:
    """A cover for a show that has none: bars on a colour that its title decides."""
    from PIL import Image, ImageDraw

    hue = hashlib.sha256(title.encode("utf-8")).digest()[0]
    ground = Image.new("HSV", (SMALLEST, SMALLEST), (hue, 150, 110)).convert("RGB")
    draw = ImageDraw.Draw(ground)
    step = SMALLEST // (len(_BARS) + 4)
    for place, tenths in enumerate(_BARS, 2):
        half = tenths * SMALLEST // 40
        left, middle = place * step, SMALLEST // 2
        draw.rectangle((left, middle - half, left + step // 2, middle + half), fill=(255, 255, 255))
    return _png(ground)


def _unusable(path: Path, what: str) -> MediaError:
    return MediaError(
        f"The picture {what}.",
        place=Place(str(path)),
        remedy=f"Give a square PNG or JPEG of {SMALLEST} to {LARGEST} pixels.",
    )


def _is_right(picture: Image) -> bool:
    return (
        picture.mode == "RGB"
        and picture.width == picture.height
        and SMALLEST <= picture.width <= LARGEST
        and not picture.getexif().get(_ORIENTATION, 1) > 1
    )


_ORIENTATION = 0x0112


def _mended(picture: Image) -> Image:
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "white")
    flat = Image.alpha_composite(ground, upright).convert("RGB")
    side = max(flat.size)
    squared = ImageOps.pad(flat, (side, side), color=_corner(flat))
    return _sized(squared, min(max(side, SMALLEST), LARGEST))


def _corner(picture: Image) -> tuple[int, int, int]:
    red, green, blue = picture.crop((0, 0, 1, 1)).tobytes()
    return red, green, blue


def _sized(picture: Image, side: int) -> Image:
    from PIL import Image

    return picture if picture.width == side else picture.resize((side, side), Image.Resampling.LANCZOS)


def _jpeg(picture: Image) -> Cover:
    return _saved(picture, "JPEG", quality=_QUALITY, subsampling=0)


def _png(picture: Image) -> Cover:
    return _saved(picture, "PNG", optimize=False)


def _saved(picture: Image, kind: str, **options: int | bool) -> Cover:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return Cover(written.getvalue(), _MIMES[kind], picture.width, picture.height)
