"""Each codec gives back what was encoded, and nothing from half a frame."""

from __future__ import annotations

from dataclasses import replace

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.imaging.decoding.codecs import CODECS, decode_frame
from labeler.imaging.decoding.stored import from_native, native_span
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import SYNTAXES

GRAY16 = PixelLayout(
    rows=40,
    columns=48,
    samples=1,
    photometric="MONOCHROME2",
    planar=False,
    bits_allocated=16,
    bits_stored=16,
    high_bit=15,
    signed=False,
    floating=False,
    little=True,
    words=False,
)
GRAY8 = replace(GRAY16, bits_allocated=8, bits_stored=8, high_bit=7)
RGB8 = replace(GRAY8, samples=3, photometric="RGB")
_walk = np.random.default_rng(3).integers(-3, 4, (40, 48))
SMOOTH = (np.cumsum(_walk, axis=1) + 500).astype(np.uint16)
SMOOTH8 = (SMOOTH - 380).astype(np.uint8)


CASES = {
    "jpeg2k": (bytes(imagecodecs.jpeg2k_encode(SMOOTH, level=0, codecformat="j2k")), GRAY16),
    "jpeg-ls": (bytes(imagecodecs.jpegls_encode(SMOOTH)), GRAY16),
    "jpeg-lossless": (bytes(imagecodecs.ljpeg_encode(SMOOTH)), GRAY16),
    "jpeg": (bytes(imagecodecs.ljpeg_encode(SMOOTH)), GRAY16),
    "htj2k": (bytes(imagecodecs.htj2k_encode(SMOOTH, reversible=True)), GRAY16),
    "jpeg-xl": (bytes(imagecodecs.jpegxl_encode(SMOOTH, lossless=True)), GRAY16),
}


@pytest.mark.parametrize("name", CASES)
def test_lossless_codecs_give_the_same_values(name: str) -> None:
    data, layout = CASES[name]
    assert np.array_equal(decode_frame((name,), layout, data), SMOOTH)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 0.9, 0.98])
def test_half_a_frame_is_an_error_and_never_half_an_image(name: str, part: float) -> None:
    jpeg = bytes(imagecodecs.jpeg8_encode(SMOOTH8)), GRAY8
    data, layout = jpeg if name == "jpeg" else CASES[name]
    syntaxes = [syntax for syntax in SYNTAXES.values() if name in syntax.codecs]
    assert syntaxes
    for syntax in syntaxes:
        with pytest.raises(Exception, match=r"."):
            decode_frame(syntax.codecs, layout, data[: int(len(data) * part)])


def test_another_size_than_the_header_says_is_refused() -> None:
    data, layout = CASES["jpeg-ls"]
    with pytest.raises(ValueError, match="header says"):
        decode_frame(("jpeg-ls",), replace(layout, rows=20, columns=96), data)


def test_deflated_frames_never_unfold_beyond_the_header() -> None:
    bomb = imagecodecs.zlib_encode(bytes(50_000_000), level=9)[2:-4]
    assert len(bomb) < 100_000
    values = decode_frame(("deflate",), GRAY8, bytes(bomb))
    assert values.shape == (40, 48)


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL_422"])
def test_jpeg_colour_is_what_the_header_means(photometric: str) -> None:
    rgb = np.zeros((40, 48, 3), np.uint8)
    rgb[..., 0], rgb[..., 2] = 200, 40
    inside = "RGB" if photometric == "RGB" else "YCBCR"
    data = imagecodecs.jpeg8_encode(rgb, level=95, colorspace="RGB", outcolorspace=inside)
    layout = replace(RGB8, photometric=photometric)
    values = decode_frame(("jpeg",), layout, bytes(data)).astype(int)
    if photometric == "RGB":
        assert np.abs(values - rgb).max() <= 3
    else:  # samples as stored: luma first
        assert np.abs(values[..., 0] - 64).max() <= 3


