"""What tells frames at one position apart: time, echo, diffusion weighting, cardiac phase."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.groups import FrameGroups
from labeler.imaging.dicom.moments import datetime_seconds, moment

_SIEMENS = "SIEMENS MR HEADER"
_GE = "GEMS_PARM_01"
_PHILIPS = "PHILIPS IMAGING DD 001"
_GE_SHIFT = 1_000_000_000
"""GE writers add this, and flags above the lowest five digits, to some b-values."""


@dataclass(frozen=True)
class Traits:
    """Read alike from classic files and from functional groups; None or () where nothing is said.

    Times in ms, moments in seconds (only their differences mean something), b-values in s/mm².
    """

    dimensions: tuple[int, ...] = ()
    """Dimension Index Values, in the order of the file's Dimension Index Sequence."""
    stack_id: str = ""
    in_stack_position: int | None = None
    image_type: tuple[str, ...] = ()
    b_value: float | None = None
    echo_time_ms: float | None = None
    echo_number: int | None = None
    inversion_time_ms: float | None = None
    trigger_time_ms: float | None = None
    cardiac_phase: float | None = None
    """Nominal Percentage of Cardiac Phase."""
    temporal_position: float | None = None
    """Temporal Position Identifier or Index, else the offset in seconds."""
    acquisition_number: int | None = None
    acquired_s: float | None = None
    content_s: float | None = None
    diffusion_direction: tuple[float, ...] = ()
    """A unit vector in LPS; () for none, as of images that are not weighted."""
    temporal_positions: int | None = None
    """Number of Temporal Positions: how many there are, though not which this one is."""


def dimension_pointers(dataset: Dataset) -> tuple[int, ...]:
    """The tags that a file's Dimension Index Values count, in their order (PS3.3 C.7.6.17)."""
    items = dataset.items(tags.DIMENSION_INDEX_SEQUENCE)
    return tuple(item.pointer(tags.DIMENSION_INDEX_POINTER) or 0 for item in items)


def read_traits(groups: FrameGroups) -> Traits:
    """Raises nothing: what is not readable is not said."""
    plain = groups.plain
    content = groups.of(tags.FRAME_CONTENT_SEQUENCE)
    echo = groups.of(tags.MR_ECHO_SEQUENCE)
    cardiac = groups.of(tags.CARDIAC_SYNCHRONIZATION_SEQUENCE)
    return Traits(
        dimensions=content.longs(tags.DIMENSION_INDEX_VALUES),
        stack_id=content.text(tags.STACK_ID)[:16],
        in_stack_position=_first(content.longs(tags.IN_STACK_POSITION_NUMBER)),
        image_type=_image_type(groups),
        b_value=_b_value(groups),
        echo_time_ms=_some(echo.double(tags.EFFECTIVE_ECHO_TIME), plain.decimal(tags.ECHO_TIME)),
        echo_number=plain.integer(tags.ECHO_NUMBERS),
        inversion_time_ms=plain.decimal(tags.INVERSION_TIME),
        trigger_time_ms=_some(
            cardiac.double(tags.NOMINAL_CARDIAC_TRIGGER_DELAY_TIME),
            plain.decimal(tags.TRIGGER_TIME),
        ),
        cardiac_phase=cardiac.single(tags.NOMINAL_PERCENTAGE_OF_CARDIAC_PHASE),
        temporal_position=_temporal_position(groups, content),
        acquisition_number=plain.integer(tags.ACQUISITION_NUMBER),
        acquired_s=acquired_s(content, plain),
        content_s=content_s(plain),
        diffusion_direction=_direction(groups),
        temporal_positions=plain.integer(tags.NUMBER_OF_TEMPORAL_POSITIONS),
    )


def _some(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _first(values: tuple[int, ...]) -> int | None:
    return values[0] if values else None


def _image_type(groups: FrameGroups) -> tuple[str, ...]:
    """The frame's own type where it has one, else the image's."""
    for tag in tags.FRAME_TYPE_SEQUENCES:
        found = groups.item(tag)
        if found is not None and found.code(tags.FRAME_TYPE):
            return found.codes(tags.FRAME_TYPE)
    said = groups.plain.code(tags.IMAGE_TYPE)
    return groups.plain.codes(tags.IMAGE_TYPE) if said else ()


def _temporal_position(groups: FrameGroups, content: Dataset) -> float | None:
    index = _first(content.longs(tags.TEMPORAL_POSITION_INDEX))
    offset = groups.of(tags.TEMPORAL_POSITION_SEQUENCE).double(tags.TEMPORAL_POSITION_TIME_OFFSET)
    return _some(index, offset, groups.plain.integer(tags.TEMPORAL_POSITION_IDENTIFIER))


def content_s(plain: Dataset) -> float | None:
    """When the image was made, in seconds."""
    return moment(plain.code(tags.CONTENT_DATE), plain.code(tags.CONTENT_TIME))


def acquired_s(content: Dataset, plain: Dataset) -> float | None:
    """When the scanner took it, in seconds; `content` is its Frame Content, or `plain`."""
    own = content.code(tags.FRAME_ACQUISITION_DATETIME) or content.code(
        tags.FRAME_REFERENCE_DATETIME
    )
    return _some(
        datetime_seconds(own),
        moment(plain.code(tags.ACQUISITION_DATE), plain.code(tags.ACQUISITION_TIME)),
        datetime_seconds(plain.code(tags.ACQUISITION_DATETIME)),
    )


def _b_value(groups: FrameGroups) -> float | None:
    """DICOM's own tag, else the private one of the maker, where the maker's block says so."""
    plain = groups.plain
    return _some(
        groups.of(tags.MR_DIFFUSION_SEQUENCE).double(tags.DIFFUSION_B_VALUE),
        plain.decimal(tags.SIEMENS_B_VALUE)
        if plain.code(tags.SIEMENS_MR_HEADER) == _SIEMENS
        else None,
        _ge_b_value(plain),
        plain.single(tags.PHILIPS_B_VALUE)
        if plain.code(tags.PHILIPS_IMAGING_DD).upper() == _PHILIPS
        else None,
    )


def _ge_b_value(plain: Dataset) -> float | None:
    said = plain.integer(tags.GE_B_VALUE)
    if said is None or plain.code(tags.GE_PARAMETERS) != _GE:
        return None
    return float(said % 100_000 if said >= _GE_SHIFT else said)


def _direction(groups: FrameGroups) -> tuple[float, ...]:
    """Rounded, so that one direction is one value whatever the last bits are."""
    plain = groups.plain
    diffusion = groups.of(tags.MR_DIFFUSION_SEQUENCE)
    gradient = diffusion.item(tags.MR_DIFFUSION_GRADIENT_DIRECTION_SEQUENCE)
    found = gradient.doubles(tags.DIFFUSION_GRADIENT_ORIENTATION) or diffusion.doubles(
        tags.DIFFUSION_GRADIENT_ORIENTATION
    )
    if not found and plain.code(tags.SIEMENS_MR_HEADER) == _SIEMENS:
        found = plain.doubles(tags.SIEMENS_GRADIENT_DIRECTION)
    return tuple(round(value, 3) + 0.0 for value in found) if len(found) == 3 else ()
