"""Sound files to be made worse: small ones made here, and real ones where they are."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image as Picture
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from tests.support.dicom_files import slice_dataset

Real = Sequence[tuple[Path, tuple[Path, ...]]]
"""Real files, each with those beside it that it needs."""

FAMILIES = ("dicom", "volume", "image", "wsi")
_COMPRESSED = {
    "1.2.840.10008.1.2.4.50": lambda a: imagecodecs.jpeg8_encode(a.astype(np.uint8)),
    "1.2.840.10008.1.2.4.80": imagecodecs.jpegls_encode,
    "1.2.840.10008.1.2.4.90": lambda a: imagecodecs.jpeg2k_encode(a, codecformat="j2k"),
}


@dataclass(frozen=True)
class Seed:
    """A sound file, and those beside it that it needs."""

    name: str
    data: bytes
    beside: tuple[Path, ...] = ()


@cache
def made() -> tuple[Seed, ...]:
    """Small files of every family that need no data from elsewhere."""
    pixels = np.arange(256, dtype=np.uint16).reshape(16, 16)
    found = [Seed(f"plain-{k}", _dicom(pixels, uid)) for k, uid in enumerate(_PLAIN)]
    for uid, encode in _COMPRESSED.items():
        found.append(Seed(uid, _encapsulated(pixels, uid, [encode(pixels)])))
    many = [_COMPRESSED["1.2.840.10008.1.2.4.80"](pixels + k) for k in range(3)]
    found.append(Seed("frames", _encapsulated(pixels, "1.2.840.10008.1.2.4.80", many)))
    for form in ("PNG", "JPEG", "TIFF", "WEBP", "PPM"):
        out = io.BytesIO()
        Picture.fromarray(np.dstack([pixels.astype(np.uint8)] * 3)).save(out, form)
        found.append(Seed(f"picture.{form.lower()}", out.getvalue()))
    found += _volumes(pixels)
    return tuple(found + _archives(found[0].data))


_PLAIN = (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)


def _dicom(pixels: np.ndarray, uid: str) -> bytes:
    out = io.BytesIO()
    slice_dataset(pixels, syntax=uid).save_as(out, enforce_file_format=True)
    return out.getvalue()


def _encapsulated(pixels: np.ndarray, uid: str, frames: list[bytes]) -> bytes:
    dataset = slice_dataset(pixels, syntax=uid, modality="MR")
    if uid.endswith(".50"):
        dataset.BitsAllocated = dataset.BitsStored = 8
        dataset.HighBit = 7
    dataset.NumberOfFrames = len(frames)
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _volumes(pixels: np.ndarray) -> list[Seed]:
    head = bytearray(352)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, 3, 8, 8, 4, 1, 1, 1, 1)
    struct.pack_into("<2h", head, 70, 512, 16)
    struct.pack_into("<8f", head, 76, 1, 1, 1, 2, 0, 0, 0, 0)
    struct.pack_into("<3f", head, 108, 352, 1, 0)
    struct.pack_into("<h", head, 254, 1)
    struct.pack_into("<12f", head, 280, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0)
    head[344:348] = b"n+1\0"
    nifti = bytes(head) + pixels.tobytes()
    nrrd = (
        b"NRRD0004\ntype: uint16\ndimension: 3\nspace: left-posterior-superior\nsizes: 8 8 4\n"
        b"space directions: (1,0,0) (0,1,0) (0,0,2)\nkinds: domain domain domain\nendian: little\n"
        b"encoding: raw\nspace origin: (0,0,0)\n\n"
    )
    meta = (
        b"ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
        b"TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 1 1 2\n"
        b"DimSize = 8 8 4\nElementType = MET_USHORT\nElementDataFile = LOCAL\n"
    )
    return [
        Seed("v.nii", nifti),
        Seed("v.nii.gz", gzip.compress(nifti, mtime=0)),
        Seed("v.nrrd", nrrd + pixels.tobytes()),
        Seed("v.mha", meta + pixels.tobytes()),
    ]


def _archives(member: bytes) -> list[Seed]:
    packed, tar = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a/1", "a/2"):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), member, 8)
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as pile:
        info = tarfile.TarInfo("x" * 120)
        info.size = len(member)
        pile.addfile(info, io.BytesIO(member))
    return [
        Seed("a.zip", packed.getvalue()),
        Seed("a.tar", tar.getvalue()),
        Seed("a.tgz", gzip.compress(tar.getvalue(), mtime=0)),
        Seed("a.dcm.gz", gzip.compress(member, mtime=0)),
    ]


def real(root: Path, largest: int) -> Real:
    """Real files up to `largest` bytes, sorted, each with its neighbours of the same stem.

    Of folders of many alike only a few: they would crowd out the others.
    """
    found: list[tuple[Path, tuple[Path, ...]]] = []
    for family in FAMILIES:
        for folder in sorted(
            {path.parent for path in (root / family).rglob("*") if path.is_file()}
        ):
            files = sorted(path for path in folder.iterdir() if path.is_file())
            small = [path for path in files if 0 < path.stat().st_size <= largest]
            alike = family == "dicom" and len(small) > 20 and not any("." in p.name for p in small)
            for path in small[:3] if alike else small:
                stem = path.name.split(".")[0]
                others = (p for p in files if p != path and p.name.split(".")[0] == stem)
                found.append((path, tuple(others) if family == "volume" else ()))
    return found
