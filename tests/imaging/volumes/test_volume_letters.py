"""The phantom with letters on its faces, through every reader of volumes, stored in many ways."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from typing import Any

import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.imaging.sources.files import MemoryBytes
from tests.imaging.volumes.test_metaimage import header as metaimage_header
from tests.imaging.volumes.test_nrrd import vectors
from tests.imaging.volumes.test_nrrd import written as nrrd
from tests.support.letters import ORDERS, assert_readable, stored_as
from tests.support.volumes import RAS_TO_LPS, opened

Voxels = NDArray[Any]
Matrix = NDArray[np.float64]
Files = list[MemoryBytes]


def nifti_sform(values: Voxels, lps: Matrix) -> Files:
    image = nibabel.Nifti1Image(values, None)
    image.set_sform(RAS_TO_LPS @ lps, 1)
    return [MemoryBytes("a.nii", image.to_bytes())]


def nifti_qform(values: Voxels, lps: Matrix) -> Files:
    image = nibabel.Nifti1Image(values, None)
    image.set_sform(None, 0)
    image.set_qform(RAS_TO_LPS @ lps, 1)
    return [MemoryBytes("a.nii.gz", gzip.compress(image.to_bytes(), 1))]


def nifti_2(values: Voxels, lps: Matrix) -> Files:
    return [MemoryBytes("a.nii", nibabel.Nifti2Image(values, RAS_TO_LPS @ lps).to_bytes())]


def nifti_pair(values: Voxels, lps: Matrix) -> Files:
    streams = {"header": io.BytesIO(), "image": io.BytesIO()}
    holders = {key: nibabel.FileHolder(fileobj=stream) for key, stream in streams.items()}
    nibabel.Nifti1Pair(values, RAS_TO_LPS @ lps).to_file_map(holders)
    return [
        MemoryBytes("a.hdr", streams["header"].getvalue()),
        MemoryBytes("a.img", streams["image"].getvalue()),
    ]


def mgh(values: Voxels, lps: Matrix) -> Files:
    return [MemoryBytes("a.mgh", nibabel.MGHImage(values, RAS_TO_LPS @ lps).to_bytes())]


def nrrd_lps(values: Voxels, lps: Matrix) -> Files:
    data = nrrd(values, space="left-posterior-superior", **vectors(lps))
    return [MemoryBytes("a.nrrd", data)]


def nrrd_ras(values: Voxels, lps: Matrix) -> Files:
    data = nrrd(values, "gzip", space="RAS", **vectors(RAS_TO_LPS @ lps))
    return [MemoryBytes("a.nrrd", data)]


def nrrd_las(values: Voxels, lps: Matrix) -> Files:
    data = nrrd(values, space="LAS", **vectors(np.diag([1.0, -1.0, 1.0, 1.0]) @ lps))
    return [MemoryBytes("a.nrrd", data)]


def metaimage(values: Voxels, lps: Matrix) -> Files:
    sizes = np.linalg.norm(lps[:3, :3], axis=0)
    rows = (lps[:3, :3] / sizes).T
    fields = {
        "TransformMatrix": " ".join(repr(n) for n in rows.ravel().tolist()),
        "Offset": " ".join(repr(n) for n in lps[:3, 3].tolist()),
        "ElementSpacing": " ".join(repr(n) for n in sizes.tolist()),
    }
    return [MemoryBytes("a.mha", metaimage_header(values, **fields) + values.tobytes(order="F"))]


@pytest.mark.parametrize(
    "write",
    [
        nifti_sform,
        nifti_qform,
        nifti_2,
        nifti_pair,
        mgh,
        nrrd_lps,
        nrrd_ras,
        nrrd_las,
        metaimage,
    ],
)
def test_the_right_letter_stands_where_it_must(write: Callable[[Voxels, Matrix], Files]) -> None:
    # Every ninth of the 48: each order of the axes once, each axis in both directions.
    for order, flips in ORDERS[::9]:
        (image,) = opened(write(*stored_as(order, flips)))
        assert_readable(image)
