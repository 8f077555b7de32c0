"""DICOM files by their grammar: elements, sequences, fragments and tables that nearly are right.

All choices come from one `random.Random`: Hypothesis hands one out that it can shrink.
"""

from __future__ import annotations

import random
import struct
import zlib

from labeler.imaging.dicom import tags
from labeler.imaging.syntaxes import DEFLATED_LITTLE, EXPLICIT_BIG, IMPLICIT_LITTLE, SYNTAXES

_DICOM_SYNTAXES = tuple(uid for uid in SYNTAXES if uid[:1].isdigit())
_VRS = b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US OB OD OF OL OV OW SQ SV UC "
_VRS += b"UN UR UT UV ZZ"
_CODES = tuple(_VRS.split())
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_TEXTS = (
    b"1", b"0", b"-1", b"1.5\\2.5", b"1\\0\\0\\0\\1\\0", b"1e400", b"nan", b"MONOCHROME2", b"RGB",
    b"PALETTE COLOR", b"YBR_FULL_422", b"MONOCHROME1", b"CT", b"ISO_IR 192", b"\\ISO 2022 IR 87",
    b"1.2.3", b"MOSAIC", b"99999999999", b"", b"01", b"HU", b"LINEAR_EXACT",
)  # fmt: skip
_WANTED = tuple(sorted(tags.WANTED))
_SEQUENCES = tuple(sorted(tags.SEQUENCES))
_MODULE = range(0x00280000, 0x00281000)
_OTHERS = tuple(tag for tag in _WANTED if tag not in _MODULE and tag >> 16 not in (2, 0x7FE0))
_USUAL = (
    (tags.MODALITY, b"CS", b"MR"), (tags.SERIES_INSTANCE_UID, b"UI", b"1.2.3\0"),
    (tags.SOP_INSTANCE_UID, b"UI", b"1.2.4\0"), (tags.IMAGE_POSITION_PATIENT, b"DS", b"0\\0\\1 "),
    (tags.IMAGE_ORIENTATION_PATIENT, b"DS", b"1\\0\\0\\0\\1\\0 "),
    (tags.PIXEL_SPACING, b"DS", b"1\\1 "),
)  # fmt: skip


class _Writer:
    """Elements in one encoding. `wild` is how likely any of them lies."""

    def __init__(self, chance: random.Random, wild: float, *, little: bool, explicit: bool) -> None:
        self.chance, self.wild = chance, wild
        self.order, self.explicit = ("<" if little else ">"), explicit

    def shorts(self, *values: int) -> bytes:
        return struct.pack(f"{self.order}{len(values)}H", *values)

    def element(self, tag: int, vr: bytes, value: bytes) -> bytes:
        length = self.length(len(value))
        head = self.shorts(tag >> 16, tag & 0xFFFF)
        if not self.explicit:
            return head + struct.pack(f"{self.order}I", length) + value
        if vr in _LONG:
            return head + vr + b"\0\0" + struct.pack(f"{self.order}I", length) + value
        return head + vr + struct.pack(f"{self.order}H", length & 0xFFFF) + value

    def length(self, right: int) -> int:
        if self.chance.random() >= self.wild:
            return right
        return self.chance.choice((0, right + 1, right * 2, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFE))

    def item(self, value: bytes) -> bytes:
        tag, end = self.shorts(0xFFFE, 0xE000), self.shorts(0xFFFE, 0xE00D) + bytes(4)
        if self.chance.random() < 0.5:
            return tag + struct.pack(f"{self.order}I", self.length(len(value))) + value
        return tag + b"\xff" * 4 + value + (end if self.chance.random() >= self.wild else b"")

    def sequence(self, tag: int, depth: int) -> bytes:
        items = b"".join(
            self.item(self.elements(self.chance.randrange(5), depth + 1))
            for _ in range(self.chance.randrange(4))
        )
        if self.chance.random() < 0.5:
            return self.element(tag, self.chance.choice((b"SQ", b"SQ", b"UN")), items)
        head = self.shorts(tag >> 16, tag & 0xFFFF) + (b"SQ\0\0" if self.explicit else b"")
        end = self.shorts(0xFFFE, 0xE0DD) + bytes(4)
        return head + b"\xff" * 4 + items + (end if self.chance.random() >= self.wild else b"")

    def elements(self, count: int, depth: int) -> bytes:
        made = b""
        for _ in range(count):
            if depth < 6 and self.chance.random() < 0.3:
                made += self.sequence(self.chance.choice(_SEQUENCES), depth)
            else:
                tag = self.chance.choice(_OTHERS if self.chance.random() >= self.wild else _WANTED)
                if self.chance.random() < 0.1:
                    tag = self.chance.getrandbits(31) & 0x5FFFFFFF | 0x00090000
                made += self.element(tag, self.chance.choice(_CODES), self.value())
        return made

    def value(self) -> bytes:
        if self.chance.random() < 0.6:
            text = self.chance.choice(_TEXTS)
            return text + b" " * (len(text) % 2)
        return self.chance.randbytes(self.chance.choice((0, 1, 2, 4, 6, 8, 64, 700)))


