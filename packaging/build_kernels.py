"""Compiles labeler/kernels/c with Zig's C compiler: before a wheel is built, and by `./run`.

One library for each level of processor, plain C behind ctypes: no Python headers, no compiler of
the system, and the same bytes for every version of Python.
"""

from __future__ import annotations

import hashlib
import platform
import runpy
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "labeler" / "kernels"
STAMP = FOLDER / "built"
source_digest = runpy.run_path(str(FOLDER / "sources.py"))["source_digest"]
FLAGS = (
    *("-std=c11", "-O3", "-shared", "-Wall", "-Wextra", "-Werror"),
    # The same sums on every machine: no fused products, no reordering.
    "-ffp-contract=off",
    # Zig would trap on what C leaves undefined, and strip nothing.
    *("-fno-sanitize=all", "-s"),
)
TARGETS = {
    ("Linux", "x86_64"): ("x86_64-linux-gnu.2.17", "manylinux_2_17_x86_64", ".so"),
    ("Linux", "aarch64"): ("aarch64-linux-gnu.2.17", "manylinux_2_17_aarch64", ".so"),
    ("Darwin", "x86_64"): ("x86_64-macos.11.0", "macosx_11_0_x86_64", ".dylib"),
    ("Darwin", "arm64"): ("aarch64-macos.11.0", "macosx_11_0_arm64", ".dylib"),
    ("Windows", "AMD64"): ("x86_64-windows", "win_amd64", ".dll"),
}
LEVELS = {"x86_64": {"plain": "x86_64", "fast": "x86_64_v3"}}
"""Zig's names of the processors; all others have one level, which is plain."""


def build() -> str:
    """Compile where something changed; answers with the wheel's platform tag."""
    target, tag, suffix = TARGETS[platform.system(), platform.machine()]
    levels = LEVELS.get(target.partition("-")[0], {"plain": "baseline"})
    made = {FOLDER / f"{name}{suffix}": processor for name, processor in levels.items()}
    digest = source_digest(FOLDER / "c")
    told = (target, version("ziglang"), *FLAGS, digest)
    wanted = hashlib.sha256("\0".join(told).encode()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == wanted and all(map(Path.is_file, made)):
        return tag
    sources = [str(path) for path in sorted((FOLDER / "c").glob("*.c"))]
    for path, processor in made.items():
        compiler = [sys.executable, "-m", "ziglang", "cc", "-target", target, f"-mcpu={processor}"]
        flags = [*FLAGS, f"-DLABELER_SOURCES={digest}"]
        subprocess.run([*compiler, *flags, "-o", str(path), *sources], check=True)
    STAMP.write_text(wanted)
    return tag


def get_build_hook() -> Any:
    """What hatchling looks for; it is not there when `./run` calls this file."""
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class Hook(BuildHookInterface[Any]):
        def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
            build_data["tag"] = f"py3-none-{build()}"
            build_data["pure_python"] = False
            build_data["artifacts"] += [f"labeler/kernels/*{end}" for end in _SUFFIXES]

    return Hook


_SUFFIXES = (".so", ".dylib", ".dll")

if __name__ == "__main__":
    build()
