"""How many viewports stand beside and below each other."""

from __future__ import annotations

ARRANGEMENTS = tuple((rows, columns) for rows in (1, 2, 3) for columns in (1, 2, 3))
"""Rows and columns, the smallest first."""


def arrangement_name(rows: int, columns: int) -> str:
    """As people write it, rows first: "2×3"."""
    return f"{rows}×{columns}"


def arrangement_code(rows: int, columns: int) -> str:
    """As its action is called: "2x3"."""
    return f"{rows}x{columns}"
