"""Counts and lengths that promise more than a file holds."""

from __future__ import annotations

import struct
import time
from dataclasses import replace

import imagecodecs
import numpy as np
import pytest

from labeler.imaging.decoding.codecs import decode_frame
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.dicom import tags
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import Caveat, Image
from tests.imaging.decoding.test_cells import LAYOUT
from tests.imaging.dicom.test_odd_headers import PIXEL_ELEMENT, PIXELS, body, element, item, part10
from tests.support.dicom_files import NoDecoders

COUNTS = ["3", "100000", "2147483648", "2.0", "99999999999"]


def opened(data: bytes) -> Image:
    began = time.perf_counter()
    found = scan([MemoryBytes("odd", data)])
    assert not found.problems, str(found.problems[0].error)
    image = open_image(found.series[0], NoDecoders())
    assert time.perf_counter() - began < 5
    return image


@pytest.mark.parametrize("said", COUNTS)
def test_of_frames_that_are_not_there_only_those_that_are_are_shown(said: str) -> None:
    image = opened(part10(body(NUMBER_OF_FRAMES=("IS", said.encode()))))
    assert image.source.shape == (1, 4, 4)
    assert Caveat.CUT_SHORT in image.caveats
    assert np.array_equal(image.source.frame(0), PIXELS)


@pytest.mark.parametrize("said", ["", "0", "-4", "x"])
def test_no_number_of_frames_is_one(said: str) -> None:
    image = opened(part10(body(NUMBER_OF_FRAMES=("IS", said.encode()))))
    assert image.source.shape == (1, 4, 4)
    assert Caveat.CUT_SHORT not in image.caveats


def test_the_frame_that_is_cut_and_those_before_it() -> None:
    data = part10(body(NUMBER_OF_FRAMES=("IS", b"3")))
    more = element(tags.PIXEL_DATA, "OW", PIXELS.tobytes() * 2 + bytes(20), length=96)
    image = opened(data.replace(PIXEL_ELEMENT, more))
    assert image.source.shape == (3, 4, 4)
    assert Caveat.CUT_SHORT in image.caveats
    assert np.array_equal(image.source.frame(1), PIXELS)


@pytest.mark.parametrize("length", [1 << 31, 0xFFFFFFFE])
def test_a_length_beyond_the_file_is_the_files(length: int) -> None:
    data = part10(body()).replace(PIXEL_ELEMENT, PIXEL_ELEMENT[:8] + struct.pack("<I", length))
    image = opened(data + PIXELS.tobytes())
    assert np.array_equal(image.source.frame(0), PIXELS)
    assert Caveat.CUT_SHORT not in image.caveats


@pytest.mark.parametrize("said", ["3", "100000", "2147483648"])
def test_fragments_of_fewer_frames(said: str, decoders: DecoderPool) -> None:
    frame = bytes(imagecodecs.jpegls_encode(PIXELS))
    frame += b"\0" * (len(frame) % 2)
    fragments = element(tags.PIXEL_DATA, "OB", b"", length=0xFFFFFFFF) + item(b"")
    fragments += item(frame) * 2 + element(0xFFFEE0DD, "", b"")
    described = body(NUMBER_OF_FRAMES=("IS", said.encode())).removesuffix(PIXEL_ELEMENT)
    found = scan([MemoryBytes("few", part10(described + fragments, "1.2.840.10008.1.2.4.80"))])
    image = open_image(found.series[0], decoders)
    assert image.source.shape == (2, 4, 4)
    assert Caveat.CUT_SHORT in image.caveats
    assert np.array_equal(image.source.frame(1), PIXELS)


@pytest.mark.parametrize("rows", [20_000, 65_535])
def test_a_frame_larger_than_any_is_refused_before_a_byte_is_read(rows: int) -> None:
    size = struct.pack("<H", rows)
    data = part10(body(ROWS=("US", size), COLUMNS=("US", size)))
    error = scan([MemoryBytes("huge", data)]).problems[0].error
    assert (error.code, error.facts["tag"]) == ("too-large", "(0028,0010)")


@pytest.mark.parametrize("codec", ["rle", "rle-plain"])
def test_rle_that_unfolds_without_end_is_held_to_the_header(codec: str) -> None:
    layout = replace(LAYOUT, rows=4, columns=4, bits_allocated=8, bits_stored=8, high_bit=7)
    head = struct.pack("<16I", 1, 64, *[0] * 14)
    bomb = head + b"\x81\x07" * 1_000_000
    try:
        found = decode_frame((codec,), layout, bomb)
    except ValueError:
        return
    assert found.tolist() == [[7] * 4] * 4


@pytest.mark.parametrize(("told", "held"), [(2000, 500), (100_000, 1), (1_000_000_000, 1)])
def test_a_film_that_was_cut_short_shows_the_frames_it_has(told: int, held: int) -> None:
    film = element(tags.PIXEL_DATA, "OW", PIXELS.tobytes() * held)
    data = part10(body(NUMBER_OF_FRAMES=("IS", str(told).encode()))).replace(PIXEL_ELEMENT, film)
    image = opened(data)
    assert image.source.shape == (held, 4, 4)
    assert Caveat.CUT_SHORT in image.caveats
