"""SUV by body weight, from what PET files say of patient, dose and time.

After the vendor-neutral rules of the QIBA profile for FDG-PET/CT (PS3.3 C.8.9.1, C.8.9.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.moments import DAY_S, datetime_seconds, day_seconds, moment
from labeler.model.image import SuvGap

_WEIGHT_KG = (0.2, 500.0)
_DOSE_BQ = (1e5, 1e11)
"""A dose of 370 is one in MBq: it must not be taken for becquerel."""

_HALF_LIFE_S = (60.0, 1e6)
_MOST_HALF_LIVES = 10.0
_PHILIPS = "PHILIPS PET PRIVATE GROUP"
_GE = "GEMS_PETD_01"


@dataclass(frozen=True)
class PetFacts:
    """What one PET file says. Moments in seconds; the day of `injected_s` is unknown where it is
    below one day."""

    units: str
    by_weight: bool
    """Whether SUV Type, which files in g/mL have, is body weight or not said."""
    corrected: bool
    """Whether attenuation and decay are corrected."""
    decay_to: str
    """What decay is corrected to: START, ADMIN or a moment of its own ("MOMENT")."""
    reference_s: float | None
    weight_kg: float | None
    dose_bq: float | None
    half_life_s: float | None
    injected_s: float | None
    series_s: float | None
    acquired_s: float | None
    scanned_s: float | None
    suv_scale: float | None
    """The maker's own: SUV of one rescaled count."""
    activity_scale: float | None
    """The maker's own: Bq/mL of one rescaled count."""


def pet_facts(dataset: Dataset) -> PetFacts | None:
    """None for what is not PET."""
    if dataset.code(tags.MODALITY) != "PT":
        return None
    tracers = dataset.items(tags.RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE)
    # Of two tracers nobody can tell which one a voxel shows.
    tracer = tracers[0] if len(tracers) == 1 else Dataset()
    reference = datetime_seconds(dataset.code(tags.DECAY_CORRECTION_DATETIME))
    philips = dataset.code(tags.PHILIPS_PET).upper() == _PHILIPS
    ge = dataset.code(tags.GE_PET) == _GE
    return PetFacts(
        units=dataset.code(tags.UNITS) or _enhanced_units(dataset),
        by_weight=dataset.code(tags.SUV_TYPE) in ("", "BW"),
        corrected=_corrected(dataset),
        decay_to="MOMENT" if reference is not None else dataset.code(tags.DECAY_CORRECTION),
        reference_s=reference,
        weight_kg=dataset.real(tags.PATIENT_WEIGHT),
        dose_bq=tracer.real(tags.RADIONUCLIDE_TOTAL_DOSE),
        half_life_s=tracer.real(tags.RADIONUCLIDE_HALF_LIFE),
        injected_s=_injected(tracer),
        series_s=moment(dataset.code(tags.SERIES_DATE), dataset.code(tags.SERIES_TIME)),
        acquired_s=moment(dataset.code(tags.ACQUISITION_DATE), dataset.code(tags.ACQUISITION_TIME)),
        scanned_s=datetime_seconds(dataset.code(tags.GE_PET_SCANNED)) if ge else None,
        suv_scale=dataset.real(tags.PHILIPS_SUV_SCALE) if philips else None,
        activity_scale=dataset.real(tags.PHILIPS_ACTIVITY_SCALE) if philips else None,
    )


def _corrected(dataset: Dataset) -> bool:
    found = set(dataset.codes(tags.CORRECTED_IMAGE))
    by_list = "ATTN" in found and bool(found & {"DECY", "DECAY"})
    return by_list or (
        dataset.code(tags.ATTENUATION_CORRECTED) == "YES"
        and dataset.code(tags.DECAY_CORRECTED) == "YES"
    )


