"""Work on marks beside the hand: one after the other, each as it was asked for. No widget."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from labeler.app.jobs import Started
from labeler.model.edit_rules import find_mark
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.viewport import Viewport
from labeler.ui.translation import tr
from labeler.viewing.scene import Later, Outcome, Scene

Take = Callable[[Outcome, Viewport], None]
InHand = tuple[str, str, frozenset[str]]
"""The label in hand, the mark that is selected, and those beside it."""

MOST_WAITING = 16
"""More clicks than a hand makes while it waits for one; each keeps the picture that it was on."""


@dataclass(eq=False)
class _Asked:
    """What was asked for in a view: the scene of that moment, and what was chosen in it."""

    do: Callable[[Scene], Outcome]
    scene: Scene
    viewport: Viewport
    take: Take
    chosen: InHand


class WorkBeside:
    """Label, selection, options and place are those of the click, whatever is chosen while it is
    worked out; the marks are those that are there when its turn comes.

    What was asked for before any other mark was chosen goes on with the mark that the one before
    it selects, as if it had been waited for. `say` hears what was not done.
    """

    def __init__(
        self,
        port: ReadingPort,
        scene: Callable[[Viewport], Scene | None],
        chosen: Callable[[], InHand],
        seen: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self._port, self._scene, self._chosen = port, scene, chosen
        self._seen, self._say = seen, say
        self._started: Started | None = None
        self._under_way: object = None
        self._what = ""
        self._waiting: deque[tuple[str, Callable[[], object] | _Asked]] = deque()
        """Each with its case: nothing comes of it in another one."""

    @property
    def is_under_way(self) -> bool:
        return self._started is not None

    @property
    def under_way(self) -> str:
        """What is done beside the hand, in words; "" for nothing."""
        return self._what if self.is_under_way else ""

    def in_turn(self, act: Callable[[], object]) -> None:
        """Do something once nothing is done beside the hand, so that each of several presses of a
        key counts."""
        self._enter(act)

    def ask(self, do: Callable[[Scene], Outcome], viewport: Viewport, take: Take) -> None:
        """The same with something that is done to what is seen and selected now."""
        asked = self._asked(do, viewport, take)
        if asked is not None:
            self._enter(asked)

    def add(self, later: Later[Any], viewport: Viewport, take: Take) -> None:
        """What an event just led to: at once, or in its turn, as things stand then."""
        asked = self._asked(later.anew or (lambda _now: Outcome(later=later)), viewport, take)
        if asked is not None and self._under_way is None:
            self._begin(later, asked)
        elif asked is not None:
            self._enter(asked)

    def stop(self) -> bool:
        """Give up what is under way, and what waits for it; whether anything was."""
        waited = self._give_up()
        if waited is None:
            return False
        text = tr("Stopped: {what}.", what=self._what)
        if waited:
            text = tr("Stopped: {what}, and {n} more that waited.", what=self._what, n=waited)
        self._say(text)
        return True

    def finish(self) -> None:
        """All that was asked for, now: the case is put down. Nothing else is done until then."""
        while self._started is not None:
            self._started.finish()

    def leave_out(self) -> None:
        """The case was signed meanwhile: nothing more is done to it."""
        waited = self._give_up()
        if waited is None:
            return
        text = tr("Not done, the case was signed without it: {what}.", what=self._what)
        if waited:
            text = tr(
                "Not done, the case was signed without it: {what}, and {n} more that waited.",
                what=self._what,
                n=waited,
            )
        self._say(text)

    # --- inside -------------------------------------------------------------------------------

    def _give_up(self) -> int | None:
        """How many waited for what was under way; None where nothing was."""
        started, waited = self._started, len(self._waiting)
        self._waiting.clear()
        self._started = self._under_way = None
        if started is None:
            return None
        started.stop()
        self._seen()
        return waited

    def _asked(
        self, do: Callable[[Scene], Outcome], viewport: Viewport, take: Take
    ) -> _Asked | None:
        scene = self._scene(viewport)
        return None if scene is None else _Asked(do, scene, viewport, take, self._chosen())

    def _case(self) -> str:
        case = self._port.case()
        return "" if case is None else case.id

    def _enter(self, one: Callable[[], object] | _Asked) -> None:
        if self._under_way is None:
            self._do(one)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append((self._case(), one))
        else:
            self._say(tr("Not done: {n} others wait already.", n=MOST_WAITING))

    def _go_on(self) -> None:
        while self._waiting and self._under_way is None:
            case, one = self._waiting.popleft()
            if case == self._case():
                self._do(one)

    def _do(self, one: Callable[[], object] | _Asked) -> None:
        if isinstance(one, _Asked):
            self._come(one.do(self._standing(one)), one)
        else:
            one()

    def _standing(self, asked: _Asked) -> Scene:
        """The scene of the click, with the marks that are there now."""
        document, (label, first, also) = self._port.document(), asked.chosen
        if first and find_mark(document, first) is None:
            first = ""
            asked.chosen = label, first, also
        painted = self._port.painted  # others after a far jump
        scene = replace(asked.scene, document=document, painted=painted)
        return replace(scene, selected=first, also=also)

    def _begin(self, later: Later[Any], asked: _Asked) -> None:
        """On another thread from now on."""
        under_way = object()

        def over() -> None:
            if self._under_way is under_way:
                self._started = self._under_way = None
                self._seen()
                self._go_on()

        def done(found: Any) -> None:
            self._come(later.then(self._standing(asked), found), asked)

        self._what, self._under_way = words(later.text), under_way
        text = tr("{what}. Esc stops it", what=self._what)
        started = self._port.series.work(text, later.work, done, over)
        if self._under_way is under_way:  # it may be over already
            self._started = started
            self._seen()

    def _come(self, outcome: Outcome, asked: _Asked) -> None:
        """Something came of what was asked for, or there is work to be done first."""
        now, later = self._scene(asked.viewport), outcome.later
        if now is None or now.frame != asked.scene.frame:  # the person went on to another image
            outcome = replace(outcome, view=None, index=None)
        if outcome.select is not None:
            goes_on = self._chosen() == asked.chosen
            self._hand_on(asked.chosen, outcome.select, outcome.also)
            outcome = outcome if goes_on else replace(outcome, select=None)
        asked.take(replace(outcome, later=None), asked.viewport)
        if later is not None:
            self._begin(later, asked)

    def _hand_on(self, chosen: InHand, first: str, also: frozenset[str]) -> None:
        """What waits, and was asked for before another mark or label was chosen, is about the mark
        that is selected now."""
        for _, one in self._waiting:
            if isinstance(one, _Asked) and one.chosen == chosen:
                one.chosen = chosen[0], first, also - {first}
