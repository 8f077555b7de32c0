"""Every row of PS3.15 table E.1-1, on a dataset that has the attribute with a telling value."""

from __future__ import annotations

import pytest
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence

from labeler.interchange.deidentify import deidentify
from labeler.interchange.dicom_data import quiet
from labeler.interchange.privacy_findings import Treatment
from labeler.interchange.profile import (
    CLEANED_SEQUENCES,
    CLEANED_TEXTS,
    PATIENT_CHARACTERISTICS,
    Base,
    table,
    treatment,
)
from labeler.interchange.pseudonyms import Pseudonyms, moved_date, moved_moment

TELLING = "Zyxwvut"
VALUES: dict[str, object] = {
    "AE": TELLING,
    "AS": "047Y",
    "CS": TELLING.upper(),
    "DA": "20010203",
    "DS": "71234567",
    "DT": "20010203040506",
    "FD": 7123.5,
    "FL": 7123.5,
    "IS": "71234567",
    "LO": TELLING,
    "LT": TELLING,
    "OB": TELLING.encode(),
    "PN": f"{TELLING}^Ada",
    "SH": TELLING,
    "SL": 7123,
    "SS": 7123,
    "ST": TELLING,
    "TM": "040506",
    "UC": TELLING,
    "UI": "1.2.3.71234567",
    "UL": 7123,
    "UN": TELLING.encode(),
    "UR": f"http://{TELLING}",
    "US": 7123,
    "UT": TELLING,
}
PSEUDONYMS = Pseudonyms(bytes(32))
ROWS = sorted(tag for tag in table().single if tag >> 16 != 2)


def holding(tag: int) -> FileDataset:
    """The attribute at the top and, the same again, two sequences deep."""
    # Rows newer than pydicom's dictionary are tried as texts.
    vr = dictionary_VR(tag).split(" or ")[0] if dictionary_has_tag(tag) else "LO"

    def element() -> DataElement:
        if vr != "SQ":
            return DataElement(tag, vr, VALUES[vr])
        inner = Dataset()
        inner.PatientName = f"{TELLING}^Ada"
        inner.TextValue = TELLING
        inner.ReferencedSOPInstanceUID = VALUES["UI"]
        return DataElement(tag, vr, Sequence([inner]))

    dataset = FileDataset("", {}, file_meta=FileMetaDataset())
    deep, deeper = Dataset(), Dataset()
    dataset.add(element())
    deeper.add(element())
    deep.ReferencedSeriesSequence = Sequence([deeper])
    dataset.SharedFunctionalGroupsSequence = Sequence([deep])
    return dataset


def places(dataset: FileDataset) -> tuple[Dataset, Dataset]:
    deep = dataset.SharedFunctionalGroupsSequence[0]
    return dataset, deep.ReferencedSeriesSequence[0]


@pytest.mark.parametrize("tag", ROWS, ids=lambda tag: keyword_for_tag(tag) or f"{tag:08X}")
def test_the_action_is_honoured(tag: int) -> None:
    with quiet():
        dataset = holding(tag)
        vr = dataset[tag].VR
        patient = str(dataset.PatientID) if tag == 0x00100020 else ""
        patient = patient or (f"{TELLING}^Ada" if tag == 0x00100010 else "")
        deidentify(dataset, PSEUDONYMS)
        days = PSEUDONYMS.days(patient or (VALUES["UI"] if tag == 0x0020000D else ""))  # type: ignore[arg-type]
        for place in places(dataset):
            honoured(place, tag, vr, days)
        text = str(dataset)
        assert TELLING not in text
        assert TELLING.upper() not in text
        assert "1.2.3.71234567" not in text


