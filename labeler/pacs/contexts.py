"""What is proposed when images are to come: each class in each syntax, so that none is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from labeler.pacs.query import is_uid

MOST = 126
"""An association has 128 presentation contexts; one is the question's own."""
USUAL = tuple(
    f"1.2.840.10008.1.2{ending}"
    for ending in (
        *(".1", "", ".4.50", ".4.51", ".4.57", ".4.70", ".4.80", ".4.81", ".4.90", ".4.91", ".5"),
        *(".1.99", ".2", ".4.201", ".4.202", ".4.203", ".4.102", ".4.103"),
    )
)
"""What archives hold, the uncompressed ones first."""
RARE = tuple(
    f"1.2.840.10008.1.2.4.{ending}"
    for ending in (92, 93, 100, 101, 104, 105, 106, 107, 108, 110, 111, 112)
)
EVERY = (*USUAL, *RARE)
"""All together in one context: some archives break off where there are more than 50."""

Proposal = tuple[str, tuple[str, ...]]
"""A class and the transfer syntaxes of one presentation context."""


def proposals(classes: Iterable[str], all_classes: Sequence[str]) -> Iterator[tuple[Proposal, ...]]:
    """What to propose for these classes, in one association after another.

    A context is accepted with one syntax: where the classes are known each usual one has its own.
    Where they are not, `all_classes` (the common ones first) are proposed with all syntaxes.
    """
    known = sorted({each for each in classes if is_uid(each)})
    if not known:
        yield tuple((each, EVERY) for each in all_classes[:MOST])
        return
    together = MOST // len(USUAL)
    for at in range(0, len(known), together):
        yield tuple((each, (syntax,)) for each in known[at : at + together] for syntax in USUAL)
