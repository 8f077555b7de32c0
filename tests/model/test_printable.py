"""What a stranger chose is shown without being obeyed."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.model.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("caf\u00e9 \u4e2d\u3000\u00a0.dcm", "caf\u00e9 \u4e2d\u3000\u00a0.dcm"),
        (os.fsdecode(b"caf\xe9.dcm"), "caf%E9.dcm"),
        ("a\nImage 1 is fine", "a%0AImage 1 is fine"),
        ("\x1b[2J\x9b1m", "%1B[2J%C2%9B1m"),
        ("gpj\u202e.exe", "gpj%E2%80%AE.exe"),
        ("\ud800", "%ED%A0%80"),
    ],
)
def test_what_a_terminal_obeys_is_spelled(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_encoded_and_is_one_line(text: str) -> None:
    shown = printable(text)
    assert shown.encode().decode() == shown
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown
