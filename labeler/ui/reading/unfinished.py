"""What was typed and is not taken yet, put by while its field shows something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from labeler.ui.components.checked_field import CheckedField

About = tuple[str, frozenset[str]]
"""A case, and marks of it; none where the case itself is meant."""


class Unfinished:
    """Texts by what they are about and by the name of their field. They last as long as the
    program runs: nothing that is refused is ever stored."""

    def __init__(self) -> None:
        self._texts: dict[About, dict[str, str]] = {}

    def put_by(
        self, about: About, fields: Mapping[str, CheckedField], *, taking: bool = False
    ) -> None:
        """The fields leave what they were about; `taking` while answers still go there."""
        texts = {name: field.put_by(taking=taking) for name, field in fields.items()}
        left_over = {name: text for name, text in texts.items() if text}
        if left_over:
            self._texts[about] = self._texts.get(about, {}) | left_over

    def take_up(self, about: About, fields: Mapping[str, CheckedField]) -> None:
        """The fields are about that again; what has no field now waits on."""
        texts = self._texts.pop(about, {})
        for name, field in fields.items():
            if name in texts:
                field.take_up(texts.pop(name))
        if texts:
            self._texts[about] = texts

    def __iter__(self) -> Iterator[About]:
        """What something is put by of."""
        return iter(tuple(self._texts))
