"""What a journal keeps: every step ever taken, also those that were undone."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.edits import Edit, OneEdit, Together

Seconds = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Do(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="do"):
    """A new edit. What was undone before it stays as a branch of the history."""

    edit: Edit


class Amend(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="amend"):
    """The hand goes on: marks that the last edit moved are moved further. `edit` is from before it
    until now, and stands in its place."""

    edit: Edit


class Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="undo"):
    """Take back the last edit that stands."""


class Redo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="redo"):
    """Do again the last edit that was taken back."""


class Go(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="go"):
    """Go to the state after the edit that entry `to` did; 0 is the untouched document."""

    to: Annotated[int, Meta(ge=0)]


class Here(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="here"):
    """The person works on the case from now on."""


class Away(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="away"):
    """The person has done nothing for `idle_s` seconds; the case is still open."""

    idle_s: Seconds


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="left"):
    """The case was closed."""


class LessTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="less-time"):
    """The person says that so many seconds of the active time were none; never more, only less."""

    seconds: Annotated[int, Meta(ge=1, le=2**31 - 1)]


Walk = Do | Amend | Undo | Redo | Go
"""Changes the document."""

Presence = Here | Away | Left | LessTime
"""Says when there was work; the document stays."""

Step = Walk | Presence


class _Entry(msgspec.Struct):
    """Of an entry of a journal no more than the edit it did."""

    step: Do | Amend


class _Listed(msgspec.Struct):
    edits: tuple[msgspec.Raw, ...] = ()
    name: str = ""


class _Unread(msgspec.Struct):
    edit: _Listed


class _LongEntry(msgspec.Struct):
    """The same, its changes not decoded yet."""

    step: _Unread


_ENTRY = msgspec.json.Decoder(_Entry)
_LONG_ENTRY = msgspec.json.Decoder(_LongEntry)
_PIECE = msgspec.json.Decoder(tuple[OneEdit, ...])

AT_ONCE = 1 << 18
"""Bytes of an entry, decoded in a few milliseconds."""
PIECE = 256
"""Changes of an edit that are encoded or decoded at a time: between two of them other threads have
their turn."""


def edit_of_entry(entry: bytes) -> Edit:
    """The edit that an entry did; the entry was verified before, and is one that did."""
    listed = _Listed() if len(entry) <= AT_ONCE else _LONG_ENTRY.decode(entry).step.edit
    if len(listed.edits) <= PIECE:
        return _ENTRY.decode(entry).step.edit
    edits: list[OneEdit] = []
    for first in range(0, len(listed.edits), PIECE):
        part = b",".join(listed.edits[first : first + PIECE])
        edits += _PIECE.decode(b"[%b]" % part)
    return Together(listed.name, tuple(edits))