def _pixel_module(writer: _Writer, chance: random.Random) -> tuple[list[tuple[int, bytes]], int]:
    """Sizes that fit together, mostly; and how many bytes the pixels need."""
    rows, columns = chance.choice((1, 2, 7, 16)), chance.choice((1, 3, 8, 16))
    samples, frames = chance.choice((1, 1, 1, 3)), chance.choice((1, 1, 2, 5))
    bits = chance.choice((1, 8, 8, 16, 16, 32))
    shown = {
        tags.ROWS: rows, tags.COLUMNS: columns, tags.SAMPLES_PER_PIXEL: samples,
        tags.BITS_ALLOCATED: bits, tags.BITS_STORED: bits, tags.HIGH_BIT: bits - 1,
        tags.PIXEL_REPRESENTATION: chance.randrange(2),
        tags.PLANAR_CONFIGURATION: chance.randrange(2),
    }  # fmt: skip
    if chance.random() < writer.wild * 10:
        shown[chance.choice(tuple(shown))] = chance.choice((0, 1, 9, 33, 64, 255, 0xFFFF))
    made = [(tag, writer.element(tag, b"US", writer.shorts(v))) for tag, v in shown.items()]
    told = frames if chance.random() >= writer.wild * 5 else chance.choice((0, -1, 10**6, 10**9))
    count = str(told).encode()
    made.append((tags.NUMBER_OF_FRAMES, writer.element(tags.NUMBER_OF_FRAMES, b"IS", count)))
    kind = b"MONOCHROME2 " if samples == 1 else chance.choice((b"RGB ", b"YBR_FULL"))
    made.append(
        (
            tags.PHOTOMETRIC_INTERPRETATION,
            writer.element(tags.PHOTOMETRIC_INTERPRETATION, b"CS", kind),
        )
    )
    return made, (rows * columns * samples * frames * bits + 7) // 8


def _pixels(writer: _Writer, chance: random.Random, size: int, *, encapsulated: bool) -> bytes:
    if not encapsulated:
        raw = chance.randbytes(max(0, size + chance.choice((0, 0, 0, 1, -1, -9))))
        return writer.element(tags.PIXEL_DATA, chance.choice((b"OW", b"OB")), raw)
    parts = [_fragment(chance, size) for _ in range(chance.randrange(1, 5))]
    offsets, at = [], 0
    for part in parts:
        offsets.append(at if chance.random() < 0.8 else chance.getrandbits(32))
        at += 8 + len(part)
    table = struct.pack(f"<{len(offsets)}I", *offsets) if chance.random() < 0.5 else b""
    head = writer.shorts(tags.PIXEL_DATA >> 16, tags.PIXEL_DATA & 0xFFFF) + b"OB\0\0" + b"\xff" * 4
    items = b"".join(
        writer.shorts(0xFFFE, 0xE000) + struct.pack("<I", writer.length(len(part))) + part
        for part in (table, *parts)
    )
    return (
        head + items + (writer.shorts(0xFFFE, 0xE0DD) + bytes(4) if chance.random() < 0.8 else b"")
    )


def _fragment(chance: random.Random, size: int) -> bytes:
    """The beginnings of codestreams, and what RLE and deflate can decode."""
    if chance.random() < 0.3:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = packer.compress(bytes(size)) + packer.flush()
        return packed + b"\0" * (len(packed) % 2)
    start = chance.choice(
        (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"", struct.pack("<16I", 1, 64, *[0] * 14))
    )
    return start + bytes([chance.getrandbits(8)]) * chance.choice((0, 2, 20, 200))


def dicom_file(chance: random.Random) -> bytes:
    """One file; most of its parts are right, so that the wrong ones are reached."""
    syntax = chance.choice(_DICOM_SYNTAXES)
    wild = chance.choice((0.0, 0.005, 0.03))
    meta = _Writer(chance, wild, little=True, explicit=True)
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    told = meta.element(tags.TRANSFER_SYNTAX_UID, b"UI", uid) if chance.random() < 0.95 else b""
    group = meta.element(0x00020000, b"UL", struct.pack("<I", len(told)))
    little, explicit = syntax != EXPLICIT_BIG, syntax != IMPLICIT_LITTLE
    if chance.random() < wild:
        little = not little
    writer = _Writer(chance, wild, little=little, explicit=explicit)
    module, size = _pixel_module(writer, chance)
    usual = [(tag, writer.element(tag, vr, value)) for tag, vr, value in _USUAL]
    chosen = [one for one in module + usual if chance.random() >= wild / 2]
    body = b"".join(part for _, part in sorted(chosen))
    extra = writer.elements(chance.randrange(6), 0)
    order = (body, extra) if chance.random() < 0.5 else (extra, body)
    body = b"".join(order) + _pixels(writer, chance, size, encapsulated=SYNTAXES[syntax].compressed)
    if syntax == DEFLATED_LITTLE:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = packer.compress(body) + packer.flush()
    preamble = bytes(128) + b"DICM" if chance.random() < 0.95 else b""
    return preamble + group + told + body
