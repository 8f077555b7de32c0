"""A DICOM dataset without what tells who the person is (PS3.15 E.1, with the options of `profile`).

Everything happens element by element, sequences included. What is left alone stays the bytes it
was: pixel data above all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from labeler.interchange.descriptors import cleaned, is_known
from labeler.interchange.dicom_data import FAULTS, quiet, raw_value, texts, vr_of
from labeler.interchange.dicom_privacy import private_creator
from labeler.interchange.identity import Identity, identity_of
from labeler.interchange.privacy_findings import Treatment
from labeler.interchange.profile import (
    METHODS,
    TEXTS,
    Base,
    is_curve,
    is_overlay,
    table,
    treatment,
)
from labeler.interchange.pseudonyms import Pseudonyms, moved_date, moved_moment
from labeler.interchange.safe_private import is_safe
from labeler.interchange.siemens_csa import CREATOR, ELEMENT, GROUP, slimmed

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

PATIENT_ID = 0x00100020
_TIME = re.compile(r"[\d:]{2,8}(\.\d{1,6})?")
_FORMS = {
    "AS": re.compile(r"\d{1,3} ?[DWMY]?"),
    "CS": re.compile(r"[MFO]|YES|NO|UNKNOWN|ALTERED|UNALTERED"),
    "SH": re.compile(r"[+-]\d{4}"),
}
"""What the kept elements may say: an age, a sex and the like, a time zone."""
_LONG_TEXTS = frozenset(("ST", "LT", "UT", "UC"))
_CODE_VALUE, _CODE_SCHEME, _CODE_MEANING = 0x00080100, 0x00080102, 0x00080104
_DUMMY = "ANONYMIZED"
_DUMMIES: dict[str, object] = {
    "AS": "000Y",
    "DS": "0",
    "IS": "0",
    "UR": "http://anonymized.invalid",
    "OB": b"\0\0",
    "OW": b"\0\0",
    "UN": b"\0\0",
} | dict.fromkeys(("FD", "FL", "SL", "SS", "UL", "US"), 0)


def deidentify(dataset: FileDataset, pseudonyms: Pseudonyms) -> None:
    """Change `dataset` in place; its meta header and preamble are not touched here."""
    patient = patient_of(dataset)
    identity = identity_of(dataset)
    with quiet():
        _Cleaner(pseudonyms, patient, identity).clean(dataset)
        _state(dataset)


def patient_of(dataset: Dataset) -> str:
    """What tells this patient from others: the ID, else name and birth date, else the study."""
    for tags in ((PATIENT_ID,), (0x00100010, 0x00100030), (0x0020000D,)):
        found = "\n".join(value for tag in tags if tag in dataset for value in texts(dataset, tag))
        if found:
            return found
    return ""


class _Cleaner:
    """The walk over one file, with what must not stay in it."""

    def __init__(self, pseudonyms: Pseudonyms, patient: str, identity: Identity) -> None:
        self._pseudonyms, self._identity = pseudonyms, identity
        self._pseudonym, self._days = pseudonyms.patient(patient), pseudonyms.days(patient)

    def clean(self, dataset: Dataset) -> None:
        from pydicom.datadict import dictionary_has_tag

        blocks = set[int]()
        for tag in sorted((int(key) for key in dataset.keys()), reverse=True):  # noqa: SIM118
            if tag >> 16 & 1:
                # Downwards, so that a block's elements come before their creator.
                self._private(dataset, tag, blocks)
            elif (
                is_overlay(tag) or is_curve(tag) or not dictionary_has_tag(tag) or tag & 0xFFFF == 0
            ):
                del dataset[tag]
            else:
                self._element(dataset, tag)

    def _private(self, dataset: Dataset, tag: int, blocks: set[int]) -> None:
        number = tag & 0xFFFF
        if 0x10 <= number <= 0xFF:
            if tag not in blocks:
                del dataset[tag]
        elif self._keeps(dataset, tag, private_creator(dataset, tag)):
            blocks.add(tag & 0xFFFF0000 | number >> 8)
        else:
            del dataset[tag]

    def _keeps(self, dataset: Dataset, tag: int, creator: str) -> bool:
        """Whether a private element stays, perhaps with other dates or less in it."""
        if (creator, tag >> 16, tag & 0xFF) == (CREATOR, GROUP, ELEMENT):
            slim = slimmed(raw_value(dataset, tag))
            _put(dataset, tag, "OB", slim)
            return bool(slim)
        if not is_safe(creator, tag) or not self._is_plain(dataset, tag):
            return False
        if _is_moment(dataset, tag):
            self._shift(dataset, tag, "DT")
        return True

    def _is_plain(self, dataset: Dataset, tag: int) -> bool:
        """Whether a safe element really is a measure, and nobody hid a text in it."""
        raw = raw_value(dataset, tag)
        return len(raw) <= 256 and not self._identity.told_by(raw.decode("latin-1"))

    def _element(self, dataset: Dataset, tag: int) -> None:
        vr = vr_of(dataset, tag)
        try:
            self._treat(dataset, tag, vr, treatment(tag, vr))
        except FAULTS:
            # A value that cannot be understood cannot be said to be clean.
            del dataset[tag]

    def _treat(self, dataset: Dataset, tag: int, vr: str, found: Treatment | None) -> None:
        if found is None:
            self._unlisted(dataset, tag, vr)
        elif found is Treatment.REMOVED:
            del dataset[tag]
        elif found is Treatment.EMPTIED:
            _put(dataset, tag, vr, [] if vr == "SQ" else "")
        elif found is Treatment.SHIFTED:
            self._shift(dataset, tag, vr)
        elif found is Treatment.CLEANED:
            self._text(dataset, tag, vr)
        elif found is Treatment.REPLACED:
            self._replace(dataset, tag, vr)
        elif vr in _FORMS and not all(map(_FORMS[vr].fullmatch, texts(dataset, tag))):
            _put(dataset, tag, vr, "")

    def _unlisted(self, dataset: Dataset, tag: int, vr: str) -> None:
        """What the table does not name: kept, but for what a person may have typed into it."""
        if vr == "SQ":
            self._items(dataset, tag)
        elif vr == "PN":
            _put(dataset, tag, vr, "")
        elif vr in ("DA", "DT", "TM"):
            self._shift(dataset, tag, vr)
        elif vr in ("AE", "UR"):
            del dataset[tag]
        elif vr in _LONG_TEXTS:
            self._text(dataset, tag, vr)
        elif vr in ("LO", "SH", "CS"):
            self._checked(dataset, tag, vr)
        elif vr in ("OB", "UN") and self._hides(raw_value(dataset, tag)):
            del dataset[tag]

    def _hides(self, raw: bytes) -> bool:
        return len(raw) < 1 << 16 and bool(self._identity.told_by(raw.decode("latin-1")))

    def _checked(self, dataset: Dataset, tag: int, vr: str) -> None:
        """A term stays as it is, unless it holds a word of the person's."""
        told = [self._identity.told_by(text) for text in texts(dataset, tag)]
        if not any(told) or (vr == "CS" and all(map(is_known, texts(dataset, tag)))):
            return
        _put(dataset, tag, vr, "" if vr == "CS" else self._words(dataset, tag))

    def _words(self, dataset: Dataset, tag: int) -> list[str]:
        return [cleaned(text, self._identity) for text in texts(dataset, tag)]

    def _text(self, dataset: Dataset, tag: int, vr: str) -> None:
        if vr == "SQ":
            self._items(dataset, tag)
            return
        words = [text for text in self._words(dataset, tag) if text]
        base = table().base(tag)
        if words:
            _put(dataset, tag, vr, words if vr in ("LO", "SH", "UC") else " ".join(words))
        elif base in (Base.D, Base.Z_D, Base.X_D):
            _put(dataset, tag, vr, _DUMMY)
        elif base in (None, Base.Z, Base.X_Z):
            _put(dataset, tag, vr, "")
        else:
            del dataset[tag]

    def _shift(self, dataset: Dataset, tag: int, vr: str) -> None:
        values = texts(dataset, tag)
        if vr == "TM":
            if not all(_TIME.fullmatch(value.strip(" \0")) for value in values):
                _put(dataset, tag, vr, "")
            return
        moved = moved_date if vr == "DA" else moved_moment
        _put(dataset, tag, vr, [moved(value, self._days) for value in values] or "")

    def _replace(self, dataset: Dataset, tag: int, vr: str) -> None:
        if vr == "UI":
            new = [self._pseudonyms.uid(uid) for uid in texts(dataset, tag)]
            _put(dataset, tag, vr, new or "")
        elif tag == PATIENT_ID:
            _put(dataset, tag, vr, self._pseudonym)
        elif vr == "SQ":
            self._items(dataset, tag)
            if tag not in (0x00081140, 0x00082112):
                _rename_codes(dataset, tag)
        elif vr in TEXTS or vr in ("AE", "CS", "PN"):
            _put(dataset, tag, vr, _DUMMY)
        else:
            _put(dataset, tag, vr, _DUMMIES[vr])

    def _items(self, dataset: Dataset, tag: int) -> None:
        for item in dataset[tag].value or ():
            self.clean(item)


