"""Pictures other than TIFF: size and kind from the header, in the same terms as DICOM."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from labeler.imaging.decoding.recipes import LOSSLESS_JPEG, PictureRecipe
from labeler.imaging.dicom.orientation import SIDEWAYS
from labeler.imaging.frame_stores import WholeFile
from labeler.imaging.frames import StoredFrame
from labeler.imaging.layout import MAX_FRAME_BYTES, PixelLayout
from labeler.imaging.pictures import jp2_head, jpeg_head, plain_heads, png_head, webp_head
from labeler.imaging.pictures.picture_frames import flat_frame, flat_layout, picture_file
from labeler.imaging.pictures.picture_head import (
    BadPictureError,
    PictureHead,
    UnsupportedPictureError,
    broken_picture,
    too_large,
    unsupported_picture,
)
from labeler.imaging.sources.files import Beside, file_digest
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import ByteSource, Caveat, Window

MAX_FILE_BYTES = 1 << 28
_MAX_FRAMES = 10_000


@dataclass(frozen=True)
class _Format:
    name: str
    knows: Callable[[bytes], bool]
    read: Callable[[ByteSource], PictureHead]


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


_FORMATS = (
    _Format("PNG", _starts(png_head.MAGIC), png_head.read_head),
    _Format("JPEG", _starts(jpeg_head.MAGIC), jpeg_head.read_head),
    _Format("WebP", webp_head.is_webp, webp_head.read_head),
    _Format("JPEG 2000", _starts(jp2_head.BOX_MAGIC, jp2_head.STREAM_MAGIC), jp2_head.read_head),
    _Format("PNM", plain_heads.is_anymap, plain_heads.read_anymap),
    _Format("GIF", _starts(b"GIF87a", b"GIF89a"), plain_heads.read_gif),
    _Format("BMP", plain_heads.is_bmp, plain_heads.read_bmp),
)


def knows(head: bytes, name: str) -> bool:  # noqa: ARG001  what it begins with says it
    return _format(head) is not None


def _format(head: bytes) -> _Format | None:
    return next((one for one in _FORMATS if one.knows(head)), None)


def read(
    source: ByteSource,
    head: bytes,
    beside: Beside,  # noqa: ARG001  a picture is whole
) -> tuple[StoredFrame, ...]:
    """Header only; raises LabelerError where it is broken, unsupported or too large."""
    found = _format(head)
    assert found is not None, "only files that are known are read"
    if source.size > MAX_FILE_BYTES:
        raise broken_picture(source.name, found.name, "the file is too large for a picture")
    try:
        said = found.read(source)
    except BadPictureError as error:
        raise broken_picture(source.name, found.name, str(error)) from error
    except UnsupportedPictureError as error:
        raise unsupported_picture(source.name, found.name, str(error)) from error
    except (struct.error, ValueError, IndexError) as error:
        raise broken_picture(source.name, found.name, "its header is broken") from error
    return _frames(source, found.name, said)


def _frames(source: ByteSource, name: str, said: PictureHead) -> tuple[StoredFrame, ...]:
    layout = _layout(source, name, said)
    sort = LOSSLESS_JPEG if name == "JPEG" and not said.lossy else name
    recipe = PictureRecipe(sort, frame=0, orientation=said.orientation)
    syntax = Syntax(name.lower().replace(" ", ""), name, ("picture",), lossy=said.lossy)
    if said.frames > _MAX_FRAMES:
        raise broken_picture(source.name, name, f"it says that it holds {said.frames} pictures")
    count = said.frames
    file = picture_file(
        source,
        syntax,
        layout,
        WholeFile(source, syntax, layout, recipe),
        digest=file_digest(source),
        frame_count=count,
        caveats=_caveats(said),
    )
    windows = _windows(said)
    return tuple(flat_frame(file, number, windows) for number in range(count))


def _layout(source: ByteSource, name: str, said: PictureHead) -> PixelLayout:
    rows, columns = said.rows, said.columns
    if said.orientation in SIDEWAYS:
        rows, columns = columns, rows
    if rows * columns == 0:
        raise broken_picture(source.name, name, f"it says {columns} columns and {rows} rows")
    bits = 16 if said.gray and said.bits > 8 else 8
    layout = flat_layout(rows, columns, color=not said.gray, bits=bits, signed=said.signed)
    if layout.frame_bits > MAX_FRAME_BYTES * 8:
        raise too_large(source.name, name, rows, columns)
    return layout


def _caveats(said: PictureHead) -> tuple[Caveat, ...]:
    told = (
        (said.alpha, Caveat.TRANSPARENCY),
        (said.profile, Caveat.COLOR_PROFILE),
        (not said.gray and said.bits > 8, Caveat.COLOR_DEPTH),
    )
    return tuple(caveat for true, caveat in told if true)


def _windows(said: PictureHead) -> tuple[Window, ...]:
    """Where less than 8 bits are used, what the file calls white is white."""
    if not said.gray or said.white is None or said.white >= 255:
        return ()
    return (Window(center=(said.white + 1) / 2, width=said.white + 1.0),)
