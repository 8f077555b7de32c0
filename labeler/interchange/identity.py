"""The values in a file that name the person: held in memory to be looked for, never stored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labeler.interchange.dicom_data import FAULTS, quiet, texts, vr_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_IDS = {
    0x00080050: "accession number",
    0x00100020: "patient ID",
    0x00101000: "patient ID",
    0x00101090: "patient ID",
    0x00380010: "admission ID",
    0x00101040: "address",
    0x00102154: "telephone number",
    0x00080080: "institution",
    0x00080081: "address",
}
_BIRTH_DATE = 0x00100030
_WORD = re.compile(r"[^\W_]+")
_MIN_NAME, _MIN_ID = 3, 4


@dataclass(frozen=True)
class Identity:
    """What the open files say of the person. Its repr hides the values, so that no log has them."""

    names: frozenset[str] = field(default=frozenset(), repr=False)
    """Words of names, casefolded, three letters or more."""
    ids: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    """(what it is, its signs without spaces and punctuation, casefolded)."""

    def joined(self, other: Identity) -> Identity:
        return Identity(self.names | other.names, self.ids | other.ids)

    def told_by(self, text: str) -> tuple[str, ...]:
        """What of the person a text tells: "name", "patient ID" and so on; never the value."""
        plain = text.casefold()
        squeezed = "".join(_WORD.findall(plain))
        words = set(_WORD.findall(plain))
        found = ["name"] if words & self.names else []
        found += sorted({what for what, value in self.ids if value in squeezed})
        return tuple(found)


def identity_of(dataset: Dataset) -> Identity:
    """The names, numbers and dates of a whole dataset, sequences too."""
    names: set[str] = set()
    ids: set[tuple[str, str]] = set()
    _gather(dataset, names, ids)
    return Identity(frozenset(names), frozenset(ids))


def _gather(dataset: Dataset, names: set[str], ids: set[tuple[str, str]]) -> None:
    for tag in [int(key) for key in dataset.keys()]:  # noqa: SIM118  values stay unread
        vr = vr_of(dataset, tag)
        if vr == "PN":
            names |= words(texts(dataset, tag), _MIN_NAME)
        elif tag == _BIRTH_DATE:
            ids |= {("birth date", spelled) for value in texts(dataset, tag)
                    for spelled in _spellings(value)}  # fmt: skip
        elif tag in _IDS:
            ids |= {(_IDS[tag], value) for value in map(_squeezed, texts(dataset, tag))
                    if len(value) >= _MIN_ID}  # fmt: skip
        elif vr == "SQ" and not tag >> 16 & 1:
            for item in _items(dataset, tag):
                _gather(item, names, ids)


def _items(dataset: Dataset, tag: int) -> list[Dataset]:
    try:
        with quiet():
            return list(dataset[tag].value or ())
    except FAULTS:
        return []


def words(values: Iterable[str], shortest: int) -> set[str]:
    """The casefolded words of some texts."""
    found = {word for value in values for word in _WORD.findall(value.casefold())}
    return {word for word in found if len(word) >= shortest and not word.isdigit()}


def _squeezed(value: str) -> str:
    return "".join(_WORD.findall(value.casefold()))


def _spellings(date: str) -> set[str]:
    """A date of DICOM as people write it, without what stands between the numbers."""
    if not re.fullmatch(r"\d{8}", date):
        return set()
    year, month, day = date[:4], date[4:6], date[6:]
    return {year + month + day, day + month + year, month + day + year}
