"""A slow encoder of JPEG-LS without loss (ITU-T T.87), word by word after its annex A."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RUNS = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, *range(8, 16))


@dataclass
class Bits:
    """Bits to bytes: behind 0xFF a zero is stuffed."""

    done: bytearray = field(default_factory=bytearray)
    part: int = 0
    count: int = 0

    def put(self, value: int, size: int) -> None:
        for at in range(size - 1, -1, -1):
            self.part = self.part << 1 | (value >> at & 1)
            self.count += 1
            if self.count == 8:
                self.done.append(self.part)
                self.count, self.part = (1 if self.part == 0xFF else 0), 0

    def end(self) -> bytes:
        while self.count:
            self.put(0, 1)
            if self.count == 1 and self.done[-1] == 0xFF:
                self.put(0, 7)
        return bytes(self.done)


class Encoder:
    """`said` are MAXVAL, T1, T2, T3 and RESET, where they are not the usual ones."""

    def __init__(self, bits: int, said: tuple[int, int, int, int, int] | None = None) -> None:
        self.bits, self.said = bits, said
        largest = (1 << bits) - 1
        factor = (min(largest, 4095) + 128) // 256
        usual = largest, factor + 2, 4 * factor + 3, 17 * factor + 4, 64
        self.largest, self.t1, self.t2, self.t3, self.reset = said or usual
        self.range = self.largest + 1
        self.code_bits = self.largest.bit_length()
        self.limit = 2 * (self.code_bits + max(8, self.code_bits))
        self.a = [max(2, (self.range + 32) // 64)] * 367
        self.b, self.c, self.n, self.negative = [0] * 365, [0] * 365, [1] * 367, [0, 0]
        self.run = 0
        self.out = Bits()

    def encode(self, image: NDArray[np.uint16]) -> bytes:
        rows, columns = image.shape
        head = b"\xff\xd8\xff\xf7" + struct.pack(">HBHHB", 11, self.bits, rows, columns, 1)
        head += b"\x01\x11\x00"
        if self.said:
            head += b"\xff\xf8" + struct.pack(">HBHHHHH", 13, 1, *self.said)
        above, corner = [0] * columns, 0
        for row in image.tolist():
            self._row(row, above, corner)
            above, corner = row, above[0]
        scan = b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, 1, 0, 0, 0, 0)
        return head + scan + self.out.end() + b"\xff\xd9"

    def _row(self, row: list[int], above: list[int], corner: int) -> None:
        x = 0
        while x < len(row):
            left = row[x - 1] if x else above[0]
            up, before = above[x], above[x - 1] if x else corner
            ahead = above[x + 1] if x + 1 < len(row) else up
            levels = [self._level(d) for d in (ahead - up, up - before, before - left)]
            if any(levels):
                self._regular(row[x], left, up, before, levels)
                x += 1
            else:
                x = self._flat(row, above, x, left)

    def _level(self, difference: int) -> int:
        size = abs(difference)
        level = (size > 0) + (size >= self.t1) + (size >= self.t2) + (size >= self.t3)
        return level if difference > 0 else -level

    def _regular(self, value: int, left: int, up: int, before: int, levels: list[int]) -> None:
        q = 81 * levels[0] + 9 * levels[1] + levels[2]
        sign, q = (1 if q > 0 else -1), abs(q)
        guess = left + up - before
        guess = min(max(guess, min(left, up)), max(left, up)) + sign * self.c[q]
        guess = min(max(guess, 0), self.largest)
        error = self._folded(sign * (value - guess))
        k = self._order(q, self.a[q])
        turned = k == 0 and 2 * self.b[q] <= -self.n[q]
        mapped = 2 * error if error >= 0 else -2 * error - 1
        self._golomb(mapped ^ 1 if turned else mapped, k, self.limit)
        self.a[q] += abs(error)
        self.b[q] += error
        if self.n[q] == self.reset:
            self.a[q], self.b[q], self.n[q] = self.a[q] >> 1, self.b[q] >> 1, self.n[q] >> 1
        self.n[q] += 1
        if self.b[q] <= -self.n[q]:
            self.b[q] = max(self.b[q] + self.n[q], 1 - self.n[q])
            self.c[q] = max(self.c[q] - 1, -128)
        elif self.b[q] > 0:
            self.b[q] = min(self.b[q] - self.n[q], 0)
            self.c[q] = min(self.c[q] + 1, 127)

    def _folded(self, error: int) -> int:
        error %= self.range
        return error - self.range if error >= (self.range + 1) // 2 else error

    def _order(self, q: int, a: int) -> int:
        k = 0
        while self.n[q] << k < a:
            k += 1
        return k

    def _golomb(self, value: int, k: int, limit: int) -> None:
        if value >> k < limit - self.code_bits - 1:
            self.out.put(1, (value >> k) + 1)
            self.out.put(value, k)
        else:
            self.out.put(1, limit - self.code_bits)
            self.out.put(value - 1, self.code_bits)

    def _flat(self, row: list[int], above: list[int], x: int, left: int) -> int:
        """A run, and the value that ends it; where the next begins."""
        length = 0
        while x + length < len(row) and row[x + length] == left:
            length += 1
        x += length
        while length >= 1 << RUNS[self.run]:
            self.out.put(1, 1)
            length -= 1 << RUNS[self.run]
            self.run = min(self.run + 1, 31)
        if x == len(row):
            if length:
                self.out.put(1, 1)
            return x
        self.out.put(0, 1)
        self.out.put(length, RUNS[self.run])
        self._run_end(row[x], left, above[x])
        return x + 1

    def _run_end(self, value: int, left: int, up: int) -> None:
        same = int(left == up)
        error = value - (left if same else up)
        error = self._folded(-error if not same and left > up else error)
        q = 365 + same
        k = self._order(q, self.a[q] + (self.n[q] >> 1 if same else 0))
        often = 2 * self.negative[same] >= self.n[q]
        odd = (error > 0 and k == 0 and not often) or (error < 0 and (often or k != 0))
        mapped = 2 * abs(error) - same - odd
        self._golomb(mapped, k, self.limit - RUNS[self.run] - 1)
        self.negative[same] += error < 0
        self.a[q] += (mapped + 1 - same) >> 1
        if self.n[q] == self.reset:
            self.a[q], self.n[q] = self.a[q] >> 1, self.n[q] >> 1
            self.negative[same] >>= 1
        self.n[q] += 1
        self.run = max(self.run - 1, 0)
