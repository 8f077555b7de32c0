"""Objects beside images: a case shows them as layers, and as themselves only when alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labeler.app.screens import Change
from labeler.model.layers import Findings
from tests.support.findings import POSITIONS, SIZE, write_ct, write_seg
from tests.support.life import Life, Start


def voxels() -> np.ndarray:
    made = np.zeros((len(POSITIONS), *SIZE), dtype=np.uint8)
    made[1:4, 3:8, 4:10] = 1
    return made


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    write_seg(write_ct(folder), voxels(), folder / "seg.dcm")
    return folder


def opened(life: Life, folder: Path) -> Life:
    life.session.open_paths([folder])
    life.until(lambda: life.session.reading.case() is not None)
    return life


def findings(life: Life) -> Findings:
    return life.session.reading.series.findings(life.case().tile)


def test_a_segmentation_is_a_layer_of_its_image_and_no_tile(start: Start, study: Path) -> None:
    life = start().ready()
    heard: list[Change] = []
    life.session.listen(heard.append)
    opened(life, study)
    case = life.case()
    assert [(tile.slices, tile.uid) for tile in case.series] == [(len(POSITIONS), case.tile)]
    life.until(lambda: bool(findings(life)))
    assert Change.LAYERS in heard
    (layer,) = findings(life).layers
    assert layer.name == "Liver"
    assert set(layer.figures) == set(case.image.refs[1:4])
    assert layer.figures.keys() <= set(case.image.refs)


def test_layers_are_no_part_of_the_document(start: Start, study: Path) -> None:
    life = opened(start().ready(), study)
    life.until(lambda: bool(findings(life)))
    reading = life.session.reading
    assert reading.document().marks == ()
    assert reading.is_settled
    assert not reading.can_undo()


def test_a_segmentation_without_its_image_is_shown_as_what_it_is(
    start: Start, study: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "seg.dcm").write_bytes((study / "seg.dcm").read_bytes())
    life = opened(start().ready(), alone)
    assert [tile.slices for tile in life.case().series] == [3]
    assert not findings(life)


def test_files_opened_with_the_open_image_are_read_as_they_are_now(
    start: Start, study: Path, tmp_path: Path
) -> None:
    """One's own files make the case: the same image may come with others beside it."""
    alone, layer = sorted(study.glob("ct*.dcm")), study / "seg.dcm"
    life = start().ready()
    reading = life.session.reading
    life.session.open_paths(alone)
    life.until(lambda: reading.case() is not None)
    name = life.draw()
    first = life.case()
    life.session.open_paths([*alone, layer])
    life.until(lambda: bool(findings(life)))
    assert life.case().id == first.id
    assert life.case().task == "ct0.dcm + ct1.dcm + ct2.dcm"
    assert life.marks() == [name]
    life.session.open_paths([study])
    life.until(lambda: life.case().task == "study")
    life.session.open_paths(alone)
    life.until(lambda: life.case().task != "study")
    life.rest()
    assert not findings(life), "the layers of files that are not open any more"
    write_ct(tmp_path / "more", positions=POSITIONS[:2], space="1.2.3")
    again = life.case()
    life.session.open_paths([*alone, tmp_path / "more"])
    life.until(lambda: life.case() is not again)
    assert life.marks() == [name]
