"""Where Labeler differs from what was expected, and why that is right."""

from __future__ import annotations

_MOSAIC = "a mosaic is split into the slices that it holds, as dcm2niix does; others show its tiles"

REASONS: dict[str, str] = {
    "dicom/broken_odd/emri_small_jpeg_2k_lossless_too_short.dcm": (
        "only the closing delimiter is missing: every frame is whole; the doctor names it"
    ),
    "dicom/dicomdir/DICOMDIR": (
        "a disc's directory holds no image, and opened alone it brings the files that it names"
    ),
    "dicom/mr_mosaic_siemens/epi_pe_ap-00001.dcm": _MOSAIC,
    "dicom/mr_mosaic_siemens/epi_pe_ap-00002.dcm": _MOSAIC,
    "volume/phantom_EPI_asc_CLEAR_2_1.PAR": "PAR/REC is named and not read: one reader knows it",
    "volume/tiny.mnc": "MINC is named and not read",
}
