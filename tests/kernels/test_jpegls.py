"""JPEG-LS against CharLS and against an encoder that follows the standard word by word."""

from __future__ import annotations

import random

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.kernels import jpegls
from labeler.kernels.jpegls import decode_jpegls
from tests.kernels.cliff import Cliff
from tests.kernels.jpegls_encoder import Encoder

Image = NDArray[np.uint16]


@st.composite
def images(draw: st.DrawFn, bits: int) -> Image:
    """Flat, stepped, noisy and hard ones: runs of every length, and errors of every size."""
    shape = draw(st.integers(1, 24)), draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    top = (1 << bits) - 1
    kind = draw(st.sampled_from(("flat", "noise", "steps", "hard", "mixed")))
    if kind == "flat":
        return np.full(shape, draw(st.integers(0, top)), np.uint16)
    if kind == "hard":
        return random.choice([0, top], shape).astype(np.uint16)
    spread = draw(st.sampled_from((2, 9, 90, top)))
    noise = random.integers(0, spread, shape)
    if kind == "noise":
        return np.clip(noise + random.integers(0, top), 0, top).astype(np.uint16)
    steps = (np.arange(shape[1]) // draw(st.integers(1, 9)) * draw(st.integers(1, 99)))[None, :]
    image = np.clip(np.broadcast_to(steps, shape), 0, top)
    if kind == "mixed":
        image = np.where(random.random(shape) < 0.1, np.clip(noise, 0, top), image)
    return image.astype(np.uint16)


@settings(max_examples=80)
@given(st.data())
def test_what_the_standard_writes_is_read_as_charls_reads_it(data: st.DataObject) -> None:
    bits = data.draw(st.integers(9, 16))
    image = data.draw(images(bits))
    stream = Encoder(bits).encode(image)
    assert np.array_equal(imagecodecs.jpegls_decode(stream), image)
    found = decode_jpegls(stream, *image.shape)
    assert found is not None
    assert np.array_equal(found, image)


@settings(max_examples=40)
@given(st.data())
def test_thresholds_that_a_file_says(data: st.DataObject) -> None:
    bits = data.draw(st.integers(9, 16))
    largest = (1 << bits) - 1
    t1, t2, t3 = sorted(data.draw(st.tuples(*[st.integers(1, largest)] * 3)))
    reset = data.draw(st.integers(3, 255))
    image = data.draw(images(bits))
    stream = Encoder(bits, (largest, t1, t2, t3, reset)).encode(image)
    assert np.array_equal(imagecodecs.jpegls_decode(stream), image)
    found = decode_jpegls(stream, *image.shape)
    assert found is not None
    assert np.array_equal(found, image)


@settings(max_examples=40)
@given(images(16))
def test_what_charls_writes(image: Image) -> None:
    found = decode_jpegls(imagecodecs.jpegls_encode(image), *image.shape)
    assert found is not None
    assert np.array_equal(found, image)


NOISE = np.random.default_rng(3).integers(0, 900, (40, 50)).astype(np.uint16)


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        imagecodecs.jpegls_encode(NOISE, level=3),  # with loss
        imagecodecs.jpegls_encode(NOISE.astype(np.uint8)),
        imagecodecs.jpegls_encode(NOISE[:, :48]),
        imagecodecs.jpegls_encode(np.stack([NOISE] * 3, axis=2)),
        imagecodecs.jpeg2k_encode(NOISE),
        Encoder(12).encode(NOISE)[:-200],
        Encoder(12).encode(NOISE)[:-2] + b"\x5a" * 9 + b"\xff\xd9",
        Encoder(12).encode(NOISE)[:-2] + b"\xff\xd8",
        Encoder(12, (2047, 9, 35, 140, 64)).encode(NOISE),
    ],
)
def test_what_is_left_to_others(stream: bytes) -> None:
    assert decode_jpegls(stream, 40, 50) is None


def test_no_bytes_make_it_read_or_write_past_the_end(cliff: Cliff) -> None:
    chance = random.Random(11)
    sound = [Encoder(12).encode(NOISE), imagecodecs.jpegls_encode(NOISE // 300 * 300)]
    room = np.empty(NOISE.size + 64, np.uint16)
    for turn in range(6000):
        stream = bytearray(sound[turn % 2])
        for _ in range(chance.randrange(1, 5)):
            stream[chance.randrange(len(stream))] = chance.choice((0, 0xFF, chance.randrange(256)))
        stream = stream[: chance.randrange(len(stream) // 2, len(stream) + 1)]
        at = cliff.put(bytes(stream))
        room[NOISE.size :] = 0xABCD
        assert jpegls._kernel()(at, len(stream), room.ctypes.data, *NOISE.shape) in (0, 1)
        assert (room[NOISE.size :] == 0xABCD).all()
