"""What a file's header says, element by element, as plain words for a person to read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from labeler.model.searching import as_searched


@dataclass(frozen=True, slots=True)
class HeaderEntry:
    """One element. `tag` is "(gggg,eeee)" in DICOM, a number or "" elsewhere; `depth` counts the
    sequences around it. `length` is in bytes, None where a delimiter ends it. `value` is bounded
    text; `private` names who made up a private element."""

    depth: int
    tag: str
    keyword: str
    name: str
    vr: str
    length: int | None
    value: str
    private: str = ""
    names_person: bool = False
    """Whether the value may say who the person is: it is shown, and never copied."""


@dataclass(frozen=True, eq=False)
class HeaderListing:
    """All elements of one file in the order they stand. Not `complete`: the file ends early, or
    holds more than is listed."""

    file: str
    entries: tuple[HeaderEntry, ...]
    complete: bool = True

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What each entry is searched in; made once, away from the screen."""
        return tuple(map(_searched, self.entries))


def matching(listing: HeaderListing, typed: str) -> tuple[int, ...]:
    """Which entries hold every word of `typed` in tag, keyword, name or value, in their order.

    The sequences around a found entry come with it, so that it is seen where it stands. A tag may
    be typed as "0028,0010", "00280010" or "(0028,0010)".
    """
    words = [as_searched(word.strip("()")) for word in typed.split()]
    entries, texts = listing.entries, listing.texts
    if not words:
        return tuple(range(len(entries)))
    found: set[int] = set()
    for at, text in enumerate(texts):
        if all(word in text for word in words):
            found.update(_around(entries, at))
    return tuple(sorted(found))


def _around(entries: tuple[HeaderEntry, ...], at: int) -> list[int]:
    """An entry and the items and sequences it lies in."""
    path, depth = [at], entries[at].depth
    while depth and at:
        at -= 1
        if entries[at].depth < depth:
            path.append(at)
            depth = entries[at].depth
    return path


def _searched(entry: HeaderEntry) -> str:
    tag = entry.tag.strip("()")
    parts = (tag, tag.replace(",", ""), entry.keyword, entry.name, entry.private, entry.value)
    return as_searched("\n".join(parts))
