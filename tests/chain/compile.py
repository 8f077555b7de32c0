"""Compiles the contracts: `python -m tests.chain.compile` rewrites the JSON beside each."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from labeler.chain.contracts import NAMES
from labeler.model.paths import resources_root

FORMATS = ("abi", "bytecode", "bytecode_runtime")


def compiled(folder: Path, name: str) -> str:
    """What `<name>.json` must hold, byte for byte."""
    import vyper

    source = (folder / f"{name}.vy").read_text(encoding="utf-8")
    made = vyper.compile_code(source, contract_path=f"{name}.vy", output_formats=list(FORMATS))
    record = {
        "contract": name,
        "compiler": f"vyper {vyper.__version__}",
        "abi": made["abi"],
        "bytecode": made["bytecode"],
        "runtime": made["bytecode_runtime"],
    }
    return json.dumps(record, indent=1, sort_keys=True) + "\n"


def main() -> int:
    folder = resources_root() / "contracts"
    for name in NAMES:
        (folder / f"{name}.json").write_text(compiled(folder, name), encoding="utf-8")
        sys.stdout.write(f"{name}.json\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
