"""The DICOM JSON model (PS3.18 annex F), as far as answers to searches use it."""

from __future__ import annotations

import msgspec

from labeler.pacs.query import Attributes

MAX_ANSWERS = 100_000
_MAX_VALUES = 64


def read_answers(body: bytes) -> tuple[Attributes, ...]:
    """Every answer of a JSON array. Raises ValueError for anything else."""
    try:
        found = msgspec.json.decode(body, type=list[dict[str, object]])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError("no DICOM JSON") from error
    if len(found) > MAX_ANSWERS:
        raise ValueError("more answers than any archive has")
    return tuple(_attributes(each) for each in found)


def _attributes(answer: dict[str, object]) -> Attributes:
    values: dict[int, tuple[str, ...]] = {}
    for name, element in answer.items():
        if len(name) == 8 and isinstance(element, dict):
            try:
                tag = int(name, 16)
            except ValueError:
                continue
            if texts := _texts(element.get("Value")):
                values[tag] = texts
    return values


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(text for each in value[:_MAX_VALUES] if (text := _spelled(each)))


def _spelled(value: object) -> str:
    """A value as text; of a person's name the first of its three spellings that is there."""
    match value:
        case str():
            return value
        case bool():
            return ""
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case dict():
            spellings = (value.get(n) for n in ("Alphabetic", "Ideographic", "Phonetic"))
            return next((text for text in spellings if isinstance(text, str) and text), "")
    return ""
