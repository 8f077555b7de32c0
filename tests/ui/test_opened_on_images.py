"""`labeler open FOLDER`: the images are what is shown first."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from labeler.__main__ import _asked_for
from labeler.ui.window import Window
from tests.support.dicom_files import write_stack
from tests.support.session_in_memory import SessionInMemory

CONTENDER = Path(__file__).parents[1] / "benchmarks" / "contenders" / "study_window.py"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", (None, (), "")),
        ("open", (None, (), "")),
        ("open a b", (None, (Path("a"), Path("b")), "")),
        ("--profile p", (Path("p"), (), "")),
        ("--profile p open a", (Path("p"), (Path("a"),), "")),
        ("open --profile p a", (Path("p"), (Path("a"),), "")),
        ("open a --profile=p", (Path("p"), (Path("a"),), "")),
        ("open a --form f.json b", (None, (Path("a"), Path("b")), "f.json")),
        ("--profile p open --form=f a", (Path("p"), (Path("a"),), "f")),
        ("open a -- --form", (None, (Path("a"), Path("--form")), "")),
        ("open --form f", None),
        ("open a --form", None),
        ("open a --json", None),
        ("open --profile", None),
        ("--profile", None),
        ("open --help", None),
        ("tasks", None),
        ("--profile p tasks", None),
        ("--version", None),
    ],
)
def test_what_is_typed_for_the_window_and_what_for_the_shell(
    typed: str, asked: tuple[Path | None, tuple[Path, ...], str] | None
) -> None:
    assert _asked_for(typed.split()) == asked


@pytest.mark.parametrize(
    "typed", [["open", ""], ["open", "a", ""], ["open", "a", "--form", ""], ["--profile", ""]]
)
def test_an_empty_name_is_not_the_current_folder(typed: list[str]) -> None:
    assert _asked_for(typed) is None


def test_a_slice_is_on_the_screen_without_a_click(tmp_path: Path) -> None:
    """On a new profile, with no greeting before it."""
    write_stack(tmp_path / "study", [(0, 0, z) for z in range(3)])
    command = [sys.executable, str(CONTENDER), str(tmp_path / "profile"), str(tmp_path / "study")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.stderr.splitlines() == ["painted"]
    assert ended.returncode == 0


def test_a_new_profile_is_not_greeted_before_its_images(
    window: Window, session: SessionInMemory
) -> None:
    session.now_standing = replace(session.now_standing, first_run=True)
    window.begin(at_images=True)
    assert window.place() is window.places["reading"]
    assert QApplication.activeModalWidget() is None
