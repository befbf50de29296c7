"""Attachments without what their makers' programs wrote into them: owner, place, device, time, program.

One file per family of formats; what cannot be cleaned is refused, never passed on.
"""

from collections.abc import Callable

from engine.cases.cleaning import apart, mp3, mp4, pictures
from engine.cases.cleaning.unclean import Unclean
from engine.errors import FieldError, Invalid, Message, msg

_CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "application/pdf": apart.cleaned,
    "image/jpeg": pictures.jpeg,
    "image/png": pictures.png,
    "audio/mpeg": mp3.cleaned,
    "video/mp4": mp4.cleaned,
}


def cleaned(name: str, data: bytes, media_type: str) -> bytes:
    """The same document, picture, sound or film without metadata.

    Raises Invalid that names the file and says why it cannot be cleaned, TooLarge for a picture of too many
    pixels.
    """
    try:
        return _CLEANERS[media_type](data)
    except Unclean as error:
        message: Message = msg("%(name)s: %(why)s", name=name, why=error.why)
        raise Invalid(message, [FieldError("lampiran", message)], name=name) from error


def is_picture(media_type: str) -> bool:
    """Pictures are cleaned whoever sends them: nobody takes a photo's place and camera for a part of it."""
    return media_type.startswith("image/")
