"""Values whose VR is not the one their tag has (PS3.6): written over as the tag promises them."""

from __future__ import annotations

import struct

from labeler.imaging.dicom import tags

_SHORT_TAGS = frozenset(
    (
        tags.SAMPLES_PER_PIXEL,
        tags.PLANAR_CONFIGURATION,
        tags.ROWS,
        tags.COLUMNS,
        tags.BITS_ALLOCATED,
        tags.BITS_STORED,
        tags.HIGH_BIT,
        tags.PIXEL_REPRESENTATION,
    )
)
"""What is unsigned short (VR US)."""
_SPELLED_TAGS = frozenset(
    (
        tags.SLICE_THICKNESS,
        tags.SPACING_BETWEEN_SLICES,
        tags.IMAGER_PIXEL_SPACING,
        tags.NOMINAL_SCANNED_PIXEL_SPACING,
        tags.SERIES_NUMBER,
        tags.ACQUISITION_NUMBER,
        tags.INSTANCE_NUMBER,
        tags.IMAGE_POSITION_PATIENT,
        tags.IMAGE_ORIENTATION_PATIENT,
        tags.TEMPORAL_POSITION_IDENTIFIER,
        tags.NUMBER_OF_FRAMES,
        tags.PIXEL_SPACING,
        tags.WINDOW_CENTER,
        tags.WINDOW_WIDTH,
        tags.RESCALE_INTERCEPT,
        tags.RESCALE_SLOPE,
        tags.GRID_FRAME_OFFSET_VECTOR,
    )
)
"""What is spelled in decimals (VR IS, DS)."""
_BINARY = {b"US": "H", b"SS": "h", b"UL": "I", b"SL": "i", b"FL": "f", b"FD": "d"}
_SPELLED = frozenset((b"IS", b"DS", b"LO", b"SH", b"CS", b"ST", b"UT"))


def as_promised(tag: int, vr: bytes, raw: bytes, *, little: bool) -> bytes:
    """`raw` as it is, or in the spelling that the tag's own VR has. `vr` is b"" where not said."""
    order = "<" if little else ">"
    if tag in _SHORT_TAGS and vr in _SPELLED:
        number = raw.split(b"\\")[0].strip(b" \0")
        fits = number.isdigit() and len(number) < 6 and int(number) < 1 << 16
        return struct.pack(f"{order}H", int(number)) if fits else b""
    if tag in _SPELLED_TAGS and vr in _BINARY:
        kind = _BINARY[vr]
        count = len(raw) // struct.calcsize(f"={kind}")
        whole = raw[: count * struct.calcsize(f"={kind}")]
        # Seven digits are what a single float holds: 0.1 must not become 0.10000000149.
        digits = ".7g" if kind == "f" else ""
        numbers = struct.unpack(f"{order}{count}{kind}", whole)
        return "\\".join(format(value, digits) for value in numbers).encode()
    return raw
