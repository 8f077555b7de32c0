"""Whether a file reaches the end of what it begins: its header, and the value of its pixels."""

from __future__ import annotations

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.encapsulated import find_fragments
from labeler.imaging.dicom.header import FileHeader

_DELIMITERS = (b"\xfe\xff\xdd\xe0", b"\xff\xfe\xe0\xdd")
_ANY_NUMBER = 10**12


def is_whole(header: FileHeader) -> bool:
    """Whether no byte is missing; what the pixels hold is not looked at."""
    pixels, source = header.pixels, header.source
    if header.cut or pixels is None:
        return not header.cut
    if pixels.length is not None:
        return pixels.offset + pixels.length <= source.size
    fragments = find_fragments(source, pixels.offset)
    frames = max(header.dataset.integer(tags.NUMBER_OF_FRAMES, _ANY_NUMBER) or 1, 1)
    # The first one is the offset table; a video is one fragment however many frames it has.
    if not fragments or (len(fragments) > 2 and len(fragments) - 1 < frames):
        return False
    end = fragments[-1].at + 8 + fragments[-1].length
    # Some writers leave out the delimiter, and some pad what has an odd length all the same.
    return end == source.size or any(source.read(at, 4) in _DELIMITERS for at in (end, end + 1))
