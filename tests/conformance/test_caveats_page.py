"""The page of conformance names every caveat, and whether it blocks measuring."""

from __future__ import annotations

from pathlib import Path

from labeler.model.image import Caveat

PAGE = Path(__file__).parents[2] / "docs/conformance.md"


def test_every_caveat_is_on_the_page_with_what_it_blocks() -> None:
    section = PAGE.read_text().split("## Caveats\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:2] == "| "]
    told = {row[0]: row[-1] for row in rows[1:]}
    assert set(told) == {caveat.value for caveat in Caveat}
    for caveat in Caveat:
        if caveat.blocks_measuring:
            assert told[caveat] == "yes"
        elif caveat.blocks_measuring_across:
            assert told[caveat] == "across slices"
        else:
            assert told[caveat] in ("no", "outside its regions")
