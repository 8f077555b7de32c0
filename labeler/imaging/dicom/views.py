"""How a projection was taken, of which side, and when: what a hanging protocol asks of a header."""

from __future__ import annotations

import hashlib
import os
from datetime import date

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset

_LONGEST = 16
_BY_CODE = {
    ("399260004", "R-10224"): "ML",
    ("399368009", "R-10226"): "MLO",
    ("399352003", "R-10228"): "LM",
    ("399099002", "R-10230"): "LMO",
    ("399162004", "R-10242"): "CC",
    ("399196006", "R-10244"): "FB",
    ("399188001", "R-102D0"): "SIO",
    ("441555000", "R-40AAA"): "ISO",
    ("399192008", "R-1024A", "Y-X1770"): "XCCL",
    ("399101009", "R-1024B", "Y-X1771"): "XCCM",
}
"""View for Mammography (PS3.16 CID 4014): SNOMED CT, what SRT called the same, older codes."""
_VIEWS = {code: view for codes, view in _BY_CODE.items() for code in codes}
_SIDES = frozenset("RLB")
_RUN = os.urandom(16)
"""Without it nobody can tell by trying names whose key one is; it dies with the program."""


def read_view(dataset: Dataset) -> str:
    """View Position (PS3.3 C.8.11.1.1.4), else what the view's code says; "" where neither does.

    For mammograms the code must be there and the position need not (PS3.3 C.8.11.7).
    """
    said = dataset.code(tags.VIEW_POSITION).upper()[:_LONGEST]
    return said or _VIEWS.get(dataset.item(tags.VIEW_CODE_SEQUENCE).code(tags.CODE_VALUE), "")


def read_laterality(dataset: Dataset) -> str:
    """Which side of a pair, by the image, else by its series: "R", "L", "B", or "" for neither."""
    for tag in (tags.IMAGE_LATERALITY, tags.LATERALITY):
        said = dataset.code(tag).upper()
        if said in _SIDES:
            return said
    return ""


def is_partial_view(dataset: Dataset) -> bool:
    """Whether a view is modified: spot, magnified, rolled, implant displaced (PS3.16 CID 4015)."""
    views = dataset.items(tags.VIEW_CODE_SEQUENCE)
    found = (dataset, *views)
    return any(one.items(tags.VIEW_MODIFIER_CODE_SEQUENCE) for one in found)


def study_day(dataset: Dataset) -> int | None:
    """The day of the study as an ordinal; None where it is not said or no date."""
    said = dataset.code(tags.STUDY_DATE).replace(".", "")
    if len(said) != len("YYYYMMDD") or not said.isdecimal():
        return None
    try:
        return date(int(said[:4]), int(said[4:6]), int(said[6:])).toordinal()
    except ValueError:
        return None


def patient_key(dataset: Dataset) -> str:
    """Tells persons apart without naming them: by ID, name and birth date together; "" where the
    file gives no ID: a name alone may be another's, or "anonymous"."""
    told = (tags.PATIENT_ID, tags.PATIENT_NAME, tags.PATIENT_BIRTH_DATE)
    said = [dataset.values.get(tag, b"").strip(b" \0^") for tag in told]
    if not said[0]:
        return ""
    return hashlib.blake2b(b"\0".join(said), digest_size=8, key=_RUN).hexdigest()
