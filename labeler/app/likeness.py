"""Whether one's own files are still the images that the marks of their case were drawn on.

A case of one's own is named by the UIDs of its images. A re-export may carry the same UIDs over
other pixels, or lie elsewhere in the patient; what a task holds is bound by digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from labeler.app.case_pixels import LARGEST, CasePixels, pixels_of, place_of
from labeler.app.cases import Case
from labeler.app.marked_frames import Borne, Found, compare_frames
from labeler.app.open_case import Opened
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.imaging.reader import open_image
from labeler.model.checks import Check
from labeler.model.document import Mark
from labeler.model.frames import FrameRef
from labeler.model.image import Image, PixelSource
from labeler.model.measures import MASKS
from labeler.model.words import Digest
from labeler.proof.codec import digest, encode
from labeler.proof.journal_chain import NO_DIGEST
from labeler.store.store import Store

CODE = "other-images"
SAFE = "The marks are kept as they were drawn."
DO = "Open the files that you drew on; or look at every mark before you go on with these."


class Likeness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Digests of where the frames of a series lie, and of stored values of three of them."""

    geometry: Digest
    pixels: Digest


_UNKNOWN = Likeness(NO_DIGEST, NO_DIGEST)


@dataclass(frozen=True)
class Whole:
    """A case differs from what it was; told as such as long as a mark is there of whose frame it is
    not known what it was."""

    is_moved: bool
    """Whether images lie elsewhere."""
    has_same_pixels: bool


@dataclass(frozen=True, eq=False)
class Compared:
    """What is to be told, and the frames that it is told of where it is not of the whole case."""

    other: LabelerError | None = None
    frames: tuple[FrameRef, ...] = ()
    whole: Whole | None = None
    """How the case as a whole differs."""
    follows_marks: bool = False
    """Whether other marks may be another answer."""

    @property
    def says(self) -> tuple[object, ...]:
        return () if self.other is None else (self.other.templates, *self.other.facts.items())

    @property
    def is_of_all(self) -> bool:
        return self.other is not None and not self.frames


def is_more(now: Compared, before: Compared) -> bool:
    """Whether frames are told of that were not before."""
    if before.other is None or before.is_of_all:
        return before.other is None
    return now.is_of_all or not set(now.frames) <= set(before.frames)


def check_likeness(services: Services, opened: Opened, pixels: CasePixels, tick: Tick) -> Compared:
    """What is to be told before anything is drawn: nothing where the images are those of before.

    As long as nothing was ever done to the document, the images of now are remembered for it.
    """
    case_id = opened.case.id
    with pixels.use():
        now = likeness_of(opened.case, opened.image)
    is_untouched = opened.work.history.taken == 0

    def compare(store: Store) -> Likeness:
        before = store.settings.get(_setting(case_id), Likeness, _UNKNOWN)
        if before == _UNKNOWN or is_untouched:
            if before != now:
                store.settings.put(_setting(case_id), now)
            return now
        return before

    whole = _difference(services.store.call(compare), now)
    if is_untouched:
        return Compared()
    return compare_marks(services, pixels, opened.work.history.document.marks, whole, tick)


def compare_marks(
    services: Services,
    pixels: CasePixels,
    marks: Iterable[Mark],
    whole: Whole | None,
    tick: Tick,
) -> Compared:
    """What is to be told of these marks; `whole` is what there is of the case as a whole. A frame
    is read once, when a mark is there that it is compared for."""
    borne = [Borne(mark.frame, isinstance(mark.shape, MASKS), mark.id) for mark in marks]
    return _compared(services, pixels, borne, whole, tick)


def told_of_images(
    services: Services, case: Case, borne: Iterable[Borne], tick: Tick
) -> LabelerError | None:
    """The same of a case that is not shown; nothing is remembered. `borne` are its marks."""
    if case.assignment is not None:
        return None
    setting = _setting(case.id)
    before = services.store.call(lambda store: store.settings.get(setting, Likeness, _UNKNOWN))
    if before == _UNKNOWN:
        return None
    image = open_image(case.opened, services.decoders_of(case.kept_as))
    whole = _difference(before, likeness_of(case, image))
    return _compared(services, pixels_of(services, case, image), borne, whole, tick).other


def _compared(
    services: Services,
    pixels: CasePixels,
    borne: Iterable[Borne],
    whole: Whole | None,
    tick: Tick,
) -> Compared:
    is_moved = whole is not None and whole.is_moved
    found = compare_frames(services, pixels, borne, is_moved, tick)
    follows = found.follows_marks or whole is not None
    if whole is not None and found.has_unknown:
        return Compared(_of_case(pixels.case, whole), (), whole, follows)
    return Compared(_of_frames(pixels, found), found.others, whole, follows)


def likeness_of(case: Case, image: Image) -> Likeness:
    """Of the series that the case is named by, which is the `image`."""
    places = encode(tuple(place_of(frame) for frame in case.opened.frames))
    return Likeness(digest(places), _sample(image.source))


def is_of_likeness(error: LabelerError) -> bool:
    """Whether an error says that the images are others."""
    return error.code == CODE


def as_check(error: LabelerError) -> Check:
    """The same for the check before signing, where it stands as long as the case is open."""
    return Check(error.code, error.templates[0], blocks=False, facts=error.facts, warns=True)


def _sample(source: PixelSource) -> str:
    """Stored values of the first, the middle and the last frame."""
    slices, rows, columns = source.shape
    told = hashlib.sha256(repr((slices, rows, columns)).encode())
    if rows * columns <= LARGEST:
        for index in sorted({0, slices // 2, slices - 1}):
            try:
                told.update(source.frame(index).tobytes())
            except LabelerError as error:
                told.update(error.code.encode())  # that it cannot be read is told where it is shown
    return told.hexdigest()


def _setting(case_id: str) -> str:
    return f"likeness/{case_id}"


def _difference(before: Likeness, now: Likeness) -> Whole | None:
    if before == now:
        return None
    return Whole(before.geometry != now.geometry, before.pixels == now.pixels)


def _of_frames(pixels: CasePixels, found: Found) -> LabelerError | None:
    if not found.others:
        return None
    return LabelerError(
        CODE,
        "Of “{title}”, these images lie elsewhere in the patient than those that the marks were "
        "drawn on, though they have the same names: Im {images}."
        if found.have_same_pixels
        else "Of “{title}”, these are other images than those that the marks were drawn on, though "
        "they have the same names: Im {images}.",
        safe=SAFE,
        do=DO,
        title=pixels.case.title,
        images=pixels.words(found.others),
    )


def _of_case(case: Case, whole: Whole) -> LabelerError:
    return LabelerError(
        CODE,
        "The images of “{title}” lie elsewhere in the patient than those that the marks were drawn "
        "on, though they have the same names."
        if whole.has_same_pixels
        else "“{title}” holds other images than those that the marks were drawn on, though they "
        "have the same names.",
        safe=SAFE,
        do=DO,
        title=case.title,
    )
