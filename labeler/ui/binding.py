"""PySide6 without its watch over imports.

It puts a function of its own in place of Python's `__import__`, which reads the source of every
module that is loaded from then on and looks for "PySide6" in it: a fourteenth of the start's work,
and every import statement of a function takes four times as long. That serves
`from __feature__ import ...` alone, which is not used here.
"""

from __future__ import annotations

import builtins


def load_qt() -> None:
    """Load the binding, and let Python import as before; to be called before any other import of
    PySide6."""
    plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401  for what it does when it is loaded

    builtins.__import__ = plain
