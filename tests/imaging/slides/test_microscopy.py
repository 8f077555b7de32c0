"""Files of microscopes: channels, depths and moments of OME-TIFF and of ImageJ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.slides.ome import BrokenOmeError, read_ome
from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.model.image import Caveat, Image

RANDOM = np.random.default_rng(2)
XML = """<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">
<Pixels DimensionOrder="XYZCT" SizeX="4" SizeY="4" SizeZ="2" SizeC="3" SizeT="1" Type="uint8"
PhysicalSizeX="0.5" PhysicalSizeY="250" PhysicalSizeYUnit="nm" PhysicalSizeZ="2">
<Channel Name="DAPI" SamplesPerPixel="1"/><Channel/><Channel/>{data}</Pixels></Image></OME>"""


def opened(path: Path, decoders: DecoderPool) -> list[Image]:
    found = scan([FileBytes(path)])
    assert not found.problems, found.problems[0].error
    return [open_image(series, decoders) for series in found.series]


@pytest.mark.parametrize("axes", ["CZYX", "ZCYX", "TCYX"])
@pytest.mark.parametrize("big", [False, True])
def test_channels_are_series_and_depths_are_slices(
    tmp_path: Path, decoders: DecoderPool, axes: str, big: bool
) -> None:
    path = tmp_path / "cells.ome.tif"
    shape = tuple({"C": 2, "Z": 3, "T": 3}.get(axis, 16) for axis in axes)
    pixels = RANDOM.integers(0, 1 << 16, shape).astype(np.uint16)
    metadata = {"axes": axes, "Channel": {"Name": ["DAPI", "GFP"]}}
    metadata |= {"PhysicalSizeX": 0.25, "PhysicalSizeY": 0.5, "PhysicalSizeZ": 2.0}
    tifffile.imwrite(path, pixels, ome=True, bigtiff=big, metadata=metadata, byteorder=">")
    images = opened(path, decoders)
    assert [image.info.description for image in images] == [
        "cells.ome.tif · DAPI",
        "cells.ome.tif · GFP",
    ]
    by_channel = np.moveaxis(pixels, axes.index("C"), 0)
    for image, channel in zip(images, by_channel, strict=True):
        assert image.source.shape == (3, 16, 16)
        for k in range(3):
            assert np.array_equal(image.source.frame(k), channel[k])
        assert image.affine.spacing_mm == pytest.approx((0.00025, 0.0005, 0.002))
        assert image.measurable
        assert Caveat.LOSSY not in image.caveats


def test_a_pyramid_of_a_channel(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "cells.ome.tif"
    pixels = RANDOM.integers(0, 1 << 16, (2, 128, 96)).astype(np.uint16)
    options: dict[str, Any] = {"tile": (32, 32), "compression": "zlib", "photometric": "minisblack"}
    with tifffile.TiffWriter(path, ome=True, bigtiff=True) as file:
        metadata = {"axes": "CYX", "PhysicalSizeX": 0.25, "PhysicalSizeY": 0.25}
        file.write(pixels, subifds=1, metadata=metadata, **options)
        file.write(pixels[:, ::2, ::2], subfiletype=1, **options)
    images = opened(path, decoders)
    for image, channel in zip(images, pixels, strict=True):
        assert image.pyramid is not None
        assert [level.rows for level in image.pyramid.levels] == [128, 64]
        assert image.pyramid.levels[1].spacing_um == pytest.approx((0.5, 0.5))
        assert np.array_equal(image.pyramid.region(1, 20, 10, 30, 30), channel[40:100:2, 20:80:2])


def test_colour_of_a_bright_field(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "stain.ome.tif"
    pixels = RANDOM.integers(0, 256, (20, 30, 3), np.uint8)
    tifffile.imwrite(path, pixels, ome=True, photometric="rgb", metadata={"axes": "YXS"})
    (image,) = opened(path, decoders)
    assert np.array_equal(image.source.frame(0), pixels)
    assert Caveat.SPACING_UNKNOWN in image.caveats


def test_a_stack_of_imagej(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "stack.tif"
    pixels = RANDOM.integers(0, 256, (3, 2, 16, 16), np.uint8)
    tifffile.imwrite(
        path,
        pixels,
        imagej=True,
        resolution=(4, 2),
        metadata={"axes": "ZCYX", "unit": "um", "spacing": 1.5},
    )
    images = opened(path, decoders)
    for channel, image in enumerate(images):
        assert np.array_equal(
            np.stack([image.source.frame(k) for k in range(3)]), pixels[:, channel]
        )
        assert image.affine.spacing_mm == pytest.approx((0.00025, 0.0005, 0.0015))


def test_a_unit_that_is_no_micron_is_no_size(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "stack.tif"
    tifffile.imwrite(
        path, np.zeros((8, 8), np.uint8), imagej=True, resolution=(4, 2), metadata={"unit": "inch"}
    )
    (image,) = opened(path, decoders)
    assert Caveat.SPACING_UNKNOWN in image.caveats


def test_images_behind_one_page_are_not_left_out_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "huge.tif"
    tifffile.imwrite(
        path, np.zeros((8, 8), np.uint8), description="ImageJ=1.53\nimages=9\n", metadata=None
    )
    (problem,) = scan([FileBytes(path)]).problems
    assert problem.error.code == "unsupported-picture"
    assert "9 images of ImageJ behind one page" in str(problem.error)


def test_the_cells_of_the_data_set(test_data: Path, decoders: DecoderPool) -> None:
    """A palette is only how its numbers were shown."""
    images = opened(test_data / "wsi/cells-2c.ome.tif", decoders)
    pixels = np.stack([image.source.frame(0) for image in images])
    assert (pixels.min(), pixels.max()) == (35, 255)
    assert pixels.mean() == pytest.approx(214.072232, abs=1e-5)
    (image,) = opened(test_data / "wsi/cells-gray16.tif", decoders)
    assert image.source.frame(0).mean() == pytest.approx(54893.558811, abs=1e-5)
    for image in images:
        assert image.affine.spacing_mm[:2] == pytest.approx((0.00025, 0.00025))


@pytest.mark.parametrize(
    ("data", "planes"),
    [
        ("", [(n, n // 2, n % 2) for n in range(6)]),
        ('<TiffData IFD="4" FirstC="1" FirstZ="1"/>', [(4, 1, 1)]),
        ('<TiffData IFD="1" PlaneCount="2" FirstC="2"/>', [(1, 2, 0), (2, 2, 1)]),
        ('<TiffData IFD="5" PlaneCount="999"/>', [(5, 0, 0)]),
    ],
)
def test_which_page_is_which_plane(data: str, planes: list[tuple[int, int, int]]) -> None:
    (image,) = read_ome(XML.format(data=data), pages=6)
    assert [(plane.page, plane.channel, plane.z) for plane in image.planes] == planes
    assert image.channels == ("DAPI", "channel 2", "channel 3")
    assert image.spacing_mm == pytest.approx((0.00025, 0.0005))
    assert image.step_mm == pytest.approx(0.002)


def test_planes_of_another_file_are_not_looked_for_here() -> None:
    data = '<TiffData IFD="0"><UUID FileName="b.tif">urn:uuid:b</UUID></TiffData>'
    data += '<TiffData IFD="1" FirstC="1"><UUID FileName="a.tif">urn:uuid:a</UUID></TiffData>'
    xml = XML.format(data=data).replace("<OME ", '<OME UUID="urn:uuid:a" ')
    (image,) = read_ome(xml, pages=6)
    assert [(plane.page, plane.channel) for plane in image.planes] == [(1, 1)]


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + XML, "document type"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + XML, "document type"),
        (XML[:200], "broken"),
        ("<OME>" * 100, "nested too deeply"),
        (XML.replace("XYZCT", "XYZ"), "order of axes"),
    ],
)
def test_xml_that_is_hostile_or_broken_is_refused(xml: str, says: str) -> None:
    with pytest.raises(BrokenOmeError, match=says):
        read_ome(xml, pages=6)


def test_a_file_with_broken_xml_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cells.ome.tif"
    tifffile.imwrite(path, np.zeros((8, 8), np.uint8), description=XML[:200], metadata=None)
    (problem,) = scan([FileBytes(path)]).problems
    assert "OME-TIFF file that cannot be read: its OME-XML is broken" in str(problem.error)


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(0, len(XML)), st.text(max_size=4)), max_size=5),
    st.integers(0, 9),
)
def test_changed_xml_does_no_harm(changes: list[tuple[int, str]], pages: int) -> None:
    xml = XML.format(data='<TiffData IFD="1" PlaneCount="2"/>')
    for at, text in changes:
        xml = xml[:at] + text + xml[at + len(text) :]
    try:
        for image in read_ome(xml, pages):
            assert all(0 <= plane.page < pages for plane in image.planes)
    except BrokenOmeError:
        pass
    assert scan([MemoryBytes("one.tif", xml.encode())]).problems


def test_a_step_that_is_next_to_nothing_is_not_believed(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    path = tmp_path / "stack.tif"
    text = "ImageJ=1.53\nunit=um\nspacing=1e-300\n"
    resolution = {"resolution": (4_000_000_000, 4_000_000_000)}
    tifffile.imwrite(
        path, np.zeros((8, 8), np.uint8), description=text, metadata=None, **resolution
    )
    (image,) = opened(path, decoders)
    assert Caveat.SPACING_UNKNOWN in image.caveats
