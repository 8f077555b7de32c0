"""What a person's own words might tell of the patient, before they leave the machine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.interchange.dicom_data import guarded, read_dataset
from labeler.interchange.identity import Identity, identity_of
from labeler.model.image import ByteSource

_PATTERNS = (
    ("e-mail address", re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")),
    ("date", re.compile(r"(?<!\d)(\d{1,2}[./-]){2}(\d{4}|\d{2})(?!\d)|\d{4}([./-]\d{1,2}){2}")),
    ("telephone number", re.compile(r"(?<![\d.])(\+\d|0)[\d ()/-]{6,}\d")),
    ("long number", re.compile(r"(?<![\d.])\d{6,}(?![\d.])")),
)


@dataclass(frozen=True)
class Telling:
    """A text that may tell who the patient is: where it stands, and what seems to be in it."""

    where: str
    what: tuple[str, ...]


def telling(texts: Iterable[tuple[str, str]], identity: Identity) -> tuple[Telling, ...]:
    """Those of (where, text) that may tell something; never the text itself."""
    found = []
    for where, text in texts:
        own = identity.told_by(text)
        alike = tuple(name for name, pattern in _PATTERNS if pattern.search(text))
        if what := tuple(dict.fromkeys((*own, *alike))):
            found.append(Telling(where, what))
    return tuple(found)


def known_of(sources: Iterable[ByteSource]) -> Identity:
    """What the headers of some files say of the person: to be compared with, never stored."""
    known = Identity()
    for source in sources:
        try:
            dataset = read_dataset(source, pixels=False)
            with guarded(source.name):
                known = known.joined(identity_of(dataset))
        except (LabelerError, OSError):
            # Without its header there is nothing to compare with; the patterns still count.
            continue
    return known
