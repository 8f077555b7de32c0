"""Why a tool that paints, takes away or cuts did nothing: one line that says what to do."""

from __future__ import annotations

from collections.abc import Sequence

from labeler.model.document import Mark
from labeler.model.image import Caveat, Image
from labeler.model.masks import Bits
from labeler.model.measures import MASKS
from labeler.model.rasters import Place
from labeler.model.tiled_masks import TiledMask, Triple
from labeler.viewing.hit import marks_at
from labeler.viewing.locks import LOCKED, is_spared
from labeler.viewing.paint_edits import Meets, touching
from labeler.viewing.paint_ground import Ground
from labeler.viewing.paint_options import Where
from labeler.viewing.paint_rules import painted_on
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.reformat import Reformat
from labeler.viewing.scene import Scene
from labeler.viewing.value_scale import scale_of

BESIDE = phrase("That is beside the image: there is nothing to paint.")
NO_PAINT = phrase("No paint lies there: nothing was taken away.")
HIDDEN = phrase("That mark is hidden: show it in the list of marks first.")
OUTLINE = phrase("That mark is no paint: select it and press Delete to take it away.")
KEPT_INSIDE = phrase("Painting is limited to the inside of other paint, and none lies there.")
KEPT_OUTSIDE = phrase("Painting is limited to the outside of other paint, which fills that place.")
NO_VALUE = phrase("No value of the image is known there: there is nothing to fill.")
OUT_OF_RANGE = phrase("No value there lies between {low} and {high}: choose another range.")
DRAW_AROUND = phrase("Hold the button and draw around what is meant.")

FLAT = {
    Caveat.SPACING_UNEVEN: phrase("uneven slices"),
    Caveat.MISSING_SLICES: phrase("slices missing"),
    Caveat.ORIENTATION_UNKNOWN: phrase("no orientation"),
    Caveat.SPACING_UNKNOWN: phrase("no pixel spacing"),
    Caveat.MOSAIC: phrase("a mosaic of slices"),
}
OVER_TIME = phrase("images over time")
UNPLACED = phrase("no slice spacing")
ONE_SLICE = phrase("one slice")
DISC_HERE = phrase(
    "A mark of this series lies on one slice: the brush is a disc here, and no ball."
)
DISC_BUT_ON_PLANES = phrase(
    "These slices lie unevenly: the brush is a disc on them. On planes through them it is a ball."
)

Covered = tuple[Triple, Bits]
"""Where a box begins, and the voxels of it that a tool covers."""


def why_flat(shown: Image, base: Image) -> Phrase | None:
    """Why a tool keeps to the slice on show where it was to go through slices; None where it does.
    What is cut out of a `base` is painted through its slices."""
    if base.is_volume or isinstance(shown, Reformat):
        return None
    if base.source.shape[0] == 1:
        return ONE_SLICE
    if base.frame_times_ms is not None:
        return OVER_TIME
    found = (FLAT[caveat] for caveat in base.caveats if caveat in FLAT)
    return next(found, UNPLACED)


def disc_instead(shown: Image, base: Image) -> Phrase | None:
    """What is said to who chooses a ball there."""
    why = why_flat(shown, base)
    uneven = FLAT[Caveat.SPACING_UNEVEN], FLAT[Caveat.MISSING_SLICES]
    return DISC_BUT_ON_PLANES if why in uneven else None if why is None else DISC_HERE


def why_nothing_taken(
    scene: Scene, ground: Ground, meets: Meets, at: Place | None = None
) -> Phrase:
    """Nothing that may be changed is met; `at` is the place on the canvas that is meant."""
    for mark, content in painted_on(scene, ground):
        if (mark.locked or mark.hidden) and meets(content):
            return LOCKED if mark.locked else HIDDEN
    under = () if at is None else marks_at(scene, at)
    if any(not isinstance(lying.mark.shape, MASKS) for lying in under):
        return OUTLINE
    return NO_PAINT


def why_nothing_painted(
    scene: Scene,
    ground: Ground,
    meets: Meets,
    value_range: tuple[float, float] | None = None,
    own: str = "",
) -> Phrase:
    """What forbids all that is covered, of the rules that `Rules` holds for the mark `own`."""
    others = [
        mark for mark, content in painted_on(scene, ground) if mark.id != own and meets(content)
    ]
    where = scene.paint.where
    if where is Where.INSIDE and not any(_is_meant(scene, mark) for mark in others):
        return KEPT_INSIDE
    if where is Where.OUTSIDE and any(_is_meant(scene, mark) for mark in others):
        return KEPT_OUTSIDE
    spared = [mark for mark in others if scene.paint.alone and is_spared(mark)]
    if spared:
        return LOCKED if any(mark.locked for mark in spared) else HIDDEN
    if value_range is None:
        return NO_VALUE
    low, high = value_range
    scale = scale_of(ground.image)
    return phrase(OUT_OF_RANGE.template, low=scale.text(low), high=scale.words(high))


def _is_meant(scene: Scene, mark: Mark) -> bool:
    """Whether the rule that keeps paint inside or outside speaks of a mark."""
    return scene.paint.of in ("", mark.label)


def any_of(covered: Sequence[Covered]) -> Meets:
    """Whether a mask has any voxel of several boxes."""
    tests = [touching(low, bits) for low, bits in covered]

    def meets(mask: TiledMask) -> bool:
        return any(test(mask) for test in tests)

    return meets
