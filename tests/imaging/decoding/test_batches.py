"""Many pieces at a time: in their order, each failure in its own place, the rest goes on."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.decoding.recipes import SegmentRecipe
from labeler.imaging.frame_stores import DecodeError, Piece
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import Pixels
from tests.imaging.decoding.test_decoders import DATA, JPEG_LS, LAYOUT, VALUES, first_then_well


def piece(number: int) -> Piece:
    values = np.roll(VALUES, number)
    return Piece(JPEG_LS, LAYOUT, bytes(imagecodecs.jpegls_encode(values)))


def kept(_number: int, values: Pixels) -> Pixels:
    return values.copy()


def code(answer: object) -> str:
    return answer.code if isinstance(answer, DecodeError) else ""


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 40, 100])
def test_pieces_come_back_in_the_order_they_were_asked_for(workers: int, count: int) -> None:
    with DecoderPool(workers) as pool:
        found = pool.decode_all([piece(n) for n in range(count)], kept)
    assert len(found) == count
    for n, values in enumerate(found):
        assert np.array_equal(values, np.roll(VALUES, n))


def test_a_broken_piece_is_one_error_in_its_place() -> None:
    pieces = [piece(n) for n in range(9)]
    pieces[4] = replace(pieces[4], data=b"no image")
    with DecoderPool(2) as pool:
        found = pool.decode_all(pieces, kept)
        assert [code(one) for one in found] == [""] * 4 + ["undecodable-image"] + [""] * 4
        assert np.array_equal(pool.decode(JPEG_LS, LAYOUT, DATA), VALUES)


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "decoder-died"),
        ("time.sleep(60)", "decoder-hung"),
        ("os.write(1, b'\\xff' * 200)", "decoder-died"),
    ],
)
def test_what_a_dead_worker_had_before_it_is_asked_again(
    tmp_path: Path, first: str, said: str
) -> None:
    with DecoderPool(1, first_then_well(tmp_path / "started", first), seconds=2) as pool:
        found = pool.decode_all([piece(n) for n in range(6)], kept)
    assert [code(one) for one in found] == [said, "", "", "", "", ""]
    assert np.array_equal(found[5], np.roll(VALUES, 5))


@pytest.mark.parametrize("said", [b"{}", b'{"placed":5}', b'{"placed":999999999}'])
def test_a_piece_that_comes_back_too_small_is_no_image(said: bytes) -> None:
    """A worker is believed nothing: what it sends is measured against what was asked for."""
    lying = (
        "import sys, struct\n"
        "while True:\n"
        "    head, body = struct.unpack('<IQ', sys.stdin.buffer.read(12))\n"
        "    sys.stdin.buffer.read(head + body)\n"
        "    for n in range(3):\n"
        f"        sys.stdout.buffer.write(struct.pack('<IQ', {len(said)}, 5))\n"
        f"        sys.stdout.buffer.write({said!r} + b'short')\n"
        "    sys.stdout.buffer.flush()\n"
    )
    with DecoderPool(1, (sys.executable, "-c", lying)) as pool:
        found = pool.decode_all([piece(n) for n in range(3)], kept)
    assert [code(one) for one in found] == ["undecodable-image"] * 3


def test_long_palettes_do_not_burst_a_message() -> None:
    recipe = SegmentRecipe(
        compression="none",
        colors="palette",
        rows=8,
        columns=8,
        samples=1,
        first=0,
        bits=16,
        number="u",
        little=True,
        predictor=1,
        reversed_bits=False,
        fax_options=0,
        subsampling=(1, 1),
        planes=(),
        tables=b"",
        palette=bytes(range(256)) * 768,
    )
    layout = replace(LAYOUT, samples=3, photometric="RGB")
    one = Piece(Syntax("test", "test", ()), layout, bytes(128), recipe)
    with DecoderPool(2) as pool:
        found = pool.decode_all([one] * 12, kept)
    assert [code(each) for each in found] == [""] * 12


def test_pieces_too_large_for_the_shared_memory_come_through_the_pipe() -> None:
    rows = columns = 2900
    values = np.arange(rows * columns, dtype=np.uint32).astype(np.uint8).reshape(rows, columns)
    data = bytes(imagecodecs.jpegls_encode(values))
    big = Piece(JPEG_LS, replace(LAYOUT, rows=rows, columns=columns), data)
    with DecoderPool(1) as pool:
        for found in pool.decode_all([big, piece(1)], kept)[:1]:
            assert np.array_equal(found, values)


def test_what_is_taken_is_of_its_own_piece_whoever_writes_there_next() -> None:
    """Values lie in memory that the next piece, and the next question, are written to."""
    with DecoderPool(2) as pool:
        first = pool.decode_all([piece(n) for n in range(12)], kept)
        second = pool.decode_all(
            [piece(n + 50) for n in range(12)], lambda n, made: (n, kept(n, made))
        )
    for n in range(12):
        assert np.array_equal(first[n], np.roll(VALUES, n))
        assert second[n][0] == n
        assert np.array_equal(second[n][1], np.roll(VALUES, n + 50))
