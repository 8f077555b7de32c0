"""How large a document is about, and that it is told before it is too late."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.document import MOST_BYTES, Mark
from labeler.model.document_size import NEARLY, Weighed, about_bytes, size_checks, weigh
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.shapes import Box, Length, MaskRef, PointMark, Polygon
from labeler.proof.codec import encode

FRAME = FrameRef("1.2.826.0.1.3680043.10.1561.4", "1.2.826.0.1.3680043.8.498.123456789.17", 0)


def mark(name: int, points: int = 4, **more: object) -> Mark:
    ring = tuple((100_123 + 37 * k, 200_456 + 21 * k) for k in range(max(points, 3)))
    return Mark(f"m{name}", "nodule", FRAME, Polygon(ring), **more)  # type: ignore[arg-type]


def test_it_is_about_what_is_signed() -> None:
    said = {"note": "ä" * 300, "attributes": (Answer("margin", "spiculated"),)}
    for one in (mark(1), mark(2, 20), mark(3, 16_384), mark(4, **said)):
        real = len(encode(one))
        assert 0.85 * real < about_bytes(one) < 1.25 * real, (real, about_bytes(one))
    shapes = PointMark((1, 2)), Length((0, 0), (1, 1)), Box((0, 0), (9, 9)), MaskRef("0" * 64)
    for shape in shapes:
        one = Mark("m1", "nodule", FRAME, shape)
        assert 0.8 * len(encode(one)) < about_bytes(one) < 1.7 * len(encode(one))


@given(st.lists(st.lists(st.integers(0, 30), unique=True, max_size=12), max_size=6))
@settings(max_examples=60, deadline=None)
def test_only_what_changed_is_looked_at_and_the_sum_is_the_same(steps: list[list[int]]) -> None:
    known = {n: mark(n, 3 + n) for n in range(31)}
    weighed = Weighed()
    for step in steps:
        marks = tuple(known[n] for n in step)
        weighed = weigh(marks, weighed)
        assert weighed.bytes == sum(map(about_bytes, marks))
        assert weigh(tuple(marks), weighed).bytes == weighed.bytes


def test_it_is_told_in_time_and_blocks_nothing() -> None:
    assert size_checks(Weighed((), NEARLY)) == ()
    (near,) = size_checks(Weighed((mark(1),), NEARLY + 1))
    assert (near.code, near.blocks) == ("nearly-too-large", False)
    assert near.text == "The 1 marks take about 49 of the 64 MB that a signed case may hold."
    (over,) = size_checks(Weighed((mark(1),), MOST_BYTES + 1))
    assert (over.code, over.blocks) == ("too-large-to-sign", False)
    assert "65 MB, and a signed case may hold 64" in over.text
