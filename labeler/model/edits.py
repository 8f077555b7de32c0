"""Reversible changes to a document."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.document import Mark
from labeler.model.forms import Answer
from labeler.model.shapes import MaskRef, PaintedMask
from labeler.model.words import Code, Digest

MOST = 10_000
"""Changes that are one edit."""


class AddMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="add-mark"):
    index: int
    mark: Mark


class RemoveMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="remove-mark"):
    index: int
    mark: Mark


class ReplaceMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="replace-mark"):
    """Same id and series; other geometry, label, or what else is said of it."""

    before: Mark
    after: Mark


class PaintMask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="paint-mask"):
    """Voxels of a painted mark go in or out: `delta` names the blob of those that change."""

    mark: Code
    before: MaskRef | PaintedMask
    after: MaskRef | PaintedMask
    delta: Digest


class SetAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="set-answer"):
    """None stands for unanswered; both sides name the same question."""

    before: Answer | None
    after: Answer | None


class SetNoFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="set-no-finding"):
    before: bool
    after: bool


OneEdit = AddMark | RemoveMark | ReplaceMark | PaintMask | SetAnswer | SetNoFinding


class Together(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="together"):
    """Several changes that a person made at once: done, undone and named as one.

    `name` says what it was, for the history.
    """

    name: Code
    edits: Annotated[tuple[OneEdit, ...], Meta(min_length=1, max_length=MOST)]


Edit = OneEdit | Together
