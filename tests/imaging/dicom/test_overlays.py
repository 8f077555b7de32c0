"""Overlays of files lie where the file says, bit by bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat, Image
from tests.imaging.dicom.test_rescale import RAMP, opened
from tests.support.dicom_files import NoDecoders, save, slice_dataset, write_stack

BITS = np.random.default_rng(7).integers(0, 2, (3, 5, 7)).astype(bool)
"""Three frames, none of which ends at a byte."""


def packed(bits: np.ndarray, *, big: bool = False) -> bytes:
    raw = np.packbits(bits.ravel(), bitorder="little").tobytes()
    raw += b"\0" * (len(raw) % 2)
    return np.frombuffer(raw, np.uint16).byteswap().tobytes() if big else raw


def lay(dataset: FileDataset, bits: np.ndarray, group: int = 0x6000, **more: object) -> None:
    big = dataset.file_meta.TransferSyntaxUID == ExplicitVRBigEndian
    at = group << 16
    dataset.add_new(at | 0x0010, "US", bits.shape[-2])
    dataset.add_new(at | 0x0011, "US", bits.shape[-1])
    if bits.ndim == 3:
        dataset.add_new(at | 0x0015, "IS", len(bits))
    dataset.add_new(at | 0x0022, "LO", more.get("description", ""))
    dataset.add_new(at | 0x0040, "CS", "G")
    dataset.add_new(at | 0x0050, "SS", more.get("origin", [1, 1]))
    if "frame" in more:
        dataset.add_new(at | 0x0051, "US", more["frame"])
    dataset.add_new(at | 0x0100, "US", 1)
    dataset.add_new(at | 0x0102, "US", 0)
    dataset.add_new(at | 0x1500, "LO", more.get("label", ""))
    dataset.add_new(at | 0x3000, "OW", packed(bits, big=big))


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
)
def test_an_overlay_lies_where_it_says(syntax: str, tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, syntax=syntax)
    lay(dataset, BITS[0], origin=[-1, 3], label="Text", description="Written by the modality")
    lay(dataset, BITS[1], group=0x601E)
    first, second = opened(tmp_path, dataset).overlays
    assert (first.label, first.description) == ("Text", "Written by the modality")
    found, other = first.at(0), second.at(0)
    assert found is not None
    assert other is not None
    assert (found.top, found.left) == (-2, 2)
    assert np.array_equal(found.bits, BITS[0])
    assert (other.top, other.left) == (0, 0)
    assert np.array_equal(other.bits, BITS[1])


def multiframe(count: int) -> FileDataset:
    dataset = slice_dataset(RAMP, modality="MR", position=None, orientation=None)
    dataset.NumberOfFrames, dataset.PixelData = count, RAMP.tobytes() * count
    return dataset


def test_frames_of_an_overlay_lie_on_the_frames_from_its_first(tmp_path: Path) -> None:
    dataset = multiframe(5)
    lay(dataset, BITS, frame=2)
    (overlay,) = opened(tmp_path, dataset).overlays
    found = [overlay.at(k) for k in range(5)]
    assert [k for k, bits in enumerate(found) if bits is None] == [0, 4]
    for k in range(3):
        bits = found[k + 1]
        assert bits is not None
        assert np.array_equal(bits.bits, BITS[k])


def test_one_overlay_without_frames_lies_on_all(tmp_path: Path) -> None:
    dataset = multiframe(2)
    lay(dataset, BITS[2])
    (overlay,) = opened(tmp_path, dataset).overlays
    for k in range(2):
        bits = overlay.at(k)
        assert bits is not None
        assert np.array_equal(bits.bits, BITS[2])


def in_spare_bits(*, signed: bool) -> tuple[FileDataset, np.ndarray, np.ndarray]:
    """An image of 12 bits with overlays in bits 12 and 15 of its words."""
    values = np.arange(35, dtype=np.int16).reshape(5, 7) - (17 if signed else 0)
    words = values.view(np.uint16) & 0x0FFF | BITS[0] << 12 | BITS[1] << 15
    dataset = slice_dataset(words.astype(np.uint16), modality="MR")
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, int(signed)
    for group, bit in ((0x6000, 12), (0x6002, 15)):
        dataset.add_new(group << 16 | 0x0100, "US", 16)
        dataset.add_new(group << 16 | 0x0102, "US", bit)
    return dataset, words.astype(np.uint16), values


def check_spare_bits(image: Image, values: np.ndarray) -> None:
    assert np.array_equal(image.source.frame(0), values)
    assert [overlay.at(0) is not None for overlay in image.overlays] == [True, True]
    for overlay, wanted in zip(image.overlays, BITS, strict=False):
        found = overlay.at(0)
        assert found is not None
        assert np.array_equal(found.bits, wanted)


@pytest.mark.parametrize("signed", [False, True])
def test_overlays_in_unused_bits_of_the_pixels(signed: bool, tmp_path: Path) -> None:
    dataset, _, values = in_spare_bits(signed=signed)
    check_spare_bits(opened(tmp_path, dataset), values)


def test_they_survive_where_whole_words_are_compressed(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    dataset, words, values = in_spare_bits(signed=True)
    dataset.file_meta.TransferSyntaxUID = RLELossless
    segments = [_literal(words >> 8), _literal(words & 0xFF)]
    offsets = [64, 64 + len(segments[0])] + [0] * 13
    head = np.array([2, *offsets], "<u4").tobytes()
    dataset.PixelData = encapsulate([head + b"".join(segments)])
    save(dataset, tmp_path / "one")
    check_spare_bits(open_image(main_series(scan(folder_files(tmp_path))), decoders), values)


def _literal(values: np.ndarray) -> bytes:
    raw = values.astype(np.uint8).tobytes()
    coded = bytes([len(raw) - 1]) + raw
    return coded + b"\0" * (len(coded) % 2)


@pytest.mark.parametrize("fault", ["short", "no rows", "inside the image"])
def test_an_overlay_that_cannot_be_is_named(fault: str, tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP)
    lay(dataset, BITS[0])
    if fault == "short":
        dataset[0x60003000].value = b"\0\0"
    elif fault == "no rows":
        del dataset[0x60000010]
    else:
        del dataset[0x60003000]
        dataset[0x60000102].value = 3
    image = opened(tmp_path, dataset)
    assert Caveat.OVERLAY_BROKEN in image.caveats
    assert image.overlays == ()
    assert np.array_equal(image.source.frame(0), RAMP)


def test_each_file_of_a_series_has_its_own_overlay(tmp_path: Path) -> None:
    def some(k: int, dataset: FileDataset) -> None:
        if k != 1:
            lay(dataset, BITS[k])

    write_stack(tmp_path, [(0, 0, 5 * k) for k in range(3)], change=some)
    image = open_image(main_series(scan(folder_files(tmp_path))), NoDecoders())
    (overlay,) = image.overlays
    found = [overlay.at(k) for k in range(3)]
    assert found[1] is None
    for k, wanted in ((0, 2), (2, 0)):  # head to feet
        bits = found[k]
        assert bits is not None
        assert np.array_equal(bits.bits, BITS[wanted])


def test_an_overlay_that_is_cut_off_later_is_told(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP)
    lay(dataset, BITS)
    image = opened(tmp_path, dataset)
    raw = (tmp_path / "one").read_bytes()
    (tmp_path / "one").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(LabelerError) as told:
        image.overlays[0].at(0)
    assert told.value.facts["tag"] == "(6000,3000)"


def test_a_real_overlay_is_what_another_reader_sees(test_data: Path) -> None:
    path = test_data / "dicom/xray_lut/examples_overlay.dcm"
    (overlay,) = open_image(main_series(scan(folder_files(path))), NoDecoders()).overlays
    found = overlay.at(0)
    assert found is not None
    assert np.array_equal(found.bits, pydicom.dcmread(path).overlay_array(0x6000) == 1)
