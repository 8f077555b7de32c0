"""Copies of pictures and volumes: no text of the person, the same pixels."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from labeler.errors import LabelerError
from labeler.imaging.sources.files import MemoryBytes, folder_files
from labeler.interchange.copies import clean_copy, renamed_copy
from labeler.interchange.privacy import privacy_of
from labeler.interchange.pseudonyms import Pseudonyms

PSEUDONYMS = Pseudonyms(bytes(32))
SECRET = b"Zyxwvut"
PIXELS = np.arange(48, dtype=np.uint8).reshape(6, 8)


def copy(data: bytes, name: str = "a", parts: dict[str, str] | None = None) -> bytes:
    made = clean_copy(MemoryBytes(name, data), PSEUDONYMS, "1", parts or {})
    return made.read(0, made.size)


def written(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(PIXELS).save(out, kind, **options)
    return out.getvalue()


def exif() -> Image.Exif:
    told = Image.Exif()
    told[0x010E], told[0x013B], told[0x0112] = SECRET.decode(), SECRET.decode(), 6
    return told


def pictures() -> dict[str, bytes]:
    info = PngImagePlugin.PngInfo()
    info.add_text("Patient", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return {
        "png": written("PNG", pnginfo=info, exif=exif()) + SECRET,
        "jpeg": written("JPEG", exif=exif(), comment=SECRET) + SECRET,
        "webp": written("WEBP", lossless=True, exif=exif().tobytes(), xmp=SECRET),
        "tiff": written("TIFF", tiffinfo={270: SECRET.decode(), 315: SECRET.decode()}),
        "big tiff": written("TIFF", tiffinfo={270: SECRET.decode(), 305: SECRET.decode()},
                            big_tiff=True),
        "pgm": b"P5\n# " + SECRET + b"\n8 # more " + SECRET + b"\n6\n255\n" + PIXELS.tobytes(),
    }  # fmt: skip


@pytest.mark.parametrize("kind", list(pictures()))
def test_pictures(kind: str) -> None:
    data = pictures()[kind]
    assert SECRET in data
    clean = copy(data)
    assert SECRET not in clean
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(clean)) as after:
        assert np.array_equal(np.asarray(before), np.asarray(after))
        if kind == "jpeg":
            assert dict(after.getexif()) == {0x0112: 6}, "which way is up stays"
    assert copy(clean) == clean, "there is nothing more to clean"


def test_real_pictures_and_volumes_keep_their_pixels(test_data: Path) -> None:
    made = 0
    for source in folder_files(test_data / "image"):
        if not privacy_of(source).cleanable:
            continue
        clean = copy(source.read(0, source.size), source.name)
        was = io.BytesIO(source.read(0, source.size))
        with Image.open(was) as before, Image.open(io.BytesIO(clean)) as after:
            assert np.array_equal(np.asarray(before), np.asarray(after)), source.name
        made += 1
    assert made > 12


def nifti() -> bytes:
    header = bytearray(348)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 2, 8, 6, 1, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 2, 8)
    struct.pack_into("<f", header, 108, 384.0)
    header[148:155] = SECRET
    header[228:235] = SECRET
    header[344:348] = b"n+1\0"
    extension = struct.pack("<ii", 32, 6) + SECRET.ljust(24, b"\0")
    return bytes(header) + b"\1\0\0\0" + extension + PIXELS.tobytes()


@pytest.mark.parametrize("folded", [False, True])
def test_nifti(folded: bool) -> None:
    data = gzip.compress(nifti()) if folded else nifti()
    found = {one.name for one in privacy_of(MemoryBytes("a.nii", data)).findings}
    assert found == {"descrip", "aux_file", "comment extension"}
    clean = copy(data)
    plain = gzip.decompress(clean) if folded else clean
    assert SECRET not in plain
    assert plain[384:] == PIXELS.tobytes()
    assert len(plain) == len(nifti())


def test_nrrd_and_its_data_file() -> None:
    head = (b"NRRD0005\n# by " + SECRET + b"\ntype: uchar\ndimension: 2\nsizes: 8 6\n"
            b"encoding: raw\ncontent: " + SECRET + b"\nwho:=" + SECRET + b"\n"
            b"DWMRI_b-value:=1000\n")  # fmt: skip
    attached = copy(head + b"\n" + SECRET + b"\n\nas pixels")
    assert attached.count(SECRET) == 1
    assert attached.endswith(b"\n\n" + SECRET + b"\n\nas pixels")
    assert b"DWMRI_b-value:=1000\n" in attached
    detached = head + b"data file: doe.raw\n"
    assert b"data file: 00001.raw\n" in copy(detached, parts={"doe.raw": "00001.raw"})
    listed = head + b"data file: LIST\na.raw\nb.raw\n"
    assert copy(listed, parts={"a.raw": "1.raw", "b.raw": "2.raw"}).endswith(
        b"data file: LIST\n1.raw\n2.raw\n"
    )
    with pytest.raises(LabelerError) as caught:
        copy(detached)
    assert caught.value.code == "cannot-be-cleaned"


def test_meta_image() -> None:
    head = (b"ObjectType = Image\nComment = " + SECRET + b"\nNDims = 2\nDimSize = 8 6\n"
            b"PatientName = " + SECRET + b"\nElementType = MET_UCHAR\n")  # fmt: skip
    data = copy(head + b"ElementDataFile = LOCAL\n" + PIXELS.tobytes())
    assert SECRET not in data
    assert data.endswith(b"ElementDataFile = LOCAL\n" + PIXELS.tobytes())
    assert copy(head + b"ElementDataFile = doe.raw", parts={"doe.raw": "1.raw"}).endswith(
        b"ElementDataFile = 1.raw\n"
    )


def test_only_the_name_of_the_data_file_changes() -> None:
    data = b"NRRD0005\n# " + SECRET + b"\ndata file: doe.raw\n"
    made = renamed_copy(MemoryBytes("a", data), "1", {"doe.raw": "1.raw"})
    assert made.read(0, 99) == b"NRRD0005\n# " + SECRET + b"\ndata file: 1.raw\n"


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n\0\0", b"\x1f\x8bxx", b"MINC"])
def test_what_is_not_known_is_refused(data: bytes) -> None:
    with pytest.raises(LabelerError) as caught:
        copy(data)
    assert caught.value.code == "cannot-be-cleaned"


def test_a_slide_is_refused(test_data: Path) -> None:
    (source,) = folder_files(test_data / "wsi/small_HE.svs")
    with pytest.raises(LabelerError) as caught:
        clean_copy(source, PSEUDONYMS, "1", {})
    assert caught.value.code == "cannot-be-cleaned"
    assert privacy_of(source).look
