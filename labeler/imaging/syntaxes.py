"""Transfer syntaxes as data: their names, and which codecs can read them, best first."""

from __future__ import annotations

from dataclasses import dataclass

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"


@dataclass(frozen=True)
class Syntax:
    """One transfer syntax (PS3.5 chapter 10, PS3.6 annex A).

    `codecs` is empty where frames lie in the file as they are. `start` is how each frame's
    compressed bytes begin, for files that do not say where frames begin.
    """

    uid: str
    name: str
    codecs: tuple[str, ...] = ()
    lossy: bool = False
    little: bool = True
    explicit: bool = True
    start: bytes = b""

    @property
    def compressed(self) -> bool:
        return bool(self.codecs)


_JPEG = b"\xff\xd8"
_J2K = b"\xff\x4f\xff\x51"
_J2K_CODECS = ("jpeg2k", "pillow")

_KNOWN = (
    Syntax(IMPLICIT_LITTLE, "Implicit VR Little Endian", explicit=False),
    Syntax(EXPLICIT_LITTLE, "Explicit VR Little Endian"),
    Syntax(DEFLATED_LITTLE, "Deflated Explicit VR Little Endian"),
    Syntax(EXPLICIT_BIG, "Explicit VR Big Endian", little=False),
    Syntax("1.2.840.10008.1.2.5", "RLE Lossless", ("rle",)),
    Syntax("1.2.840.10008.1.2.8.1", "Deflated Image Frame", ("deflate",)),
    Syntax("1.2.840.10008.1.2.4.50", "JPEG Baseline", ("jpeg", "pillow"), lossy=True, start=_JPEG),
    Syntax("1.2.840.10008.1.2.4.51", "JPEG Extended", ("jpeg", "pillow"), lossy=True, start=_JPEG),
    Syntax("1.2.840.10008.1.2.4.53", "JPEG Spectral Selection", ("jpeg",), lossy=True, start=_JPEG),
    Syntax("1.2.840.10008.1.2.4.55", "JPEG Progressive", ("jpeg",), lossy=True, start=_JPEG),
    Syntax("1.2.840.10008.1.2.4.57", "JPEG Lossless", ("jpeg-lossless", "jpeg"), start=_JPEG),
    Syntax("1.2.840.10008.1.2.4.70", "JPEG Lossless SV1", ("jpeg-lossless", "jpeg"), start=_JPEG),
    Syntax("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", ("jpeg-ls",), start=_JPEG),
    Syntax(
        "1.2.840.10008.1.2.4.81", "JPEG-LS Near-lossless", ("jpeg-ls",), lossy=True, start=_JPEG
    ),
    Syntax("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", _J2K_CODECS, start=_J2K),
    Syntax("1.2.840.10008.1.2.4.91", "JPEG 2000", _J2K_CODECS, lossy=True, start=_J2K),
    Syntax("1.2.840.10008.1.2.4.201", "HTJ2K Lossless", ("jpeg2k",), start=_J2K),
    Syntax("1.2.840.10008.1.2.4.202", "HTJ2K Lossless RPCL", ("jpeg2k",), start=_J2K),
    Syntax("1.2.840.10008.1.2.4.203", "HTJ2K", ("jpeg2k",), lossy=True, start=_J2K),
)

SYNTAXES = {syntax.uid: syntax for syntax in _KNOWN}
