"""The frozen terms of a task."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labeler.model.forms import Form, Question
from labeler.model.words import Code, Digest, Line, Money, Text

MANIFEST_FORMAT = "labeler.manifest/1"
ITEM_FORMAT = "labeler.item/1"


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of marks, and what is asked of each mark of it; left out where nothing is."""

    code: Code
    name: Line
    questions: Annotated[tuple[Question, ...], Meta(min_length=1, max_length=16)] | UnsetType = (
        UNSET
    )

    @property
    def asks(self) -> tuple[Question, ...]:
        return () if self.questions is UNSET else self.questions


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the closed list a rejection must choose from."""

    code: Code
    text: Line


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a submission is judged. Quality is parts per million of `metric`."""

    metric: Code
    threshold_ppm: Annotated[int, Meta(ge=0, le=1_000_000)]
    readers: Annotated[int, Meta(ge=1)]
    review_seconds: Annotated[int, Meta(ge=1)]
    appeal_seconds: Annotated[int, Meta(ge=0)]
    reasons: Annotated[tuple[Reason, ...], Meta(min_length=1)]


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Amounts in minor units of `currency` (CAIP-19); `decimals` and `symbol` are for screens."""

    currency: Code
    symbol: Code
    decimals: Annotated[int, Meta(ge=0, le=36)]
    item: Money
    exam: Money = "0"
    training: Money = "0"


class Royalty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    basis_points: Annotated[int, Meta(ge=0, le=10_000)] = 0
    weight: Code = "equal"


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How every expert sees the case first; empty and None leave it to the file."""

    series: str = ""
    window_center: int | None = None
    window_width: int | None = None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked and promised; named by the SHA-256 of its canonical encoding."""

    format: str
    title: Line
    instructions: Text
    modality: Code
    specialty: Code
    qualification: Line
    labels: Annotated[tuple[Label, ...], Meta(min_length=1, max_length=64)]
    form: Form
    acceptance: Acceptance
    price: Price
    royalty: Royalty
    licence: Line
    free_text_allowed: bool
    opening: Opening = Opening()


class ItemFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of an item, by the digest of its plaintext."""

    name: Line
    size: Annotated[int, Meta(ge=0)]
    sha256: Digest


class ItemContext(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reader is told about the case."""

    age: str = ""
    sex: str = ""
    indication: str = ""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One case; named by the SHA-256 of its canonical encoding, which binds every file."""

    format: str
    title: Line
    context: ItemContext
    files: Annotated[tuple[ItemFile, ...], Meta(min_length=1)]
