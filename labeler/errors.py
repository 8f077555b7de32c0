"""What a person may be told: what happened, what is safe, what to do."""

from __future__ import annotations


class LabelerError(Exception):
    """An error of ours, told once and in words.

    The three sentences are templates: `facts` fill their `{names}`, so that a translation can
    move them. `code` is stable and machine-readable (lower-case words joined by hyphens).
    """

    def __init__(self, code: str, happened: str, *, safe: str, do: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.templates = (happened, safe, do)
        self.facts = facts

    @property
    def happened(self) -> str:
        return self.templates[0].format(**self.facts)

    @property
    def safe(self) -> str:
        return self.templates[1].format(**self.facts)

    @property
    def do(self) -> str:
        return self.templates[2].format(**self.facts)

    def __str__(self) -> str:
        return f"{self.happened} {self.safe} {self.do}"


class Cancelled(Exception):  # noqa: N818  not a failure: the person asked for it
    """The person cancelled; nobody is told."""
