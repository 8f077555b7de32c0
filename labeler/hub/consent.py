"""What images tell of the person before they are handed out, and what needs somebody's word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

from labeler.errors import LabelerError
from labeler.hub.cases import Case
from labeler.interchange.privacy import FilePrivacy, privacy_of
from labeler.interchange.privacy_findings import Severity, Sort

SHOWN = 20


@dataclass(frozen=True)
class Consent:
    """Which files somebody has looked at, and which may go as they are; patterns of names."""

    looked: tuple[str, ...] = ()
    as_is: tuple[str, ...] = ()

    def has_looked(self, name: str) -> bool:
        return _fits(name, self.looked)

    def lets_go(self, name: str) -> bool:
        """Whether a file may be handed out with all that it tells."""
        return _fits(name, self.as_is)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


@dataclass(frozen=True)
class Told:
    """What the files of a task tell, before anything is done about it."""

    files: tuple[FilePrivacy, ...]

    @property
    def faces(self) -> int:
        """In how many files a head is shown."""
        return sum(any(one.sort is Sort.FACE for one in file.findings) for file in self.files)

    def counted(self, severity: Severity) -> dict[str, int]:
        """Names of what was found, each with the number of files that have it."""
        found: dict[str, int] = {}
        for file in self.files:
            for name in {one.name for one in file.findings if one.severity is severity}:
                found[name] = found.get(name, 0) + 1
        return dict(sorted(found.items()))

    def names_left(self, consent: Consent) -> tuple[str, ...]:
        """Names of what the files that go as they are still tell."""
        kept = (file for file in self.files if consent.lets_go(file.file))
        found = (one for file in kept for one in file.findings)
        return tuple(sorted({one.name for one in found if one.severity is Severity.NAMES}))


def look_through(cases: Sequence[Case], consent: Consent) -> Told:
    """Every file of the cases, once.

    Raises LabelerError where a file's header is too broken to know and nobody let it go as it is.
    """
    sources = {each.source.name: each.source for case in cases for each in case.files
               if not each.voxels}  # fmt: skip
    found = []
    for source in sources.values():
        try:
            found.append(privacy_of(source))
        except LabelerError:
            if not consent.lets_go(source.name):
                raise
    return Told(tuple(found))


def refuse_unlooked(told: Told, consent: Consent) -> None:
    """Hold back what only a person can judge.

    Raises LabelerError "cannot-be-cleaned" or "look-first", which list the files.
    """
    waiting = [file for file in told.files if not consent.lets_go(file.file)]
    stuck = [file.file for file in waiting if not file.cleanable]
    if stuck:
        raise LabelerError(
            "cannot-be-cleaned",
            "No de-identified copy can be made of {count} of these files: {names}.",
            safe="Nothing was posted.",
            do="Leave them out, or name them with --as-is to hand them out as they are.",
            count=len(stuck),
            names=_listed(stuck),
        )
    unseen = [file.file for file in waiting if file.look and not consent.has_looked(file.file)]
    if unseen:
        raise LabelerError(
            "look-first",
            "A name may be painted into the pixels of {count} of these files: {names}.",
            safe="Nothing was posted.",
            do="Look at them; then name those that are fine with --looked, and leave out the rest.",
            count=len(unseen),
            names=_listed(unseen),
        )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    shown: Iterable[str] = names[:SHOWN]
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
