"""One DICOM file's header to its frames: where each lies in the patient and how it is rescaled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.agreement import agree
from labeler.imaging.dicom.cine import frame_rate, frame_times_ms
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.faces import shows_face
from labeler.imaging.dicom.frame_values import FrameValues, read_values
from labeler.imaging.dicom.groups import FrameGroups, frame_groups
from labeler.imaging.dicom.header import FileHeader
from labeler.imaging.dicom.holding import hold_pixels
from labeler.imaging.dicom.luts import Palette, modality_lut, palette
from labeler.imaging.dicom.mosaic import split_mosaic
from labeler.imaging.dicom.objects import layer_kind
from labeler.imaging.dicom.overlays import read_overlays
from labeler.imaging.dicom.positions import FramePlace, read_places
from labeler.imaging.dicom.rescale import is_relative_dose
from labeler.imaging.dicom.sides import read_sides
from labeler.imaging.dicom.spacing import read_spacing
from labeler.imaging.dicom.suv import pet_facts
from labeler.imaging.dicom.traits import Traits, dimension_pointers, read_traits
from labeler.imaging.dicom.views import (
    is_partial_view,
    patient_key,
    read_laterality,
    read_view,
    study_day,
)
from labeler.imaging.frames import StoredFile, StoredFrame
from labeler.imaging.layout import PixelLayout
from labeler.imaging.pictures.icc import is_other_than_srgb
from labeler.imaging.sources.files import file_digest
from labeler.model.image import Caveat, SeriesInfo

# Siemens' own word in the Image Type. Who made a file is often removed, so it is not asked.
_MOSAIC = "MOSAIC"


def read_frames(header: FileHeader) -> tuple[StoredFrame, ...]:
    """Raises LabelerError naming the tag at fault."""
    file = _stored_file(header)
    groups = frame_groups(header.dataset, file.frame_count)
    times = frame_times_ms(groups) or (None,) * len(groups)
    values = read_values(groups, signed=file.layout.signed)
    facts = zip(groups, read_places(groups), values, times, strict=True)
    frames = tuple(
        replace(_frame(file, own, n, place, told), time_ms=time)
        for n, (own, place, told, time) in enumerate(facts)
    )
    return split_mosaic(frames[0], header.dataset) if file.mosaic else frames


def _stored_file(header: FileHeader) -> StoredFile:
    dataset = header.dataset
    agreed = agree(header)
    layout, syntax = agreed.layout, agreed.syntax
    held = hold_pixels(header, agreed)
    info, instance = _info(dataset), dataset.code(tags.SOP_INSTANCE_UID)
    if not info.uid or not instance:
        digest = file_digest(header.original)
        info, instance = replace(info, uid=info.uid or digest), instance or digest
    lossy_said = dataset.code(tags.LOSSY_IMAGE_COMPRESSION)
    overlays, broken = read_overlays(
        header,
        syntax,
        layout,
        lambda words: hold_pixels(header, replace(agreed, layout=words)).store,
    )
    return StoredFile(
        source=header.source,
        syntax=syntax,
        layout=layout,
        store=held.store,
        frame_count=held.frame_count,
        instance=instance,
        info=info,
        instance_number=dataset.integer(tags.INSTANCE_NUMBER),
        lossy=lossy_said == "01" or agreed.lossy or (syntax.lossy and lossy_said != "00"),
        lut=modality_lut(dataset, signed=layout.signed),
        palette=_palette(header, layout),
        mosaic=_MOSAIC in dataset.codes(tags.IMAGE_TYPE),
        dimension_pointers=dimension_pointers(dataset),
        layer=layer_kind(dataset),
        caveats=(
            *_doubts(dataset, layout, overlay_broken=broken),
            *agreed.caveats,
            *held.caveats,
        ),
        disagreements=agreed.disagreements,
        pet=pet_facts(dataset),
        overlays=overlays,
        frame_rate=frame_rate(dataset),
        padding=_padding(dataset, layout),
        inverse=layout.photometric == "MONOCHROME1"
        or dataset.code(tags.PRESENTATION_LUT_SHAPE) == "INVERSE",
        sides=read_sides(dataset, held.frame_count),
    )


def _palette(header: FileHeader, layout: PixelLayout) -> Palette | None:
    """The colours of a palette image, which are nothing but numbers without them."""
    if layout.photometric != "PALETTE COLOR":
        return None
    found = palette(header.dataset, signed=layout.signed)
    if found is None:
        raise LabelerError(
            "missing-palette",
            "{name} cannot be shown: its palette of colours is missing or broken ({tag}).",
            safe="Other files are fine.",
            do="Ask the sender for a complete file.",
            name=header.source.name,
            tag=tags.spelled(tags.RED_PALETTE_DESCRIPTOR),
        )
    return found


def _info(dataset: Dataset) -> SeriesInfo:
    thickness = dataset.decimal(tags.SLICE_THICKNESS) or _measures(dataset).decimal(
        tags.SLICE_THICKNESS
    )
    return SeriesInfo(
        uid=dataset.code(tags.SERIES_INSTANCE_UID),
        number=dataset.integer(tags.SERIES_NUMBER),
        description=dataset.text(tags.SERIES_DESCRIPTION)[:256],
        modality=dataset.code(tags.MODALITY)[:16],
        study_uid=dataset.code(tags.STUDY_INSTANCE_UID),
        body_part=dataset.code(tags.BODY_PART_EXAMINED)[:64],
        patient_age=dataset.code(tags.PATIENT_AGE)[:8],
        patient_sex=dataset.code(tags.PATIENT_SEX)[:8],
        slice_thickness_mm=thickness if thickness and thickness > 0 else None,
        frame_of_reference=dataset.code(tags.FRAME_OF_REFERENCE_UID)[:64],
        study_description=dataset.text(tags.STUDY_DESCRIPTION)[:256],
        study_day=study_day(dataset),
        view=read_view(dataset),
        laterality=read_laterality(dataset),
        is_partial=is_partial_view(dataset),
        patient=patient_key(dataset),
        kernel=dataset.code(tags.CONVOLUTION_KERNEL)[:64],
    )


def _measures(dataset: Dataset) -> Dataset:
    shared = dataset.item(tags.SHARED_FUNCTIONAL_GROUPS_SEQUENCE)
    return shared.item(tags.PIXEL_MEASURES_SEQUENCE)


def _frame(
    file: StoredFile, groups: FrameGroups, number: int, place: FramePlace, values: FrameValues
) -> StoredFrame:
    dataset, group = groups.plain, groups.of
    measures = group(tags.PIXEL_MEASURES_SEQUENCE)
    content = group(tags.FRAME_CONTENT_SEQUENCE)
    spacing = read_spacing(measures, dataset)
    return StoredFrame(
        file=file,
        number=number,
        position=place.position,
        origin=place.origin,
        orientation=place.orientation,
        spacing=spacing.mm,
        projected=spacing.projected,
        step_mm=measures.decimal(tags.SPACING_BETWEEN_SLICES),
        time=_time(content, dataset),
        traits=_traits(groups, place),
        aspect=spacing.aspect,
        magnification=spacing.magnification,
        regions=spacing.regions,
        **measured_as(values, file),
    )


def measured_as(values: FrameValues, file: StoredFile) -> dict[str, Any]:
    """What a StoredFrame says of how its stored values are measured and shown, by its fields."""
    rescale = values.rescale
    return {
        "slope": rescale.slope,
        "intercept": rescale.intercept,
        "windows": values.windows,
        "unit": rescale.unit,
        "beyond": rescale.beyond,
        "lut": None if rescale.lut is None or file.lut is not None else rescale.lut,
        "voi": values.voi,
        "caveats": (Caveat.RESCALE_BROKEN,) if rescale.broken else (),
    }


def _traits(groups: FrameGroups, place: FramePlace) -> Traits:
    traits = read_traits(groups)
    return traits if place.phase is None else replace(traits, cardiac_phase=float(place.phase))


def _doubts(dataset: Dataset, layout: PixelLayout, *, overlay_broken: bool) -> tuple[Caveat, ...]:
    profile = dataset.values.get(tags.ICC_PROFILE, b"")
    color = layout.photometric not in ("MONOCHROME1", "MONOCHROME2")
    said = dataset.code(tags.COLOR_SPACE)
    found = (
        (shows_face(dataset), Caveat.FACE),
        (is_relative_dose(dataset), Caveat.DOSE_RELATIVE),
        (overlay_broken, Caveat.OVERLAY_BROKEN),
        (color and (said or "SRGB") != "SRGB", Caveat.COLOR_PROFILE),
        (color and not said and is_other_than_srgb(profile), Caveat.COLOR_PROFILE),
        # Supplemental palettes colour a range of values of a grey image (PS3.3 C.8.13.3.1.1).
        (not color and dataset.told(tags.RED_PALETTE_DESCRIPTOR), Caveat.COLOR_LEFT_OUT),
    )
    return tuple(caveat for told, caveat in found if told)


def _padding(dataset: Dataset, layout: PixelLayout) -> tuple[int, int] | None:
    ends = (tags.PIXEL_PADDING_VALUE, tags.PIXEL_PADDING_RANGE_LIMIT)
    value, limit = (dataset.short(tag, signed=layout.signed) for tag in ends)
    if value is None:
        return None
    other = value if limit is None else limit
    return min(value, other), max(value, other)


def _time(content: Dataset, dataset: Dataset) -> tuple[int, int]:
    """What tells images at one position apart: temporal position, then acquisition."""
    raw = content.values.get(tags.TEMPORAL_POSITION_INDEX, b"")
    index = int.from_bytes(raw[:4], "little" if dataset.little else "big") if len(raw) == 4 else 0
    moment = index or dataset.integer(tags.TEMPORAL_POSITION_IDENTIFIER) or 0
    return moment, dataset.integer(tags.ACQUISITION_NUMBER) or 0
