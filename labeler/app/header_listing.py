"""The header of the file behind one slice, as a person reads it."""

from __future__ import annotations

from labeler.app.cases import Case, series_id
from labeler.imaging.listing import list_header
from labeler.model.image import ByteSource
from labeler.model.listing import HeaderListing


def header_of(case: Case, tile: str, index: int) -> HeaderListing:
    """What the file of a slice says; raises LabelerError where its header cannot be listed."""
    listing = list_header(_file(case, tile, index))
    _ = listing.texts  # made here, so that the search on the screen does not wait for it
    return listing


def _file(case: Case, tile: str, index: int) -> ByteSource:
    """The file as it lies on the disk: that of a frame may be what it unfolds to."""
    (series,) = (one for one in case.scan.series if series_id(one) == tile)
    source = series.frames[index].file.source
    return next((file for file in case.scan.files if file.name == source.name), source)
