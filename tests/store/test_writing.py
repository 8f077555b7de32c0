"""Files that the person asked for: whole or not at all, and told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.store.writing import refuse_target, write_whole
from tests.support.crashes import environment

FULL = """
import resource, sys
from pathlib import Path
from labeler.errors import LabelerError
from labeler.store.writing import write_whole

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
file = Path(sys.argv[1]) / "proof"
write_whole(file, b"before")
try:
    write_whole(file, bytes(2000))
except LabelerError as error:
    print(error.code, file.read_bytes(), len(list(file.parent.iterdir())))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert run.stdout == "disk-full b'before' 1\n", run.stderr


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LabelerError) as caught:
        write_whole(tmp_path / "no" / "where", b"")
    assert caught.value.code == "not-written"


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    refuse_target(tmp_path / "new", replace=False)
    (tmp_path / "old").touch()
    refuse_target(tmp_path / "old", replace=True)
    with pytest.raises(LabelerError) as caught:
        refuse_target(tmp_path / "old", replace=False)
    assert caught.value.code == "file-exists"


@pytest.mark.parametrize(
    ("name", "code"),
    [("folder", "file-exists"), ("no/where", "not-written"), ("n" * 300, "not-written")],
)
def test_where_no_file_can_be_it_is_told_before_the_work(
    tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(LabelerError) as caught:
        refuse_target(tmp_path / name, replace=True)
    assert caught.value.code == code
