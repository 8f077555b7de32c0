"""Transfer syntaxes as data: their names, and which codecs can read them, best first."""

from __future__ import annotations

from dataclasses import dataclass

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
ENCAPSULATED_LITTLE = "1.2.840.10008.1.2.1.98"
GE_BIG_PIXELS = "1.2.840.113619.5.2"
"""General Electric's own: implicit little endian, but the pixels are big endian."""


@dataclass(frozen=True)
class Syntax:
    """One transfer syntax (PS3.5 chapter 10, PS3.6 annex A).

    `codecs` is empty where frames lie in the file as they are. `start` is how each frame's
    compressed bytes begin, for files that do not say where frames begin. `video` is one stream
    for all frames. `refusal` says why nothing can be shown of it, where so.
    """

    uid: str
    name: str
    codecs: tuple[str, ...] = ()
    lossy: bool = False
    little: bool = True
    explicit: bool = True
    start: bytes = b""
    deflated: bool = False
    video: bool = False
    refusal: str = ""

    @property
    def compressed(self) -> bool:
        return bool(self.codecs)


_ROOT = "1.2.840.10008.1.2"
_JPEG = b"\xff\xd8"
_J2K = b"\xff\x4f\xff\x51"
_DCT = ("jpeg", "pillow")
_LOSSLESS = ("jpeg-lossless", "jpeg")
_J2K_CODECS = ("jpeg2k", "pillow")
_HT_CODECS = ("jpeg2k", "htj2k")
_HIERARCHICAL = "hierarchical JPEG was given up, and no decoder is left"
_SERVER = "its pixels are not in the file, they are on a server (JPIP)"
_LIVE = "it is a live stream in a network, not a file"


def _jpeg(ending: str, name: str, codecs: tuple[str, ...], *, lossy: bool) -> Syntax:
    return Syntax(f"{_ROOT}.4.{ending}", name, codecs, lossy=lossy, start=_JPEG)


def _j2k(ending: str, name: str, codecs: tuple[str, ...], *, lossy: bool) -> Syntax:
    return Syntax(f"{_ROOT}.4.{ending}", name, codecs, lossy=lossy, start=_J2K)


def _video(ending: str, name: str) -> tuple[Syntax, ...]:
    """A video syntax, and the same in more than one fragment."""
    plain = Syntax(f"{_ROOT}.4.{ending}", name, ("video",), lossy=True, video=True)
    more = Syntax(f"{plain.uid}.1", f"Fragmentable {name}", plain.codecs, lossy=True, video=True)
    return plain, more


def _refused(uid: str, name: str, why: str, *, deflated: bool = False) -> Syntax:
    return Syntax(uid, name, refusal=why, deflated=deflated)


