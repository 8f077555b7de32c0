"""Labeler and the other readers agree on every measured file, or differ for a written reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from tests.conformance.agreement import Verdict, reasons, table, walk
from tests.conformance.reasons import REASONS

PAGE = Path(__file__).parents[2] / "docs/conformance.md"


@pytest.fixture(scope="module")
def verdicts(test_data: Path) -> Iterator[list[Verdict]]:
    with DecoderPool(2) as decoders:
        yield list(walk(test_data, decoders))


def test_every_difference_has_its_reason(verdicts: list[Verdict]) -> None:
    assert len(verdicts) > 600
    unexplained = {one.name: one.trouble for one in verdicts if not one.explained}
    assert unexplained == {}


def test_no_reason_is_left_over(verdicts: list[Verdict]) -> None:
    assert {one.name for one in verdicts if one.trouble} == set(REASONS)


def test_the_page_tells_the_same_figures(verdicts: list[Verdict]) -> None:
    page = PAGE.read_text()
    assert table(verdicts) in page
    assert reasons() in page