def test_every_codec_of_the_table_exists() -> None:
    assert {name for syntax in SYNTAXES.values() for name in syntax.codecs} == set(CODECS)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_native_frames_of_one_bit_are_found_at_any_bit(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9))
    frames = data.draw(st.integers(1, 4))
    seed = data.draw(st.integers(0, 1000))
    bits = np.random.default_rng(seed).integers(0, 2, (frames, rows, columns), np.uint8)
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    layout = replace(GRAY8, rows=rows, columns=columns, bits_allocated=1, bits_stored=1, high_bit=0)
    for k in range(frames):
        start, count, bit = native_span(layout, k)
        assert np.array_equal(from_native(packed[start : start + count], layout, bit), bits[k])


@settings(deadline=None, max_examples=60)
@given(stored=st.integers(2, 16), high=st.integers(0, 15), seed=st.integers(0, 1000))
def test_any_bits_stored_keep_value_and_sign(stored: int, high: int, seed: int) -> None:
    high = max(high, stored - 1)
    low = -(1 << (stored - 1))
    values = np.random.default_rng(seed).integers(low, -low, (40, 48))
    dirt = np.random.default_rng(seed + 1).integers(0, 1 << 16, (40, 48))
    mask = ((1 << stored) - 1) << (high + 1 - stored)
    words = ((values << (high + 1 - stored)) & mask) | (dirt & ~mask & 0xFFFF)
    layout = replace(GRAY16, bits_stored=stored, high_bit=high, signed=True)
    assert np.array_equal(from_native(words.astype("<u2").tobytes(), layout), values)


def test_subsampled_colour_is_spread_over_pairs() -> None:
    layout = replace(RGB8, rows=1, columns=4, photometric="YBR_FULL_422")
    raw = bytes([10, 20, 100, 110, 30, 40, 120, 130])
    assert from_native(raw, layout).tolist() == [
        [[10, 100, 110], [20, 100, 110], [30, 120, 130], [40, 120, 130]]
    ]


def test_swapped_bytes_of_big_endian_words() -> None:
    layout = replace(GRAY8, rows=1, columns=3, little=False, words=True)
    assert from_native(bytes([2, 1, 9, 3]), layout).tolist() == [[1, 2, 3]]


@pytest.mark.parametrize("second", ["jpeg2k", "htj2k"])
def test_both_decoders_of_htj2k_agree_in_colour(second: str) -> None:
    rgb = np.random.default_rng(4).integers(0, 256, (40, 48, 3), np.uint8)
    data = bytes(imagecodecs.htj2k_encode(rgb, reversible=True))
    assert np.array_equal(decode_frame((second,), RGB8, data), rgb)


def test_twelve_bits_of_lossy_jpeg() -> None:
    values = SMOOTH + 1000
    data = bytes(imagecodecs.jpeg8_encode(values, level=100, bitspersample=12))
    layout = replace(GRAY16, bits_stored=12, high_bit=11)
    found = decode_frame(SYNTAXES["1.2.840.10008.1.2.4.51"].codecs, layout, data)
    assert np.abs(found.astype(int) - values).max() <= 2


def test_jpeg_xl_gives_back_colour() -> None:
    rgb = np.random.default_rng(5).integers(0, 256, (40, 48, 3), np.uint8)
    data = bytes(imagecodecs.jpegxl_encode(rgb, lossless=True))
    assert np.array_equal(decode_frame(("jpeg-xl",), RGB8, data), rgb)


def test_frames_in_fragments_that_are_not_compressed() -> None:
    values = SMOOTH.astype("<u2").tobytes()
    assert np.array_equal(decode_frame(("plain",), GRAY16, values), SMOOTH)
    with pytest.raises(ValueError, match="plain: 3838 of 3840 bytes"):
        decode_frame(("plain",), GRAY16, values[:-2])


def test_the_second_decoder_reads_what_the_first_refuses_and_both_are_told() -> None:
    data, layout = CASES["jpeg"]
    assert np.array_equal(decode_frame(("jpeg2k", "jpeg"), layout, data), SMOOTH)
    with pytest.raises(ValueError, match=r"jpeg2k: .+; jpeg-ls: .+"):
        decode_frame(("jpeg2k", "jpeg-ls"), layout, data)
