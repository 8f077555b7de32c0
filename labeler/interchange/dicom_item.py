"""One dataset of a DICOM object, read through pydicom: a fault is an error with its tag."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.header import read_header
from labeler.interchange.dicom_data import quiet
from labeler.interchange.element_count import check_count
from labeler.model.image import ByteSource

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MAX_FILE_BYTES = 1 << 30
MAX_HEADER_BYTES = 1 << 28
"""Everything but the pixels: a structure set of a whole body has some 10^8 bytes."""

MAX_TEXT = 256
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Code:
    """A coded concept (PS3.3 8.8): what it means in words, and the code behind them."""

    value: str
    scheme: str
    meaning: str


class Item:
    """A dataset, or an item of a sequence in it.

    Readers give "", None or () where a value is absent or empty, and raise LabelerError
    "broken-object" with the tag where it is there and not what its tag promises.
    """

    def __init__(self, dataset: Dataset, name: str, *, little: bool = True) -> None:
        self._dataset, self.name, self._little = dataset, name, little

    def text(self, keyword: str) -> str:
        """The value in one trimmed line of at most 256 characters."""
        return " ".join(self.lines(keyword))[:MAX_TEXT]

    def lines(self, keyword: str) -> tuple[str, ...]:
        """The lines of a text, each trimmed and without control characters."""
        value = self._get(keyword, lambda found: found)
        parts = [] if value is None else [value] if isinstance(value, str) else list(value)
        lines = "\n".join(str(part) for part in parts).splitlines()
        clean = ("".join(c if c.isprintable() else " " for c in line).split() for line in lines)
        return tuple(" ".join(words)[:MAX_TEXT] for words in clean if words)[:64]

    def integer(self, keyword: str) -> int | None:
        found = self.integers(keyword)
        return found[0] if found else None

    def integers(self, keyword: str) -> tuple[int, ...]:
        return self._get(keyword, lambda value: tuple(int(part) for part in _many(value))) or ()

    def number(self, keyword: str) -> float | None:
        found = self.numbers(keyword)
        return found[0] if found else None

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """All values as finite floats."""
        return self._get_raw(keyword, _floats) or ()

    def items(self, keyword: str) -> tuple[Item, ...]:
        def convert(value: Any) -> tuple[Item, ...]:
            return tuple(Item(part, self.name, little=self._little) for part in value)

        return self._get(keyword, convert) or ()

    def item(self, keyword: str) -> Item | None:
        """The first item of a sequence."""
        found = self.items(keyword)
        return found[0] if found else None

    def code(self, keyword: str) -> Code | None:
        found = self.item(keyword)
        if found is None:
            return None
        values = ("CodeValue", "LongCodeValue", "URNCodeValue")
        value = next((said for said in map(found.text, values) if said), "")
        return Code(value, found.text("CodingSchemeDesignator"), found.text("CodeMeaning"))

    def data(self, keyword: str) -> bytes:
        """A value of raw bytes."""
        return self._get(keyword, bytes) or b""

    def words(self, keyword: str) -> tuple[int, ...]:
        """Unsigned shorts, whether they were written as numbers or as raw bytes."""
        order = "<" if self._little else ">"

        def convert(value: Any) -> tuple[int, ...]:
            if not isinstance(value, bytes):
                return tuple(int(part) & 0xFFFF for part in _many(value))
            return struct.unpack(f"{order}{len(value) // 2}H", value[: len(value) // 2 * 2])

        return self._get(keyword, convert) or ()

    def overlays(self) -> tuple[int, ...]:
        """The groups of overlay planes (60xx)."""
        tags_here = tuple(self._dataset.keys())  # iterating gives elements, and reads them
        groups = {tag >> 16 for tag in tags_here if 0x6000 <= tag >> 16 <= 0x601E}
        return tuple(sorted(group for group in groups if group % 2 == 0))

    def at(self, tag: int, convert: Callable[[Any], _Value]) -> _Value | None:
        """The value at a tag that has no keyword of its own, as `convert` makes it."""
        return self._guarded(tag, lambda: self._dataset[tag].value, convert)

    def _get(self, keyword: str, convert: Callable[[Any], _Value]) -> _Value | None:
        tag = _tag(keyword)
        return self._guarded(tag, lambda: self._dataset[tag].value, convert)

    def _get_raw(self, keyword: str, convert: Callable[[Any], _Value]) -> _Value | None:
        """As bytes where pydicom has not turned them into objects yet: a contour is long."""
        tag = _tag(keyword)

        def value() -> Any:
            element = self._dataset.get_item(tag)
            raw, decimal = element.value, element.VR in ("DS", None)
            return raw if isinstance(raw, bytes) and decimal else self._dataset[tag].value

        return self._guarded(tag, value, convert)

    def _guarded(
        self, tag: int, value: Callable[[], Any], convert: Callable[[Any], _Value]
    ) -> _Value | None:
        try:
            if tag not in self._dataset:
                return None
            found = value()
            return None if found is None or found == "" else convert(found)
        except (
            Exception
        ) as error:  # the library meets a stranger's bytes here, and may raise anything
            raise broken(self.name, tag, error) from error


def broken(name: str, tag: int, error: Exception) -> LabelerError:
    return LabelerError(
        "broken-object",
        "{name} cannot be shown over its images: its tag {tag} cannot be read.",
        safe="The images and your marks are fine.",
        do="Ask the sender for the file again.",
        name=name,
        tag=tags.spelled(tag),
        detail=f"{type(error).__name__}: {error}"[:200],
    )


def read_object(source: ByteSource) -> Item:
    """Everything of a file but its pixels. Raises LabelerError and OSError."""
    header = read_header(source)
    end = header.source.size if header.pixels is None else header.pixels.offset
    if source.size > MAX_FILE_BYTES or end - header.start > MAX_HEADER_BYTES:
        raise _too_large(source)
    data = header.source.read(header.start, end - header.start)
    little = header.dataset.little
    check_count(data, source.name, explicit=header.explicit, little=little)
    from pydicom.filereader import read_dataset

    try:
        with quiet():
            dataset = read_dataset(
                io.BytesIO(data),
                is_implicit_VR=not header.explicit,
                is_little_endian=little,
                stop_when=lambda tag, _vr, _length: int(tag) in tags.PIXELS,
            )
    except Exception as error:  # the library meets a stranger's bytes here, and may raise anything
        raise broken(source.name, tags.SOP_CLASS_UID, error) from error
    return Item(dataset, source.name, little=little)


def _too_large(source: ByteSource) -> LabelerError:
    return LabelerError(
        "object-too-large",
        "{name} is too large to be shown over its images ({size} bytes).",
        safe="The images and your marks are fine.",
        do="Ask the sender for a smaller file.",
        name=source.name,
        size=source.size,
    )


def _tag(keyword: str) -> int:
    from pydicom.datadict import tag_for_keyword

    tag = tag_for_keyword(keyword)
    assert tag is not None, f"{keyword} is no keyword"
    return int(tag)


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if hasattr(value, "__iter__") and not isinstance(value, str) else (value,)


def _floats(value: Any) -> tuple[float, ...]:
    if isinstance(value, bytes):
        parts = value.decode("ascii").strip(" \0").split("\\")
        found = tuple(float(part) for part in parts if part.strip(" \0"))
    else:
        found = tuple(float(part) for part in _many(value))
    if not all(math.isfinite(part) for part in found):
        raise ValueError("not a finite number")
    return found
