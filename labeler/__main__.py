"""Where the program starts; child processes are sent off before anything else is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """The exit code of the process."""
    if sys.argv[1:2] == ["--internal"]:
        return _internal(*sys.argv[2:])
    return 0


def _internal(role: str = "", *argv: str) -> int:
    if role == "sign":
        from labeler.signing.signer_process import main as sign

        return sign(argv)
    if role == "decode":
        from labeler.imaging.decoder_worker import main as decode

        return decode(argv)
    return 2


if __name__ == "__main__":
    sys.exit(main())
