"""What a profile remembers of a case of one's own: its title, where its images lie, what is asked.

A case is named by its images, and they are no part of the profile. Without this nobody could tell
its marks from a name, and what is asked of it would be whatever was chosen for another one since.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from labeler.app.own_forms import (
    PRACTICE_FORM,
    PRACTICE_LABELS,
    named,
    read_again,
    read_own,
)
from labeler.app.preference_store import read_preferences
from labeler.app.services import Services
from labeler.errors import LabelerError
from labeler.model.forms import Form
from labeler.model.manifest import Label
from labeler.model.printable import printable
from labeler.model.task_templates import Template
from labeler.store.store import Store

MOST_FORMER = 16
"""Titles of one case: whoever gives it a new one each day has the oldest forgotten."""

MOST_PATH_BYTES = 1 << 20
"""Of the places of one case, in all: who drops ten thousand files has them remembered nowhere."""


class OwnCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`places` are paths as the file system's bytes, in hexadecimals; empty where `received` names
    a study from an archive. `form` is what is asked, as in Preferences, and `template` what it said
    when it was read last. `given`: it was chosen for this very case. `former` are titles that it
    had when it was opened from elsewhere, the last one first; they go on naming it. `series` is how
    many there ever were, 0 where that was not counted, and `whole` the title under which they were,
    where that is another one.
    """

    title: str
    places: tuple[str, ...] = ()
    received: str = ""
    form: str = ""
    template: Template | None = None
    given: bool = False
    former: tuple[str, ...] = ()
    series: int = 0
    whole: str = ""

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where its images lay when it was opened last."""
        return tuple(Path(os.fsdecode(bytes.fromhex(place))) for place in self.places)

    @property
    def labels(self) -> tuple[Label, ...]:
        return PRACTICE_LABELS if self.template is None else self.template.labels

    @property
    def asked(self) -> Form:
        return PRACTICE_FORM if self.template is None else self.template.form


@dataclass(frozen=True)
class Origin:
    """Where a case of one's own comes from: paths, or a study that was `received`."""

    title: str
    paths: Sequence[Path] = ()
    received: str = ""


@dataclass(frozen=True)
class PartOf:
    """That fewer series are here than there were of the case, under this title."""

    title: str
    missing: int


@dataclass(frozen=True)
class Known:
    """A case as it is to be remembered, and what is to be told: of its form, which has an error
    since it was read last, of what it was before, and of what lay here."""

    own: OwnCase
    form_fault: LabelerError | None
    part_of: PartOf | None
    held: str
    """The title of another case with work on it, where that was opened from here before; "" where
    this one was open already."""


NOBODY = OwnCase("")


def origin_of(paths: Sequence[Path]) -> Origin:
    """Wherever the program is started the next time."""
    places = tuple(path.absolute() for path in paths)
    return Origin(" + ".join(path.name for path in places[:3]), places)


def own_case(
    services: Services, case_id: str, origin: Origin, form: str = "", series: int = 0
) -> Known:
    """The case with `form`, else the one that it has, else the one that the person has chosen for
    all. One that is empty still has none. `series` is how many are here.

    Raises LabelerError "own-form-unusable".
    """

    title, places = printable(origin.title), _places(origin.paths)

    def read(store: Store) -> tuple[OwnCase | None, bool, str, str]:
        before, begun = recall(store, case_id), store.documents.is_begun(case_id)
        held = "" if before is not None else _held(store, places)
        return before, begun, read_preferences(store).own_form, held

    before, begun, usual, held = services.store.call(read)
    known = before if before is not None and (before.given or begun) else None
    if form or known is None:
        name = named(services, form or usual)
        kept = known.template if known is not None and known.form == name else None
        asked = OwnCase("", form=name, template=kept, given=bool(form))
    else:
        asked = known
    template, told = read_again(services, asked.form, asked.template)
    part_of = _part_of(before, series) if begun else None
    own = OwnCase(
        title,
        places,
        origin.received,
        asked.form,
        template,
        asked.given,
        _former(before, title),
        series + (part_of.missing if part_of else 0),
        part_of.title if part_of else "",
    )
    return Known(own, told, part_of, held)


def _former(before: OwnCase | None, title: str) -> tuple[str, ...]:
    """The titles that the case had, but for the one that it has now."""
    if before is None:
        return ()
    had = dict.fromkeys((before.title, *before.former))
    return tuple(each for each in had if each not in ("", title))[:MOST_FORMER]


def _held(store: Store, places: tuple[str, ...]) -> str:
    """The title of a case with work on it that was opened from there last; "" for none."""
    known = store.settings.holding(_setting(""), places[0], OwnCase) if places else {}
    here = (name for name, own in known.items() if own.places == places)
    return next((known[name].title for name in here if store.documents.is_begun(name)), "")


def _part_of(before: OwnCase | None, series: int) -> PartOf | None:
    """Each time that it is opened so: nothing else says what is missing."""
    if before is None or series >= before.series:
        return None
    return PartOf(before.whole or before.title, before.series - series)


def recall(store: Store, case_id: str) -> OwnCase | None:
    """What is remembered of a case; None where nothing is."""
    known = store.settings.get(_setting(case_id), OwnCase, NOBODY)
    return None if known == NOBODY else known


def remember(store: Store, case_id: str, own: OwnCase) -> None:
    """From its next opening on."""
    if recall(store, case_id) != own:
        store.settings.put(_setting(case_id), own)


def give_form(services: Services, case_id: str, form: str) -> None:
    """Let another form be asked of a case that is remembered, from its next opening on."""
    name = named(services, form)
    template = read_own(services, name) if name else None

    def give(store: Store) -> None:
        known = recall(store, case_id)
        if known is not None:
            changed = {"form": form, "template": template, "given": True}
            remember(store, case_id, msgspec.structs.replace(known, **changed))

    services.store.call(give)


def _places(paths: Sequence[Path]) -> tuple[str, ...]:
    places = tuple(os.fsencode(path).hex() for path in paths)
    return places if sum(map(len, places)) <= 2 * MOST_PATH_BYTES else ()


def _setting(case_id: str) -> str:
    return f"own-case/{case_id}"
