"""Files that hold parts of a slide and are no images of their own."""

from __future__ import annotations

from labeler.imaging.sources.files import Beside, FileBytes
from labeler.model.image import ByteSource

_MOST_BYTES = 1 << 16
_MOST_LINES = 1 << 12
_MIRAX = (".dat", ".ini")
_KEYS = ("ImageFile", "MapFile", "MacroImage", "OptimisationFile")
"""ImageFile(1,2) names a part of the tissue."""


def parts_in_folder(source: ByteSource) -> tuple[str, ...]:
    """MIRAX: data and indices in the folder that is called as the file without its ending. What
    else lies there is none of its parts: a wrong file must hide no image."""
    if not isinstance(source, FileBytes):
        return ()
    return tuple(
        name for name in source.beside_in(source.path.stem) if name.lower().endswith(_MIRAX)
    )


def named_in_index(source: ByteSource, beside: Beside) -> tuple[str, ...]:
    """VMS, VMU: a text of lines `key=name`; the names of files that are there."""
    text = source.read(0, _MOST_BYTES).decode("latin-1")
    lines = [line.strip() for line in text.splitlines()[:_MOST_LINES]]
    values = (line.partition("=")[2].strip() for line in lines if line.startswith(_KEYS))
    found = (beside(value) for value in dict.fromkeys(values))
    return tuple(part.name for part in found if part is not None and part.name != source.name)
