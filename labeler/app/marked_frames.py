"""The frames that bear marks, by digests of their stored values and of where they lie: remembered
and compared.

Only of one's own files, where a name says nothing of the pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from labeler.app.case_pixels import CasePixels
from labeler.app.mark_steps import Bore, Put, Putting, frames_borne_before, frames_put_on
from labeler.app.services import Services, Tick
from labeler.model.frames import FrameRef
from labeler.model.words import Digest

MOST = 512
"""Digests that are remembered of a case, so that an opening decodes no more frames."""


class MarkedFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a frame was when marks were put on it: `through` where a painted one goes through it.

    `marks` are those that were put there while it was another than it was for the marks before;
    empty: all that no other of its digests names.
    """

    frame: FrameRef
    through: bool
    pixels: Digest
    marks: tuple[str, ...] = ()
    place: Digest | None = None
    """None where an older program remembered it."""

    def is_same(self, now: MarkedFrame) -> bool:
        return self.pixels == now.pixels and self.place in (None, now.place)


class Borne(NamedTuple):
    """A mark: the frame it was begun on, whether it is painted, and its name."""

    frame: FrameRef
    is_painted: bool
    mark: str


def remember_frames(services: Services, pixels: CasePixels, putting: Putting, tick: Tick) -> None:
    """Those that marks were put on, as they are now.

    Where a frame bore marks before, what is known of it stays, and what it is now is said of the
    marks that came. Where one was begun on it and nothing is known, nothing is said. What was found
    out until the tick or the case's closing ends this is remembered too.
    """
    fresh = [put for put in frames_put_on(pixels, putting) if not _is_settled(pixels, put)]
    if not fresh:
        return
    begun = {mark.frame for mark in putting.document.marks}
    known = _Known(pixels, _remembered(services, pixels.case.id), begun)
    bore = frames_borne_before(pixels, putting)
    try:
        for done, put in enumerate(fresh):
            tick(done, len(fresh))
            known.note(put, bore)
    finally:
        if known.is_changed:
            name, now = _setting(pixels.case.id), known.all()
            services.store.call(lambda store: store.settings.put(name, now))
        pixels.settled |= known.settled
        pixels.settled -= known.given_up


@dataclass(frozen=True)
class Found:
    """Frames that are others than when marks were put there, be it that they only lie elsewhere."""

    others: tuple[FrameRef, ...]
    have_same_pixels: bool
    has_unknown: bool
    """Whether a mark was begun on a frame of which it cannot be said."""
    follows_marks: bool
    """Whether other marks may be another answer."""


def compare_frames(
    services: Services, pixels: CasePixels, marks: Iterable[Borne], is_moved: bool, tick: Tick
) -> Found:
    """Compare the frames that bear `marks` with what they were when these were put there.

    A frame that none of them is on is not read, and one that differs may be without a mark or with
    one. `is_moved` says that images lie elsewhere than they did, so that places count.
    """
    remembered, marks = _remembered(services, pixels.case.id), tuple(marks)
    asked = list(_asked(remembered, marks))
    shown = pixels.case.opened.header.uid
    asked.sort(key=lambda one: one[0].frame.series != shown)
    others: dict[FrameRef, bool] = {}
    known = set[str]()
    for done, (one, begun) in enumerate(asked):
        tick(done, len(asked))
        now = _now(pixels, one.frame)
        if now is None:
            continue
        if now.pixels != one.pixels or one.place is not None or not is_moved:
            known |= begun
        if not one.is_same(now):
            others[one.frame] = others.get(one.frame, True) and now.pixels == one.pixels
    return Found(
        tuple(others),
        all(others.values()),
        any(mark.mark not in known for mark in marks),
        any(_may_differ(pixels, one) for one in remembered),
    )


def _now(pixels: CasePixels, ref: FrameRef, *, through: bool = False) -> MarkedFrame | None:
    digest = pixels.digest(ref)
    return None if digest is None else MarkedFrame(ref, through, digest, place=pixels.place(ref))


def _may_differ(pixels: CasePixels, one: MarkedFrame) -> bool:
    place = pixels.place(one.frame)
    return pixels.may_differ(one.frame, one.pixels) or (
        place is not None and one.place not in (None, place)
    )


def _is_settled(pixels: CasePixels, put: Put) -> bool:
    return (put.frame, put.through) in pixels.settled


