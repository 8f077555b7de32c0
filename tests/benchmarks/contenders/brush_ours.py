"""A ball brush of r = 20 in the program's own tool: each event, what is kept of a stroke, undo."""

import statistics
import sys
import time
import zlib
from dataclasses import replace

import numpy as np
from brush_path import RADIUS, places, tell

from labeler.app.painted_masks import PaintedMasks
from labeler.model.affine import Affine
from labeler.model.document import empty_document
from labeler.model.edit_rules import apply_edit, inverse
from labeler.model.frames import Window
from labeler.model.stack import Stack
from labeler.viewing.layout import layout_of
from labeler.viewing.mark_index import MarkIndex
from labeler.viewing.paint_cuts import PaintCuts
from labeler.viewing.paint_options import PaintOptions
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.scene import Pointer, Scene
from labeler.viewing.viewport import Canvas, ViewState
from tests.support.images import image_of

SLICES = int(sys.argv[1])
bare = image_of(np.broadcast_to(np.zeros((1, 1, 1), np.int16), (SLICES, 512, 512)))
bare = replace(bare, affine=Affine(np.eye(4)))
image = replace(bare, stack=Stack(origins=tuple((0.0, 0.0, float(k)) for k in range(SLICES))))
way = places(SLICES)
layout, canvas, options = layout_of(image), Canvas(1000, 1000), PaintOptions(ball=True)
view = ViewState(SLICES // 2, Window(0, 100), zoom=1.0, center=(255.5, 255.5))
index, cuts = MarkIndex(), PaintCuts()


def scene_of(document, painted):
    return Scene(
        image=image,
        layout=layout,
        view=view,
        canvas=canvas,
        document=document,
        painted=painted,
        labels=("a",),
        label="a",
        selected="",
        brush_mm=2.0 * RADIUS,
        new_id=lambda: "m1",
        marks=index,
        cuts=cuts,
        paint=options,
    )


def stroke():
    painted, document, tool = PaintedMasks(), empty_document("0" * 64), BrushTool()
    scene, spent = scene_of(document, painted), []
    pointers = [Pointer(scene.where.to_canvas((x, y))) for _, y, x in way]
    tool.press(scene, pointers[0])
    for pointer in pointers[1:]:
        start = time.perf_counter()
        scene = scene_of(document, painted)  # the program makes one for each event
        tool.move(scene, pointer)
        area = tool.take_area(scene)
        spent.append((time.perf_counter() - start) * 1000)
        assert area is not None, "something is to be painted anew"
    shown = tool.preview(scene).ghosts[0].shape.crop((0, 0, 512, 512))
    outcome = tool.release(scene, pointers[-1])
    painted.keep(outcome.blobs)
    painted.follow(outcome.edit)
    after = apply_edit(document, outcome.edit)
    content = painted.content(after.marks[0].shape)
    count = content.count
    assert np.array_equal(shown, content.region(SLICES // 2).voxels()), "it is what was shown"
    delta = outcome.edit.edits[1].delta
    kept = len(zlib.compress(outcome.blobs[delta], 1))
    start = time.perf_counter()
    painted.follow(inverse(outcome.edit))
    apply_edit(after, inverse(outcome.edit))
    undo = (time.perf_counter() - start) * 1000
    return {"ms": statistics.median(spent), "kept": kept / 1024, "undo": undo, "check": count}


tell(stroke)
