"""The sample study: a generated chest CT whose nodules are known."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from labeler.demo.anatomy import Chest
from labeler.proof import codec

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

TRUTH_FORMAT = "labeler.phantom-truth/1"
FIELD_OF_VIEW_UM = 358_400
HEIGHT_UM = 300_000
_TOP_UM = 140_000
_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
_EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"


_ALWAYS: dict[str, object] = {
    "SpecificCharacterSet": "ISO_IR 192",
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    "StudyDate": "20260101",
    "SeriesDate": "20260101",
    "AcquisitionDate": "20260101",
    "ContentDate": "20260101",
    "StudyTime": "120000",
    "SeriesTime": "120000",
    "AcquisitionTime": "120000",
    "ContentTime": "120000",
    "AccessionNumber": "",
    "Modality": "CT",
    "Manufacturer": "Labeler",
    "ManufacturerModelName": "Numerical phantom",
    "ReferringPhysicianName": "",
    "StudyDescription": "Chest phantom",
    "SeriesDescription": "Chest, numerical phantom",
    "PatientName": "Phantom^Chest",
    "PatientBirthDate": "",
    "PatientSex": "O",
    "PatientAge": "060Y",
    "PatientIdentityRemoved": "YES",
    "DeidentificationMethod": "Numerical phantom: never a patient",
    "BodyPartExamined": "CHEST",
    "KVP": "120",
    "GantryDetectorTilt": "0",
    "ConvolutionKernel": "STANDARD",
    "PatientPosition": "HFS",
    "StudyID": "1",
    "SeriesNumber": 2,
    "AcquisitionNumber": 1,
    "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
    "PositionReferenceIndicator": "",
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsAllocated": 16,
    "BitsStored": 16,
    "HighBit": 15,
    "PixelRepresentation": 1,
    "BurnedInAnnotation": "NO",
    "WindowCenter": ["-600", "50"],
    "WindowWidth": ["1500", "350"],
    "WindowCenterWidthExplanation": ["LUNG", "MEDIASTINUM"],
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "RescaleType": "HU",
    "LossyImageCompression": "00",
}
"""What every slice of every phantom says; type 2 attributes are there and empty."""


class Nodule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ball: center in LPS micrometres, radius in micrometres."""

    center_um: tuple[int, int, int]
    radius_um: int


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is really in a phantom: for the reviewer, never for the expert.

    Slices count from the head; `instances` names their files by SOP Instance UID. Spacing is
    between columns, rows and slices; `origin_um` is the first pixel of the first slice, LPS.
    """

    format: str
    series: str
    instances: tuple[str, ...]
    rows: int
    columns: int
    spacing_um: tuple[int, int, int]
    origin_um: tuple[int, int, int]
    nodules: tuple[Nodule, ...]

    def truth_mask(self, k: int) -> NDArray[np.bool_]:
        """Which pixels of slice k have their center in a nodule, shape (rows, columns)."""
        mask = np.zeros((self.rows, self.columns), np.bool_)
        for nodule in self.nodules:
            mask |= self.nodule_mask(nodule, k)
        return mask

    def nodule_mask(self, nodule: Nodule, k: int) -> NDArray[np.bool_]:
        """The same for one nodule."""
        x = self.origin_um[0] + np.arange(self.columns) * self.spacing_um[0] - nodule.center_um[0]
        y = self.origin_um[1] + np.arange(self.rows) * self.spacing_um[1] - nodule.center_um[1]
        z = self.origin_um[2] - k * self.spacing_um[2] - nodule.center_um[2]
        inside: NDArray[np.bool_] = x[None, :] ** 2 + y[:, None] ** 2 + z * z <= nodule.radius_um**2
        return inside

    def middle_slice(self, nodule: Nodule) -> int:
        """The slice nearest to a nodule's center."""
        from_top = self.origin_um[2] - nodule.center_um[2]
        return min(max(round(from_top / self.spacing_um[2]), 0), len(self.instances) - 1)

    def save(self, path: Path) -> None:
        path.write_bytes(codec.encode(self))


