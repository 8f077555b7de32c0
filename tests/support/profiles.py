"""Profiles and stores on a real disk, with a cheap passphrase and a still clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.frames import FrameRef
from labeler.model.shapes import Length
from labeler.model.steps import Do
from labeler.store.profile import Passphrase, Practice, create_profile, open_profile
from labeler.store.store import Store, open_store
from labeler.store.vault import Cost

NOW = 1_800_000_000
CHEAP = Cost(passes=1, memory_kib=64, lanes=1)
ITEM = "1" * 64


def passphrase(words: str = "correct horse") -> Passphrase:
    return Passphrase(words, CHEAP)


def make_profile(root: Path) -> None:
    create_profile(root, Practice(), now=NOW)


@contextmanager
def opened(root: Path) -> Iterator[Store]:
    """The store of a practice profile, made where it is new, closed at the end."""
    if not (root / "profile.json").exists():
        make_profile(root)
    profile = open_profile(root)
    store = open_store(profile, profile.unlock(Practice()), now=NOW)
    try:
        yield store
    finally:
        store.close()


def stroke(number: int) -> Do:
    """A step that adds the mark `number` (from 0) at the end."""
    frame = FrameRef(series="1.2", instance="1.2.3", frame=number)
    shape = Length(start=(0, 0), end=(1000 * number, 500))
    return Do(AddMark(number, Mark(id=f"m{number}", label="nodule", frame=frame, shape=shape)))
