"""Archives: files that hold files. What they unfold to, and how the names inside are taken."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.problems import FileProblem
from labeler.model.image import ByteSource
from labeler.model.printable import printable

_LONGEST = 400


@dataclass(frozen=True, eq=False)
class Contents:
    """What an archive holds; the files are read inside it, nothing is unpacked on the disk."""

    files: tuple[ByteSource, ...]
    problems: tuple[FileProblem, ...] = ()


def member_name(archive: ByteSource, name: str) -> str:
    """A label for a file inside: below the archive's own name, wherever it claims to lie.

    Nothing is ever written by this name, so that "../" and absolute names do no harm.
    """
    plain = printable(name.replace("\\", "/"))
    parts = [part for part in plain.split("/") if part not in ("", ".", "..")]
    return f"{archive.name}/{'/'.join(parts)[-_LONGEST:]}"


def broken_archive(name: str) -> LabelerError:
    return LabelerError(
        "archive-broken",
        "{name} is an archive that is broken, not whole or empty.",
        safe="Other files are fine.",
        do="Copy or download it again.",
        name=name,
    )


def nested_archive(name: str) -> LabelerError:
    return LabelerError(
        "archive-nested",
        "{name} is an archive inside an archive; it was not opened.",
        safe="Other files are fine.",
        do="Unpack the outer archive, then open the inner one.",
        name=name,
    )
