"""Hanging protocols from their files, and what a case's headers say to them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from labeler.app.cases import Case, series_id
from labeler.imaging.series import Series
from labeler.model.stack import By
from labeler.viewing.hanging import Hanging, Protocol, faults, hangings
from labeler.viewing.series_facts import SeriesFacts, plane_of

_LOCALIZERS = frozenset(("LOCALIZER", "SCOUT", "TOPOGRAM"))


def load_protocols(folder: Path) -> tuple[Protocol, ...]:
    """Every *.json of the folder, each strictly what `Protocol` says.

    They ship with the program: a fault in one is our mistake, and raises ValueError.
    """
    return tuple(_load(path) for path in sorted(folder.glob("*.json")))


def _load(path: Path) -> Protocol:
    protocol = msgspec.json.decode(path.read_bytes(), type=Protocol)
    found = faults(protocol)
    if protocol.code != path.stem:
        found = (*found, "its code is not its file's name")
    if found:
        raise ValueError(f"{path.name}: {'; '.join(found)}")
    return protocol


def facts_of(series: Series) -> SeriesFacts:
    """What the headers say of one series; pixels are not asked."""
    first = series.frames[0]
    info = series.info
    kinds = {word.upper() for word in first.traits.image_type}
    return SeriesFacts(
        tile=series_id(series),
        modality=info.modality,
        description=info.description,
        study=info.study_uid,
        study_day=info.study_day,
        study_description=info.study_description,
        body_part=info.body_part,
        plane=plane_of(first.orientation),
        view=info.view,
        laterality=info.laterality,
        is_partial=info.is_partial,
        kernel=info.kernel,
        slices=series.header.count,
        thickness_mm=info.slice_thickness_mm,
        b_value=_b_value(series),
        is_localizer=bool(kinds & _LOCALIZERS),
        sides=first.file.sides,
        patient=info.patient,
    )


def _b_value(series: Series) -> float | None:
    said = [one.value for one in series.header.division if one.by is By.B_VALUE]
    try:
        return float(said[0]) if said else None
    except ValueError:
        return None


def hang(protocols: tuple[Protocol, ...], case: Case) -> tuple[Hanging, ...]:
    """The protocols that fit a case, the best first."""
    facts = tuple(facts_of(series) for series in case.scan.series)
    return hangings(protocols, facts, series_id(case.opened))
