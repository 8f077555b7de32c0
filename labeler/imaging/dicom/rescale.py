"""Stored values to measured ones: each frame's slope, intercept and unit (PS3.3 C.11.1)."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.groups import FrameGroups
from labeler.imaging.dicom.luts import Lut, modality_lut, real_world_lut

_CT_IMAGES = frozenset(
    # CT Image, Enhanced CT Image and Legacy Converted Enhanced CT Image Storage.
    ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
)
_RT_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
_UNITS = {
    "HU": "HU",
    "HU_MOD": "HU mod",
    "OD": "mOD",  # thousandths of an optical density
    "MGML": "mg/mL",
    "Z_EFF": "Z",
    "ED": "10²³/mL",
    "EDW": "ED/ED water",
    "PCT": "%",
}
"""Rescale Type (PS3.3 C.11.1.1.2); "US" is "unspecified"."""

_PET_UNITS = {
    "BQML": "Bq/mL",
    "CNTS": "counts",
    "CPS": "counts/s",
    "GML": "g/mL",
    "PCNT": "%",
    "PROPCNTS": "counts",
    "PROPCPS": "counts/s",
    "UMOLML": "µmol/mL",
    "MGMINML": "mg/min/mL",
    "UMOLMINML": "µmol/min/mL",
    "MLMING": "mL/min/g",
    "MLG": "mL/g",
    "1CM": "1/cm",
    "CM2": "cm²",
    "CM2ML": "cm²/mL",
}
"""Units (PS3.3 C.8.9.1.1.3)."""

_DOSE_UNITS = {"GY": "Gy"}
_PLAIN_UCUM = {"1": "", "{no units}": "", "no units": "", "[hnsf'U]": "HU", "Bq/ml": "Bq/mL"}
_LONGEST_UNIT = 16
_LARGEST = 1e30


@dataclass(frozen=True, eq=False)
class Rescale:
    """Measured = stored * slope + intercept, or what `lut` makes of stored values.

    `told` is false where the file says nothing; `broken` where what it says cannot be used: then
    the stored values are the values, and they have no unit.
    """

    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    lut: Lut | None = None
    told: bool = False
    broken: bool = False
    beyond: bool = False
    """Whether it goes beyond the Modality LUT, which is what other readers apply."""


_BROKEN = Rescale(told=True, broken=True)


def read_rescale(groups: FrameGroups, *, signed: bool) -> Rescale:
    """Raises nothing: a rescale that cannot be used is `broken`."""
    plain = groups.plain
    if plain.items(tags.MODALITY_LUT_SEQUENCE):
        return _by_table(plain, signed=signed)
    if plain.code(tags.SOP_CLASS_UID) == _RT_DOSE:
        return _dose(plain)
    said = groups.of(tags.PIXEL_VALUE_TRANSFORMATION_SEQUENCE)
    found = _linear(said, _unit(said, plain))
    if found.broken or (found.slope, found.intercept) != (1.0, 0.0):
        return found
    return _real_world(groups, signed=signed) or found


def _by_table(plain: Dataset, *, signed: bool) -> Rescale:
    table = modality_lut(plain, signed=signed)
    if table is None:
        return _BROKEN
    kind = plain.item(tags.MODALITY_LUT_SEQUENCE).code(tags.MODALITY_LUT_TYPE)
    return Rescale(lut=table, unit=_UNITS.get(kind, ""), told=True)


def _dose(plain: Dataset) -> Rescale:
    """Dose Grid Scaling has no default: without it values are no dose (PS3.3 C.8.8.3)."""
    scaling = plain.real(tags.DOSE_GRID_SCALING)
    if not scaling:
        return _BROKEN
    return Rescale(
        scaling, 0.0, _DOSE_UNITS.get(plain.code(tags.DOSE_UNITS), ""), told=True, beyond=True
    )


def is_relative_dose(dataset: Dataset) -> bool:
    """Whether values are shares of a dose: any that are not said to be Gy."""
    other = dataset.code(tags.DOSE_UNITS) not in _DOSE_UNITS
    return other and dataset.code(tags.SOP_CLASS_UID) == _RT_DOSE


def _linear(said: Dataset, unit: str) -> Rescale:
    slope = _number(said, tags.RESCALE_SLOPE, 1.0)
    intercept = _number(said, tags.RESCALE_INTERCEPT, 0.0)
    if not slope or intercept is None:
        return _BROKEN
    return Rescale(slope, intercept, unit, told=said.told(tags.RESCALE_SLOPE))


def _number(said: Dataset, tag: int, absent: float) -> float | None:
    """None where something is there that is no number, or one that no measure needs."""
    if not said.told(tag):
        return absent
    found = said.real(tag)
    return found if found is not None and abs(found) <= _LARGEST else None


def _unit(said: Dataset, plain: Dataset) -> str:
    """The file's own word. Only an image of a CT scanner may leave out that it is HU (PS3.3
    C.8.2.1.1.2): a screenshot of CT holds grey levels (C.11.1.1.2)."""
    kind = said.code(tags.RESCALE_TYPE)
    if plain.told(tags.UNITS) or plain.code(tags.MODALITY) == "PT":
        return _PET_UNITS.get(plain.code(tags.UNITS) or kind, "")
    if not said.told(tags.RESCALE_SLOPE):
        return ""
    if not kind and plain.code(tags.SOP_CLASS_UID) in _CT_IMAGES:
        return "HU"
    if kind == "HU":
        return "HU" if plain.code(tags.MODALITY) == "CT" else ""
    return _UNITS.get(kind, "")


def _real_world(groups: FrameGroups, *, signed: bool) -> Rescale | None:
    """The first Real World Value Mapping; it starts at stored values (PS3.3 C.7.6.16.2.11)."""
    items = groups.items(tags.REAL_WORLD_VALUE_MAPPING_SEQUENCE) or groups.plain.items(
        tags.REAL_WORLD_VALUE_MAPPING_SEQUENCE
    )
    if not items:
        return None
    item = items[0]
    unit = _measured_in(item)
    slope, intercept = item.double(tags.REAL_WORLD_SLOPE), item.double(tags.REAL_WORLD_INTERCEPT)
    if slope is None and intercept is None:
        table = real_world_lut(item, signed=signed)
        return _BROKEN if table is None else Rescale(lut=table, unit=unit, told=True)
    if not slope or intercept is None:
        return _BROKEN
    return Rescale(slope, intercept, unit, told=True, beyond=True)


def _measured_in(item: Dataset) -> str:
    """The UCUM code of the unit, as a person writes it; "" for numbers without one."""
    code = item.item(tags.MEASUREMENT_UNITS_CODE_SEQUENCE)
    said = code.text(tags.CODE_VALUE)[:_LONGEST_UNIT]
    return _PLAIN_UCUM.get(said, said)
