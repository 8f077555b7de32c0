"""The marks that are selected, and what keys do to all of them. No widget."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.document import Document, Mark
from labeler.model.image import Image
from labeler.model.manifest import Label
from labeler.viewing.copying import Copied, copied, pasted
from labeler.viewing.mark_edits import nudged, relabelled, removed, selected
from labeler.viewing.scene import NOTHING, Outcome, Scene


class ChosenMarks:
    """`first` is the one whose handles are shown, `also` are those beside it. `scene` gives what
    the keys are about, `take` does what comes of it."""

    def __init__(self, scene: Callable[[], Scene | None], take: Callable[[Outcome], None]) -> None:
        self._scene, self._take = scene, take
        self.first, self.also = "", frozenset[str]()
        self.copied: Copied | None = None

    def begin(self) -> None:
        """Another case: nothing of the last one goes into it."""
        self.first, self.also, self.copied = "", frozenset(), None

    def choose(self, first: str, also: frozenset[str] = frozenset()) -> bool:
        """Whether others are selected than before."""
        before = self.first, self.also
        self.first, self.also = first, also - {first}
        return before != (self.first, self.also)

    def keep_to(self, document: Document) -> None:
        """Marks that are gone are not selected."""
        if not self.first and not self.also:
            return
        there = {mark.id for mark in document.marks}
        self.also &= there
        if self.first not in there:
            self.first = ""

    @property
    def names(self) -> frozenset[str]:
        return self.also | {self.first} if self.first else self.also

    def delete(self, document: Document) -> None:
        self._take(removed(document, self.names))

    def relabel(self, document: Document, label: Label) -> None:
        self._take(relabelled(document, self.names, label))

    def copy(self) -> bool:
        """Whether there was something to copy."""
        scene = self._scene()
        found = copied(scene) if scene is not None else None
        self.copied = found or self.copied
        return found is not None

    def paste(self) -> None:
        scene = self._scene()
        if scene is not None and self.copied is not None:
            self._take(pasted(scene, self.copied))

    def all_here(self) -> None:
        """All marks of the slice on show."""
        scene = self._scene()
        if scene is not None:
            self._take(selected([lying.mark.id for lying in scene.lying()]))

    def nudge(self, right: int, down: int) -> None:
        """By so many pixels of the image as it is shown."""
        scene = self._scene()
        self._take(NOTHING if scene is None else nudged(scene, right, down))

    @property
    def can_nudge(self) -> bool:
        """Whether any of them lies on the slice on show."""
        scene = self._scene()
        if scene is None or not self.names:
            return False
        return any(name in scene.here.by_id for name in self.names)


def in_order(marks: tuple[Mark, ...], image: Image | None) -> list[Mark]:
    """In the order of the slices of an image; those elsewhere come last."""
    place = {ref: n for n, ref in enumerate(image.refs)} if image else {}
    return sorted(marks, key=lambda mark: place.get(mark.frame, len(place)))