def _asked(
    remembered: Iterable[MarkedFrame], marks: Iterable[Borne]
) -> Iterator[tuple[MarkedFrame, set[str]]]:
    """Digests that stand for a mark which is there still, each with those that were begun there."""
    begun: dict[FrameRef, set[str]] = {}
    painted: dict[str, set[str]] = {}
    for one in marks:
        begun.setdefault(one.frame, set()).add(one.mark)
        if one.is_painted:
            painted.setdefault(one.frame.series, set()).add(one.mark)
    named: dict[FrameRef, set[str]] = {}
    for entry in remembered:
        if entry.marks:
            named.setdefault(entry.frame, set()).update(entry.marks)
    for entry in remembered:
        on = begun.get(entry.frame, set())
        of = on | painted.get(entry.frame.series, set()) if entry.through else on
        stands = of & set(entry.marks) if entry.marks else of - named.get(entry.frame, set())
        if stands:
            yield entry, stands & on


class _Known:
    """What is remembered of a case, while a putting is added to it; `begun` are the frames that its
    marks were begun on."""

    def __init__(
        self, pixels: CasePixels, remembered: Iterable[MarkedFrame], begun: set[FrameRef]
    ) -> None:
        self._pixels, self._begun = pixels, begun
        self._of: dict[FrameRef, list[MarkedFrame]] = {}
        self._count = 0
        for entry in remembered:
            self._of.setdefault(entry.frame, []).append(entry)
            self._count += 1
        self.is_changed = False
        self.settled: set[tuple[FrameRef, bool]] = set()
        self.given_up: set[tuple[FrameRef, bool]] = set()

    def all(self) -> tuple[MarkedFrame, ...]:
        return tuple(entry for entries in self._of.values() for entry in entries)

    def note(self, put: Put, bore: Bore) -> None:
        before, was_begun = self._of.get(put.frame, []), put.frame in bore.begun
        if not before and (was_begun or not self._has_room(put)):
            return  # nobody knows any more what it was for those that are there
        now = _now(self._pixels, put.frame, through=put.through)
        if now is None:
            self._settle(put)
        elif was_begun or put.frame in bore.through or self._may_come_back(put, before, now):
            self._say_also(put, before, now)
        else:
            self._keep(put.frame, [now])
            self._settle(put)

    def _may_come_back(self, put: Put, before: list[MarkedFrame], now: MarkedFrame) -> bool:
        """Marks that are gone from it, and lay on another image than this one."""
        differs = any(not entry.is_same(now) for entry in before)
        known = any(entry.is_same(now) for entry in before)
        return differs and (known or self._has_room(put))

    def _say_also(self, put: Put, before: list[MarkedFrame], now: MarkedFrame) -> None:
        """Of the marks that came alone, where it is another than for those before."""
        at = next((n for n, entry in enumerate(before) if entry.is_same(now)), None)
        if at is None:
            if self._has_room(put):
                named = msgspec.structs.replace(now, marks=tuple(put.marks[:MOST]))
                self._keep(put.frame, [*before, named])
            return
        same = before[at]
        names = tuple(dict.fromkeys((*same.marks, *put.marks)))[:MOST] if same.marks else ()
        after = msgspec.structs.replace(same, through=same.through or put.through, marks=names)
        if after != same:
            self._keep(put.frame, [*before[:at], after, *before[at + 1 :]])
        if not same.marks:
            self._settle(put)

    def _settle(self, put: Put) -> None:
        self.settled.add((put.frame, put.through))

    def _keep(self, ref: FrameRef, entries: list[MarkedFrame]) -> None:
        self._count += len(entries) - len(self._of.pop(ref, ()))
        if self._count > MOST and (last := self._spared()) is not None:
            self._count -= len(self._of.pop(last))
            both = {(last, False), (last, True)}
            self.settled -= both
            self.given_up |= both
        self._of[ref] = entries
        self.is_changed = True

    def _has_room(self, put: Put) -> bool:
        return self._count < MOST or (put.begun and self._spared() is not None)

    def _spared(self) -> FrameRef | None:
        """A frame that a mark only goes through makes way for one where a mark was begun."""
        return next((ref for ref in reversed(self._of) if ref not in self._begun), None)


def _remembered(services: Services, case_id: str) -> tuple[MarkedFrame, ...]:
    name = _setting(case_id)
    return services.store.call(lambda store: store.settings.get(name, tuple[MarkedFrame, ...], ()))


def _setting(case_id: str) -> str:
    return f"marked-frames/{case_id}"
