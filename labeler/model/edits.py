"""Reversible changes to a document."""

from __future__ import annotations

import msgspec

from labeler.model.document import Mark
from labeler.model.forms import Answer


class AddMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="add-mark"):
    index: int
    mark: Mark


class RemoveMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="remove-mark"):
    index: int
    mark: Mark


class ReplaceMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="replace-mark"):
    """Same id, other geometry or label."""

    before: Mark
    after: Mark


class SetAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="set-answer"):
    """None stands for unanswered; both sides name the same question."""

    before: Answer | None
    after: Answer | None


class SetNoFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="set-no-finding"):
    before: bool
    after: bool


Edit = AddMark | RemoveMark | ReplaceMark | SetAnswer | SetNoFinding
