"""Pictures of people: whatever was uploaded becomes two clean square WebP files, or an error.

Pixels are decoded and written anew: no metadata, no second format inside the file survives.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from forum.core import limits
from forum.core.errors import Invalid
from forum.core.storage import storage
from forum.web.i18n import gettext as _

if TYPE_CHECKING:
    from PIL import Image

LARGE: Final = 256
SMALL: Final = 64
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
# The first bound is on what the file says it is, the second on what has to be held in memory.
MOST_PIXELS: Final = 50_000_000
MOST_DECODED: Final = 16_000_000
QUALITY: Final = 82


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as two WebP files, ready to be stored."""

    large: bytes
    small: bytes


def make_picture(raw: bytes, *, field: str = "picture") -> Picture:
    """Turn an upload into a picture.

    Units: squares of 256 and 64 px.
    Errors: Invalid at `field` for what is no picture, is damaged or far too large.
    Cost: up to a second and 64 MB; call it outside write transactions.
    """
    if len(raw) > limits.UPLOAD_BYTES:
        raise Invalid(field, _("Die Datei ist zu groß (höchstens 10 MB)."))
    try:
        square = _square(raw, LARGE)
    except Exception as error:
        # Pillow's decoders answer hostile files with nearly every kind of exception there is.
        if isinstance(error, Invalid):
            raise
        text = _("Das ist kein Bild, das wir lesen können. Nimm JPEG, PNG, WebP oder GIF.")
        raise Invalid(field, text) from None
    return Picture(large=_webp(square, LARGE), small=_webp(square, SMALL))


def store_picture(picture: Picture) -> tuple[str, str]:
    """Keep both files and return their names, the large one's first; repeating it is harmless."""
    kept = storage()
    return kept.put(picture.large, kind="webp"), kept.put(picture.small, kind="webp")


def _square(raw: bytes, edge: int) -> Image.Image:
    from PIL import Image, ImageOps  # 2 MB that most processes never need

    with Image.open(BytesIO(raw), formats=FORMATS) as image:
        _require_within(image, MOST_PIXELS)
        # Lets the JPEG decoder work at a fraction of the size from the start.
        image.draft("RGB", (edge * 2, edge * 2))
        _require_within(image, MOST_DECODED)
        upright = ImageOps.exif_transpose(image)
        return ImageOps.fit(upright.convert("RGBA"), (edge, edge), Image.Resampling.LANCZOS)


def _require_within(image: Image.Image, most: int) -> None:
    if image.width * image.height > most:
        raise Invalid("picture", _("Das Bild hat zu viele Bildpunkte. Verkleinere es bitte."))


def _webp(square: Image.Image, size: int) -> bytes:
    from PIL import Image

    out = BytesIO()
    scaled = square.resize((size, size), Image.Resampling.LANCZOS)
    # A fresh image takes no metadata along.
    clean = Image.new("RGBA", scaled.size)
    clean.paste(scaled)
    clean.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()
