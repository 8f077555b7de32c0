"""DICOM files without pixels: the message says what each is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.objects import layer_kind, no_pixels
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import FileBytes
from labeler.model.layers import LayerKind

STORAGE = "1.2.840.10008.5.1.4.1.1."

SPOKEN = {
    "88.34": "structured report",
    "88.59": "list of key images",
    "88.67": "structured report",
    "11.1": "presentation state",
    "481.2": "histograms",
    "481.3": "radiotherapy structures",
    "481.5": "radiotherapy plan",
    "481.8": "radiotherapy plan",
    "481.4": "record of a radiotherapy treatment",
    "104.1": "a PDF",
    "9.1.1": "waveform",
    "66": "raw data",
    "66.1": "registration",
    "66.5": "made of surfaces",
    "91.1": "annotations on a slide",
}


def said(sop_class: str, modality: str = "") -> Dataset:
    values = {tags.SOP_CLASS_UID: sop_class.encode(), tags.MODALITY: modality.encode()}
    return Dataset(values)


@pytest.mark.parametrize("suffix", SPOKEN)
def test_the_sentence_names_the_kind(suffix: str) -> None:
    error = no_pixels(said(f"{STORAGE}{suffix}"), "a.dcm")
    assert (error.code, error.facts["tag"]) == ("no-pixels", "(7FE0,0010)")
    assert SPOKEN[suffix] in error.happened


def test_the_modality_speaks_where_the_class_is_missing() -> None:
    assert "radiotherapy plan" in no_pixels(said("", "RTPLAN"), "a").happened
    assert layer_kind(said("", "SEG")) is LayerKind.SEGMENTATION
    assert layer_kind(said(f"{STORAGE}2", "SEG")) is None
    assert "without an image" in no_pixels(said("9.9"), "a").happened


@pytest.mark.parametrize("suffix", ["2", "1.1.1", "4", "7", "12.1", "77.1.6", "481.1", "66.4"])
def test_an_image_without_pixels_was_cut_short(suffix: str) -> None:
    error = no_pixels(said(f"{STORAGE}{suffix}"), "a.dcm")
    assert error.code == "no-pixels"
    assert "its pixels are missing" in error.happened
    assert "again" in error.do


def test_rows_without_pixels_were_cut_short_whatever_the_class() -> None:
    known = Dataset({tags.SOP_CLASS_UID: b"9.9", tags.ROWS: b"\x10\x00"})
    assert "its pixels are missing" in no_pixels(known, "a.dcm").happened


def test_every_real_file_without_an_image_says_what_it_is(test_data: Path) -> None:
    """The kinds are those of the SOP class names that pydicom gives."""
    words = {
        "SR Storage": "structured report",
        "Plan Storage": "radiotherapy plan",
        "Structure Set": "radiotherapy structures",
        "Presentation State": "presentation state",
        "Waveform": "waveform",
        "Annotations": "annotations on a slide",
    }
    records = json.loads((test_data / "expect.json").read_text())["dev"]
    checked = 0
    for name, record in records.items():
        if record.get("expect") != "must-say-no-image":
            continue
        problems = scan([FileBytes(test_data / name)]).problems
        if [problem.error.code for problem in problems] != ["no-pixels"]:
            continue
        (problem,) = problems
        for part, word in words.items():
            if part in (record.get("sop") or ""):
                assert word in problem.error.happened, name
                checked += 1
    assert checked >= 17
