"""A text for a person, still to be translated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

_ROUNDING = Context(prec=400, rounding=ROUND_HALF_UP)
"""As many digits as any float has, the largest as well."""


@dataclass(frozen=True)
class Phrase:
    """A constant template and what fills its `{names}`; numbers are formatted already.

    A fact that is a phrase itself is translated too.
    """

    template: str
    facts: tuple[tuple[str, str | int | Phrase], ...] = ()

    @property
    def text(self) -> str:
        """In the templates' own language."""
        return said(self, str)


def said(phrase: Phrase, translate: Callable[[str], str]) -> str:
    """The phrase in the language that `translate` speaks."""
    facts = {
        name: said(fact, translate) if isinstance(fact, Phrase) else fact
        for name, fact in phrase.facts
    }
    return translate(phrase.template).format(**facts)


def phrase(template: str, **facts: str | int | Phrase) -> Phrase:
    """Every constant given here is collected for translators."""
    return Phrase(template, tuple(facts.items()))


def digits_of(*values: float) -> int:
    """How many decimals let small values be told apart: none for whole or large ones."""
    if all(value == round(value) for value in values):
        return 0
    largest = max(abs(value) for value in values)
    for digits, least in enumerate((100.0, 10.0, 1.0, 0.01)):
        if largest >= least:
            return digits
    return min(12, 2 - math.floor(math.log10(largest)))


def number(value: float, digits: int = 0) -> str:
    """Rounded, a half away from zero, with a true minus sign and never "−0".

    The value counts as it is written: 1.25 is told as 1.3, and so is every other half.
    """
    written = Decimal(repr(float(value)))
    if written.is_finite():
        written = written.quantize(Decimal(1).scaleb(-digits), context=_ROUNDING)
    text = f"{written:f}".lower().replace("infinity", "inf")
    return (text.removeprefix("-") if written.is_zero() else text).replace("-", "−")
