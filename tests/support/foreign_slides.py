"""Small slides in the formats of makers, as OpenSlide reads them: written by hand."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow

Colors = NDArray[np.uint8]


def tissue(rows: int, columns: int) -> Colors:
    """Smooth, so that a lossy codec hardly changes it, and different everywhere."""
    down, across = np.mgrid[0:rows, 0:columns]
    channels = down * 200 / rows + 20, across * 200 / columns + 20, (down + across) % 256
    smooth = np.stack((channels[0], channels[1], np.abs(channels[2] - 128)), axis=-1)
    return smooth.astype(np.uint8)


def ycc(pixels: Colors) -> Colors:
    """As tifffile wants what it writes as YCbCr."""
    return np.asarray(Pillow.fromarray(np.ascontiguousarray(pixels)).convert("YCbCr"))


def jpeg(pixels: Colors, **how: Any) -> bytes:
    out = io.BytesIO()
    Pillow.fromarray(pixels).save(out, "JPEG", quality=95, subsampling=0, **how)
    return out.getvalue()


def light(data: bytes) -> Colors:
    """What another decoder makes of a JPEG."""
    return np.asarray(Pillow.open(io.BytesIO(data)).convert("RGB"))


def write_ndpi(path: Path, pixels: Colors, sizes: int = 2) -> None:
    """Hamamatsu: one JPEG a level in one strip; the lens tells levels from the macro picture."""
    how: dict[str, Any] = {
        "photometric": "ycbcr",
        "compression": "jpeg",
        "compressionargs": {"level": 95},
        "subsampling": (1, 1),
        "metadata": None,
        "resolution": (20_000, 10_000),
        "resolutionunit": "CENTIMETER",
    }
    with tifffile.TiffWriter(path) as file:
        for lens, image in [
            *((20.0 / 2**n, pixels[:: 2**n, :: 2**n]) for n in range(sizes)),
            (-1.0, pixels[:48, :128]),
        ]:
            tags = [(65420, 4, 1, 1, True), (65421, 11, 1, lens, True), (65424, 9, 1, 0, True)]
            file.write(ycc(image), rowsperstrip=len(image), extratags=tags, **how)


def write_vms(folder: Path, pixels: Colors) -> Path:
    """Hamamatsu VMS: a text that names a JPEG of the tissue, one of a map and one of the glass."""
    (folder / "a_0.jpg").write_bytes(jpeg(pixels, restart_marker_rows=1))
    (folder / "a_map.jpg").write_bytes(jpeg(pixels[::4, ::4], restart_marker_rows=1))
    (folder / "a_macro.jpg").write_bytes(jpeg(pixels[:48, :128]))
    index = folder / "a.vms"
    index.write_text(
        "[Virtual Microscope Specimen]\nNoLayers=1\nNoJpegColumns=1\nNoJpegRows=1\n"
        "ImageFile=a_0.jpg\nMapFile=a_map.jpg\nMacroImage=a_macro.jpg\nSourceLens=20\n"
        f"PhysicalWidth={500 * pixels.shape[1]}\nPhysicalHeight={500 * pixels.shape[0]}\n"
    )
    return index


def write_mirax(folder: Path, pixels: Colors, side: int, left_out: tuple[int, ...] = ()) -> Path:
    """3DHISTECH: tiles in a data file, where they lie in an index; `left_out` were not scanned."""
    index = folder / "a.mrxs"
    index.write_bytes(jpeg(pixels[::8, ::8]))
    inside = folder / "a"
    inside.mkdir()
    down, across = len(pixels) // side, len(pixels[0]) // side
    data, items = b"", []
    for number in range(down * across):
        row, column = divmod(number, across)
        tile = pixels[row * side :, column * side :][:side, :side]
        out = io.BytesIO()
        Pillow.fromarray(tile).save(out, "PNG")
        if number not in left_out:
            items.append((number, len(data), len(out.getvalue()), 0))
            data += out.getvalue()
    (inside / "Data0000.dat").write_bytes(data)
    (inside / "Slidedat.ini").write_text(_SLIDEDAT.format(down=down, across=across, side=side))
    begin = len(b"01.02") + len(_ID) + 8
    records = begin + 4
    page = records + 8
    words = (begin, 0, records, 0, page, len(items), 0, *(word for item in items for word in item))
    numbers = struct.pack(f"<{len(words)}i", *words)
    (inside / "Index.dat").write_bytes(b"01.02" + _ID + numbers)
    return index


_ID = b"0123456789ABCDEF0123456789ABCDEF"
_SLIDEDAT = """[GENERAL]
SLIDE_VERSION = 01.02
SLIDE_ID = 0123456789ABCDEF0123456789ABCDEF
IMAGENUMBER_X = {across}
IMAGENUMBER_Y = {down}
CameraImageDivisionsPerSide = 1
OBJECTIVE_MAGNIFICATION = 20
[HIERARCHICAL]
HIER_COUNT = 1
NONHIER_COUNT = 0
INDEXFILE = Index.dat
HIER_0_NAME = Slide zoom level
HIER_0_COUNT = 1
HIER_0_VAL_0_SECTION = LAYER_0_LEVEL_0_SECTION
[DATAFILE]
FILE_COUNT = 1
FILE_0 = Data0000.dat
[LAYER_0_LEVEL_0_SECTION]
OVERLAP_X = 0
OVERLAP_Y = 0
MICROMETER_PER_PIXEL_X = 0.25
MICROMETER_PER_PIXEL_Y = 0.5
IMAGE_FORMAT = PNG
IMAGE_FILL_COLOR_BGR = 13158600
DIGITIZER_WIDTH = {side}
DIGITIZER_HEIGHT = {side}
IMAGE_CONCAT_FACTOR = 0
"""


def write_philips(path: Path, pixels: Colors) -> None:
    """Philips TIFF: sizes in XML, levels rounded up to whole tiles."""
    xml = (
        '<DataObject ObjectType="DPUfsImport"><Attribute Name="PIM_DP_SCANNED_IMAGES" '
        'Group="0x301D" Element="0x1003" PMSVR="IDataObjectArray"><Array>'
        '<DataObject ObjectType="DPScannedImage"><Attribute Name="PIM_DP_IMAGE_TYPE" '
        'Group="0x301D" Element="0x1004" PMSVR="IString">WSI</Attribute>'
        '<Attribute Name="DICOM_PIXEL_SPACING" Group="0x0028" Element="0x0030" '
        'PMSVR="IDoubleArray">"0.0005" "0.0005"</Attribute>'
        '<Attribute Name="PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE" Group="0x1001" '
        'Element="0x8B01" PMSVR="IDataObjectArray"><Array>{levels}</Array></Attribute>'
        "</DataObject></Array></Attribute></DataObject>"
    )
    level = (
        '<DataObject ObjectType="PixelDataRepresentation"><Attribute Name="DICOM_PIXEL_SPACING" '
        'Group="0x0028" Element="0x0030" PMSVR="IDoubleArray">"{0}" "{0}"</Attribute></DataObject>'
    )
    levels = "".join(level.format(0.0005 * 2**n) for n in range(2))
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        for n in range(2):
            file.write(
                ycc(pixels[:: 2**n, :: 2**n]),
                tile=(64, 64),
                photometric="ycbcr",
                compression="jpeg",
                compressionargs={"level": 95},
                subsampling=(1, 1),
                software="Philips DP v1.0",
                subfiletype=min(n, 1),
                description=xml.format(levels=levels) if n == 0 else None,
                metadata=None,
            )


def write_trestle(path: Path, pixels: Colors) -> None:
    """Trestle: pages of tiles that overlap as the description says."""
    with tifffile.TiffWriter(path) as file:
        for n in range(2):
            file.write(
                ycc(pixels[:: 2**n, :: 2**n]),
                tile=(64, 64),
                photometric="ycbcr",
                compression="jpeg",
                compressionargs={"level": 95},
                subsampling=(1, 1),
                software="MedScan 1",
                description="Background Color=E6E6E6;Objective Power=20;OverlapsXY= 0 0 0 0",
                metadata=None,
                resolution=(0.5, 0.5),
                resolutionunit="CENTIMETER",
            )


def write_leica(path: Path, pixels: Colors) -> None:
    """Leica SCN: an XML says which page is which size of which picture."""
    rows, columns = pixels.shape[:2]
    sizes = "".join(
        f'<dimension sizeX="{columns >> n}" sizeY="{rows >> n}" r="{n}" ifd="{n}"/>'
        for n in range(2)
    )
    wide, high = columns * 500, rows * 500
    xml = (
        '<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01">'
        f'<collection name="c" sizeX="{wide * 2}" sizeY="{high * 2}"><image name="i">'
        f'<pixels sizeX="{columns}" sizeY="{rows}">{sizes}</pixels>'
        f'<view sizeX="{wide}" sizeY="{high}" offsetX="0" offsetY="0"/>'
        "<scanSettings><objectiveSettings><objective>20</objective></objectiveSettings>"
        "<illuminationSettings><illuminationSource>brightfield</illuminationSource>"
        "</illuminationSettings></scanSettings></image></collection></scn>"
    )
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        for n in range(2):
            file.write(
                ycc(pixels[:: 2**n, :: 2**n]),
                tile=(64, 64),
                photometric="ycbcr",
                compression="jpeg",
                compressionargs={"level": 95},
                subsampling=(1, 1),
                description=xml if n == 0 else None,
                metadata=None,
                resolution=(20_000 / 2**n, 20_000 / 2**n),
                resolutionunit="CENTIMETER",
            )


def write_ventana(path: Path, pixels: Colors, side: int = 64, overlap: int = 8) -> None:
    """Ventana BIF: tiles that overlap, numbered from below and to and fro."""
    step = side - overlap
    down, across = (len(pixels) - overlap) // step, (len(pixels[0]) - overlap) // step
    stored = np.vstack(
        [
            np.hstack([pixels[y * step :, x * step :][:side, :side] for x in range(across)])
            for y in range(down)
        ]
    )

    def number(row: int, column: int) -> int:
        up = down - 1 - row
        return up * across + (across - 1 - column if up % 2 else column) + 1

    joint = (
        '<TileJointInfo FlagJoined="1" Confidence="100" Direction="{}" Tile1="{}" Tile2="{}" '
        'OverlapX="{}" OverlapY="{}"/>'
    )
    joints = [
        joint.format("RIGHT", number(y, x), number(y, x + 1), overlap, 0)
        for y in range(down)
        for x in range(across - 1)
    ]
    joints += [
        joint.format("UP", number(y + 1, x), number(y, x), 0, overlap)
        for y in range(down - 1)
        for x in range(across)
    ]
    info = (
        '<EncodeInfo Ver="2"><SlideStitchInfo><ImageInfo AOIScanned="1" AOIIndex="0" '
        f'Width="{side}" Height="{side}" NumRows="{down}" NumCols="{across}" Pos-X="0" '
        f'Pos-Y="{down * side}">{"".join(joints)}</ImageInfo></SlideStitchInfo><AoiOrigin>'
        '<AOI0 OriginX="0" OriginY="0"/></AoiOrigin></EncodeInfo>'
    ).encode()
    scan = b'<iScan Magnification="20" ScanRes="0.5" Z-layers="1" Z-spacing="1"/>'
    how: dict[str, Any] = {
        "photometric": "ycbcr",
        "compression": "jpeg",
        "compressionargs": {"level": 95},
        "subsampling": (1, 1),
        "tile": (side, side),
        "metadata": None,
    }
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        for image, words, xml in (
            (pixels[:64, :128], "Label Image", scan),
            (stored, "level=0 mag=20 quality=95", info),
            (stored[::2, ::2], "level=1 mag=10 quality=95", b"<x/>"),
        ):
            tag = (700, 1, len(xml), xml, True)
            file.write(ycc(image), description=words, extratags=[tag], **how)


def write_vmu(folder: Path, pixels: Colors, strip: int = 128) -> Path:
    """Hamamatsu VMU: raw files of 12 bits a sample, in columns of a width that the file says."""
    for name, image in (("a.ngr", pixels), ("a_map.ngr", pixels[::4, ::4])):
        rows, columns = image.shape[:2]
        wide = strip if columns % strip == 0 else columns
        deep = image.astype("<u2") << 4
        stored = b"".join(deep[:, x : x + wide].tobytes() for x in range(0, columns, wide))
        head = struct.pack("<4s3i8xi", b"GN\0\0", columns, rows, wide, 28)
        (folder / name).write_bytes(head + stored)
    (folder / "a_macro.jpg").write_bytes(jpeg(pixels[:48, :128]))
    index = folder / "a.vmu"
    index.write_text(
        "[Uncompressed Virtual Microscope Specimen]\nNoLayers=1\nImageFile=a.ngr\n"
        "MapFile=a_map.ngr\nMacroImage=a_macro.jpg\nBitsPerPixel=36\nPixelOrder=RGB\n"
        f"SourceLens=20\nPhysicalWidth={500 * pixels.shape[1]}\n"
        f"PhysicalHeight={500 * pixels.shape[0]}\n"
    )
    return index


def write_zeiss(path: Path, pixels: Colors, side: int = 64, compression: int = 0) -> None:
    """Zeiss CZI: uncompressed tiles in segments, a directory of them, a label in an attachment.

    `compression` is what the directory says of them; 4 is JPEG XR.
    """
    rows, columns = pixels.shape[:2]
    body, entries = bytearray(32 + 512), []
    for factor in (1, 2):
        level = pixels[::factor, ::factor]
        for y in range(0, len(level), side):
            for x in range(0, len(level[0]), side):
                tile = level[y : y + side, x : x + side]
                place = (x * factor, y * factor, factor)
                entries.append(_czi_entry(len(body), place, tile.shape, compression))
                data = tile[..., ::-1].tobytes()
                head = struct.pack("<iiq", 0, 0, len(data)) + entries[-1]
                body += _czi_segment(b"ZISRAWSUBBLOCK", head.ljust(256, b"\0") + data)
    directory = len(body)
    count = struct.pack("<i", len(entries)).ljust(128, b"\0")
    body += _czi_segment(b"ZISRAWDIRECTORY", count + b"".join(entries))
    metadata = len(body)
    xml = (
        f"<ImageDocument><Metadata><Information><Image><SizeX>{columns}</SizeX><SizeY>{rows}</SizeY>"
        '</Image></Information><Scaling><Items><Distance Id="X"><Value>2.5E-07</Value></Distance>'
        '<Distance Id="Y"><Value>5E-07</Value></Distance></Items></Scaling></Metadata>'
        "</ImageDocument>"
    ).encode()
    body += _czi_segment(b"ZISRAWMETADATA", struct.pack("<i", len(xml)).ljust(256, b"\0") + xml)
    label = len(body)
    known = struct.pack("<2s10xqi16s8s80s", b"A1", label, 0, b"", b"JPG", b"Label")
    picture = jpeg(pixels[:48, :128])
    head = struct.pack("<i12x", len(picture)) + known + bytes(112)
    body += _czi_segment(b"ZISRAWATTACH", head + picture)
    attachments = len(body)
    body += _czi_segment(b"ZISRAWATTDIR", struct.pack("<i", 1).ljust(256, b"\0") + known)
    places = struct.pack("<4i32siqqiq", 1, 0, 0, 0, b"id", 0, directory, metadata, 0, attachments)
    body[: 32 + 512] = _czi_segment(b"ZISRAWFILE", places.ljust(512, b"\0"))
    path.write_bytes(body)


def _czi_segment(name: bytes, data: bytes) -> bytes:
    return struct.pack("<16sqq", name, len(data), len(data)) + data


def _czi_entry(
    at: int, place: tuple[int, int, int], shape: tuple[int, ...], compression: int
) -> bytes:
    """Where a tile of 24-bit colour lies in the file and in the picture."""
    left, top, factor = place
    axes = ((b"X", left, shape[1]), (b"Y", top, shape[0]))
    head = struct.pack("<2siqiib5xi", b"DV", 3, at, 0, compression, 0, len(axes))
    return head + b"".join(
        struct.pack("<4siifi", name, start, size * factor, 0.0, size) for name, start, size in axes
    )
