"""What lies beside images on discs and in folders, and is passed over without a fuss."""

from __future__ import annotations

from collections.abc import Sequence

from labeler.imaging.frames import StoredFrame
from labeler.imaging.problems import FileProblem
from labeler.imaging.sources.directories import Served

_NO_IMAGES = ("not-an-image", "empty-file", "too-short")
_NOTES = "thumbs.db ehthumbs.db lockfile"
_PROGRAMS = "exe dll ocx sys msi cab inf ini bat cmd lnk ico dylib so jar class"
_PAGES = "js css html htm chm hlp swf"
_NAMES = frozenset(_NOTES.split())
_SUFFIXES = frozenset(f"{_PROGRAMS} {_PAGES}".split())


def _is_litter(name: str) -> bool:
    """Whether it is called like a program, a web page or a system's note."""
    base = name.casefold().rpartition("/")[2]
    return base in _NAMES or base.rpartition(".")[2] in _SUFFIXES


def sort_out(problems: Sequence[FileProblem]) -> tuple[tuple[str, ...], tuple[FileProblem, ...]]:
    """Names of what was never meant to be an image, and the problems that are left."""
    litter: list[str] = []
    left: list[FileProblem] = []
    for one in problems:
        if one.error.code in _NO_IMAGES and _is_litter(one.name):
            litter.append(one.name)
        else:
            left.append(one)
    return tuple(litter), tuple(left)


def without_previews(
    frames: Sequence[StoredFrame], directories: Sequence[Served]
) -> tuple[list[StoredFrame], tuple[str, ...]]:
    """Frames without the pictures that a disc's own directory does not name, and their names."""
    if not directories:
        return list(frames), ()
    kept: list[StoredFrame] = []
    previews: dict[str, None] = {}
    for frame in frames:
        name = frame.file.source.name
        over = [one for one in directories if name.startswith(one.folder)]
        if frame.file.kind == "picture" and over and not any(name in one.names for one in over):
            previews[name] = None
        else:
            kept.append(frame)
    return kept, tuple(previews)
