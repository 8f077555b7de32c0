"""What is left of a damaged database is carried into a new one, and what is missing is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.store.profile import Practice, open_profile
from labeler.store.recovery import Recovery, recover_database
from tests.support.profiles import ITEM, NOW, opened, stroke

PAGE = 4096
STEPS = 40


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("recovery") / "p"
    with opened(root) as store:
        for name in ("d1", "d2"):
            store.documents.ensure(name, ITEM, NOW)
        for seq in range(STEPS):
            for name in ("d1", "d2"):
                store.journal.append(name, [stroke(seq)], after=seq, at=NOW, blobs=[b"%d" % seq])
    return root


def recovered(root: Path) -> Recovery:
    profile = open_profile(root)
    return recover_database(profile, profile.unlock(Practice()), now=NOW)


def test_every_damaged_page_costs_what_it_held_and_no_more(whole: Path, tmp_path: Path) -> None:
    data = (whole / "labeler.db").read_bytes()
    codes: set[str] = set()
    for page in range(1, len(data) // PAGE):
        root = Path(shutil.copytree(whole, tmp_path / str(page)))
        damaged = bytearray(data)
        damaged[page * PAGE + 100] ^= 1
        (root / "labeler.db").write_bytes(damaged)
        with pytest.raises(LabelerError) as caught, opened(root):
            pass
        assert caught.value.code == "database-damaged"
        found = recovered(root)
        assert (found.aside / "labeler.db").read_bytes() == damaged
        codes |= look(root, found)
    assert {"whole", "journal-damaged", "journal-lost-entries"} <= codes


def look(root: Path, found: Recovery) -> set[str]:
    """Every entry is there, or its journal is named and its good part can be gone on with."""
    codes: set[str] = set()
    with opened(root) as store:
        for name in ("d1", "d2"):
            store.documents.ensure(name, ITEM, NOW)
            try:
                assert len(store.journal.read(name)) == STEPS
                codes.add("whole")
            except LabelerError as error:
                assert "journal" in found.incomplete or "document" in found.incomplete
                codes.add(error.code)
                good = len(store.documents.last_good(name).document.marks)
                head = store.journal.accept_loss(name)
                assert head.seq == good
                store.journal.append(name, [stroke(good)], after=good, at=NOW)
                assert len(store.documents.history(name).document.marks) == good + 1
    return codes


def test_a_database_of_which_nothing_is_left_stays_as_it_is(whole: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(whole, tmp_path / "p"))
    (root / "labeler.db").write_bytes(bytes(PAGE * 3))
    with pytest.raises(LabelerError) as caught:
        recovered(root)
    assert caught.value.code == "database-damaged"
    assert (root / "labeler.db").read_bytes() == bytes(PAGE * 3)
