"""Folders of images become cases that tell nothing of their old names."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.hub.cases import Split, find_cases
from labeler.hub.posting import Posted, minor_units
from labeler.hub.readable import Readable, readable
from labeler.hub.templates import read_template, template_names
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.sources.files import folder_files
from labeler.model.forms import Choice
from labeler.model.paths import resources_root
from tests.support.dicom_files import save, slice_dataset
from tests.support.foreign_slides import tissue, write_mirax, write_ndpi
from tests.support.hub import png

FORMS = resources_root() / "forms"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for name, shade in {"DOE^JANE/1.png": 1, "DOE^JANE/2.png": 2, "ROE^RICHARD/1.png": 3}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(png(shade))
    (tmp_path / "DOE^JANE/report.txt").write_text("secret")
    return tmp_path


def tried(folder: Path) -> Readable:
    with DecoderPool(1) as decoders:
        return readable(folder_files(folder), decoders)


@pytest.mark.parametrize(
    ("split", "counts"), [(Split.SERIES, [2, 1]), (Split.FOLDER, [2, 1]), (Split.WHOLE, [3])]
)
def test_splitting(images: Path, split: Split, counts: list[int]) -> None:
    cases = find_cases(tried(images), split, "cough")
    assert [len(case.files) for case in cases] == counts
    for case in cases:
        sources = [file.source for file in case.files]
        item = case.item(sources)
        assert "DOE" not in str(item)
        assert item.context.indication == "cough"
        for file, named in zip(sources, item.files, strict=True):
            assert hashlib.sha256(file.read(0, file.size)).hexdigest() == named.sha256


def test_what_an_expert_could_not_open_is_left_out_and_named(images: Path) -> None:
    whole = (images / "DOE^JANE/1.png").read_bytes()
    (images / "DOE^JANE/2.png").write_bytes(whole[:40])
    cut = save(slice_dataset(np.ones((64, 64), np.int16)), images / "cut.dcm")
    cut.write_bytes(cut.read_bytes()[:-2000])
    found = tried(images)
    assert [(each.name, each.code) for each in found.left_out] == [
        ("cut.dcm", "truncated-image"),
        ("DOE^JANE/2.png", "undecodable-image"),
        ("DOE^JANE/report.txt", "not-an-image"),
    ]
    assert all(each.message for each in found.left_out)
    cases = find_cases(found, Split.SERIES, "")
    assert [(case.title, len(case.files)) for case in cases] == [("Case 1", 1), ("Case 2", 1)]


def test_a_slide_that_is_opened_by_its_path_is_never_posted(images: Path) -> None:
    """Its expert reads from a sealed package, which has no paths; nor is a part of it posted."""
    pixels = tissue(128, 128)
    write_mirax(images, pixels, 64)
    write_ndpi(images / "b.ndpi", pixels)
    found = tried(images)
    codes = {each.name: each.code for each in found.left_out}
    assert codes["a.mrxs"] == codes["b.ndpi"] == "slide-not-on-disk"
    posted = [one.source.name for case in find_cases(found, Split.WHOLE, "") for one in case.files]
    assert posted == ["DOE^JANE/1.png", "DOE^JANE/2.png", "ROE^RICHARD/1.png"]


def test_real_series_become_cases(test_data: Path) -> None:
    """Every DICOM file with pixels of the collection belongs to exactly one case."""
    found = tried(test_data / "dicom")
    cases = find_cases(found, Split.SERIES, "")
    shown = [file.source.name for case in cases for file in case.files
             if file.source.name in found.images]  # fmt: skip
    assert len(shown) == len(set(shown)) > 100
    assert len(cases) > 10
    assert {PurePosixPath(case.files[0].name).suffix for case in cases} == {".dcm"}


@pytest.mark.parametrize(
    ("text", "decimals", "minor"),
    [("25", 6, 25_000_000), ("2.50", 6, 2_500_000), ("0.000001", 6, 1), ("7", 0, 7)],
)
def test_prices_are_exact(text: str, decimals: int, minor: int) -> None:
    assert minor_units(text, decimals) == minor


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1e3", " 1", "1.", ".5", "٣", "0.12"])
def test_other_prices_are_refused(text: str) -> None:
    with pytest.raises(LabelerError):
        minor_units(text, 1)


@pytest.mark.parametrize("name", template_names(FORMS))
def test_shipped_forms_are_whole(name: str) -> None:
    template = read_template(name, FORMS)
    assert any(question.required for question in template.form.questions)
    assert any(label.asks for label in template.labels), "so that a newcomer meets one"
    for question in template.form.questions:
        if isinstance(question, Choice):
            assert len({option.code for option in question.options}) == len(question.options) > 1


def test_a_form_may_be_a_file(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_bytes((FORMS / "chest-ct-nodule.json").read_bytes())
    assert read_template(str(own), FORMS) == read_template("chest-ct-nodule", FORMS)
    own.write_text('{"format": 1}')
    with pytest.raises(LabelerError) as caught:
        read_template(str(own), FORMS)
    assert caught.value.code == "bad-form"
    with pytest.raises(LabelerError):
        read_template("../forms/chest-ct-nodule", FORMS)


CHOICE = {"type": "choice", "code": "side", "text": "Side", "options": []}
SCALE = {"type": "scale", "code": "size", "text": "Size", "low": 1, "high": 5}
WORDS = {"type": "text", "code": "why", "text": "Why?", "required": True}
LEFT = {"code": "left", "text": "Left"}


@pytest.mark.parametrize(
    ("questions", "why"),
    [
        ([SCALE, SCALE], "two questions have one code"),
        ([CHOICE], "“Side” needs options"),
        ([CHOICE | {"options": [LEFT, LEFT]}], "“Side” needs options"),
        ([SCALE | {"low": 6}], "“Size” asks for a number from 6 to 5"),
        ([SCALE | {"high": 2**53 - 1}], "“Size” needs a low and a high number"),
        ([WORDS | {"max_length": 0}], "“Why?” needs a max_length"),
        ([WORDS], "“Why?” must be answered in words"),
        ([SCALE | {"code": f"q{n}"} for n in range(17)], "length <= 16"),
        ([], "length >= 1"),
    ],
)
def test_questions_that_nobody_could_answer_are_not_posted(
    tmp_path: Path, questions: list[dict[str, object]], why: str
) -> None:
    template = msgspec.json.decode((FORMS / "general-findings.json").read_bytes())
    template["free_text_allowed"] = False
    template["form"]["questions"] = []
    template["labels"] = [{"code": "lesion", "name": "Lesion", "questions": questions}]
    own = tmp_path / "own.json"
    own.write_bytes(msgspec.json.encode(template))
    with pytest.raises(LabelerError) as caught:
        read_template(str(own), FORMS)
    assert (caught.value.code, why in caught.value.happened) == ("bad-form", True)


def test_two_labels_of_one_code_are_not_posted(tmp_path: Path) -> None:
    template = msgspec.json.decode((FORMS / "general-findings.json").read_bytes())
    template["labels"] *= 2
    own = tmp_path / "own.json"
    own.write_bytes(msgspec.json.encode(template))
    with pytest.raises(LabelerError, match="two labels have one code"):
        read_template(str(own), FORMS)


def test_the_hub_keeps_only_ciphertext(posted: Posted, tmp_path: Path) -> None:
    stored = b"".join(path.read_bytes() for path in (tmp_path / "hub").rglob("*") if path.is_file())
    assert posted.items == 2
    assert png(1) not in stored


def test_each_file_of_a_slide_is_handed_out_as_dicom(test_data: Path) -> None:
    """Its sizes lie in files with headers of their own: none of them is mere values."""
    folder = test_data / "wsi/dicom_wsi_cmu1_small"
    (case,) = find_cases(tried(folder), Split.SERIES, "")
    assert {file.source.name for file in case.files} == {path.name for path in folder.iterdir()}
    assert all(file.name.endswith(".dcm") for file in case.files)
    assert not any(file.voxels for file in case.files)