def honoured(dataset: Dataset, tag: int, vr: str, days: int) -> None:
    done, base = treatment(tag, vr), table().single[tag]
    if not dictionary_has_tag(tag):
        assert tag not in dataset
        return
    element = dataset.get(tag)
    if tag in (0x00120063, 0x00120064):
        return
    if done is Treatment.REMOVED:
        assert element is None
        assert "X" in base.value, "only what the table lets a device remove"
    elif done is Treatment.EMPTIED:
        assert element is not None
        assert element.is_empty
        assert "Z" in base.value
    elif done is Treatment.REPLACED:
        assert element is not None
        assert not element.is_empty
        assert element.value != VALUES.get(vr)
        assert {"D", "U", "U*"} & set(base.value.split("/"))
    elif done is Treatment.SHIFTED:
        assert element is not None
        move = {"DA": moved_date, "DT": moved_moment}.get(vr)
        assert str(element.value) == (move(str(VALUES[vr]), days) if move else VALUES[vr])
    elif done is Treatment.CLEANED:
        assert tag in CLEANED_TEXTS | CLEANED_SEQUENCES
        assert (element is None) <= (base in (Base.X, Base.X_Z, Base.X_Z_D, Base.Z))
    else:
        assert done is Treatment.KEPT
        assert tag in PATIENT_CHARACTERISTICS or tag == 0x00080201


def test_only_the_terms_of_a_characteristic_stay() -> None:
    with quiet():
        dataset = FileDataset("", {}, file_meta=FileMetaDataset())
        dataset.PatientSex, dataset.PatientAge, dataset.PatientWeight = "F", "047Y", "71.5"
        dataset.PatientSize, dataset.SmokingStatus = "1.70", "Smith"
        deidentify(dataset, PSEUDONYMS)
    assert (dataset.PatientSex, dataset.PatientAge) == ("F", "047Y")
    assert (dataset.PatientWeight, dataset.PatientSize) == (71.5, 1.7)
    assert dataset.SmokingStatus == ""


def test_repeating_groups_and_private_elements() -> None:
    with quiet():
        dataset = FileDataset("", {}, file_meta=FileMetaDataset())
        for group in (0x6000, 0x601E, 0x5004):
            dataset.add_new(group << 16 | 0x3000, "OW", b"\1\2")
            dataset.add_new(group << 16 | 0x0022, "LO", TELLING)
        block = dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True)
        block.add_new(0x0C, "IS", "1000")
        block.add_new(0x77, "LO", TELLING)
        secret = dataset.private_block(0x0029, TELLING, create=True)
        secret.add_new(0x01, "LO", TELLING)
        dataset.add_new(0x00091234, "LO", TELLING)
        deidentify(dataset, PSEUDONYMS)
    assert TELLING not in str(dataset)
    assert [tag for tag in map(int, dataset.keys()) if tag >> 24 in (0x60, 0x50)] == []
    assert dataset.private_block(0x0019, "SIEMENS MR HEADER")[0x0C].value == 1000
    odd = [tag for tag in map(int, dataset.keys()) if tag >> 16 & 1]
    assert odd == [0x00190010, 0x0019100C]


def test_ge_scan_time_moves_with_the_others() -> None:
    with quiet():
        dataset = FileDataset("", {}, file_meta=FileMetaDataset())
        dataset.StudyDate = "20200301"
        block = dataset.private_block(0x0009, "GEMS_PETD_01", create=True)
        block.add_new(0x0D, "DT", "20200301101112.00")
        block.add_new(0x02, "LO", TELLING)
        deidentify(dataset, PSEUDONYMS)
        block = dataset.private_block(0x0009, "GEMS_PETD_01")
        assert 0x02 not in block
        assert str(block[0x0D].value) == dataset.StudyDate + "101112.00"


def test_a_name_hidden_in_a_safe_element() -> None:
    with quiet():
        dataset = FileDataset("", {}, file_meta=FileMetaDataset())
        dataset.PatientName = f"{TELLING}^Ada"
        block = dataset.private_block(0x2001, "Philips Imaging DD 001", create=True)
        block.add_new(0x04, "CS", TELLING.upper())
        dataset.Manufacturer, dataset.SoftwareVersions = f"By {TELLING}", ["1.0", "Ada"]
        dataset.BodyPartExamined = "ADA"
        deidentify(dataset, PSEUDONYMS)
    assert TELLING.lower() not in str(dataset).lower()
    assert "ADA" not in str(dataset).upper()


def test_unknown_elements_of_the_standard_do_not_stay() -> None:
    with quiet():
        dataset = FileDataset("", {}, file_meta=FileMetaDataset())
        dataset.add_new(0x00107777, "LO", TELLING)
        dataset.add_new(0x00420010, "ST", f"Found by {TELLING}: left lung")
        deidentify(dataset, PSEUDONYMS)
    assert 0x00107777 not in dataset
    assert dataset[0x00420010].value == "left lung"
