"""Covers as directories want them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from publisher.errors import MediaError
from publisher.media import Cover, cover, plain_cover, small


def picture(path: Path, size: tuple[int, int], mode: str = "RGB", **options: object) -> Path:
    Image.new(mode, size, 100 if mode in {"L", "P"} else None).save(path, **options)  # type: ignore[arg-type]
    return path


def opened(found: Cover) -> Image.Image:
    return Image.open(io.BytesIO(found.content))


@pytest.mark.parametrize(("name", "mime"), [("a.png", "image/png"), ("a.jpg", "image/jpeg")])
@pytest.mark.parametrize("side", [1_400, 3_000])
def test_a_cover_that_is_right_is_published_as_it_is(name: str, mime: str, side: int, tmp_path: Path) -> None:
    path = picture(tmp_path / name, (side, side))
    found = cover(path)
    assert found.content == path.read_bytes()
    assert (found.mime, found.width, found.height) == (mime, side, side)


@pytest.mark.parametrize(
    ("name", "size", "mode", "side"),
    [
        ("small.png", (300, 300), "RGB", 1_400),
        ("large.png", (4_000, 4_000), "RGB", 3_000),
        ("wide.jpg", (1_920, 1_080), "RGB", 1_920),
        ("tall.png", (600, 900), "RGB", 1_400),
        ("clear.png", (1_500, 1_500), "RGBA", 1_500),
        ("grey.png", (1_500, 1_500), "L", 1_500),
        ("print.jpg", (1_500, 1_500), "CMYK", 1_500),
        ("few.png", (1_500, 1_500), "P", 1_500),
    ],
)
def test_any_other_picture_gets_a_copy_that_is_right(
    name: str, size: tuple[int, int], mode: str, side: int, tmp_path: Path
) -> None:
    found = cover(picture(tmp_path / name, size, mode))
    made = opened(found)
    kind = "PNG" if name.endswith("png") else "JPEG"
    assert (made.format, made.mode, made.size) == (kind, "RGB", (side, side))
    assert (found.mime, found.width) == (f"image/{kind.lower()}", side)
    assert cover(picture(tmp_path / name, size, mode)) == found


def test_a_picture_that_lies_on_its_side_is_put_upright(tmp_path: Path) -> None:
    turned = Image.new("RGB", (1_400, 1_400), "black")
    turned.paste("white", (0, 0, 1_400, 700))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "a.jpg", exif=exif)
    made = opened(cover(tmp_path / "a.jpg"))
    left, right = made.getpixel((100, 700)), made.getpixel((1_300, 700))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] < 50
    assert right[0] > 200


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n" + bytes(40), b"\xff\xd8\xff\xe0"])
def test_what_is_no_picture_is_refused_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(MediaError, match="no PNG or JPEG"):
        cover(tmp_path / "a.png")


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", (20_000, 6_000), "1")
    with pytest.raises(MediaError, match="far more pixels"):
        cover(tmp_path / "a.png")


def test_what_audio_carries_is_small(tmp_path: Path) -> None:
    found = small(cover(picture(tmp_path / "a.png", (3_000, 3_000))))
    assert (found.mime, found.width, found.height) == ("image/jpeg", 1_400, 1_400)
    assert small(found) is found


def test_a_plain_cover_is_right_and_differs_from_show_to_show(tmp_path: Path) -> None:
    found = plain_cover("坐过站")
    (tmp_path / "a.png").write_bytes(found.content)
    assert cover(tmp_path / "a.png") == found
    assert plain_cover("坐过站") == found
    assert plain_cover("另一个") != found
    assert len(found.content) < 100_000
