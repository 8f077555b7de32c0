"""Files read after their likes say what they say when each is read by itself."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence as Items
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLSLossless,
    RLELossless,
)

from labeler.errors import LabelerError
from labeler.imaging.dicom import alike as alike_module
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.alike import OWN, SELDOM, AlikeFiles
from labeler.imaging.dicom.header import looks_like_dicom
from labeler.imaging.dicom.reader import read
from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import MemoryBytes, folder_files
from labeler.model.image import ByteSource
from tests.fuzz.grammar import dicom_file
from tests.fuzz.mutator import mutate
from tests.support.dicom_files import describe_pixels, slice_dataset

PIXELS = np.arange(48, dtype=np.int16).reshape(6, 8)
Said = tuple[StoredFrame, ...] | str


def nothing_beside(_name: str) -> None:
    return None


def by_itself(source: ByteSource) -> Said:
    try:
        return read(source, source.read(0, 1 << 14), nothing_beside)
    except LabelerError as error:
        return f"{error.code}: {error}"


def after_others(known: AlikeFiles, source: ByteSource) -> Said:
    try:
        return known.read(source, source.read(0, known.enough)) or "by itself"
    except LabelerError as error:
        return f"{error.code}: {error}"


def laid_bare(value: Any) -> Any:
    """Every field of every value in it, so that all can be compared."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, tuple | list):
        return tuple(laid_bare(each) for each in value)
    if isinstance(value, dict):
        return {key: laid_bare(each) for key, each in value.items()}
    if dataclasses.is_dataclass(value):
        return type(value), {f.name: laid_bare(getattr(value, f.name)) for f in fields(value)}
    if hasattr(value, "read") and hasattr(value, "name"):
        return value.name
    if hasattr(value, "__dict__") and type(value).__module__.startswith("labeler"):
        bare = {name: each for name, each in vars(value).items() if name != "_lock"}
        return type(value), {name: laid_bare(each) for name, each in bare.items()}
    return value


