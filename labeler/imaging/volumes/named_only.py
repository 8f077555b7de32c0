"""Volume files that are known by name and not read: what they are, and what to do with them."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import Beside
from labeler.imaging.volumes.volume_faults import header_missing
from labeler.model.image import ByteSource


@dataclass(frozen=True)
class _Known:
    """By what the file begins with, or by how its name ends; `tool` turns it into NIfTI."""

    what: str
    tool: str
    begins: tuple[bytes, ...] = ()
    ends: tuple[str, ...] = ()


_KNOWN = (
    _Known("a MINC volume (netCDF)", "mnc2nii", (b"CDF\x01", b"CDF\x02")),
    _Known("a MINC volume", "mnc2nii", ends=(".mnc", ".mnc2")),
    _Known("an HDF5 file", "its maker's tools", (b"\x89HDF\r\n\x1a\n",)),
    _Known("a Philips PAR/REC volume", "dcm2niix", (b"# === DATA DESCRIPTION",), (".par",)),
    _Known("an AFNI volume", "3dAFNItoNIFTI", ends=(".head", ".brik", ".brik.gz")),
    _Known("GIFTI data of a surface", "mri_surf2vol", ends=(".gii", ".gii.gz")),
)
_VALUES = {".raw": ".mhd or .nhdr", ".zraw": ".mhd", ".rec": ".par"}
"""Endings of files that hold values only, and of their headers."""
_ORIENTATION = ".mat"


def knows(head: bytes, name: str) -> bool:
    ending = _ending(name)
    return _known(head, name) is not None or ending in _VALUES or ending == _ORIENTATION


def _known(head: bytes, name: str) -> _Known | None:
    lower = name.lower()
    for known in _KNOWN:
        if (known.begins and head.startswith(known.begins)) or (
            known.ends and lower.endswith(known.ends)
        ):
            return known
    return None


def _ending(name: str) -> str:
    return name.lower()[name.rfind(".") :] if "." in name else ""


def read(source: ByteSource, head: bytes, beside: Beside) -> tuple[StoredFrame, ...]:  # noqa: ARG001
    """Always raises LabelerError: that is the purpose."""
    known, ending = _known(head, source.name), _ending(source.name)
    if known is not None:
        raise LabelerError(
            "unsupported-volume",
            "{name} is {what}, which is not read here.",
            safe="Other files are fine.",
            do="Turn it into NIfTI with {tool}.",
            name=source.name,
            what=known.what,
            tool=known.tool,
        )
    if ending == _ORIENTATION:
        raise LabelerError(
            "unused-orientation",
            "{name} keeps an orientation for an image beside it (SPM, FSL); it is not used.",
            safe="Other files are fine.",
            do="Nothing to do: an image that needs it says that its orientation is unknown.",
            name=source.name,
        )
    raise header_missing(source.name, f"a file ending in {_VALUES[ending]}")
