from __future__ import annotations

import pytest

from labeler.model.searching import as_searched


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("oed", "Œdème"),
        ("ŒDÈ", "oedeme"),
        ("ede", "Œdème"),
        ("strasse", "Straße"),
        ("lunghjaelp", "Lunghjælp"),
        ("zmiana ł", "ZMIANA Ł"),
        ("fibrose", "ﬁbrose"),
    ],
)
def test_accents_and_ligatures_count_for_nothing_on_both_sides(typed: str, name: str) -> None:
    assert as_searched(typed) in as_searched(name)
