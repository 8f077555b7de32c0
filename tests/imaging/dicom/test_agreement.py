"""Headers against the pixels they describe: refused, believed, or told."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ImplicitVRLittleEndian

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.dicom.codestreams import read_stream_head, syntax_of
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.imaging.syntaxes import GE_BIG_PIXELS, SYNTAXES
from labeler.model.image import Caveat, Image
from labeler.viewing.stack_text import details
from tests.imaging.decoding.test_rle import rle
from tests.support.dicom_files import NoDecoders, slice_dataset

ROOT = "1.2.840.10008.1.2"
_walk = np.random.default_rng(3).integers(-3, 4, (24, 32))
GRAY = (np.cumsum(_walk, axis=1) + 500).astype(np.uint16)
SIGNED = GRAY.astype(np.int16) - 500
COLOR = np.random.default_rng(4).integers(0, 256, (24, 32, 3), np.uint8)
J2K = bytes(imagecodecs.jpeg2k_encode(GRAY, level=0, codecformat="j2k"))
JPEG_LS = bytes(imagecodecs.jpegls_encode(GRAY))
LOSSLESS = bytes(imagecodecs.ljpeg_encode(GRAY))


def written(
    pixels: np.ndarray,
    syntax: str,
    frames: list[bytes] | None,
    change: Callable[[FileDataset], None] = lambda _dataset: None,
) -> bytes:
    """A file that says `syntax`, with these frames in fragments, or plain pixels."""
    dataset = slice_dataset(pixels, modality="OT")
    made = f"{ROOT}.4.90" if frames is not None else f"{ROOT}.1"
    dataset.file_meta.TransferSyntaxUID = made
    if frames is not None:
        dataset.PixelData = encapsulate(frames)
        dataset["PixelData"].is_undefined_length = True
        dataset["PixelData"].VR = "OB"
    change(dataset)
    buffer = BytesIO()
    dataset.save_as(buffer, implicit_vr=False, little_endian=True, enforce_file_format=False)
    return buffer.getvalue().replace(syntax_element(made), syntax_element(syntax), 1)


def syntax_element(uid: str) -> bytes:
    value = uid.encode() + b"\0" * (len(uid) % 2)
    return b"\x02\0\x10\0UI" + len(value).to_bytes(2, "little") + value


def opened(data: bytes, decoders: DecoderPool) -> Image:
    found = scan([MemoryBytes("odd", data)])
    assert not found.problems, str(found.problems[0].error)
    return open_image(found.series[0], decoders)


def refused(data: bytes) -> LabelerError:
    return scan([MemoryBytes("odd", data)]).problems[0].error


STREAMS = {"4.90": J2K, "4.80": JPEG_LS, "4.57": LOSSLESS}


@pytest.mark.parametrize("kind", STREAMS)
def test_what_agrees_is_not_told(kind: str, decoders: DecoderPool) -> None:
    image = opened(written(GRAY, f"{ROOT}.{kind}", [STREAMS[kind]]), decoders)
    assert np.array_equal(image.source.frame(0), GRAY)
    assert not {Caveat.HEADER_DISAGREES, Caveat.LOSSY} & set(image.caveats)


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize(("keyword", "tag"), [("Rows", "(0028,0010)"), ("Columns", "(0028,0011)")])
def test_another_size_is_refused_by_the_name_of_the_tag(kind: str, keyword: str, tag: str) -> None:
    data = written(
        GRAY, f"{ROOT}.{kind}", [STREAMS[kind]], lambda dataset: setattr(dataset, keyword, 40)
    )
    error = refused(data)
    assert (error.code, error.facts["tag"]) == ("header-disagrees", tag)
    assert error.facts["said"] == 40


def test_other_samples_and_more_bits_than_there_is_room_for_are_refused() -> None:
    gray = refused(written(COLOR, f"{ROOT}.4.90", [J2K]))
    assert (gray.code, gray.facts["tag"]) == ("header-disagrees", "(0028,0002)")
    narrow = refused(written(GRAY.astype(np.uint8), f"{ROOT}.4.90", [J2K]))
    assert (narrow.code, narrow.facts["tag"]) == ("bad-value", "(0028,0100)")


def told(image: Image) -> list[str]:
    return [line.text for line in details(image, Caveat.HEADER_DISAGREES)]


def test_another_sign_is_told(decoders: DecoderPool) -> None:
    image = opened(written(SIGNED, f"{ROOT}.4.90", [J2K]), decoders)
    assert Caveat.HEADER_DISAGREES in image.caveats
    assert told(image) == ["(0028,0103) says 1, the pixels themselves 0."]
    assert np.array_equal(image.source.frame(0), GRAY.astype(np.int16))


def test_a_wavelet_with_loss_under_a_lossless_name_is_told(decoders: DecoderPool) -> None:
    lossy = bytes(imagecodecs.jpeg2k_encode(GRAY, level=60, codecformat="j2k", reversible=False))
    image = opened(written(GRAY, f"{ROOT}.4.90", [lossy]), decoders)
    assert {Caveat.HEADER_DISAGREES, Caveat.LOSSY} <= set(image.caveats)
    near = bytes(imagecodecs.jpegls_encode(GRAY, level=3))
    image = opened(written(GRAY, f"{ROOT}.4.80", [near]), decoders)
    assert {Caveat.HEADER_DISAGREES, Caveat.LOSSY} <= set(image.caveats)


def test_a_jpeg_marked_rgb_that_holds_ybr_is_told(decoders: DecoderPool) -> None:
    smooth = np.full((24, 32, 3), (200, 100, 40), np.uint8)
    jpeg = bytes(imagecodecs.jpeg8_encode(smooth, level=95))
    image = opened(written(smooth, f"{ROOT}.4.50", [jpeg]), decoders)
    assert Caveat.HEADER_DISAGREES in image.caveats
    assert told(image) == ["(0028,0004) says RGB, the pixels themselves YBR."]
    assert np.abs(image.source.frame(0).astype(int) - smooth).max() <= 4


@pytest.mark.parametrize("said", ["", ".1", ".5", ".4.50", ".4.80", ".4.90"])
@pytest.mark.parametrize("meant", STREAMS)
def test_a_syntax_that_lies_about_its_fragments(
    said: str, meant: str, decoders: DecoderPool
) -> None:
    image = opened(written(GRAY, ROOT + said, [STREAMS[meant]]), decoders)
    assert np.array_equal(image.source.frame(0), GRAY)
    lies = SYNTAXES[ROOT + said].codecs != SYNTAXES[f"{ROOT}.{meant}"].codecs
    assert (Caveat.HEADER_DISAGREES in image.caveats) == lies
    assert bool(image.disagreements) == lies


def test_called_compressed_but_plain(decoders: DecoderPool) -> None:
    image = opened(written(GRAY, f"{ROOT}.4.90", None), decoders)
    assert np.array_equal(image.source.frame(0), GRAY)
    assert Caveat.HEADER_DISAGREES in image.caveats
    (line,) = told(image)
    assert line.startswith("(0002,0010) says JPEG 2000")
    assert line.endswith("The pixels were believed.")


def test_fragments_of_nothing_known_are_named() -> None:
    error = refused(written(GRAY, f"{ROOT}.1", [b"nothing that is known here" * 4]))
    assert (error.code, error.facts["tag"]) == ("header-disagrees", "(0002,0010)")


def test_full_colour_called_subsampled_is_told() -> None:
    def subsampled(dataset: FileDataset) -> None:
        dataset.PhotometricInterpretation = "YBR_FULL_422"

    full = np.full((24, 32, 3), (80, 128, 128), np.uint8)
    image = open_image(
        scan([MemoryBytes("full", written(full, f"{ROOT}.1", None, subsampled))]).series[0],
        NoDecoders(),
    )
    assert Caveat.HEADER_DISAGREES in image.caveats
    assert image.source.frame(0).min() == image.source.frame(0).max() == 80


REFUSED = [syntax for syntax in SYNTAXES.values() if syntax.refusal]


@pytest.mark.parametrize("syntax", REFUSED, ids=lambda syntax: syntax.uid)
def test_what_no_decoder_is_there_for_is_named(syntax: object) -> None:
    uid = syntax.uid  # type: ignore[attr-defined]
    error = refused(written(GRAY, uid, None, lambda dataset: dataset.pop("PixelData")))
    assert error.code == "unsupported-syntax"
    assert error.facts["tag"] == "(0002,0010)"
    assert uid in error.happened
    assert SYNTAXES[uid].name in error.happened
    assert ("on a server" in error.happened) == ("JPIP" in SYNTAXES[uid].name)


@pytest.mark.parametrize("photometric", ["ARGB", "CMYK", "HSV"])
def test_retired_colours_are_named(photometric: str) -> None:
    def retired(dataset: FileDataset) -> None:
        dataset.PhotometricInterpretation, dataset.SamplesPerPixel = photometric, 4

    error = refused(written(COLOR, f"{ROOT}.1", None, retired))
    assert (error.code, error.facts["tag"]) == ("bad-value", "(0028,0004)")
    assert photometric in error.happened


def test_what_was_tried_is_told(decoders: DecoderPool) -> None:
    image = opened(written(GRAY, f"{ROOT}.4.90", [J2K[:200] + bytes(2000)]), decoders)
    with pytest.raises(LabelerError) as caught:
        image.source.frame(0)
    assert caught.value.facts["tag"] == "(0002,0010)"
    assert {part.split(":")[0] for part in str(caught.value.facts["tried"]).split("; ")} == {
        "jpeg2k",
        "pillow",
    }


@pytest.mark.parametrize("size", [(1 << 31, 1 << 31), (65535, 65535)])
def test_a_giant_in_a_codestream_meets_the_header_first(size: tuple[int, int]) -> None:
    head = bytearray(J2K)
    head[8:16] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    assert refused(written(GRAY, f"{ROOT}.4.90", [bytes(head)])).code == "header-disagrees"

    def giant(dataset: FileDataset) -> None:
        dataset.Rows = dataset.Columns = 65535

    error = refused(written(GRAY, f"{ROOT}.4.90", [bytes(head)], giant))
    assert (error.code, error.facts["tag"]) == ("too-large", "(0028,0010)")


@given(data=st.data())
def test_stream_heads_never_fail(data: st.DataObject) -> None:
    stream = bytearray(data.draw(st.sampled_from(list(STREAMS.values())))[:400])
    for _ in range(data.draw(st.integers(0, 6))):
        stream[data.draw(st.integers(2, len(stream) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(stream[: data.draw(st.integers(0, len(stream)))])
    head = read_stream_head(cut)
    assert head is None or head.syntax in SYNTAXES
    assert syntax_of(cut) in (*SYNTAXES, "")


def test_a_palette_image_without_its_palette_is_named() -> None:
    def bare(dataset: FileDataset) -> None:
        dataset.PhotometricInterpretation = "PALETTE COLOR"

    error = refused(written(GRAY, f"{ROOT}.1", None, bare))
    assert (error.code, error.facts["tag"]) == ("missing-palette", "(0028,1101)")


@pytest.mark.parametrize("kind", ["1.98", "8.1", "5", "4.110", "4.201"])
def test_two_frames_of_every_other_kind(kind: str, decoders: DecoderPool) -> None:
    frames = []
    for values in (GRAY, GRAY + 7):
        raw = values.astype("<u2").tobytes()
        planes = [values.view(np.uint8).reshape(-1, 2)[:, k].tobytes() for k in (1, 0)]
        frames.append(
            {
                "1.98": raw,
                "8.1": bytes(imagecodecs.zlib_encode(raw))[2:-4],
                "5": rle(planes),
                "4.110": bytes(imagecodecs.jpegxl_encode(values, lossless=True)),
                "4.201": bytes(imagecodecs.htj2k_encode(values, reversible=True)),
            }[kind]
        )

    def two(dataset: FileDataset) -> None:
        dataset.NumberOfFrames = 2

    image = opened(written(GRAY, f"{ROOT}.{kind}", frames, two), decoders)
    assert np.array_equal(image.source.frame(1), GRAY + 7)
    assert np.array_equal(image.source.frame(0), GRAY)
    assert not {Caveat.HEADER_DISAGREES, Caveat.LOSSY, Caveat.CUT_SHORT} & set(image.caveats)


def test_plain_frames_that_begin_like_run_lengths(decoders: DecoderPool) -> None:
    odd = GRAY.copy()
    odd[0, :4] = [1, 0, 64, 0]
    data = written(odd, f"{ROOT}.1.98", [odd.astype("<u2").tobytes()])
    image = opened(data, decoders)
    assert np.array_equal(image.source.frame(0), odd)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("dicom/transfer_syntax/J2K_pixelrep_mismatch.dcm", True),
        ("wsi/small_dicom.dcm", True),  # marked RGB, holds YBR
        ("dicom/colour/SC_rgb_jpeg_app14_dcmd.dcm", False),
        ("dicom/transfer_syntax/CT_JPEGProcess14SV1.dcm", False),
        ("dicom/broken_odd/693_J2KI.dcm", False),
    ],
)
def test_real_files_that_do_and_do_not_agree(
    name: str, told: bool, test_data: Path, decoders: DecoderPool
) -> None:
    path = test_data / name
    found = scan([FileBytes(path, path.name)])
    image = open_image(found.series[0], decoders)
    assert (Caveat.HEADER_DISAGREES in image.caveats) == told


def test_pixels_of_general_electric_are_big_endian(decoders: DecoderPool) -> None:
    """By its description: no such file was at hand."""
    out = BytesIO()
    dataset = slice_dataset(GRAY, syntax=ImplicitVRLittleEndian)
    dataset.PixelData = GRAY.astype(">u2").tobytes()
    dataset.save_as(out, enforce_file_format=True)
    data = out.getvalue().replace(b"1.2.840.10008.1.2\0", GE_BIG_PIXELS.encode("ascii"))
    assert np.array_equal(opened(data, decoders).source.frame(0), GRAY)
