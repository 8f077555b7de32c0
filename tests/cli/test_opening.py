"""`labeler open` on what cannot be opened: told in the shell, and no window."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from labeler.cli.opening import refused_at_once
from labeler.model.paths import resources_root
from labeler.store.profile import Practice, create_profile
from tests.support.shell import Shell

FORMS = resources_root() / "forms"
SHIPS = "Name another file, or one that ships: chest-ct-nodule, general-findings."


def refused(root: Path, images: list[Path], form: str = "") -> tuple[int | None, list[str]]:
    aside = io.StringIO()
    code = refused_at_once(root, images, form, FORMS, aside)
    return code, aside.getvalue().splitlines()


def test_what_may_open_is_not_spoken_of(tmp_path: Path) -> None:
    """A profile that is not there yet is made; a folder of images, or one file; a form that ships,
    or lies anywhere."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "slice.dcm").touch()
    (tmp_path / "slice.dcm").touch()
    own = tmp_path / "own.json"
    own.write_bytes((FORMS / "general-findings.json").read_bytes())
    images = [tmp_path / "images", tmp_path / "slice.dcm"]
    for form in ("", "general-findings", str(own)):
        assert refused(tmp_path / "new", images, form) == (None, [])
    assert refused(tmp_path, []) == (None, [])


@pytest.mark.parametrize("name", ["nowhere", "slice.dcm/below", "n" * 300])
def test_a_folder_that_is_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "slice.dcm").touch()
    wrong = tmp_path / name
    code, told = refused(tmp_path, [tmp_path, wrong])
    assert (code, told) == (
        1,
        [
            f"There is no folder or file named {wrong.name}.",
            "Nothing was changed.",
            "Check the name and try again.",
        ],
    )


def test_a_folder_with_nothing_in_it(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    code, told = refused(tmp_path, [tmp_path / "nothing"])
    assert (code, told[0]) == (1, "nothing is empty.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_is_neither_images_nor_a_form(tmp_path: Path) -> None:
    """Nobody waits for what never comes."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code, told = refused(tmp_path, [pipe])
    assert (code, told[0]) == (1, "pipe is neither a folder nor a file.")
    code, told = refused(tmp_path, [tmp_path], str(pipe))
    assert (code, told[0]) == (1, "The form pipe cannot be used: it is no file.")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="rights bind neither Windows nor root"
)
def test_what_may_not_be_read(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    code, told = refused(tmp_path, [closed])
    assert (code, told[0]) == (1, "closed cannot be read (Permission denied).")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (None, "No such file or directory"),
        (b"", "truncated"),
        (b"{}", "missing required field"),
        (b" " * (4 * 1024 * 1024 + 1), "it is larger than 4194304 bytes"),
    ],
)
def test_a_form_that_cannot_be_used(tmp_path: Path, written: bytes | None, why: str) -> None:
    (tmp_path / "slice.dcm").touch()
    own = tmp_path / "own.json"
    if written is not None:
        own.write_bytes(written)
    code, (happened, safe, do) = refused(tmp_path, [tmp_path], str(own))
    assert code == 1
    assert happened.startswith("The form own.json cannot be used: ")
    assert why in happened
    assert (safe, do.startswith(SHIPS)) == ("Nothing was changed.", True)


def test_a_file_is_no_profile(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, told = refused(tmp_path / "file", [])
    assert (code, told[0]) == (3, f"{tmp_path / 'file'} is no folder, so no profile can be in it.")


def test_a_profile_that_is_open_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "profile"
    profile, _ = create_profile(root, Practice(), now=0)
    profile.lock()
    code, told = refused(root, [tmp_path])
    assert code == 1
    assert told[0] == "This profile is open in another window or program."
    assert refused(root, []) == (None, []), "not from a shell: the window tells it"
    said = Shell(root).process("open", str(tmp_path))
    assert (said.code, said.aside.splitlines()[0]) == (1, told[0])
    profile.release()
    assert refused(root, [tmp_path]) == (None, [])
    profile.lock()
    profile.release()


def test_the_program_itself_leaves_at_once(tmp_path: Path) -> None:
    """As a process: with its code, without a window and without a profile made."""
    shell = Shell(tmp_path / "profile")
    folder = tmp_path / "images"
    said = shell.process("open", str(folder))
    assert (said.code, said.out, said.aside.splitlines()[0]) == (
        1,
        "",
        "There is no folder or file named images.",
    )
    folder.mkdir()
    (folder / "slice.dcm").touch()
    said = shell.process("open", str(folder), "--form", "nosuch")
    assert (said.code, said.aside.splitlines()[0]) == (
        1,
        "The form nosuch cannot be used: No such file or directory.",
    )
    assert not shell.profile.exists()
