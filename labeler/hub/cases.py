"""A folder of images -> cases: which files belong together, and what a reader is told."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from labeler.errors import LabelerError
from labeler.hub.readable import Readable
from labeler.imaging.frames import StoredFile
from labeler.model.image import ByteSource
from labeler.model.manifest import ITEM_FORMAT, Item, ItemContext, ItemFile

PIECE = 1 << 20
_LISTED = """
.bmp .gif .gipl .hdr .img .j2k .jp2 .jpeg .jpg .jpx .mgh .mgz .mha .mhd .ndpi .nhdr .nii .nrrd
.pbm .pgm .png .ppm .raw .scn .svs .svslide .tif .tiff .webp .zraw
"""
_SUFFIXES = frozenset(_LISTED.split())


class Split(enum.StrEnum):
    """What becomes one case."""

    SERIES = "series"
    FOLDER = "folder"
    WHOLE = "whole"


@dataclass(frozen=True)
class Handed:
    """One file of a case, and the name it is handed out under, which tells nothing.

    `parts` are the new names of the files that this one refers to, by their old plain names.
    `voxels`: it holds nothing but the values that another file's header speaks of.
    """

    source: ByteSource
    name: str
    parts: Mapping[str, str]
    voxels: bool = False


@dataclass(frozen=True)
class Case:
    """One case before its files are made ready."""

    title: str
    files: tuple[Handed, ...]
    context: ItemContext

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.source.size for file in self.files)

    def item(self, made: Sequence[ByteSource]) -> Item:
        """The Item of what is handed out: `made` are its files in order, as they will be sealed."""
        named = tuple(
            ItemFile(name=file.name, size=source.size, sha256=_sha256(source))
            for file, source in zip(self.files, made, strict=True)
        )
        return Item(format=ITEM_FORMAT, title=self.title, context=self.context, files=named)


@dataclass(frozen=True)
class _Picked:
    """An image file with the parts it needs; `speaks`: it is here for what it says of images."""

    file: ByteSource
    parts: tuple[ByteSource, ...]
    age: str
    sex: str
    dicom: bool
    speaks: bool = False


def find_cases(found: Readable, split: Split, indication: str) -> list[Case]:
    """The cases in the readable files, in the order in which they are first met.

    Reports, segmentations and the like go along with the images that they speak of. Raises
    LabelerError "no-images" where none of the files is an image that can be read.
    """
    groups: dict[str, list[_Picked]] = {}
    by_name = {file.name: file for file in found.files}
    for file in found.files:
        if (stored := found.images.get(file.name)) is not None:
            together = groups.setdefault(_group(file, stored, split), [])
            together.append(_picked(file, stored, by_name))
    if not groups:
        raise _no_images(found)
    for speaker, spoken_of in found.speakers:
        for group in groups.values():
            if spoken_of & {picked.file.name for picked in group}:
                group.append(_Picked(speaker, (), "", "", dicom=True, speaks=True))
    return [_case(number, group, indication) for number, group in enumerate(groups.values(), 1)]


def _no_images(found: Readable) -> LabelerError:
    safe, do = "Nothing was posted.", "Choose a folder with images that `labeler inspect` reads."
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


def _group(file: ByteSource, stored: StoredFile, split: Split) -> str:
    """Pictures of one folder belong together, because nothing in them says so."""
    if split is Split.WHOLE:
        return ""
    if split is Split.FOLDER or stored.kind == "picture":
        return str(PurePosixPath(file.name).parent)
    return f"{stored.info.study_uid}/{stored.info.uid}"


def _picked(file: ByteSource, stored: StoredFile, by_name: Mapping[str, ByteSource]) -> _Picked:
    return _Picked(
        file,
        tuple(by_name[name] for name in stored.also if name in by_name),
        stored.info.patient_age,
        stored.info.patient_sex,
        dicom=stored.kind == "dicom" or stored.syntax.uid.startswith("1.2.840.10008.1."),
    )


def _case(number: int, group: list[_Picked], indication: str) -> Case:
    age = next((p.age for p in group if p.age), "")
    sex = next((p.sex for p in group if p.sex), "")
    files = [file for at, picked in enumerate(group, 1) for file in _handed(at, picked)]
    context = ItemContext(age=age, sex=sex, indication=indication)
    return Case(f"Case {number}", tuple(files), context)


def _handed(number: int, picked: _Picked) -> list[Handed]:
    """A file and its parts under one number, so that a pair is still a pair."""
    names: dict[str, str] = {}
    for at, part in enumerate(picked.parts):
        more = f"-{at + 1}" if len(picked.parts) > 1 else ""
        names[PurePosixPath(part.name).name] = f"{number:05d}{more}{_suffix(part.name)}"
    own = ".dcm" if picked.dicom else _suffix(picked.file.name)
    parts = [Handed(part, names[PurePosixPath(part.name).name], {}, voxels=True)
             for part in picked.parts]  # fmt: skip
    return [Handed(picked.file, f"{number:05d}{own}", names), *parts]


def _suffix(name: str) -> str:
    """A suffix that readers know, in small letters; "" for others, which may tell something."""
    parts = [part.lower() for part in PurePosixPath(name).suffixes[-2:]]
    if parts[-1:] == [".gz"]:
        return "".join(parts) if len(parts) == 2 and parts[0] in _SUFFIXES else ".gz"
    return parts[-1] if parts and parts[-1] in _SUFFIXES else ""


def _sha256(file: ByteSource) -> str:
    digest = hashlib.sha256()
    for offset in range(0, file.size, PIECE):
        digest.update(file.read(offset, PIECE))
    return digest.hexdigest()
