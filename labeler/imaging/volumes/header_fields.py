"""Fields of a header that is text: taken as what they must be, or named as the fault."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.volumes.volume_faults import bad_field

MAX_COUNT = 1 << 40


@dataclass(frozen=True)
class HeaderFields:
    """The fields of file `name`, a header of that `family`. Each reader raises LabelerError."""

    name: str
    family: str
    fields: dict[str, str]

    def fault(self, field: str) -> LabelerError:
        return bad_field(self.name, self.family, field, self.fields.get(field, ""))

    def needed(self, field: str) -> str:
        if not self.fields.get(field):
            raise self.fault(field)
        return self.fields[field]

    def whole(self, field: str, least: int, most: int, *, usual: int | None = None) -> int:
        """A whole number within bounds; `usual` where the field is not there."""
        if usual is not None and field not in self.fields:
            return usual
        try:
            value = int(self.needed(field))
        except ValueError:
            raise self.fault(field) from None
        if not least <= value <= most:
            raise self.fault(field)
        return value

    def counts(self, field: str, count: int) -> tuple[int, ...]:
        """So many whole numbers, each at least 1."""
        try:
            values = tuple(int(word) for word in self.needed(field).split())
        except ValueError:
            raise self.fault(field) from None
        if len(values) != count or not all(1 <= value <= MAX_COUNT for value in values):
            raise self.fault(field)
        return values

    def reals(self, field: str, count: int) -> tuple[float, ...]:
        """So many numbers."""
        try:
            values = tuple(float(word) for word in self.needed(field).split())
        except ValueError:
            raise self.fault(field) from None
        if len(values) != count:
            raise self.fault(field)
        return values