_KNOWN = (
    Syntax(IMPLICIT_LITTLE, "Implicit VR Little Endian", explicit=False),
    Syntax(EXPLICIT_LITTLE, "Explicit VR Little Endian"),
    Syntax(ENCAPSULATED_LITTLE, "Encapsulated Uncompressed", ("plain",)),
    Syntax(DEFLATED_LITTLE, "Deflated Explicit VR Little Endian", deflated=True),
    Syntax(EXPLICIT_BIG, "Explicit VR Big Endian", little=False),
    Syntax(GE_BIG_PIXELS, "GE Implicit VR, Big Endian pixels", explicit=False),
    Syntax(f"{_ROOT}.5", "RLE Lossless", ("rle", "rle-plain")),
    Syntax(f"{_ROOT}.8.1", "Deflated Image Frame", ("deflate",)),
    _jpeg("50", "JPEG Baseline", _DCT, lossy=True),
    _jpeg("51", "JPEG Extended", _DCT, lossy=True),
    _jpeg("52", "JPEG Extended, arithmetic", _DCT, lossy=True),
    _jpeg("53", "JPEG Spectral Selection", _DCT, lossy=True),
    _jpeg("54", "JPEG Spectral Selection, arithmetic", _DCT, lossy=True),
    _jpeg("55", "JPEG Progressive", _DCT, lossy=True),
    _jpeg("56", "JPEG Progressive, arithmetic", _DCT, lossy=True),
    _jpeg("57", "JPEG Lossless", _LOSSLESS, lossy=False),
    _jpeg("58", "JPEG Lossless, arithmetic", _LOSSLESS, lossy=False),
    _refused(f"{_ROOT}.4.59", "JPEG Extended, hierarchical", _HIERARCHICAL),
    _refused(f"{_ROOT}.4.60", "JPEG Extended, hierarchical, arithmetic", _HIERARCHICAL),
    _refused(f"{_ROOT}.4.61", "JPEG Spectral Selection, hierarchical", _HIERARCHICAL),
    _refused(f"{_ROOT}.4.62", "JPEG Spectral Selection, hierarchical, arithmetic", _HIERARCHICAL),
    _refused(f"{_ROOT}.4.63", "JPEG Progressive, hierarchical", _HIERARCHICAL),
    _refused(f"{_ROOT}.4.64", "JPEG Progressive, hierarchical, arithmetic", _HIERARCHICAL),
    _refused(f"{_ROOT}.4.65", "JPEG Lossless, hierarchical", _HIERARCHICAL),
    _refused(f"{_ROOT}.4.66", "JPEG Lossless, hierarchical, arithmetic", _HIERARCHICAL),
    _jpeg("70", "JPEG Lossless SV1", _LOSSLESS, lossy=False),
    _jpeg("80", "JPEG-LS Lossless", ("jpeg-ls",), lossy=False),
    _jpeg("81", "JPEG-LS Near-lossless", ("jpeg-ls",), lossy=True),
    _j2k("90", "JPEG 2000 Lossless", _J2K_CODECS, lossy=False),
    _j2k("91", "JPEG 2000", _J2K_CODECS, lossy=True),
    _j2k("92", "JPEG 2000 Multi-component Lossless", _J2K_CODECS, lossy=False),
    _j2k("93", "JPEG 2000 Multi-component", _J2K_CODECS, lossy=True),
    _refused(f"{_ROOT}.4.94", "JPIP Referenced", _SERVER),
    _refused(f"{_ROOT}.4.95", "JPIP Referenced Deflate", _SERVER, deflated=True),
    *_video("100", "MPEG2 Main Profile"),
    *_video("101", "MPEG2 High Profile"),
    *_video("102", "MPEG-4 AVC/H.264 High Profile"),
    *_video("103", "MPEG-4 AVC/H.264 BD-compatible"),
    *_video("104", "MPEG-4 AVC/H.264 for 2D video"),
    *_video("105", "MPEG-4 AVC/H.264 for 3D video"),
    *_video("106", "MPEG-4 AVC/H.264 Stereo"),
    *_video("107", "HEVC/H.265 Main Profile"),
    *_video("108", "HEVC/H.265 Main 10 Profile"),
    Syntax(f"{_ROOT}.4.110", "JPEG XL Lossless", ("jpeg-xl",)),
    Syntax(f"{_ROOT}.4.111", "JPEG XL JPEG Recompression", ("jpeg-xl",), lossy=True),
    Syntax(f"{_ROOT}.4.112", "JPEG XL", ("jpeg-xl",), lossy=True),
    _j2k("201", "HTJ2K Lossless", _HT_CODECS, lossy=False),
    _j2k("202", "HTJ2K Lossless RPCL", _HT_CODECS, lossy=False),
    _j2k("203", "HTJ2K", _HT_CODECS, lossy=True),
    _refused(f"{_ROOT}.4.204", "JPIP HTJ2K Referenced", _SERVER),
    _refused(f"{_ROOT}.4.205", "JPIP HTJ2K Referenced Deflate", _SERVER, deflated=True),
    _refused(f"{_ROOT}.7.1", "SMPTE ST 2110-20 Progressive Video", _LIVE),
    _refused(f"{_ROOT}.7.2", "SMPTE ST 2110-20 Interlaced Video", _LIVE),
    _refused(f"{_ROOT}.7.3", "SMPTE ST 2110-30 Audio", _LIVE),
)

SYNTAXES = {syntax.uid: syntax for syntax in _KNOWN}
