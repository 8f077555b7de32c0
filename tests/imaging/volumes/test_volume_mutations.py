"""Volumes with bytes changed at random: an image, or an error of ours; never anything else."""

from __future__ import annotations

import gzip

import nibabel
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import MemoryBytes
from tests.imaging.volumes.test_metaimage import header as metaimage
from tests.imaging.volumes.test_nrrd import vectors, written
from tests.imaging.volumes.test_other_volumes import gipl, mgh
from tests.support.dicom_files import NoDecoders

VALUES = np.arange(120, dtype="<i2").reshape(2, 3, 4, 5)
MATRIX = np.diag([1.0, 2.0, 3.0, 1.0])
NIFTI = nibabel.Nifti1Image(VALUES, MATRIX).to_bytes()
WHOLE = {
    "a.nii": NIFTI,
    "b.nii": nibabel.Nifti2Image(VALUES, MATRIX).to_bytes(),
    "a.nii.gz": gzip.compress(NIFTI),
    "a.nrrd": written(VALUES, "ascii", space="RAS", kinds="domain domain domain list") + b"\n" * 9,
    "b.nrrd": written(VALUES[..., 0], "gzip", space="LPS", **vectors(MATRIX)),
    "a.mha": metaimage(VALUES) + VALUES.tobytes(),
    "a.mgh": mgh(VALUES),
    "a.gipl": gipl(),
}
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=6
)


@pytest.mark.parametrize("name", WHOLE)
@given(changes=CHANGES)
@settings(
    max_examples=60, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_changed_file_opens_or_says_why_not(
    name: str, changes: list[tuple[float, bytes, int]]
) -> None:
    data = bytearray(WHOLE[name])
    header = min(len(data), 600)
    for place, put, gone in changes:
        at = int(place * header)
        data[at : at + gone] = put
    found = scan([MemoryBytes(name, bytes(data))])
    assert all(str(problem.error) for problem in found.problems)
    for series in found.series[:2]:
        image = open_image(series, NoDecoders())
        for index in {0, image.source.shape[0] - 1}:
            try:
                pixels = image.source.frame(index)
            except LabelerError as error:
                assert name in str(error)  # noqa: PT017  either outcome is right
            else:
                assert pixels.shape[:2] == image.source.shape[1:]