def _enhanced_units(dataset: Dataset) -> str:
    """Enhanced PET tells its unit as the type of the rescale (PS3.3 C.8.22.8)."""
    shared = dataset.item(tags.SHARED_FUNCTIONAL_GROUPS_SEQUENCE)
    frames = dataset.items(tags.PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
    for groups in (shared, *frames[:1]):
        said = groups.item(tags.PIXEL_VALUE_TRANSFORMATION_SEQUENCE).code(tags.RESCALE_TYPE)
        if said:
            return said
    return ""


def _injected(tracer: Dataset) -> float | None:
    with_day = tracer.code(tags.RADIOPHARMACEUTICAL_START_DATETIME)
    if with_day:
        return datetime_seconds(with_day)
    return day_seconds(tracer.code(tags.RADIOPHARMACEUTICAL_START_TIME))


def suv_factor(files: Sequence[PetFacts]) -> float | SuvGap:
    """SUV = rescaled value * factor, over all files of a series; or what is missing for it."""
    first = files[0]
    if any(_steady(facts) != _steady(first) for facts in files):
        return SuvGap.MIXED
    if first.units == "GML":
        return 1.0 if first.by_weight else SuvGap.UNITS
    if first.units == "CNTS" and first.suv_scale:
        return first.suv_scale if first.suv_scale > 0 else SuvGap.UNITS
    scale = first.activity_scale if first.units == "CNTS" else 1.0
    if first.units not in ("BQML", "CNTS") or not scale or scale < 0:
        return SuvGap.UNITS
    if not first.corrected or first.decay_to not in ("START", "ADMIN", "MOMENT"):
        return SuvGap.CORRECTION
    if not _within(first.weight_kg, _WEIGHT_KG):
        return SuvGap.WEIGHT
    dose = _decayed_dose(files)
    if isinstance(dose, SuvGap):
        return dose
    assert first.weight_kg is not None, "checked above"
    return scale * first.weight_kg * 1000 / dose


def _steady(facts: PetFacts) -> tuple[object, ...]:
    """What must not change inside a series."""
    return (
        facts.units,
        facts.by_weight,
        facts.corrected,
        facts.decay_to,
        facts.weight_kg,
        facts.dose_bq,
        facts.half_life_s,
        facts.injected_s,
        facts.suv_scale,
        facts.activity_scale,
    )


def _within(value: float | None, bounds: tuple[float, float]) -> bool:
    return value is not None and bounds[0] <= value <= bounds[1]


def _decayed_dose(files: Sequence[PetFacts]) -> float | SuvGap:
    """What was left of the dose at the moment to which the image is corrected, Bq."""
    first = files[0]
    dose, half_life = first.dose_bq, first.half_life_s
    if dose is None or not _within(dose, _DOSE_BQ):
        return SuvGap.DOSE
    if first.decay_to == "ADMIN":
        return dose
    if half_life is None or not _within(half_life, _HALF_LIFE_S):
        return SuvGap.HALF_LIFE
    scan = _scan_moment(files)
    if scan is None:
        return SuvGap.SCAN_TIME
    if first.injected_s is None:
        return SuvGap.INJECTION_TIME
    waited = scan - first.injected_s
    if first.injected_s < DAY_S:  # only the time of day is told: the last such moment before
        waited %= DAY_S
    if not 0 <= waited <= _MOST_HALF_LIVES * half_life:
        return SuvGap.INJECTION_TIME
    left: float = dose * 2.0 ** (-waited / half_life)
    return left


def _scan_moment(files: Sequence[PetFacts]) -> float | None:
    """The start of the scan: Series Time, unless it is later than an image, as where a series was
    made again; then what the maker says, else the earliest image."""
    if files[0].decay_to == "MOMENT":
        return files[0].reference_s
    images = [facts.acquired_s for facts in files if facts.acquired_s is not None]
    series = files[0].series_s
    if series is not None and (not images or series <= min(images)):
        return series
    if files[0].scanned_s is not None:
        return files[0].scanned_s
    return min(images) if images else None
