"""Private elements that are known to hold measures and no identity (PS3.15 table E.3.10-1)."""

from __future__ import annotations

_SAFE: dict[tuple[str, int], frozenset[int]] = {
    # Creator, group: the elements' last two digits.
    ("Philips PET Private Group", 0x7053): frozenset((0x00, 0x09)),
    ("Philips Imaging DD 001", 0x2001): frozenset((0x03, 0x04)),
    ("Philips MR Imaging DD 001", 0x2005): frozenset((0x0D, 0x0E, 0xB0, 0xB1, 0xB2)),
    ("SIEMENS MR HEADER", 0x0019): frozenset((0x0A, 0x0C, 0x0D, 0x0E, 0x27, 0x28, 0x29)),
    ("GEMS_ACQU_01", 0x0019): frozenset((0x23, 0x24, 0x27, 0xBB, 0xBC, 0xBD)),
    ("GEMS_PARM_01", 0x0043): frozenset((0x27, 0x39, 0x6F)),
    ("GEMS_SERS_01", 0x0025): frozenset((0x07,)),
    ("GEMS_PETD_01", 0x0009): frozenset((0x0D,)),
    ("GEMS_HELIOS_01", 0x0045): frozenset((0x01, 0x02)),
    ("ELSCINT1", 0x00E1): frozenset((0x21,)),
    ("ELSCINT1", 0x01E1): frozenset((0x26, 0x50)),
    ("ELSCINT1", 0x01F1): frozenset((0x01, 0x07, 0x26, 0x27)),
}
"""Diffusion, the number of images in a mosaic, SUV and other scale factors, speeds, pitches;
and GE's date and time of a PET scan, which moves with all the others."""


def is_safe(creator: str, tag: int) -> bool:
    """Whether a private element may stay in a de-identified copy."""
    return tag & 0xFF in _SAFE.get((creator, tag >> 16), ())
