"""A text for a person, still to be translated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """A constant template and what fills its `{names}`; numbers are formatted already."""

    template: str
    facts: tuple[tuple[str, str | int], ...] = ()

    @property
    def text(self) -> str:
        """In the template's own language."""
        return self.template.format(**dict(self.facts))


def phrase(template: str, **facts: str | int) -> Phrase:
    return Phrase(template, tuple(facts.items()))


def number(value: float, digits: int = 0) -> str:
    """Rounded, with a true minus sign and never "−0"."""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", "−")
