"""DICOMDIR: the directory of a medium, and the files that it names (PS3.3 annex F, PS3.10 8.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.header import looks_like_dicom, read_header
from labeler.imaging.problems import FileProblem, listed
from labeler.model.image import ByteSource
from labeler.model.printable import printable

_STORAGE = b"1.2.840.10008.1.3.10"
_HEAD = 1024
_INACTIVE = 0

FileId = tuple[str, ...]
"""The folders and the name of a file, as a directory spells them."""


@dataclass(frozen=True)
class Served:
    """A directory of which files are here: `folder` ("" or ending in "/") and the names."""

    folder: str
    names: frozenset[str]


def knows(head: bytes, name: str) -> bool:
    return looks_like_dicom(head) and (head.find(_STORAGE, 0, _HEAD) >= 0 or _is_called(name))


def _is_called(name: str) -> bool:
    return plain(name.rpartition("/")[2]) == "dicomdir"


def read_directory(source: ByteSource) -> tuple[FileId, ...]:
    """The files that are named, in their order, each once.

    Records are taken as they lie, never by their offsets: these can be wrong, or made to turn in
    a circle. Records that are not in use are left out. Raises LabelerError "directory-broken".
    """
    try:
        header = read_header(source)
    except LabelerError as error:
        raise _broken(source.name) from error
    if tags.DIRECTORY_RECORD_SEQUENCE not in header.dataset.sequences:
        raise _broken(source.name)
    records = header.dataset.items(tags.DIRECTORY_RECORD_SEQUENCE)
    used = (r for r in records if r.number(tags.RECORD_IN_USE_FLAG) != _INACTIVE)
    found = (record.codes(tags.REFERENCED_FILE_ID) for record in used)
    return tuple(dict.fromkeys(parts for parts in found if any(parts)))


def plain(name: str) -> str:
    """A name as it is compared: case and the version of ISO 9660 (";1") tell nothing apart."""
    return name.partition(";")[0].rstrip(".").casefold()


def serve(source: ByteSource, names: Iterable[str]) -> tuple[Served, FileProblem | None]:
    """Which of the files are here, and what is said of those that are not.

    `names` are all files at hand. Raises LabelerError "directory-broken".
    """
    folder = source.name[: source.name.rfind("/") + 1]
    here = {plain(name[len(folder) :]): name for name in names if name.startswith(folder)}
    wanted = ["/".join(parts) for parts in read_directory(source)]
    missing = [name for name in wanted if plain(name) not in here]
    served = frozenset(here[plain(name)] for name in wanted if plain(name) in here)
    if not missing and wanted:
        return Served(folder, served), None
    return Served(folder, served), FileProblem(source.name, _missing(source.name, wanted, missing))


def _missing(name: str, wanted: list[str], missing: list[str]) -> LabelerError:
    code, happened = (
        "directory-incomplete",
        "{name} names {count} files that are not here: {files}.",
    )
    if len(missing) == len(wanted):
        code = "directory-alone"
        happened = (
            "{name} is the directory of a medium, no image; "
            "none of the {count} files that it names is here: {files}."
        )
    if not wanted:
        code, happened = "directory-empty", "{name} is the directory of a medium; it names no file."
    return LabelerError(
        code,
        happened,
        safe="Other files are fine.",
        do="Copy the whole medium, with its folders.",
        name=name,
        count=len(missing),
        files=listed([printable(one[:200]) for one in missing]),
        tag=tags.spelled(tags.REFERENCED_FILE_ID),
    )


def _broken(name: str) -> LabelerError:
    return LabelerError(
        "directory-broken",
        "{name}, the directory of a medium, is broken; all files beside it were read instead.",
        safe="Other files are fine.",
        do="Continue; look whether a series is missing.",
        name=name,
        tag=tags.spelled(tags.DIRECTORY_RECORD_SEQUENCE),
    )
