"""Character sets, against pydicom's decoding of names and descriptions in real files."""

from __future__ import annotations

import warnings
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.imaging.dicom.charset import decode_text


def test_real_files_of_all_scripts(test_data: Path) -> None:
    compared = 0
    for path in sorted((test_data / "dicom/charset").iterdir()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = pydicom.dcmread(path, stop_before_pixels=True)
            said = dataset.get("SpecificCharacterSet") or ""
            charset = said if isinstance(said, str) else "\\".join(said)
            for keyword in ("PatientName", "StudyDescription", "SeriesDescription"):
                raw = dataset.get_item(keyword)
                if raw is None or raw.value is None:
                    continue
                mine = decode_text(raw.value, charset, name=keyword == "PatientName")
                # An empty last group of components may be left out (PS3.5 6.2.1).
                assert mine.rstrip("= ") == str(dataset[keyword].value).rstrip(), path.name
                compared += not raw.value.isascii() or b"\x1b" in raw.value
    assert compared >= 13


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        (b"Buc^J\xe9r\xf4me", "ISO IR 100", "Buc^Jérôme"),
        (b"Buc^J\xe9r\xf4me", "iso_ir 100 ", "Buc^Jérôme"),
        (b"J\xc3\xa9r\xc3\xb4me", "", "Jérôme"),
        (b"J\xc3\xa9r\xc3\xb4me", "ISO_IR 6", "Jérôme"),
        (b"J\xe9", "", "J�"),
        (b"J\xe9", "ISO_IR 999", "J�"),
        (b"\xa4\xa1", "ISO_IR 203", "€¡"),
        (b"\x1b-F\xc4\xe9\\\xe4", "ISO 2022 IR 100\\ISO 2022 IR 126", "Δι\\ä"),
        (b"\x1b$)A\xd0\xa1\xb6\xab\r\nx", "\\ISO 2022 IR 58", "小东\r\nx"),
        (b"a\x1b?b", "ISO 2022 IR 100\\ISO 2022 IR 87", "a�?b"),
        (b"\xb2\xc1", "ISO_IR 13", "ｲﾁ"),
        (b"\xb1\xa4", "ISO_IR 149", "광"),
        (b"\x81\x5c", "GBK", "乗"),
    ],
)
def test_terms_spelled_well_and_badly(raw: bytes, charset: str, text: str) -> None:
    assert decode_text(raw, charset) == text


@given(
    raw=st.binary(max_size=40),
    charset=st.sampled_from(
        ["", "ISO_IR 192", "GB18030", "\\ISO 2022 IR 87", "ISO 2022 IR 13\\ISO 2022 IR 159", "?"]
    ),
    name=st.booleans(),
)
def test_nothing_fails(raw: bytes, charset: str, name: bool) -> None:
    assert isinstance(decode_text(raw, charset, name=name), str)
