"""The demonstration's reviewer: what it accepts, and the reason it gives."""

from __future__ import annotations

import pytest

from labeler.demo.phantom import Truth, write_phantom
from labeler.demo.reviewer import LABEL, MISSED, POOR, ToldOnce, judged, reference
from labeler.errors import LabelerError
from labeler.hub.truth import Place
from labeler.model.masks import Mask, empty_mask, mask_of, union

ENOUGH = 600_000


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return write_phantom(tmp_path_factory.mktemp("images"), slices=60, size=128)


def test_the_reference_is_the_truth_frame_by_frame(truth: Truth) -> None:
    found = reference(truth)
    for k, instance in enumerate(truth.instances):
        expected = int(truth.truth_mask(k).sum())
        mask = found.get((LABEL, instance, 0))
        assert (mask.count if mask else 0) == expected


def test_the_truth_itself_is_accepted_at_full_quality(truth: Truth) -> None:
    ruling = judged(reference(truth), truth, ENOUGH)
    assert (ruling.accepted, ruling.quality) == (True, 1_000_000)


def test_nothing_painted_is_a_missed_nodule(truth: Truth) -> None:
    ruling = judged({}, truth, ENOUGH)
    assert (ruling.accepted, ruling.reason, ruling.quality) == (False, MISSED, 0)


def test_a_touch_of_each_nodule_is_a_poor_outline(truth: Truth) -> None:
    dots: dict[Place, Mask] = {}
    for nodule in truth.nodules:
        k = truth.middle_slice(nodule)
        voxels = truth.nodule_mask(nodule, k)
        seen = voxels.nonzero()
        dot = voxels & False
        dot[seen[0][0], seen[1][0]] = True
        place = (LABEL, truth.instances[k], 0)
        dots[place] = union(dots.get(place, empty_mask(128, 128)), mask_of(dot))
    ruling = judged(dots, truth, ENOUGH)
    assert (ruling.accepted, ruling.reason) == (False, POOR)
    assert 0 < ruling.quality < ENOUGH


def test_another_label_is_another_finding(truth: Truth) -> None:
    elsewhere = {
        ("effusion", instance, frame): mask
        for (_, instance, frame), mask in reference(truth).items()
    }
    assert judged(elsewhere, truth, ENOUGH).reason == MISSED


def test_a_trouble_that_lasts_is_told_once() -> None:
    told: list[str] = []
    once = ToldOnce(lambda error: told.append(error.code))
    chain, disk = (LabelerError(code, code, safe="", do="") for code in ("chain", "disk"))
    for error in (chain, chain, disk, chain):
        once.hear(error)
    assert told == ["chain", "disk"]
    once.over()
    once.hear(chain)
    assert told == ["chain", "disk", "chain"]


def test_the_threshold_is_the_tasks(truth: Truth) -> None:
    half = dict(list(reference(truth).items())[::2])
    quality = judged(half, truth, ENOUGH).quality
    assert judged(half, truth, quality).accepted
    assert not judged(half, truth, quality + 1).accepted
