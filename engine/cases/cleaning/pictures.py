"""Pictures, turned upright and written anew from their pixels alone."""

import io

from PIL import Image, ImageOps

from engine.cases.cleaning.unclean import Unclean
from engine.errors import TooLarge, msg

MOST_PIXELS = 40_000_000


def jpeg(data: bytes) -> bytes:
    """A JPEG without Exif, comments, profiles and thumbnails."""
    return _written(data, "JPEG")


def png(data: bytes) -> bytes:
    """A PNG without texts, times and profiles."""
    return _written(data, "PNG")


def _written(data: bytes, kind: str) -> bytes:
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooLarge(msg("The picture has too many pixels."))
            upright = ImageOps.exif_transpose(image)
            # Comments and profiles travel along in here; only a palette's transparent colour is part of it.
            upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
            out = io.BytesIO()
            if kind == "PNG":
                upright.save(out, kind)
            else:
                upright.convert("RGB").save(out, kind, quality=88)
            return out.getvalue()
    except TooLarge:
        raise
    except Exception as error:  # the decoders raise whatever a broken file makes them stumble over
        raise Unclean(msg("it cannot be read as a picture.")) from error
