"""What was typed and is not taken yet, put by while its field shows something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from labeler.model.open_words import OpenWords
from labeler.ui.components.checked_field import CheckedField

About = tuple[str, frozenset[str]]
"""A case, and marks of it; none where the case itself is meant."""


class Unfinished:
    """Texts by what they are about and by the name of their field. They are kept beside the
    document of their case: nothing that is refused is ever in it."""

    def __init__(self) -> None:
        self._texts: dict[About, dict[str, str]] = {}
        self._known: set[str] = set()

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

    def hand_on(self, about: About, to: About) -> None:
        """What waits for one waits for the other; where that has its own, both wait."""
        texts = self._texts.pop(about, {})
        held = self._texts.setdefault(to, {})
        both = {name: texts.pop(name) for name in texts.keys() & held.keys()}
        held.update(texts)
        if both:
            self._texts[about] = both

    def bring_back(self, case: str, words: Iterable[OpenWords]) -> None:
        """What was kept of a case before the program was started."""
        if case not in self._known:
            self._known.add(case)
            for one in words:
                about = case, frozenset(one.marks)
                self._texts[about] = {one.field: one.text} | self._texts.get(about, {})

    def words(
        self, case: str, about: About, fields: Mapping[str, CheckedField]
    ) -> tuple[OpenWords, ...]:
        """All that is to be kept of a case: what was put by, and what its fields refuse now."""
        found = dict(self._texts)
        refused = {name: field.text() for name, field in fields.items() if field.wrong}
        if refused:
            found[about] = found.get(about, {}) | refused
        return tuple(
            OpenWords(tuple(sorted(marks)), name, text)
            for (whose, marks), texts in found.items()
            if whose == case
            for name, text in texts.items()
        )

    def __iter__(self) -> Iterator[About]:
        """What something is put by of."""
        return iter(tuple(self._texts))
