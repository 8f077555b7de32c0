"""Siemens mosaics: one image with many slices side by side becomes those slices, placed."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import FileDataset

from labeler.imaging.dicom.mosaic import _csa_texts
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat, Image
from labeler.model.measures import LengthMeasure, Unmeasured, measure_shape
from labeler.model.shapes import Length
from labeler.model.stack import By, Division
from labeler.viewing.corner_text import probe_text
from labeler.viewing.layout import layout_of
from tests.support.dicom_files import CORONAL, NoDecoders, save, slice_dataset

TILE = (4, 6)


def csa(**elements: list[str]) -> bytes:
    """A CSA2 header, as Siemens' scanners write it."""
    out = b"SV10\x04\x03\x02\x01" + struct.pack("<II", len(elements), 77)
    for name, values in elements.items():
        out += name.encode().ljust(64, b"\0") + struct.pack("<i4sIII", 1, b"FD", 5, 6, 77)
        # Written lists are padded with empty items.
        for value in [*values, *[""] * (6 - len(values))]:
            text = value.encode() + b"\0" if value else b""
            out += struct.pack("<IIII", len(text), len(text), 77, len(text))
            out += text.ljust((len(text) + 3) // 4 * 4, b"\0")
    return out


def mosaic(count: int, normal: tuple[float, float, float] = (0, 0, 1)) -> FileDataset:
    """Tile k holds the value 100 + k; the rest of the square is 0."""
    across = int(np.ceil(np.sqrt(count)))
    whole = np.zeros((TILE[0] * across, TILE[1] * across), np.int16)
    for k in range(count):
        top, left = k // across * TILE[0], k % across * TILE[1]
        whole[top : top + TILE[0], left : left + TILE[1]] = 100 + k
    dataset = slice_dataset(whole, modality="MR", spacing=(2.0, 3.0), position=(-50, -60, 10))
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]
    dataset.SpacingBetweenSlices = 5
    block = dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    block.add_new(
        0x10,
        "OB",
        csa(
            NumberOfImagesInMosaic=[str(count)],
            SliceNormalVector=[f"{value:.8f}" for value in normal],
        ),
    )
    return dataset


def opened(folder: Path) -> Image:
    found = scan(folder_files(folder))
    assert not found.problems
    return open_image(found.series[0], NoDecoders())


def test_tiles_are_slices_at_their_places(tmp_path: Path) -> None:
    save(mosaic(7), tmp_path / "one")
    image = opened(tmp_path)
    assert image.caveats == (Caveat.WINDOW_ESTIMATED,)
    assert image.source.shape == (7, *TILE)
    assert [int(image.source.frame(k)[-1, -1]) for k in range(7)] == list(range(106, 99, -1))
    assert [ref.frame for ref in image.refs] == list(range(6, -1, -1))
    # Three tiles across: two tiles' widths are around the middle one, half of them before it.
    first = image.to_patient(np.array([0.0, 0, 6]))
    assert first == pytest.approx([-50 + 6 * 3.0, -60 + 4 * 2.0, 10])
    assert image.to_patient(np.array([0.0, 0, 0])) == pytest.approx([-32, -52, 40])
    assert isinstance(measure_shape(image, Length((0, 0), (1000, 0))), LengthMeasure)


def test_the_scanners_normal_says_which_way_tiles_run(tmp_path: Path) -> None:
    dataset = mosaic(4, (0, -1, 0))
    dataset.ImageOrientationPatient = list(CORONAL)
    save(dataset, tmp_path / "one")
    image = opened(tmp_path)
    assert [int(image.source.frame(k)[0, 0]) for k in range(4)] == [103, 102, 101, 100]


@pytest.mark.parametrize("gone", ["csa", "count", "spacing", "skew"])
def test_without_all_its_facts_it_stays_a_mosaic(tmp_path: Path, gone: str) -> None:
    dataset = mosaic(4)
    if gone == "csa":
        del dataset[0x00291010]
    elif gone == "count":
        dataset[0x00291010].value = csa(SliceNormalVector=["0", "0", "1"])
    elif gone == "spacing":
        del dataset.SpacingBetweenSlices
    else:
        dataset[0x00291010].value = csa(
            NumberOfImagesInMosaic=["4"], SliceNormalVector=["0", "1", "0"]
        )
    save(dataset, tmp_path / "one")
    image = opened(tmp_path)
    assert Caveat.MOSAIC in image.caveats
    assert image.source.shape == (1, 8, 12)
    assert not image.oriented
    assert image.stack.origins == ()
    assert measure_shape(image, Length((0, 0), (1000, 1000))) == Unmeasured(Caveat.MOSAIC)
    assert layout_of(image).letters == ("?", "?", "?", "?")
    said = probe_text(image, 0, (1.0, 1.0), image.source.frame(0))
    assert said is not None
    assert " ".join(said.text.split()) == "Column 1, row 1 100"


def test_a_real_mosaic_lies_where_dcm2niix_puts_it(test_data: Path) -> None:
    folder = test_data / "dicom/mr_mosaic_siemens"
    everything = json.loads((test_data / "expect.json").read_text())
    expected = everything["series"]["dev/dicom/mr_mosaic_siemens"]["dcm2niix_1.0.20220720"][0]
    series = scan(folder_files(folder)).series
    assert [one.header.division for one in series] == [
        (Division(By.TIME, "1"),),
        (Division(By.TIME, "2"),),
    ]
    images = [open_image(one, NoDecoders()) for one in series]
    for image in images:
        slices, rows, columns = image.source.shape
        assert [columns, rows, slices, len(images)] == expected["shape"]
        assert image.oriented
        # NIfTI is RAS, dcm2niix counts rows from below and slices from the feet.
        ras = np.diag([-1.0, -1, 1, 1])
        turned = np.eye(4)
        turned[1, 1], turned[1, 3] = -1, rows - 1
        turned[2, 2], turned[2, 3] = -1, slices - 1
        assert ras @ image.affine.matrix @ turned == pytest.approx(
            np.array(expected["affine"]), abs=1e-3
        )
    voxels = np.stack([image.source.frame(k) for image in images for k in range(5)])
    assert voxels.mean() == pytest.approx(expected["mean"], abs=1e-5)


def test_a_real_mosaics_tiles_make_the_whole_image(test_data: Path) -> None:
    everything = json.loads((test_data / "expect.json").read_text())
    for number in (1, 2):
        name = f"dicom/mr_mosaic_siemens/epi_pe_ap-0000{number}.dcm"
        image = open_image(scan(folder_files(test_data / name)).series[0], NoDecoders())
        whole = np.zeros((216, 216), "<i4")
        for k, ref in enumerate(image.refs):
            down, right = divmod(ref.frame, 3)
            whole[down * 72 : down * 72 + 72, right * 72 : right * 72 + 72] = image.source.frame(k)
        sha = everything["dev"][name]["stored"]["sha256_int32le"]
        assert hashlib.sha256(whole.tobytes()).hexdigest() == sha


@settings(max_examples=200)
@given(st.data())
def test_a_broken_private_header_is_no_danger(data: st.DataObject) -> None:
    raw = bytearray(csa(NumberOfImagesInMosaic=["4"], SliceNormalVector=["0", "0", "1"]))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    try:
        found = _csa_texts(cut, b"SliceNormalVector")
    except ValueError:
        return
    assert len(found) <= len(cut)
