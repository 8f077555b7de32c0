"""Bytes changed at random: every door of the package answers or refuses, and nothing falls over."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.imaging.sources.files import MemoryBytes
from labeler.interchange.copies import clean_copy
from labeler.interchange.gate import known_of
from labeler.interchange.privacy import privacy_of
from labeler.interchange.pseudonyms import Pseudonyms
from tests.interchange.test_copies import nifti, pictures
from tests.interchange.test_privacy import patient
from tests.support.dicom_files import save

PSEUDONYMS = Pseudonyms(bytes(32))


@pytest.fixture
def whole(tmp_path: Path) -> list[bytes]:
    plain = patient()
    explicit = save(plain, tmp_path / "a.dcm").read_bytes()
    plain.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    deflated = save(plain, tmp_path / "b.dcm").read_bytes()
    return [explicit, explicit, deflated, nifti(), *pictures().values()]


def changed(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 2, 12))):
        at = chance.randrange(len(made))
        how = chance.random()
        if how < 0.6:
            made[at] = chance.randrange(256)
        elif how < 0.75:
            made[at : at + 4] = b"\xff\xff\xff\xff"
        elif how < 0.9:
            del made[at : at + chance.randrange(1, 9)]
        else:
            made = made[: at + 1]
        made = made or bytearray(b"x")
    return bytes(made)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_falls_over(whole: list[bytes], seed: int) -> None:
    chance = random.Random(seed)
    answered = 0
    for _ in range(60):
        source = MemoryBytes("a", changed(chance.choice(whole), chance))
        for door in (privacy_of, lambda file: clean_copy(file, PSEUDONYMS, "1", {})):
            with suppress(LabelerError):
                door(source)
                answered += 1
        known_of([source])
    assert answered > 30
