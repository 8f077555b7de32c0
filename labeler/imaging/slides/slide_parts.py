"""Files that hold parts of a slide and are no images of their own."""

from __future__ import annotations

from labeler.imaging.sources.files import Beside, FileBytes
from labeler.model.image import ByteSource

_MOST_BYTES = 1 << 16
_MOST_LINES = 1 << 12


def parts_in_folder(source: ByteSource) -> tuple[str, ...]:
    """MIRAX: everything in the folder that is called as the file without its ending."""
    if not isinstance(source, FileBytes):
        return ()
    return source.beside_in(source.path.stem)


def named_in_index(source: ByteSource, beside: Beside) -> tuple[str, ...]:
    """VMS, VMU: a text of lines `key=name`; the names of files that are there."""
    text = source.read(0, _MOST_BYTES).decode("latin-1")
    values = (line.partition("=")[2].strip() for line in text.splitlines()[:_MOST_LINES])
    found = (beside(value) for value in dict.fromkeys(values) if value)
    return tuple(part.name for part in found if part is not None and part.name != source.name)
