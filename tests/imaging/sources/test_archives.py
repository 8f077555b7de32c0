"""Zip, tar and gzip: read in place, bounded, and polite about what cannot be read."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import Scan, main_series, open_image, scan
from labeler.imaging.sources import inflated
from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.imaging.sources.gathering import gather
from labeler.imaging.sources.inflated import ZIPPED, InflatedBytes, Warm
from tests.support.dicom_files import save, slice_dataset, write_stack

DAMAGED = ({"unreadable-file"}, {"unreadable-image"})
STUDY = [(0, 0, z) for z in (0, 2, 4)]


def squeezed(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def study(folder: Path) -> dict[str, bytes]:
    paths = write_stack(folder, STUDY)
    return {f"st/se/{path.name}": path.read_bytes() for path in paths}


def found_in(*paths: Path) -> Scan:
    chosen = gather(paths)
    return scan(chosen.files, problems=chosen.problems)


def codes(found: Scan) -> dict[str, str]:
    return {problem.name: problem.error.code for problem in found.problems}


def middles(found: Scan, decoders: DecoderPool) -> list[int]:
    image = open_image(main_series(found), decoders)
    return [int(image.source.frame(k)[0, 0]) for k in range(image.source.shape[0])]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zipped_study(
    tmp_path: Path, decoders: DecoderPool, monkeypatch: pytest.MonkeyPatch, method: int, wide: bool
) -> None:
    if wide:  # As the writer does beyond 4 GiB or 65,535 members.
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    path = squeezed(tmp_path / "a.zip", study(tmp_path / "plain"), method)
    assert (b"PK\x06\x06" in path.read_bytes()) is wide
    found = found_in(path)
    assert not found.problems
    assert middles(found, decoders) == [102, 101, 100]
    assert found.files[0].name.startswith("a.zip/st/se/IM")


def test_tar_and_tar_gz(tmp_path: Path, decoders: DecoderPool) -> None:
    members = study(tmp_path / "plain")
    for name, mode in (("a.tar", "w"), ("b.tgz", "w:gz")):
        with tarfile.open(tmp_path / name, mode, format=tarfile.PAX_FORMAT) as archive:
            for inner, data in members.items():
                info = tarfile.TarInfo("n" * 120 + "/" + inner)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        found = found_in(tmp_path / name)
        assert not found.problems
        assert middles(found, decoders) == [102, 101, 100]
        assert "/st/se/" in found.files[0].name


def test_one_gzipped_file(tmp_path: Path, decoders: DecoderPool) -> None:
    plain = write_stack(tmp_path / "plain", [(0, 0, 0)])[0].read_bytes()
    (tmp_path / "one.dcm.gz").write_bytes(gzip.compress(plain))
    found = found_in(tmp_path / "one.dcm.gz")
    assert middles(found, decoders) == [100]


def test_names_inside_are_only_labels(tmp_path: Path) -> None:
    data = write_stack(tmp_path / "plain", [(0, 0, 0)])[0].read_bytes()
    names = ["../../etc/passwd", "/etc/shadow", "C:\\x\\y", "a\nb", "\u00e4\u4e2d.dcm", "./z"]
    found = found_in(squeezed(tmp_path / "a.zip", dict.fromkeys(names, data)))
    assert [file.name for file in found.files] == [
        "a.zip/etc/passwd",
        "a.zip/etc/shadow",
        "a.zip/C:/x/y",
        "a.zip/a%0Ab",
        "a.zip/\u00e4\u4e2d.dcm",
        "a.zip/z",
    ]
    assert len(found.series) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "plain"]


def test_a_name_of_the_old_code_page(tmp_path: Path) -> None:
    data = write_stack(tmp_path / "plain", [(0, 0, 0)])[0].read_bytes()
    path = squeezed(tmp_path / "a.zip", {"Xray.dcm": data})
    path.write_bytes(path.read_bytes().replace(b"Xray.dcm", b"\x99ray.dcm"))
    assert [file.name for file in found_in(path).files] == ["a.zip/\u00d6ray.dcm"]


def test_an_encrypted_member_is_named_and_the_others_open(tmp_path: Path) -> None:
    members = study(tmp_path / "plain")
    path = squeezed(tmp_path / "a.zip", members)
    raw = bytearray(path.read_bytes())
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    found = found_in(path)
    assert list(codes(found).values()) == ["archive-encrypted"]
    assert main_series(found).header.count == 2


def test_another_method_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("one", b"data" * 100)
    assert codes(found_in(tmp_path / "a.zip")) == {"a.zip/one": "archive-method"}


def test_an_archive_inside_an_archive_is_not_entered(tmp_path: Path) -> None:
    inner = squeezed(tmp_path / "inner.zip", study(tmp_path / "plain")).read_bytes()
    found = found_in(squeezed(tmp_path / "a.zip", {"x/inner.zip": inner, "b.dcm": b"no"}))
    assert codes(found) == {
        "a.zip/x/inner.zip": "archive-nested",
        "a.zip/b.dcm": "not-an-image",
    }


def test_an_archive_among_files_of_a_folder(tmp_path: Path) -> None:
    members = study(tmp_path / "plain")
    folder = tmp_path / "mixed"
    folder.mkdir()
    squeezed(folder / "a.zip", members)
    save(slice_dataset(np.full((3, 3), 7, np.int16), series="9"), folder / "single")
    headers = [series.header for series in found_in(folder).series]
    assert sorted(header.count for header in headers) == [1, 3]


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.999])
def test_a_cut_archive_is_named(tmp_path: Path, keep: float) -> None:
    path = squeezed(tmp_path / "a.zip", study(tmp_path / "plain"))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    assert codes(found_in(path)) == {"a.zip": "archive-broken"}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_whose_checksum_differs_gives_no_pixels(
    tmp_path: Path, decoders: DecoderPool, method: int
) -> None:
    """Whether its header has room for the pixels, or other elements lie behind them."""
    for rows, tail in ((6, 0), (200, 300_000)):
        (whole,) = write_stack(tmp_path / str(rows), [(0, 0, 0)], size=(rows, 200))
        if tail:
            with whole.open("ab") as file:
                file.write(b"\xfc\xff\xfc\xffOB\0\0" + tail.to_bytes(4, "little") + bytes(tail))
        path = squeezed(tmp_path / "a.zip", {"a.dcm": whole.read_bytes()}, method)
        raw = bytearray(path.read_bytes())
        raw[raw.find(b"PK\x01\x02") + 16] ^= 0xFF
        path.write_bytes(raw)
        assert all_told(found_in(path), decoders) in DAMAGED


def test_one_wrong_byte_in_a_stored_member_is_found(tmp_path: Path, decoders: DecoderPool) -> None:
    (whole,) = write_stack(tmp_path / "plain", [(0, 0, 0)], size=(200, 200))
    path = squeezed(tmp_path / "a.zip", {"a.dcm": whole.read_bytes()}, zipfile.ZIP_STORED)
    assert all_told(found_in(path), decoders) == set()
    raw = bytearray(path.read_bytes())
    raw[60_000] ^= 1
    path.write_bytes(raw)
    assert all_told(found_in(path), decoders) in DAMAGED


def test_a_broken_stream_in_a_zip_is_not_told_as_cut_short(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 4096, (200, 200), np.int16)
    whole = save(slice_dataset(noise), tmp_path / "a.dcm")
    path = squeezed(tmp_path / "a.zip", {"a.dcm": whole.read_bytes()})
    raw = bytearray(path.read_bytes())
    raw[40_000:40_400] = bytes(400)
    path.write_bytes(raw)
    assert all_told(found_in(path), decoders) in DAMAGED


def all_told(found: Scan, decoders: DecoderPool) -> set[str]:
    """Codes of what gave no file and no frame for its checksum, else words; and caveats."""
    told = {*codes(found).values()}
    for series in found.series:
        try:
            image = open_image(series, decoders)
            told |= {str(caveat) for caveat in image.caveats} & {"cut-short"}
            for index in range(image.source.shape[0]):
                image.source.frame(index)
        except LabelerError as error:
            told.add(error.code if "the checksum differs" in str(error) else str(error))
    return told


def bomb(path: Path, mib: int, claimed: int | None = None) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bomb.dcm", "w", force_zip64=False) as member,
    ):
        for _ in range(mib):
            member.write(bytes(1 << 20))
    if claimed is not None:
        raw = bytearray(path.read_bytes())
        at = raw.find(b"PK\x01\x02")
        struct.pack_into("<I", raw, at + 24, claimed)
        path.write_bytes(raw)
    return path


def test_a_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.zip", 8, claimed=600 << 20)
    started = time.monotonic()
    tracemalloc.start()
    found = found_in(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(codes(found).values()) == {"unfolds-too-far"}
    assert time.monotonic() - started < 2
    assert peak < 8 << 20


def test_a_bomb_that_hides_its_size_unfolds_no_further_than_it_says(tmp_path: Path) -> None:
    started = time.monotonic()
    found = found_in(bomb(tmp_path / "a.zip", 16, claimed=4096))
    assert not found.series
    assert time.monotonic() - started < 2


def test_members_that_lie_over_one_another_are_a_bomb(tmp_path: Path) -> None:
    """A list that names one member 200 times: the file stays small, what it names does not."""
    path = bomb(tmp_path / "a.zip", 64)
    raw = path.read_bytes()
    at = raw.find(b"PK\x01\x02")
    end = raw.find(b"PK\x05\x06")
    entry = raw[at:end]
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 200, 200, 200 * len(entry), at, 0)
    path.write_bytes(raw[:at] + entry * 200 + tail)
    assert codes(found_in(path)) == {"a.zip": "unfolds-too-far"}


def test_a_deflated_stream_of_unknown_size_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflated, "FREE", 1 << 20)
    packed = zlib.compress(bytes(4 << 20), wbits=-15)
    source = InflatedBytes(MemoryBytes("z", packed), 0)
    assert source.read(0, 10) == bytes(10)
    with pytest.raises(LabelerError) as caught:
        source.read(3 << 20, 10)
    assert caught.value.code == "unfolds-too-far"
    with pytest.raises(LabelerError):
        _ = source.size


def test_a_gzip_file_of_several_members_reads_on() -> None:
    pieces = [bytes([k]) * 70_000 for k in range(5)]
    data = b"".join(gzip.compress(piece) for piece in pieces)
    whole = b"".join(pieces)
    source = InflatedBytes(MemoryBytes("z", data), 0, form=ZIPPED)
    assert source.size == len(whole)
    assert source.read(69_000, 200_000) == whole[69_000:269_000]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 10_000_000), st.integers(0, 300_000)), max_size=6))
def test_any_reads_in_any_order_from_a_large_member(reads: list[tuple[int, int]]) -> None:
    plain = LARGE
    warm = Warm()
    source = InflatedBytes(MemoryBytes("z", PACKED), 0, len(PACKED), size=len(plain), warm=warm)
    for offset, length in reads:
        assert source.read(offset, length) == plain[offset : offset + length]


LARGE = np.random.default_rng(4).integers(0, 4, 9_000_000, np.uint8).tobytes()
PACKED = zlib.compress(LARGE, 1, wbits=-15)


@settings(max_examples=150)
@given(st.binary(max_size=600), st.sampled_from([b"PK\x03\x04", b"PK\x05\x06"]))
def test_whatever_begins_like_a_zip_ends_in_words(data: bytes, magic: bytes) -> None:
    scan([MemoryBytes("a.zip", magic + data + b"PK\x05\x06" + data[:18])])


@settings(max_examples=150)
@given(st.binary(max_size=1200))
def test_whatever_begins_like_a_tar_ends_in_words(data: bytes) -> None:
    block = bytearray((data + bytes(512))[:512])
    block[257:263] = b"ustar\0"
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    scan([MemoryBytes("a.tar", bytes(block) + data), FileBytes(Path("/nowhere"), "b")])


def test_hidden_things_inside_are_left_out(tmp_path: Path) -> None:
    members = study(tmp_path / "plain")
    litter = {"__MACOSX/st/._IM0": b"\0\5\x16\7", "st/.DS_Store": b"x", "st/Thumbs.db": b"y"}
    found = found_in(squeezed(tmp_path / "a.zip", members | litter))
    assert not found.problems
    assert found.passed_over == ("a.zip/st/Thumbs.db",)


@pytest.mark.parametrize("keep", [300, 700, 2000, -600])
def test_a_cut_tar_is_named_and_what_is_whole_opens(tmp_path: Path, keep: int) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in study(tmp_path / "plain").items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    end = out.getvalue().rstrip(b"\0")
    (tmp_path / "a.tar").write_bytes(end[:keep])
    found = found_in(tmp_path / "a.tar")
    assert codes(found)["a.tar"] == "archive-broken"


def test_an_empty_archive_is_named(tmp_path: Path) -> None:
    assert codes(found_in(squeezed(tmp_path / "a.zip", {}))) == {"a.zip": "archive-broken"}
