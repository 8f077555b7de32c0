"""The rows of the side panel: some as high as they are, some that share what room is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QWidget

from labeler.ui.components.item_layout import ItemLayout


@dataclass(frozen=True)
class PanelPart:
    """What one widget can do with room, in pixels: it can be used at `bare`, is of use at `least`,
    and shows all it has at `wanted`; it grows by `step`. Of two that want more, the one that has
    less beyond `bare` for its `weight` grows."""

    bare: int
    least: int
    wanted: int
    weight: int
    step: int = 1

    def above(self, foot: int) -> PanelPart:
        """The same with something so high below it."""
        bare, least, wanted = self.bare + foot, self.least + foot, self.wanted + foot
        return replace(self, bare=bare, least=least, wanted=wanted)


def shared_out(room: int, parts: Sequence[PanelPart]) -> tuple[int, ...]:
    """The heights of parts in so many pixels; what nobody wants goes to the last one."""
    wanting = [replace(part, wanted=max(part.least, part.wanted)) for part in parts]
    heights = _grown(room, [part.bare for part in parts], [_to_least(part) for part in parts])
    heights = _grown(room, heights, wanting)
    heights[-1] = max(parts[-1].bare, room - sum(heights[:-1]))
    return tuple(heights)


def _to_least(part: PanelPart) -> PanelPart:
    return replace(part, wanted=max(part.bare, part.least))


def _grown(room: int, heights: Sequence[int], parts: Sequence[PanelPart]) -> list[int]:
    """Step by step, while there is room."""
    grown = list(heights)
    while True:
        free = room - sum(grown)
        steps = [
            min(part.step, part.wanted - high) for part, high in zip(parts, grown, strict=True)
        ]
        able = [n for n, step in enumerate(steps) if 0 < step <= free]
        if not able:
            return grown
        poorest = min(able, key=lambda n: ((grown[n] - parts[n].bare) / parts[n].weight, -n))
        grown[poorest] += steps[poorest]


class PanelRows(ItemLayout):
    """One below the other, as wide as the panel. `sharing` are the widgets whose heights `parts`
    says when there is so much room for all of them; the last of them takes what is left."""

    def __init__(
        self,
        parent: QWidget,
        sharing: Sequence[QWidget],
        parts: Callable[[int], Sequence[PanelPart]],
    ) -> None:
        super().__init__(parent)
        self._sharing, self._parts = tuple(sharing), parts

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Vertical

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        edge = self.contentsMargins()
        hints = [item.minimumSize() for item in self._seen()]
        wide = max((hint.width() for hint in hints), default=0)
        least = sum(part.bare for part in self._parts(0))
        high = least + sum(self._own(item, wide) for item in self._others())
        return QSize(
            edge.left() + edge.right() + wide,
            edge.top() + edge.bottom() + high,
        )

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        inner = rect.marginsRemoved(self.contentsMargins())
        own = {id(item.widget()): self._own(item, inner.width()) for item in self._others()}
        room = max(0, inner.height() - sum(own.values()))
        shared = shared_out(room, self._parts(room))
        heights = dict(zip(map(id, self._sharing), shared, strict=True)) | own
        top = inner.top()
        for item in self._seen():
            high = heights[id(item.widget())]
            item.setGeometry(QRect(inner.left(), top, inner.width(), high))
            top += high

    def _seen(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _others(self) -> list[QLayoutItem]:
        return [item for item in self._seen() if item.widget() not in self._sharing]

    def _own(self, item: QLayoutItem, width: int) -> int:
        """As high as it is by itself."""
        if item.hasHeightForWidth() and width > 0:
            return item.heightForWidth(width)
        return item.sizeHint().height()
