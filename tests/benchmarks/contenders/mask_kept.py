"""A mask of 512^3 voxels made durable: encoded, named by its digest, committed; or saved by
nibabel. And what ten labels with a thousand strokes take of memory."""

import hashlib
import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

way, N = sys.argv[1], 512
z, y, x = np.ogrid[:N, :N, :N]
wave = 9 * np.sin(x / 11) * np.cos(y / 13) + 5 * np.sin(z / 7)
whole = (z - 256) ** 2 + (y - 250) ** 2 + (1.3 * (x - 260)) ** 2 < (120 + wave) ** 2
folder = Path(tempfile.mkdtemp())


def ours():
    from labeler.model.mask_blobs import encode_mask
    from labeler.model.tiled_masks import of_voxels

    mask = of_voxels(whole.shape, (0, 0, 0), whole)
    base = sqlite3.connect(folder / "blobs")
    base.execute("pragma synchronous=full")
    base.execute("create table blobs (name text primary key, blob blob)")

    def keep():
        blob = encode_mask(mask)
        name = hashlib.sha256(blob).hexdigest()
        base.execute("insert or replace into blobs values (?, ?)", (name, blob))
        base.commit()

    return keep


def nifti():
    import nibabel

    image = nibabel.Nifti1Image(whole.astype(np.uint8), np.eye(4))
    return lambda: nibabel.save(image, folder / "mask.nii.gz")


def memory():
    from labeler.app.painted_masks import PaintedMasks
    from labeler.model.document import Mark
    from labeler.model.edits import AddMark
    from labeler.model.frames import FrameRef
    from labeler.model.mask_states import unpainted
    from labeler.model.mask_strokes import Stroke
    from labeler.model.tiled_masks import empty
    from labeler.viewing.paint_edits import stroke_edit

    def resident():
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    kept = []

    def paint():
        rng, before = np.random.default_rng(1), resident()
        painted = PaintedMasks()
        shapes = [unpainted((N, N, N), "0" * 64) for _ in range(10)]
        for n, shape in enumerate(shapes):
            mark = Mark(f"m{n}", "a", FrameRef("1", "1", 0), shape)
            painted.follow(AddMark(n, mark))
        for step in range(1000):
            n = step % 10
            content = painted.content(shapes[n])
            brush = Stroke(empty((N, N, N)) if content is None else content, (1.0, 1.0, 1.0))
            at = rng.uniform(60 + 30 * n, 200 + 30 * n, 3)
            for _ in range(20):
                to = np.clip(at + rng.normal(0, 6, 3), 0, N - 1)
                brush.sweep(tuple(at), tuple(to), 15.0, (0, N), on=step % 7 != 6)
                at = to
            edit, blobs = stroke_edit(f"m{n}", shapes[n], brush.before, brush.after)
            painted.keep(blobs)
            painted.follow(edit)
            shapes[n] = edit.after
        kept.append(painted)
        return resident() - before

    return paint


work = {"ours": ours, "nifti": nifti, "memory": memory}[way]()
for _ in sys.stdin:
    start = time.perf_counter()
    told = work()
    spent = (time.perf_counter() - start) * 1000
    print(json.dumps({"ms": spent if told is None else told, "check": ""}))
    sys.stdout.flush()
