"""What series are called in rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labeler.app.open_case import SeriesTile
from labeler.ui.reading.phrases import words
from labeler.ui.reading.series_names import short_name
from tests.support.reading_in_memory import chest_image, open_case

LONG = "T1 axial after contrast"


@pytest.mark.parametrize(
    ("series", "names"),
    [
        (((3, "Chest"), (4, "Chest")), ["Se 3", "Se 4"]),
        (((None, "Chest"), (None, "Liver")), ["Chest", "Liver"]),
        (((None, LONG), (4, "Chest")), ["T1 axial after…", "Se 4"]),
        (((3, "Chest"), (3, "Liver"), (4, "Liver")), ["Se 3 Chest", "Se 3 Liver", "Se 4"]),
        (((3, "Chest"), (3, "Chest")), ["Se 3, no. 1", "Se 3, no. 2"]),
        (((None, "Chest"), (None, "Chest")), ["no. 1 in the strip", "no. 2 in the strip"]),
        (((None, ""), (4, "")), ["no. 1 in the strip", "Se 4"]),
        (((None, "Chest"),), [None]),
        (((3, "Chest"),), ["Se 3"]),
    ],
)
def test_no_two_are_called_alike(
    series: tuple[tuple[int | None, str], ...], names: list[str | None]
) -> None:
    tiles = tuple(SeriesTile(f"1.{n}", *said, 5) for n, said in enumerate(series))
    case = replace(open_case(chest_image()), series=tiles)
    found = [short_name(case, tile.uid) for tile in tiles]
    assert [None if name is None else words(name) for name in found] == names


def test_parts_of_one_series_are_called_as_the_whole() -> None:
    tiles = tuple(SeriesTile(uid, 3, "Chest", 5) for uid in ("1.1/1", "1.1/2"))
    case = replace(open_case(chest_image()), series=(*tiles, SeriesTile("1.2", 4, "", 5)))
    name = short_name(case, "1.1")
    assert name is not None
    assert words(name) == "Se 3"
    assert short_name(case, "9.9") is None
