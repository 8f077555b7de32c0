"""The marks that are selected, and what keys do to all of them. No widget."""

from __future__ import annotations

from collections.abc import Callable, KeysView
from dataclasses import replace
from functools import partial
from typing import NamedTuple
from weakref import ref

from labeler.model.document import Document, Mark
from labeler.model.history import point_of
from labeler.model.image import Image
from labeler.model.manifest import Label
from labeler.model.measures import MASKS
from labeler.ui.reading.ports import ReadingPort
from labeler.viewing.answers_aside import AnswersAside
from labeler.viewing.copying import Copied, copied, pasted
from labeler.viewing.grips import movable
from labeler.viewing.mark_edits import relabelled, removed, selected
from labeler.viewing.mark_index import LyingMarks
from labeler.viewing.scene import Lying, Outcome, Scene

Chosen = tuple[str, frozenset[str]]
"""The mark whose handles are shown, or "", and those beside it."""

Make = Callable[[Document, frozenset[str]], Outcome]
"""What comes of something that is done to marks with these names."""


class ChosenMarks:
    """`first` is the one whose handles are shown, `also` are those beside it. `scene` gives what
    the keys are about, `take` does what comes of it, once all is done that came before."""

    def __init__(
        self,
        port: ReadingPort,
        scene: Callable[[], Scene | None],
        take: Callable[[Outcome], None],
    ) -> None:
        self._port, self._scene, self._take = port, scene, take
        self.first, self.also = "", frozenset[str]()
        self.by_hand = True
        """Whether the person selected them, and not a tool the one that it drew."""
        self.copied: Copied | None = None
        self._known: _Reach = _NOTHING
        self._before: tuple[int, Chosen] | None = None
        """Several that were selected when the last edit was done, and at which point of the
        history: until others are selected in any other way."""
        self._aside = AnswersAside()

    def begin(self) -> None:
        """Another case: nothing of the last one goes into it."""
        self.first, self.also, self.copied = "", frozenset(), None
        self._known = _NOTHING
        self.forget()
        self._aside.begin()

    @property
    def now(self) -> Chosen:
        return self.first, self.also

    def remember(self, before: Chosen) -> None:
        """An edit is about to be done, and these were selected before it: where they are several,
        undo selects them."""
        self._before = (point_of(self._port.history()), before) if before[1] else None

    def forget(self) -> None:
        """What undo takes back from now on is not that edit."""
        self._before = None

    def again(self) -> bool:
        """An edit was taken back: those are selected that were when it was done. Whether others
        are selected than before."""
        if self._before is None or self._before[0] != point_of(self._port.history()):
            return False
        others = self.choose(*self._before[1])
        self.forget()
        return others

    def choose(
        self, first: str, also: frozenset[str] = frozenset(), *, by_hand: bool = True
    ) -> bool:
        """Whether others are selected than before."""
        self.by_hand = by_hand
        before = self.now
        self.first, self.also = first, also - {first}
        if before == self.now:
            return False
        self.forget()
        return True

    def keep_to(self, there: KeysView[str]) -> None:
        """Marks that are gone are not selected."""
        if not all(name in there for name in self.also):
            self.also &= there
        if self.first not in there:
            self.first = ""

    @property
    def names(self) -> frozenset[str]:
        return self.also | {self.first} if self.first else self.also

    def change(self, make: Make, names: frozenset[str] | None = None) -> None:
        """Do something to those that are selected now, or to `names`, once all is done that came
        before: to those of them that are still there. What was selected meanwhile stays so."""
        before, about = self.now, self.names if names is None else names

        def act() -> None:
            outcome = make(self._port.document(), about)
            self._take(outcome if self.now == before else replace(outcome, select=None))

        self._port.in_turn(act)

    def delete(self) -> None:
        self.change(removed)

    def relabel(self, label: Label) -> None:
        """Answers that do not fit wait for their label."""
        case = self._port.case()
        under = partial(self._aside.under, () if case is None else case.labels)
        self.change(lambda document, names: relabelled(document, names, label, under))

    def copy(self) -> bool:
        """Whether there was something to copy."""
        scene = self._scene()
        found = copied(scene) if scene is not None else None
        self.copied = found or self.copied
        return found is not None

    def paste(self) -> None:
        """Onto the slice on show, also where it has to wait."""
        scene, taken = self._scene(), self.copied
        if scene is not None and taken is not None:
            self._port.in_turn(lambda: self._paste(scene, taken))

    def _paste(self, scene: Scene, taken: Copied) -> None:
        document, painted = self._port.document(), self._port.painted
        self._take(pasted(replace(scene, document=document, painted=painted), taken))

    def all_here(self) -> None:
        """All marks that are seen on the slice on show."""
        scene = self._scene()
        if scene is not None:
            self._take(selected([one.mark.id for one in scene.lying() if _is_seen(scene, one)]))

    @property
    def can_nudge(self) -> bool:
        """Whether arrows are for them: some that are drawn, not painted, lie on the slice."""
        return self._reach().drawn

    @property
    def can_move(self) -> bool:
        """Whether arrows move any of them: a lock holds what it is on."""
        return self._reach().free

    def _reach(self) -> _Reach:
        """What arrows can do here: asked at each move of the pointer, found once a selection."""
        scene = self._scene() if self.first or self.also else None
        if scene is None:
            return _NOTHING
        here, known = scene.here, self._known
        if known.here() is not here or (known.first, known.also) != (self.first, self.also):
            there = [here.by_id[name] for name in self.names if name in here.by_id]
            drawn = any(not isinstance(one.shape, MASKS) for one in there)
            free = drawn and bool(movable(tuple(there)))
            self._known = _Reach(ref(here), self.first, self.also, drawn, free)
        return self._known


class _Reach(NamedTuple):
    here: Callable[[], LyingMarks | None]
    first: str
    also: frozenset[str]
    drawn: bool
    free: bool


_NOTHING = _Reach(lambda: None, "", frozenset(), drawn=False, free=False)


def _is_seen(scene: Scene, lying: Lying) -> bool:
    """Not so is what is painted on other slices alone, or not loaded yet."""
    if not isinstance(lying.shape, MASKS):
        return True
    region = scene.region(lying.shape)
    return region is not None and region.count > 0


def in_order(marks: tuple[Mark, ...], image: Image | None) -> list[Mark]:
    """In the order of the slices of an image; those elsewhere come last."""
    place = {ref: n for n, ref in enumerate(image.refs)} if image else {}
    return sorted(marks, key=lambda mark: place.get(mark.frame, len(place)))


def beside(marks: tuple[Mark, ...], image: Image | None, selected: str, step: int) -> str:
    """The id of the next or previous mark in that order; from none it begins at that end. "" where
    there is no mark."""
    names = [mark.id for mark in in_order(marks, image)]
    if selected in names:
        return names[(names.index(selected) + step) % len(names)]
    return "".join(names[:1] if step > 0 else names[-1:])
