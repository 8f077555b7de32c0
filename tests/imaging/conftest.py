"""A pool of real decoder processes for the tests of this package."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from labeler.imaging.decoding.decoders import DecoderPool

WORKER = (
    sys.executable,
    "-c",
    (
        "import sys\n"
        "from labeler.imaging.decoding.decoder_worker import main\n"
        "sys.exit(main(sys.argv[1:]))"
    ),
)


@pytest.fixture(scope="session")
def worker_command() -> tuple[str, ...]:
    return WORKER


@pytest.fixture(scope="session")
def decoders() -> Iterator[DecoderPool]:
    with DecoderPool(2, WORKER) as pool:
        yield pool
