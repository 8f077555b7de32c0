"""Each outside library has its owners, and a start imports none of the heavy ones."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2] / "labeler"

OWNERS: dict[str, set[str]] = {
    "PySide6": {"ui", "demo"},
    "pynetdicom": {"pacs"},
    "pydicom": {"imaging", "interchange", "pacs", "demo"},
    "imagecodecs": {"imaging"},
    "nibabel": set(),  # it and tifffile: oracles of the tests
    "tifffile": set(),
    "openslide": {"imaging"},
    "dicomanonymizer": {"interchange"},
    "sqlcipher3": {"store"},
    "sqlalchemy": {"hub"},
    "litestar": {"hub"},
    "uvicorn": {"hub"},
    "httpx2": {"market", "pacs", "assist", "hub"},
    "web3": {"chain", "demo"},
    "eth_account": {"chain", "demo"},
    "eth_tester": {"demo"},
    "eth": {"demo"},
    "keyring": {"store"},
    "coincurve": {"proof", "signing"},
    "cv2": {"viewing", "imaging"},
    "platformdirs": {"__main__", "cli"},
}


def imported_roots(path: Path) -> set[str]:
    roots: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            roots.add(node.module.partition(".")[0])
    return roots


def test_outside_libraries_have_owners() -> None:
    strays = []
    for path in sorted(ROOT.rglob("*.py")):
        ring = path.relative_to(ROOT).parts[0].removesuffix(".py")
        strays += [
            f"{path.relative_to(ROOT)} imports {library}"
            for library in sorted(imported_roots(path) & OWNERS.keys())
            if ring not in OWNERS[library]
        ]
    assert strays == []
