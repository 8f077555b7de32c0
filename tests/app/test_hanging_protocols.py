"""Protocol files are decoded strictly; real headers find theirs."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from labeler.app.hanging_protocols import facts_of, load_protocols
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import folder_files
from labeler.model.paths import resources_root
from labeler.viewing.hanging import hangings

SOUND = {
    "code": "one",
    "name": "One",
    "rank": 1,
    "studies": [{"modalities": ["CT"]}],
    "rows": 1,
    "columns": 1,
    "views": [{"choose": {}}],
}


def _load(folder: Path, **changes: object) -> object:
    (folder / "one.json").write_text(json.dumps({**SOUND, **changes}))
    return load_protocols(folder)


def test_a_sound_file_is_loaded(tmp_path: Path) -> None:
    _load(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": 4},
        {"views": []},
        {"rank": "first"},
        {"sorcery": True},
        {"fit": "huge"},
        {"views": [{"choose": {"side": "X"}}]},
        {"views": [{"choose": {"unknown": 1}}]},
    ],
)
def test_anything_else_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        _load(tmp_path, **changes)


def test_a_contradiction_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"one\.json: view 0"):
        _load(tmp_path, views=[{}])
    with pytest.raises(ValueError, match="not its file's name"):
        _load(tmp_path, code="other")


@pytest.mark.parametrize(
    ("folder", "code", "tiles"),
    [
        ("ct_ge_tilt_variable_spacing", "head-ct", 1),
        ("ct_head_1mm_50slices", "head-ct", 1),
        ("mr_epi_4d_ge", "brain-mr-one", 1),
        ("ct_slicer_head_93slices", None, 0),
    ],
)
def test_real_headers_find_their_protocol(
    test_data: Path, folder: str, code: str | None, tiles: int
) -> None:
    series = scan(folder_files(test_data / "dicom" / folder)).series
    found = hangings(
        load_protocols(resources_root() / "hanging"), tuple(facts_of(one) for one in series)
    )
    assert (found[0].protocol.code if found else None) == code
    assert (found[0].filled if found else 0) == tiles