def fields(value: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(value)


def compare(sources: Iterable[ByteSource], known: AlikeFiles | None = None) -> int:
    """All of them after one another; how many were not left to be read by themselves."""
    known = known or AlikeFiles()
    compared = 0
    for source in sources:
        if (found := after_others(known, source)) != "by itself":
            compared += 1
            assert laid_bare(found) == laid_bare(by_itself(source)), source.name
    return compared


def spelled(dataset: FileDataset, name: str = "x") -> MemoryBytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return MemoryBytes(name, out.getvalue())


def made(number: int = 1, **kinds: Any) -> FileDataset:
    return slice_dataset(PIXELS, number=number, position=(0.0, 0.0, float(number)), **kinds)


def shortcuts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Which files were made after a model: grows as they are read."""
    told: list[bool] = []
    like = alike_module._Model.like

    def watched(self: Any, source: ByteSource, *rest: Any) -> StoredFrame | None:
        made = like(self, source, *rest)
        told.append(made is not None)
        return made

    monkeypatch.setattr(alike_module._Model, "like", watched)
    return told


@pytest.mark.parametrize("backwards", [False, True])
def test_all_real_files_in_each_of_their_folders(
    test_data: Path, monkeypatch: pytest.MonkeyPatch, *, backwards: bool
) -> None:
    told = shortcuts(monkeypatch)
    every = [one for one in folder_files(test_data) if looks_like_dicom(one.read(0, 256))]
    assert compare(every[::-1] if backwards else every) > 400
    assert told.count(True) > 150


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_slices_of_one_series_are_made_after_the_first(
    syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = shortcuts(monkeypatch)
    assert compare(spelled(made(k, syntax=syntax)) for k in range(1, 9)) == 8
    assert told == [True] * 7


TIME = st.from_regex(r"\A([01]\d|2[0-3])[0-5]\d[0-5]\d(\.\d{1,6})?\Z")
DATE = st.dates().map(lambda day: day.strftime("%Y%m%d").zfill(8))
DECIMAL = st.floats(-1e5, 1e5).map(lambda value: f"{value:.6g}")
ODD = st.sampled_from(["", " ", "x", "1e400", "-", "1\\2\\3\\4", "99999999", "0", "-0", "1,5"])
VALUES = {
    "SOPInstanceUID": st.sampled_from(["", "1.2.3", f"1.2.{'9' * 50}"]),
    "InstanceNumber": st.integers(-5, 2**31 - 1).map(str) | ODD,
    "ImagePositionPatient": st.lists(DECIMAL, min_size=1, max_size=4).map("\\".join) | ODD,
    "AcquisitionDate": DATE | ODD,
    "ContentDate": DATE | ODD,
    "AcquisitionDateTime": DATE | ODD,
    "AcquisitionTime": TIME | ODD,
    "ContentTime": TIME | ODD,
    "WindowCenter": DECIMAL | ODD,
    "WindowWidth": DECIMAL | ODD,
    "RescaleIntercept": DECIMAL | ODD,
    "RescaleSlope": DECIMAL | ODD,
    "TemporalPositionIdentifier": st.integers(1, 9).map(str),
    "AcquisitionNumber": st.integers(1, 9).map(str),
    "SliceLocation": DECIMAL,
    "SeriesDescription": st.text("abc ÄÖ", max_size=9),
    "ImageComments": st.text("abc", max_size=99),
    "Modality": st.sampled_from(["CT", "MR", "PT", "NM", "US"]),
    "Rows": st.sampled_from([5, 6]),
}


def changed(dataset: FileDataset, values: dict[str, Any]) -> FileDataset:
    for name, value in values.items():
        if name not in dataset:
            setattr(dataset, name, None)
        dataset[name]._value = value
    return dataset


changes = st.fixed_dictionaries({}, optional=VALUES)


@settings(max_examples=150, deadline=None)
@given(
    same=changes,
    own=st.lists(changes, min_size=1, max_size=4),
    syntax=st.sampled_from([ExplicitVRLittleEndian, ImplicitVRLittleEndian]),
    modality=st.sampled_from(["CT", "PT", "MR"]),
)
def test_whatever_slices_say_differently(
    same: dict[str, Any], own: list[dict[str, Any]], syntax: str, modality: str
) -> None:
    sources = []
    for number, values in enumerate([{}, *own], 1):
        dataset = made(number, syntax=syntax, modality=modality)
        if modality == "PT":
            _inject(dataset)
        try:
            sources.append(spelled(changed(changed(dataset, same), values)))
        except (ValueError, TypeError, AttributeError):
            return  # pydicom does not write it
    compare(sources)


def _inject(dataset: FileDataset) -> None:
    dataset.Units, dataset.DecayCorrection = "BQML", "START"
    dataset.CorrectedImage = ["ATTN", "DECY"]
    dataset.PatientWeight, dataset.SeriesDate, dataset.SeriesTime = "70", "20260101", "101010"
    tracer = Dataset()
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = "370000000", "6586"
    tracer.RadiopharmaceuticalStartTime = "090000"
    dataset.RadiopharmaceuticalInformationSequence = Items([tracer])


@pytest.mark.parametrize("name", list(VALUES))
def test_each_thing_that_may_be_a_files_own(name: str) -> None:
    """One at a time, also absent: in any order."""
    values = {"InstanceNumber": "7", "SOPInstanceUID": "1.2.9", "Rows": 5, "Modality": "MR"}
    plain, other, without = made(), made(), made()
    changed(other, {name: values.get(name, "12")})
    if name in without:
        delattr(without, name)
    several = [spelled(plain), spelled(other), spelled(without), spelled(plain), spelled(other)]
    compare(several)
    compare(several[::-1])


def test_a_file_that_is_cut_short_is_not_taken_for_whole() -> None:
    known = AlikeFiles()
    whole = spelled(made(1))
    cut = MemoryBytes("cut", spelled(made(2)).read(0, 1 << 20)[:-40])
    assert compare([whole, whole], known) == 2
    assert after_others(known, cut) == "by itself"


def packed(number: int, codestream: bytes, syntax: str = JPEGLSLossless) -> MemoryBytes:
    dataset = made(number)
    describe_pixels(dataset, PIXELS.astype(np.uint16))
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate([codestream])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return spelled(dataset)


def test_compressed_slices_are_asked_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shortcuts(monkeypatch)
    sound = [imagecodecs.jpegls_encode(PIXELS.astype(np.uint16) + k) for k in range(4)]
    assert compare(packed(k, stream) for k, stream in enumerate(sound, 1)) == 4
    assert told == [True] * 3


def test_a_compressed_slice_that_is_something_else_is_not_taken_for_its_like() -> None:
    known = AlikeFiles()
    pixels = PIXELS.astype(np.uint16)
    assert compare([packed(1, imagecodecs.jpegls_encode(pixels))], known) == 1
    others = {
        "other size": imagecodecs.jpegls_encode(pixels[:4]),
        "other codec": imagecodecs.jpeg2k_encode(pixels, codecformat="j2k"),
        "lossy": imagecodecs.jpegls_encode(pixels, level=3),
    }
    for number, (what, stream) in enumerate(others.items(), 2):
        assert after_others(known, packed(number, stream)) == "by itself", what
    unknown = packed(7, b"\xff\xd8"), packed(8, bytes(range(64)))
    assert compare([*unknown, packed(9, imagecodecs.jpegls_encode(pixels))], known) == 3


def test_plain_pixels_under_the_name_of_compressed_ones_are_no_model() -> None:
    data = spelled(made()).read(0, 1 << 20)
    named = data.replace(f"{ExplicitVRLittleEndian}\0".encode(), f"{RLELossless}\0".encode())
    assert named != data
    known = AlikeFiles()
    assert compare([MemoryBytes("x", named)] * 2, known) == 2
    assert not known._known


def test_private_bulk_before_the_pixels_is_stepped_over(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shortcuts(monkeypatch)

    def bulky(number: int) -> MemoryBytes:
        dataset = made(number)
        block = dataset.private_block(0x0019, "SYNTHETIC", create=True)
        block.add_new(0x10, "OB", bytes(30_000 + 2 * number))
        block.add_new(0x11, "OB", bytes(9_000))
        return spelled(dataset)

    assert compare(map(bulky, range(1, 5))) == 4
    assert told == [True] * 3


def test_kinds_of_files_are_forgotten_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike_module, "_ROOM", 2)
    told = shortcuts(monkeypatch)
    kinds = [made(1, series=str(n)) for n in range(4)]
    assert compare(spelled(one) for one in (*kinds, *kinds[::-1])) == 8
    assert told == [True, True]


def test_what_is_own_is_named_once_and_is_a_plain_value() -> None:
    assert (OWN.keys() | SELDOM.keys()) <= tags.WANTED
    assert not (OWN.keys() | SELDOM.keys()) & tags.SEQUENCES
    assert not OWN.keys() & SELDOM.keys()


@pytest.mark.parametrize("seed", range(6))
def test_made_worse_in_any_way(seed: int) -> None:
    """Broken files among sound ones of the same kind, by the fuzzer's own hands."""
    chance = random.Random(seed)
    seeds: Sequence[bytes] = [
        spelled(made()).read(0, 1 << 20),
        spelled(made(syntax=ImplicitVRLittleEndian)).read(0, 1 << 20),
        dicom_file(chance),
    ]
    known = AlikeFiles()
    for number in range(60):
        one = chance.choice(seeds)
        worse, _ = mutate(one, chance.choice(seeds), chance)
        compare([MemoryBytes("sound", one), MemoryBytes(f"{number}", worse)], known)
