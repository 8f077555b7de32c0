"""The files of a case as they are handed out: de-identified, and checked against the originals."""

from __future__ import annotations

from collections.abc import Sequence

from labeler.errors import LabelerError
from labeler.hub.cases import Case, Handed
from labeler.hub.consent import Consent
from labeler.imaging.reader import scan
from labeler.interchange.copies import clean_copy, renamed_copy
from labeler.interchange.pseudonyms import Pseudonyms
from labeler.model.image import ByteSource


class Called:
    """A file under another name; its bytes are the other's."""

    def __init__(self, source: ByteSource, name: str) -> None:
        self._source, self.name = source, name

    @property
    def size(self) -> int:
        return self._source.size

    def read(self, offset: int, length: int) -> bytes:
        return self._source.read(offset, length)


def made_ready(case: Case, consent: Consent, pseudonyms: Pseudonyms) -> tuple[ByteSource, ...]:
    """What is sealed, in the order of the case's files. Raises LabelerError, OSError."""
    made = tuple(_made(file, consent, pseudonyms) for file in case.files)
    _refuse_changed(case, made)
    return made


def _made(file: Handed, consent: Consent, pseudonyms: Pseudonyms) -> ByteSource:
    if file.voxels:
        return Called(file.source, file.name)
    if consent.lets_go(file.source.name):
        return Called(renamed_copy(file.source, file.name, file.parts), file.name)
    return clean_copy(file.source, pseudonyms, file.name, file.parts)


def _refuse_changed(case: Case, made: Sequence[ByteSource]) -> None:
    """A copy must hold the images that its original holds: as many frames, of the same layout."""
    before = _frames([file.source for file in case.files])
    after = _frames(made)
    if before != after:
        raise LabelerError(
            "copy-differs",
            "The copies of {title} do not hold the same images as their originals.",
            safe="Nothing was posted.",
            do="Look with `labeler inspect` which file is unusual, and leave it out.",
            title=case.title,
        )


def _frames(files: Sequence[ByteSource]) -> list[tuple[int, int, int, str]]:
    found = scan(files)
    return sorted(
        (frame.file.layout.rows, frame.file.layout.columns, frame.number, frame.file.syntax.uid)
        for series in found.series
        for frame in series.frames
    )
