"""Which files an expert will be able to open: tried here the way it is done there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.frames import StoredFile
from labeler.imaging.problems import FileProblem
from labeler.imaging.reader import Scan, open_image, scan
from labeler.imaging.series import Series
from labeler.interchange.references import references_of
from labeler.model.image import ByteSource, Caveat


@dataclass(frozen=True)
class LeftOut:
    """A file that is not handed out, and why."""

    name: str
    code: str
    message: str


@dataclass(frozen=True)
class Readable:
    """Files of which the first frame could be read, in the order given; and the others."""

    files: tuple[ByteSource, ...]
    left_out: tuple[LeftOut, ...]
    images: dict[str, StoredFile]
    """By name: the files that are images of their own, with what their headers say."""
    speakers: tuple[tuple[ByteSource, frozenset[str]], ...]
    """Files that go along with images because they speak of them, and those images' names."""


def readable(
    files: Sequence[ByteSource], decoders: Decoders, problems: Sequence[FileProblem] = ()
) -> Readable:
    """Read every header, and of every file with an image its first frame.

    Archives are read in place. `problems` are known already: they are told with the others.
    """
    found = scan(files, problems=problems)
    faults = {problem.name: problem.error for problem in found.problems}
    for series in found.series:
        faults |= _unreadable(series, decoders)
    images = {
        file.source.name: file
        for series in found.series
        for frame in series.frames
        for file in (frame.file, *frame.file.siblings)
        if file.source.name not in faults
    }
    speakers = tuple(_speakers(found, images))
    along = {source.name for source, _ in speakers}
    return Readable(
        files=tuple(file for file in found.files if file.name not in faults),
        left_out=tuple(
            LeftOut(name, faults[name].code, faults[name].happened)
            for name in _ordered(found, faults)
            if name not in along
        ),
        images={name: file for name, file in images.items() if name not in along},
        speakers=speakers,
    )


def _speakers(
    found: Scan, images: dict[str, StoredFile]
) -> Iterator[tuple[ByteSource, frozenset[str]]]:
    """Objects that speak of images which are here: by their instances, else by their study."""
    objects = {each.source.name for each in found.objects}
    shown = {name: file for name, file in images.items() if name not in objects}
    for each in found.objects:
        try:
            told = references_of(each.source)
        except (LabelerError, OSError):
            # What cannot be looked through is not handed out; `left_out` or its own case tells it.
            continue
        names = {name for name, file in shown.items() if file.instance in told.instances}
        names = names or {
            name for name, file in shown.items() if told.study and file.info.study_uid == told.study
        }
        if names:
            yield each.source, frozenset(names)


def _ordered(found: Scan, faults: dict[str, LabelerError]) -> list[str]:
    """Names in the order of the files; then whole archives and folders."""
    files = dict.fromkeys(file.name for file in found.files if file.name in faults)
    return [*files, *(name for name in faults if name not in files)]


def _cut_short(name: str) -> LabelerError:
    return LabelerError(
        "truncated-image",
        "{name} was cut short: a part of its image is missing.",
        safe="Other files are fine.",
        do="Copy the file again from where it came.",
        name=name,
        tag=tags.spelled(tags.PIXEL_DATA),
    )


def _unreadable(series: Series, decoders: Decoders) -> dict[str, LabelerError]:
    faults: dict[str, LabelerError] = {}
    tried: set[str] = set()
    image = open_image(series, decoders)
    for index, frame in enumerate(series.frames):
        name = frame.file.source.name
        if Caveat.CUT_SHORT in frame.file.caveats:
            faults[name] = _cut_short(name)
        if name in tried:
            continue
        tried.add(name)
        try:
            image.source.frame(index)
        except LabelerError as error:
            faults[name] = error
    return faults