def _is_moment(dataset: Dataset, tag: int) -> bool:
    """GE's private date and time; in implicit VR files nothing else says that it is one."""
    return vr_of(dataset, tag) == "DT" or tag >> 16 == 0x0009


def _rename_codes(dataset: Dataset, tag: int) -> None:
    """A code that says who somebody is becomes one that says nobody."""
    for item in dataset[tag].value or ():
        for part, text in ((_CODE_VALUE, "0"), (_CODE_SCHEME, "99NONE"), (_CODE_MEANING, _DUMMY)):
            if part in item:
                _put(item, part, "SH" if part != _CODE_MEANING else "LO", text)


def _put(dataset: Dataset, tag: int, vr: str, value: object) -> None:
    from pydicom.dataelem import DataElement
    from pydicom.sequence import Sequence

    if vr == "SQ":
        value = Sequence()
    elif isinstance(value, list):
        value = value[0] if len(value) == 1 else value
    dataset[tag] = DataElement(tag, vr, value)


def _state(dataset: Dataset) -> None:
    """Say what was done (PS3.15 E.1.1, PS3.3 C.7.1.1 and C.12.1)."""
    from pydicom.dataset import Dataset as Item
    from pydicom.sequence import Sequence

    methods = []
    for code, meaning in METHODS:
        item = Item()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", meaning
        methods.append(item)
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "Labeler, PS3.15 table E.1-1"
    dataset.DeidentificationMethodCodeSequence = Sequence(methods)
    dataset.LongitudinalTemporalInformationModified = "MODIFIED"