def load_truth(path: Path) -> Truth:
    """Raises LabelerError "not-canonical" where the file is not such a truth."""
    return codec.decode(path.read_bytes(), Truth)


def write_phantom(folder: Path, *, slices: int = 120, size: int = 512, seed: int = 20) -> Truth:
    """Write a chest CT of `slices` files of `size` x `size` pixels; names are not in order."""
    spacing_um = round(FIELD_OF_VIEW_UM / size)
    step_um = round(HEIGHT_UM / slices)
    chest = Chest(seed, size, spacing_um / 1000)
    corner_um = -(size - 1) * spacing_um // 2
    truth = Truth(
        format=TRUTH_FORMAT,
        series=_uid(seed, "series", slices, size),
        instances=tuple(_uid(seed, "instance", slices, size, k) for k in range(slices)),
        rows=size,
        columns=size,
        spacing_um=(spacing_um, spacing_um, step_um),
        origin_um=(corner_um, corner_um, _TOP_UM),
        nodules=tuple(
            Nodule(_micrometres(center), round(radius * 1000)) for center, radius in chest.nodules
        ),
    )
    folder.mkdir(parents=True, exist_ok=True)
    names = np.random.default_rng(seed).permutation(slices)
    dataset = _header(truth, seed)
    for k in range(slices):
        z_um = _TOP_UM - k * step_um
        hu = chest.slice_hu(z_um / 1000, step_um / 1000)
        _set_slice(dataset, truth, k, hu)
        dataset.save_as(folder / f"IM{names[k] + 1:05d}.dcm", enforce_file_format=True)
    return truth


def _micrometres(point: tuple[float, float, float]) -> tuple[int, int, int]:
    x, y, z = (round(value * 1000) for value in point)
    return x, y, z


def _uid(*parts: object) -> str:
    """A UID of the UUID root (PS3.5 B.2), the same for the same parts."""
    digest = hashlib.sha256("/".join(str(part) for part in ("phantom", *parts)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def _decimal(micrometres: int) -> str:
    """Millimetres as a decimal string, exactly."""
    sign = "-" if micrometres < 0 else ""
    whole, part = divmod(abs(micrometres), 1000)
    return f"{sign}{whole}.{part:03d}"


def _header(truth: Truth, seed: int) -> FileDataset:
    """Everything the slices share: all type 1 and 2 attributes of a CT Image (PS3.3 A.3.3)."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(_CT_IMAGE_STORAGE)
    meta.TransferSyntaxUID = UID(_EXPLICIT_LITTLE)
    meta.ImplementationClassUID = UID(_uid("implementation"))
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    size, slices = truth.rows, len(truth.instances)
    own: dict[str, object] = {
        "SOPClassUID": _CT_IMAGE_STORAGE,
        "PatientID": f"PHANTOM-{seed}",
        "SliceThickness": _decimal(truth.spacing_um[2]),
        "SpacingBetweenSlices": _decimal(truth.spacing_um[2]),
        "StudyInstanceUID": _uid(seed, "study", slices, size),
        "SeriesInstanceUID": truth.series,
        "FrameOfReferenceUID": _uid(seed, "frame of reference", slices, size),
        "Rows": size,
        "Columns": size,
        "PixelSpacing": [_decimal(truth.spacing_um[1]), _decimal(truth.spacing_um[0])],
    }
    for keyword, value in (_ALWAYS | own).items():
        setattr(dataset, keyword, value)
    return dataset


def _set_slice(dataset: FileDataset, truth: Truth, k: int, hu: NDArray[np.int16]) -> None:
    x_um, y_um, z_um = truth.origin_um
    dataset.SOPInstanceUID = truth.instances[k]
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.InstanceNumber = k + 1
    height = z_um - k * truth.spacing_um[2]
    dataset.ImagePositionPatient = [_decimal(x_um), _decimal(y_um), _decimal(height)]
    dataset.SliceLocation = _decimal(height)
    dataset.PixelData = hu.astype("<i2").tobytes()
