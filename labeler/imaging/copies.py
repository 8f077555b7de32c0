"""Files that hold an image once more: which one is shown, and what is to be told of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from labeler.imaging.frame_stores import DecodeError, Decoders, EncapsulatedFrames
from labeler.imaging.frames import StoredFile, StoredFrame
from labeler.model.image import Caveat

_Key = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Copy:
    """A frame that is left out, and the one that is `kept` in its stead. `cut`: its file is cut
    short, and that of the other is not."""

    frame: StoredFrame
    kept: StoredFrame
    cut: bool

    @property
    def name(self) -> str:
        return self.frame.file.source.name


Copies = dict[int, list[Copy]]
"""What is left out, by the identity of the frame that is kept."""


def without_copies(frames: Sequence[StoredFrame]) -> tuple[Sequence[StoredFrame], Copies]:
    """Each frame once: of a file that is whole if it can be, and then without loss.

    Files that share a UID but say they lie elsewhere or are another image are not copies.
    """
    if len({(frame.file.instance, frame.number) for frame in frames}) == len(frames):
        return frames, {}
    alike: dict[_Key, list[StoredFrame]] = defaultdict(list)
    for frame in frames:
        file = frame.file
        key = file.instance, frame.number, frame.position, file.instance_number, frame.traits
        alike[key].append(frame)
    cut: dict[int, bool] = {}
    copies: Copies = {}
    for same in alike.values():
        if len(same) == 1:
            continue
        # Only of those that are there twice: the compressed ones must be asked on the disk.
        for file in (frame.file for frame in same):
            if id(file) not in cut:
                cut[id(file)] = _is_cut(file)
        same.sort(key=lambda frame: (cut[id(frame.file)], frame.file.lossy))
        kept = same[0]
        whole = not cut[id(kept.file)]
        copies[id(kept)] = [Copy(one, kept, whole and cut[id(one.file)]) for one in same[1:]]
    return [same[0] for same in alike.values()], copies


def _is_cut(file: StoredFile) -> bool:
    """By its header and its length; no pixels are read."""
    if Caveat.CUT_SHORT in file.caveats:
        return True
    try:
        return isinstance(file.store, EncapsulatedFrames) and not file.store.is_whole()
    except OSError:
        return True  # one that cannot be read is no better


def copies_of(frames: Iterable[StoredFrame], copies: Copies) -> tuple[Copy, ...]:
    """What is left out because these are kept."""
    if not copies:
        return ()
    return tuple(copy for frame in frames for copy in copies.get(id(frame), ()))


def copy_names(copies: Iterable[Copy]) -> tuple[str, ...]:
    """Each file once."""
    return tuple(dict.fromkeys(copy.name for copy in copies))


def cut_names(copies: Iterable[Copy]) -> tuple[str, ...]:
    """Files that are left out because they are cut short."""
    return copy_names(copy for copy in copies if copy.cut)


@dataclass(frozen=True)
class ComparedCopies:
    """Files that are as whole as those that are shown: which hold `unlike` pixels, and which could
    not be told, since one of both gives none."""

    unlike: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def compared(copies: Iterable[Copy], decoders: Decoders) -> ComparedCopies:
    """Both are read, as far as their bytes are not the same."""
    unlike: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for copy in copies:
        if copy.cut or copy.name in unlike:
            continue
        same = _same_pixels(copy, decoders)
        if same is None:
            unknown[copy.name] = None
        elif not same:
            unlike[copy.name] = None
    return ComparedCopies(tuple(unlike), tuple(name for name in unknown if name not in unlike))


def _same_pixels(copy: Copy, decoders: Decoders) -> bool | None:
    """None where one of them cannot be read or decoded."""
    one, other, number = copy.frame.file, copy.kept.file, copy.frame.number
    try:
        # True copies are the same bytes, and need not be decoded.
        if isinstance(one.store, EncapsulatedFrames) and isinstance(
            other.store, EncapsulatedFrames
        ):
            same = one.store.compressed(number) == other.store.compressed(number)
            if same and one.syntax == other.syntax:
                return True
        first = one.store.frame(number, decoders)
        second = other.store.frame(number, decoders)
    except (DecodeError, OSError):
        return None
    # Float Pixel Data may hold NaN, which is like nothing, itself included.
    return np.array_equal(first, second, equal_nan=first.dtype.kind == second.dtype.kind == "f")
