"""A whole CT series with dcm2niix, and its NIfTI file read by nibabel."""

import subprocess
import sys
import tempfile
from pathlib import Path

import nibabel
import numpy as np
import stage

folder = sys.argv[1]
PROGRAM = Path(sys.executable).parent / "dcm2niix"


def whole():
    with tempfile.TemporaryDirectory() as out:
        told = [str(PROGRAM), "-z", "n", "-b", "n", "-f", "volume", "-o", out, folder]
        subprocess.run(told, check=True, stdout=subprocess.DEVNULL)
        image = nibabel.load(next(Path(out).glob("*.nii")), mmap=False)
        return image.affine, np.asarray(image.dataobj.get_unscaled()), image.dataobj


def as_dicom(made):
    """Rows from the front backwards, slices from the feet upwards."""
    affine, values, proxy = made
    values = values * np.int16(proxy.slope) + np.int16(proxy.inter)
    turned = values.T[:, ::-1, :] if affine[1, 1] > 0 else values.T
    turned = turned if affine[2, 2] > 0 else turned[::-1]
    return turned.astype(np.int16).tobytes()


stage.perform({sys.argv[2]: (whole, as_dicom)}, folder)
