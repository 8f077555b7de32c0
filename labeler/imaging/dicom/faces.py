"""Whether an image shows a head, from which a face could be rebuilt (PS3.15 E.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset

_MODALITIES = frozenset(("CT", "MR", "PT"))
_SAID = (
    tags.BODY_PART_EXAMINED,
    tags.SERIES_DESCRIPTION,
    tags.STUDY_DESCRIPTION,
    tags.PROTOCOL_NAME,
)
# Beginnings of words: HEAD, HEADNECK, BRAINSTEM, CRANIUM, SKULL, NEURO ... and other languages'.
_HEAD = re.compile(
    r"(?<![A-Z])(HEAD(?! ?FIRST)|BRAIN|SKULL|CRANI|CEREBR|NEUROCRAN|ORBIT|SINUS(?!OID)|FACE|FACIAL"
    r"|MAXILL|MANDIB|PITUIT|SELLA|SCHAEDEL|SCHÄDEL|KOPF|TETE|TÊTE|CABEZA|CABECA|ENCEPHAL|HIRN"
    r"|WHOLE ?BODY|GANZKOERPER|GANZKÖRPER)"
)
# Of CID 4031 and CID 2: SNOMED CT, and what SRT called the same.
_HEAD_CODES = frozenset(
    ("69536005", "T-D1100", "12738006", "T-A0100", "89546000", "T-11100", "774007", "T-D1000")
) | frozenset(
    ("89545001", "T-D1200", "371398005", "T-D0801", "2095001", "T-22000", "74386004", "T-D1460")
)


def says_head(words: Iterable[str]) -> bool:
    """Whether one of a header's descriptions names the head, or the whole body with it."""
    return any(_HEAD.search(text.upper().replace("_", " ")) for text in words)


def shows_face(dataset: Dataset) -> bool:
    """For CT, MR and PET whose header names the head; never claimed where it says nothing."""
    if dataset.code(tags.MODALITY) not in _MODALITIES:
        return False
    regions = dataset.items(tags.ANATOMIC_REGION_SEQUENCE)
    if any(region.code(tags.CODE_VALUE) in _HEAD_CODES for region in regions):
        return True
    return says_head(dataset.text(tag) for tag in _SAID)
