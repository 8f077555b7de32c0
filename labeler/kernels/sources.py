"""What the compiled kernels are made of, as one digest of the C sources."""

from __future__ import annotations

import hashlib
from pathlib import Path


def source_digest(folder: Path) -> str:
    """32 hexadecimal digits of everything that is compiled; "" where no sources are."""
    files = sorted(path for path in folder.glob("*") if path.suffix in (".c", ".h"))
    if not files:
        return ""
    told = hashlib.sha256()
    for path in files:
        # A system that writes its own line ends compiles the same program.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        told.update(f"{path.name} {len(content)}\n".encode())
        told.update(content)
    return told.hexdigest()[:32]
