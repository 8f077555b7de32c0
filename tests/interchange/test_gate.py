"""What a person's own words might tell of the patient."""

from __future__ import annotations

import pytest

from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.interchange.gate import known_of, telling
from labeler.interchange.identity import Identity
from tests.interchange.test_privacy import patient
from tests.support.dicom_files import save

NOBODY = Identity()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Nodule of 8 mm in the left lower lobe, SUV 4.25", ()),
        ("Compared with CT of 12.03.2020", ("date",)),
        ("see 2020-03-12", ("date",)),
        ("ask a.b@example.org", ("e-mail address",)),
        ("call 0171 555 12 34", ("telephone number",)),
        ("No. 4711081512", ("long number",)),
        ("slices 12-15, 3/4 of the lobe, L4/5", ()),
        ("HU 1234.567 1200", ()),
        ("", ()),
    ],
)
def test_patterns(text: str, what: tuple[str, ...]) -> None:
    assert [each.what for each in telling([("q", text)], NOBODY)] == ([what] if what else [])


def test_compared_with_the_open_images(tmp_path_factory: pytest.TempPathFactory) -> None:

    path = save(patient(), tmp_path_factory.mktemp("a") / "a.dcm")
    known = known_of([FileBytes(path)])
    for text, what in (
        ("Ms Möller was here", "name"),
        ("ADA has a nodule", "name"),
        ("number 4711 0815", "patient ID"),
        ("born 31.01.1970", "birth date"),
    ):
        (found,) = telling([("q", text)], known)
        assert what in found.what
    assert telling([("q", "adaptation of the lung")], known) == ()
    for value in ("ller", "ada", "4711", "1970"):
        assert value not in repr(known).lower(), "no log and no trace has the values"


def test_what_cannot_be_read_is_not_compared() -> None:

    assert known_of([MemoryBytes("a", b"\0" * 128 + b"DICM\x02\0\0\0UL\4")]) == NOBODY
