"""MP3: what is no frame of sound is left out, whatever kind of tag it is (ID3, APE, Lyrics3, …).

Lengths of frames follow ISO/IEC 11172-3, section 2.4.1.3, and 13818-3 for the lower sampling rates.
"""

from engine.cases.cleaning.unclean import Unclean
from engine.errors import msg

# kbit/s by index 1 to 14; the first table is MPEG 1, the second MPEG 2 and 2.5.
_RATES = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLINGS = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_HEADER = 4
_TAGGED = b"ID3"


def cleaned(data: bytes) -> bytes:
    """The frames of sound alone; raises Unclean where there is none."""
    frames: list[bytes] = []
    at, after = 0, -1  # ``after``: where the last frame ended
    while 0 <= at <= len(data) - _HEADER:
        length = _length(data, at)
        if data.startswith(_TAGGED, at):
            at += _tag(data, at)
        elif length and at + length <= len(data) and (at == after or _ends_well(data, at + length)):
            frames.append(data[at : at + length])
            at = after = at + length
        else:
            at = _sync(data, at + 1)
    if not frames:
        raise Unclean(msg("it holds no sound that can be read."))
    return b"".join(frames)


def _sync(data: bytes, at: int) -> int:
    """The next byte that may begin a frame or a tag."""
    found = [place for place in (data.find(b"\xff", at), data.find(_TAGGED, at)) if place >= 0]
    return min(found, default=-1)


def _ends_well(data: bytes, at: int) -> bool:
    rest = data[at : at + _HEADER]
    return len(rest) < _HEADER or rest[:3] in (b"ID3", b"TAG", b"APE", b"LYR") or _length(data, at) > 0


def _tag(data: bytes, at: int) -> int:
    """The length of the ID3v2 tag here, whose size counts seven bits a byte; past the mark when broken."""
    size = data[at + 6 : at + 10]
    if len(size) < 4 or any(byte > 127 for byte in size):
        return len(_TAGGED)
    footer = 10 if data[at + 5] & 0x10 else 0
    return 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]) + footer


def _length(data: bytes, at: int) -> int:
    """The length of the frame whose header stands here; 0 where none does."""
    head = data[at : at + _HEADER]
    if len(head) < _HEADER or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate, sampling, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or rate in (0, 15) or sampling == 3:
        return 0
    bits = _RATES[1 if version == 3 else 2, layer][rate - 1] * 1000
    hertz = _SAMPLINGS[version][sampling]
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    return (72 if layer == 3 and version != 3 else 144) * bits // hertz + padding
