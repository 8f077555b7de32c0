"""A folder of images -> cases: which files belong together, and what a reader is told."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from labeler.errors import LabelerError
from labeler.hub.readable import Readable
from labeler.imaging import tags
from labeler.imaging.dataset import Dataset
from labeler.imaging.header import looks_like_dicom, read_header
from labeler.interchange.privacy import privacy_of
from labeler.interchange.privacy_findings import Severity
from labeler.model.image import ByteSource
from labeler.model.manifest import ITEM_FORMAT, Item, ItemContext, ItemFile

PIECE = 1 << 20
_PICTURES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}


class Split(enum.StrEnum):
    """What becomes one case."""

    SERIES = "series"
    FOLDER = "folder"
    WHOLE = "whole"


@dataclass(frozen=True)
class Picked:
    """One image file: the case it goes to, its suffix, and what its header says of the person."""

    file: ByteSource
    group: str
    suffix: str
    age: str
    sex: str
    identity: frozenset[str]


@dataclass(frozen=True)
class Case:
    """One case: the files, and the Item that names them without telling their old names.

    `identity` are the keywords of what in the files themselves tells who the person is.
    """

    files: tuple[ByteSource, ...]
    item: Item
    identity: frozenset[str]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.item.files)


def find_cases(found: Readable, split: Split, indication: str) -> list[Case]:
    """The cases in the readable files, in the order in which they are first met.

    Raises LabelerError "no-images" where none of the files is an image that can be read.
    """
    groups: dict[str, list[Picked]] = {}
    for file in found.files:
        if (picked := _pick(file, split)) is not None:
            groups.setdefault(picked.group, []).append(picked)
    if not groups:
        raise _no_images(found)
    return [_case(number, group, indication) for number, group in enumerate(groups.values(), 1)]


def _no_images(found: Readable) -> LabelerError:
    safe, do = "Nothing was posted.", "Choose a folder with DICOM, PNG or JPEG files."
    if not found.left_out:
        return LabelerError("no-images", "No file was found in this folder.", safe=safe, do=do)
    first = found.left_out[0]
    return LabelerError(
        "no-images",
        "No image that can be read was found in this folder ({count} tried). {name}: {why}",
        safe=safe,
        do=do,
        count=len(found.left_out),
        name=first.name,
        why=first.message,
    )


def _pick(file: ByteSource, split: Split) -> Picked | None:
    """None for what is no image: structured reports, notes, thumbnails' databases."""
    head = file.read(0, 1024)
    folder = str(PurePosixPath(file.name).parent)
    for magic, suffix in _PICTURES.items():
        if head.startswith(magic):
            group = "" if split is Split.WHOLE else folder
            return Picked(file, group, suffix, "", "", frozenset())
    if not looks_like_dicom(head):
        return None
    header = _header(file)
    if header is None:
        return None
    series = header.code(tags.STUDY_INSTANCE_UID) + "/" + header.code(tags.SERIES_INSTANCE_UID)
    group = {Split.SERIES: series, Split.FOLDER: folder, Split.WHOLE: ""}[split]
    age, sex = header.code(tags.PATIENT_AGE), header.code(tags.PATIENT_SEX)
    return Picked(file, group, ".dcm", age[:8], sex[:8], _names(file))


def _names(file: ByteSource) -> frozenset[str]:
    found = privacy_of(file).findings
    return frozenset(one.name for one in found if one.severity is Severity.NAMES)


def _header(file: ByteSource) -> Dataset | None:
    try:
        header = read_header(file)
    except LabelerError:
        # Not readable here: the experts could not read it either.
        return None
    return header.dataset if header.pixels is not None else None


def _case(number: int, group: list[Picked], indication: str) -> Case:
    named = tuple(
        ItemFile(name=f"{at:05d}{p.suffix}", size=p.file.size, sha256=_sha256(p.file))
        for at, p in enumerate(group, 1)
    )
    age = next((p.age for p in group if p.age), "")
    sex = next((p.sex for p in group if p.sex), "")
    context = ItemContext(age=age, sex=sex, indication=indication)
    item = Item(format=ITEM_FORMAT, title=f"Case {number}", context=context, files=named)
    identity = frozenset().union(*(p.identity for p in group))
    return Case(tuple(p.file for p in group), item, identity)


def _sha256(file: ByteSource) -> str:
    digest = hashlib.sha256()
    for offset in range(0, file.size, PIECE):
        digest.update(file.read(offset, PIECE))
    return digest.hexdigest()
