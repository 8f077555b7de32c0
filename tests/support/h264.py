"""A small H.264 stream without an encoder: each block is stored as it is (I_PCM)."""

from __future__ import annotations

from collections.abc import Sequence

# ITU-T H.264 chapter 7.3 has the syntax.
_START = b"\0\0\0\1"
_PCM = 25
_INTRA = 7


class _Bits:
    def __init__(self) -> None:
        self.text = ""

    def put(self, value: int, count: int) -> None:
        self.text += format(value, f"0{count}b")

    def golomb(self, *values: int) -> None:
        """Exp-Golomb codes (9.1)."""
        for value in values:
            digits = format(value + 1, "b")
            self.text += "0" * (len(digits) - 1) + digits

    def align(self) -> None:
        self.text += "0" * (-len(self.text) % 8)

    def ended(self) -> bytes:
        self.text += "1"
        self.align()
        return int(self.text, 2).to_bytes(len(self.text) // 8, "big")


def gray_film(shades: Sequence[int], blocks: tuple[int, int]) -> bytes:
    """One frame of 16 x 16 `blocks` (rows, columns) for each luma in `shades` (16 to 235)."""
    return _parameters(blocks) + b"".join(
        _frame(shade, blocks[0] * blocks[1], number) for number, shade in enumerate(shades)
    )


def _parameters(blocks: tuple[int, int]) -> bytes:
    sequence = _Bits()
    sequence.put(66, 8)  # baseline profile
    sequence.put(0, 8)
    sequence.put(30, 8)  # level 3
    sequence.golomb(0, 0, 2, 0)  # id, frame numbers of 4 bits, order as decoded, no references
    sequence.put(0, 1)
    sequence.golomb(blocks[1] - 1, blocks[0] - 1)
    sequence.put(0b1000, 4)  # whole frames; no 8x8 inference, cropping or usability
    picture = _Bits()
    picture.golomb(0, 0)
    picture.put(0, 2)
    picture.golomb(0, 0, 0)
    picture.put(0, 3)
    picture.golomb(0, 0, 0)
    picture.put(0, 3)
    return _START + b"\x67" + sequence.ended() + _START + b"\x68" + picture.ended()


def _frame(shade: int, count: int, number: int) -> bytes:
    bits = _Bits()
    bits.golomb(0, _INTRA, 0)
    bits.put(0, 4)
    bits.golomb(number % 2)  # neighbouring key frames differ
    bits.put(0, 2)
    bits.golomb(0)
    for _ in range(count):
        bits.golomb(_PCM)
        bits.align()
        bits.text += format(shade, "08b") * 256 + "10000000" * 128
    return _START + b"\x65" + bits.ended()
