from __future__ import annotations

import pytest

from labeler.model.frame_lists import decode_frames, encode_frames, frame_list_digest
from labeler.model.frames import FrameRef

FRAMES = (FrameRef("1.2", "1.2.3", 0), FrameRef("1.2", "1.2.4", 7))


def test_a_line_a_slice() -> None:
    blob = encode_frames(FRAMES)
    assert blob == b"LBF1\n1.2\n0 1.2.3\n7 1.2.4\n"
    assert decode_frames(blob) == FRAMES
    assert len(frame_list_digest(FRAMES)) == 64


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"LBF1\n",
        b"LBF1\n1.2\n",
        b"LBF2\n1.2\n0 1.2.3\n",
        b"LBF1\n1.2\n0 1.2.3",
        b"LBF1\n1.2\n00 1.2.3\n",
        b"LBF1\n1.2\n1.2.3\n",
        b"LBF1\r\n1.2\r\n0 1.2.3\r\n",
        b"LBF1\n1.2\n0 \xff\n",
    ],
)
def test_any_other_spelling_is_refused(blob: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode_frames(blob)


def test_frames_of_one_series_in_names_of_one_line() -> None:
    for frames in ((), (*FRAMES, FrameRef("9", "1", 0)), (FrameRef("1", "a\nb", 0),)):
        with pytest.raises(ValueError, match="frame list"):
            encode_frames(frames)
