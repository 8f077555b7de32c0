"""Files that lie in no patient: pictures and slides in the terms of all families."""

from __future__ import annotations

from labeler.imaging.frame_stores import FrameStore
from labeler.imaging.frames import Kind, StoredFile, StoredFrame
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import ByteSource, Caveat, SeriesInfo, Window


def flat_layout(
    rows: int,
    columns: int,
    *,
    color: bool,
    bits: int,
    signed: bool = False,
    floating: bool = False,
    inverted: bool = False,
) -> PixelLayout:
    """Gray of any whole type, or 8-bit RGB."""
    gray = "MONOCHROME1" if inverted else "MONOCHROME2"
    return PixelLayout(
        rows=rows,
        columns=columns,
        samples=3 if color else 1,
        photometric="RGB" if color else gray,
        planar=False,
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
        signed=signed,
        floating=floating,
        little=True,
        words=False,
    )


def picture_file(
    source: ByteSource,
    syntax: Syntax,
    layout: PixelLayout,
    store: FrameStore,
    *,
    digest: str,
    frame_count: int,
    caveats: tuple[Caveat, ...],
    kind: Kind = "picture",
    modality: str = "OT",
) -> StoredFile:
    """Named by its bytes: `digest` is its series and its instance."""
    info = SeriesInfo(
        uid=digest,
        number=None,
        description=source.name.rsplit("/", 1)[-1],
        modality=modality,
        study_uid="",
        body_part="",
        patient_age="",
        patient_sex="",
        slice_thickness_mm=None,
    )
    return StoredFile(
        source=source,
        syntax=syntax,
        layout=layout,
        store=store,
        frame_count=frame_count,
        instance=digest,
        info=info,
        instance_number=None,
        lossy=syntax.lossy,
        lut=None,
        palette=None,
        kind=kind,
        caveats=caveats,
    )


def flat_frame(
    file: StoredFile,
    number: int,
    windows: tuple[Window, ...] = (),
    spacing: tuple[float, float] | None = None,
) -> StoredFrame:
    """No place, no direction; `spacing` in mm only where it is a true size."""
    return StoredFrame(
        file=file,
        number=number,
        position=None,
        origin=None,
        orientation=None,
        spacing=spacing,
        projected=False,
        step_mm=None,
        slope=1.0,
        intercept=0.0,
        windows=windows,
        time=(0, 0),
    )
