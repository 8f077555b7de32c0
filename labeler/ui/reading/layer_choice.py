"""Which layers of other files are seen. All are hidden until the person asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labeler.model.layers import NO_FINDINGS, Dose, Findings, Layer, LayerKind, Presentation


@dataclass(frozen=True)
class Shown:
    """What is drawn now: layers with their positions among all, a dose, a presentation."""

    layers: tuple[tuple[int, Layer], ...] = ()
    dose: Dose | None = None
    presentation: Presentation | None = None


NOTHING_SHOWN = Shown()


class LayerChoice:
    """Others' findings bias the reader, so nothing of them is on by itself."""

    def __init__(self, known: Callable[[], Findings], changed: Callable[[], None]) -> None:
        self._known, self._changed = known, changed
        self._seen: set[str] = set()
        self._presentation = ""
        self.findings: Findings = NO_FINDINGS

    def read(self) -> None:
        """Take what is known of the open series now."""
        self.findings = self._known()

    def begin(self) -> None:
        """Another case: hidden again."""
        self._seen, self._presentation, self.findings = set(), "", NO_FINDINGS

    @property
    def keys(self) -> tuple[str, ...]:
        """Of everything that can be seen or hidden, in the order of the list."""
        found = self.findings
        layers = tuple(layer.key for layer in found.layers)
        return layers + tuple(dose.key for dose in found.doses)

    @property
    def any_seen(self) -> bool:
        return any(key in self._seen for key in self.keys) or self.presentation is not None

    @property
    def chosen(self) -> tuple[object, ...]:
        """All of the choice as one value, to tell whether it is another now."""
        return self.findings, frozenset(self._seen), self._presentation

    def is_seen(self, key: str) -> bool:
        return key in self._seen

    def toggle(self, key: str) -> None:
        """See or hide one of them; of doses at most one is seen."""
        doses = {dose.key for dose in self.findings.doses}
        if key in self._seen:
            self._seen.remove(key)
        else:
            self._seen -= doses if key in doses else set()
            self._seen.add(key)
        self._changed()

    def toggle_all(self) -> None:
        """Hide what is seen; where nothing is, see all but second doses and unchosen graphics."""
        if self.any_seen:
            self._seen, self._presentation = set(), ""
        else:
            found = self.findings
            graphics = LayerKind.PRESENTATION
            self._seen = {layer.key for layer in found.layers if layer.kind is not graphics}
            self._seen |= {dose.key for dose in found.doses[:1]}
            if not self._seen:
                self._seen = {layer.key for layer in found.layers}
        self._changed()

    @property
    def presentation(self) -> Presentation | None:
        states = self.findings.presentations
        return next((state for state in states if state.key == self._presentation), None)

    def present(self, key: str) -> Presentation | None:
        """Choose a presentation, or put the chosen one away; what is chosen now."""
        before = self.presentation
        self._seen -= set(before.layers if before is not None else ())
        self._presentation = "" if before is not None and before.key == key else key
        chosen = self.presentation
        self._seen |= set(chosen.layers if chosen is not None else ())
        return chosen

    def shown(self) -> Shown:
        """What to draw."""
        if not self._seen and not self._presentation:
            return NOTHING_SHOWN
        found, seen = self.findings, self._seen
        return Shown(
            tuple((at, layer) for at, layer in enumerate(found.layers) if layer.key in seen),
            next((dose for dose in found.doses if dose.key in seen), None),
            self.presentation,
        )
