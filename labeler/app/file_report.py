"""What a case's files hold, what ails them, and repaired copies of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from labeler.app.services import Tick
from labeler.errors import LabelerError
from labeler.imaging.dicom.checkup import Ailment, check_up
from labeler.imaging.dicom.repair import repaired
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.inspect import FileFailed, SeriesFound, described
from labeler.imaging.reader import Scan
from labeler.model.image import ByteSource


@dataclass(frozen=True, eq=False)
class SickFile:
    """A file and its faults of form."""

    source: ByteSource
    ailments: tuple[Ailment, ...]

    @property
    def repairable(self) -> bool:
        return any(ailment.splices for ailment in self.ailments)


@dataclass(frozen=True, eq=False)
class FileReport:
    """All that was found in some files."""

    series: tuple[SeriesFound, ...]
    failed: tuple[FileFailed, ...]
    sick: tuple[SickFile, ...]

    @property
    def repairable(self) -> tuple[SickFile, ...]:
        return tuple(one for one in self.sick if one.repairable)


@dataclass(frozen=True)
class Repairs:
    """Names of the copies that were written, and why others were not."""

    written: tuple[str, ...]
    refused: tuple[LabelerError, ...]


def report_files(seen: Scan, decoders: Decoders, tick: Tick) -> FileReport:
    """Read each series' first slice, and check the form of every file that was looked at."""
    found = described(seen, decoders)
    return FileReport(
        tuple(one for one in found if isinstance(one, SeriesFound)),
        tuple(one for one in found if isinstance(one, FileFailed)),
        tuple(_sick(seen.files, tick)),
    )


def _sick(files: Sequence[ByteSource], tick: Tick) -> Iterable[SickFile]:
    for done, source in enumerate(files):
        tick(done, len(files))
        try:
            ailments = check_up(source)
        except OSError:
            # Reading the file has told why already: it is among the failed ones.
            continue
        if ailments:
            yield SickFile(source, ailments)


def write_repaired(
    sick: Sequence[SickFile], folder: Path, decoders: Decoders, tick: Tick
) -> Repairs:
    """Repaired copies below `folder`, under their old names; nothing there is replaced.

    The originals are only read. Raises LabelerError where the folder cannot be written.
    """
    written: list[str] = []
    refused: list[LabelerError] = []
    for done, one in enumerate(sick):
        tick(done, len(sick))
        target = folder.joinpath(*_plain_parts(one.source.name))
        try:
            data = repaired(one.source, one.ailments, decoders)
        except LabelerError as error:
            refused.append(error)
            continue
        _write_new(target, data)
        written.append(target.relative_to(folder).as_posix())
    return Repairs(tuple(written), tuple(refused))


def _plain_parts(name: str) -> tuple[str, ...]:
    """A name is only a label: it leads nowhere but downwards."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    kept = tuple(part for part in parts if part not in ("/", "..", ".") and ":" not in part)
    return kept or ("file",)


def _write_new(target: Path, data: bytes) -> None:
    begun = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            begun = True
            file.write(data)
    except FileExistsError as error:
        raise LabelerError(
            "already-there",
            "{name} is there already.",
            safe="Nothing was replaced.",
            do="Choose an empty folder.",
            name=target.name,
        ) from error
    except OSError as error:
        if begun:
            target.unlink(missing_ok=True)
        raise LabelerError(
            "not-written",
            "{name} could not be written ({reason}).",
            safe="The original files were not touched.",
            do="Choose another folder, or make room.",
            name=target.name,
            reason=error.strerror or type(error).__name__,
        ) from error
