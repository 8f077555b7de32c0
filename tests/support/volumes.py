"""Volumes opened as the program opens them, and held against what another reader says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labeler.imaging.reader import FileProblem, open_image, scan
from labeler.imaging.sources.files import MemoryBytes, folder_files
from labeler.model.image import ByteSource, Image, Pixels
from tests.support.dicom_files import NoDecoders

RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def opened(files: Sequence[ByteSource]) -> list[Image]:
    """Every series of these files, which all must be readable; no decoder may be needed."""
    found = scan(files)
    assert [problem.error for problem in found.problems] == []
    return [open_image(series, NoDecoders()) for series in found.series]


def opened_bytes(name: str, data: bytes) -> list[Image]:
    return opened([MemoryBytes(name, data)])


def opened_path(path: Path) -> list[Image]:
    return opened(folder_files(path))


def problem_of(*files: ByteSource) -> FileProblem:
    """The one problem among these files, which hold no image."""
    found = scan(files)
    assert found.series == ()
    (problem,) = found.problems
    return problem


def rescaled(image: Image, index: int) -> Pixels:
    """Rescaled values of one slice, in doubles where stored values are rescaled at all."""
    stored = image.source.frame(index)
    if (image.slopes[index], image.intercepts[index]) == (1.0, 0.0):
        return stored
    return stored.astype(np.float64) * image.slopes[index] + image.intercepts[index]


def stacked(image: Image) -> Pixels:
    """All rescaled values as the file orders them: (column, row, slice)."""
    slices = image.source.shape[0]
    order = sorted(range(slices), key=lambda at: image.refs[at].frame)
    return np.stack([rescaled(image, at) for at in order]).swapaxes(0, 2)


def voxel_to_patient(image: Image) -> NDArray[np.float64]:
    """The image's affine for the file's own slice numbers, which may run the other way."""
    frames = [ref.frame for ref in image.refs]
    turn = np.eye(4)
    if len(frames) > 1 and frames[0] > frames[-1]:
        turn[2, 2], turn[2, 3] = -1.0, len(frames) - 1
    return image.affine.matrix @ turn
