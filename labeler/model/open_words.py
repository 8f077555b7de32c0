"""Words that their field does not take yet, kept until their case is opened again."""

from __future__ import annotations

import msgspec


class OpenWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the `field` of these `marks`; of none: in that of the case itself."""

    marks: tuple[str, ...]
    field: str
    text: str
