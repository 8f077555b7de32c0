"""A volume without its texts lies and counts as it did."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

from labeler.interchange.volume_texts import clean_volume
from tests.imaging.volumes.test_metaimage import header as metaimage
from tests.imaging.volumes.test_nrrd import vectors, written
from tests.support.volumes import opened_bytes, stacked, voxel_to_patient

VALUES = np.arange(60, dtype="<i2").reshape(3, 4, 5)
MATRIX = np.array([[-2.0, 0, 0, 30], [0, 1.9, -0.3, -40], [0, 0.3, 3, 5], [0, 0, 0, 1]])


def _nifti() -> bytes:
    image = nibabel.Nifti1Image(VALUES, MATRIX)
    image.header["descrip"] = b"Doe^Jane"
    image.header["cal_max"] = 40
    image.header.set_slope_inter(2.5, -7)
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension(6, b"Doe^Jane"))
    return image.to_bytes()


FILES = {
    "a.nii": _nifti(),
    "a.nrrd": written(
        VALUES, space="RAS", space_units='"um" "um" "um"', content="Doe^Jane", **vectors(MATRIX)
    ),
    "a.mha": metaimage(
        VALUES,
        PatientName="Doe^Jane",
        ElementToIntensityFunctionSlope="2.5",
        ElementToIntensityFunctionOffset="-7",
        HeaderSize="0",
        Modality="MET_MOD_CT",
        ElementSpacing="1 2 3",
    )
    + VALUES.tobytes(order="F"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_copy_without_texts_is_the_same_image(name: str) -> None:
    cleaned = clean_volume(FILES[name])
    assert cleaned is not None
    assert cleaned.names
    assert b"Doe" not in cleaned.data
    (before,), (after,) = opened_bytes(name, FILES[name]), opened_bytes(name, cleaned.data)
    assert np.array_equal(stacked(after), stacked(before))
    assert np.array_equal(voxel_to_patient(after), voxel_to_patient(before))
    assert after.windows == before.windows
    assert after.caveats == before.caveats
    assert after.info.modality == before.info.modality
