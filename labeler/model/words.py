"""Constrained scalars that documents and messages are made of."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A SHA-256 or keccak-256 digest: 64 lower-case hexadecimal digits."""

Money = Annotated[str, Meta(pattern=r"\A(0|[1-9][0-9]{0,77})\Z")]
"""An amount in minor units as decimal digits (JSON integers end at 2^53 - 1, money does not)."""

Code = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._:/-]{0,95}\Z")]
"""A stable ASCII identifier: a label, question, option or reason code, or a CAIP-19 name."""

Line = Annotated[str, Meta(min_length=1, max_length=200)]
"""One line of text for a person."""

Text = Annotated[str, Meta(max_length=20_000)]
"""Longer text for a person."""

Millivoxel = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""A coordinate in 1/1000 voxel; whole thousands are voxel centres (DICOM PS3.3 C.7.6.2.1.1)."""

Micrometre = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
"""A coordinate in the patient, LPS, in µm."""

Nanounit = Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
"""A part of a unit vector in 1e-9."""
