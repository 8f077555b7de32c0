"""What is being drawn point by point, from tool to tool, to the end of a case and beyond: no more
than one click is lost without a word. No widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from labeler.app.open_case import OpenCase
from labeler.model.frames import FrameRef
from labeler.model.history import point_of
from labeler.model.open_drawing import OpenDrawing
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.tidings import WayBack
from labeler.viewing.click_tools import ClickTool
from labeler.viewing.look_tools import LookTool
from labeler.viewing.phrase import phrase
from labeler.viewing.scene import GivenUp, Outcome, Scene, Tool

MOST_TOLD = 3
"""So many lines can be on the screen."""

_Place = tuple[int, int]
"""A point of the history, and the one that Redo leads to, 0 where it leads nowhere: another edit
that was done there leads elsewhere."""


class OpenDrawings:
    """`take` does what comes of leaving one, `label` is the current one's code, `scenes` are what
    the views show; `show` goes to a slice."""

    def __init__(
        self,
        port: ReadingPort,
        tools: Mapping[str, Tool],
        take: Callable[[Outcome], None],
        label: Callable[[], str],
        scenes: Callable[[], Iterable[Scene]],
        show: Callable[[FrameRef], None],
    ) -> None:
        self._port, self._tools, self._take, self._label = port, tools, take, label
        self._scenes, self._show = scenes, show
        self.say: Callable[[str, WayBack | None], None] = lambda _words, _back: None
        """Tells a line, and what brings back what it tells of."""
        self.choose: Callable[[str], None] = lambda _tool: None
        """Takes a tool in hand."""
        self._told: tuple[tuple[GivenUp, WayBack], ...] = ()
        """What a line can bring back, the newest last."""
        self.held: Tool | None = None
        """The tool that a button holds: it finishes what it does when it is let go."""
        self._end: Callable[[], None] | None = None
        self._waiting: Callable[[], None] | None = None
        self._given_up: tuple[GivenUp, int] | None = None
        self._stepped: list[tuple[GivenUp, _Place]] = []
        """What was under way before each point that Undo took, and where in the history."""
        self._untold: tuple[str, GivenUp] | None = None
        self._parts = self._behind = False
        self._case: OpenCase | None = None
        self._known: OpenDrawing | None = None
        self._kept: OpenDrawing | None = None
        """What its case was put down with, until a view shows where it lies."""
        self._stored: OpenDrawing | None = None
        """What is kept beside the case, as far as it is known."""
        self._put: tuple[str, OpenDrawing | None] | None = None
        """The case that was put down last, and with what."""

    def hold(self, tool: Tool | None, end: Callable[[], None]) -> None:
        """A button holds a tool, or none any more; `end` ends what it draws."""
        self.held, self._end = tool, None if tool is None else end

    @property
    def draws(self) -> bool:
        """Whether a button draws, and does not only look."""
        return self.held is not None and not isinstance(self.held, LookTool)

    def when_free(self, do: Callable[[], None]) -> None:
        """Do it now, or where a button draws when that is up: what is drawn stays as it was
        begun. Of several the last one counts."""
        if self.draws:
            self._waiting = do
        else:
            do()

    def later(self, do: Callable[[int], None]) -> Callable[[int], None]:
        """The same of an action that hears a number."""
        return lambda number: self.when_free(partial(do, number))

    def free(self) -> None:
        """The button is up, and what it drew is done."""
        do, self._waiting = self._waiting, None
        if do is not None:
            do()

    def begin(self) -> None:
        """Another case: nothing of the last one comes back."""
        for tool in self._tools.values():
            tool.cancel()
        self._given_up, self._known, self._kept, self._stored = None, None, None, None
        self._waiting, self._told = None, ()
        self._stepped.clear()

    def put_away(self, taken: Tool) -> None:
        """Another tool is taken: an outline rests while one looks around, and ends where one draws
        on."""
        for tool in self._tools.values():
            if tool is taken or not tool.busy:
                continue
            if not isinstance(tool, ClickTool):
                if tool is not self.held:
                    tool.cancel()
            elif isinstance(taken, LookTool):
                tool.rest()
            else:
                self._leave(tool)

    def put_down(self) -> None:
        """The case goes; what could not be finished is kept for its next time, and told when the
        next one is there."""
        self._parts = True
        self.finish()
        self._parts, case = False, self._case
        lost, kept = self._last_given_up(), self._kept
        if lost is not None:
            on_plane = lost.scene.base is not None
            kept = OpenDrawing(lost.tool, lost.scene.frame, lost.points, on_plane=on_plane)
        if case is not None and kept != self._stored:
            self._port.keep_drawing(kept)
        self._put = None if case is None else (case.id, kept)

    def tell(self) -> None:
        """A case is there."""
        untold, self._untold = self._untold, None
        self._case = case = self._port.case()
        if untold is not None and (case is None or case.id != untold[0]):
            self.say(_told(untold[1]), None)
        put, self._put = self._put, None
        if case is not None and case.drawing is not self._known:
            self._known = self._kept = self._stored = case.drawing
        if case is not None and put is not None and put[0] == case.id:
            self._kept = self._stored = put[1]  # it may have been read before this was kept
        self.offer()

    def offer(self) -> bool:
        """Where a view shows the series of what its case was put down with, that can be had back:
        it is told. Whether Undo brings it back from now on."""
        kept, case = self._kept, self._port.case()
        tool = None if kept is None else self._tools.get(kept.tool)
        if kept is None or case is None or not case.may_change or not isinstance(tool, ClickTool):
            return False
        for scene in self._scenes():
            image = scene.base or scene.image
            on_it = kept.frame in image.refs and scene.base is None
            if on_it or kept.on_plane:
                begun = scene
                if on_it:
                    view = replace(scene.view, index=image.refs.index(kept.frame))
                    begun = replace(scene, view=view, pixels=None)
                lost = tool.given_up(begun, kept.points)
                self._given_up = (lost, self._point) if on_it else None
                self._kept = None
                self._tell(lost, can_return=on_it)
                return on_it
        return False

    def finish(self) -> None:
        """What is under way becomes marks, before the case is signed or put down."""
        if self._end is not None:
            self._end()
        for tool in self._tools.values():
            if isinstance(tool, ClickTool) and tool.busy:
                self._leave(tool)

    def give_up(self, tool: Tool) -> None:
        """Esc: what the tool has under way is as if it had never begun."""
        if isinstance(tool, ClickTool):
            self._take(tool.give_up())
        else:
            tool.cancel()

    def hear(self, outcome: Outcome) -> None:
        """What was given up is told once, and can be had back: by Undo in its turn, and by what
        tells it meanwhile."""
        lost = outcome.given_up
        if lost is not None:
            self._given_up = lost, self._point
            if self._parts and self._case is not None:
                self._untold = self._case.id, lost
            else:
                self._tell(lost, can_return=True, behind=self._behind)

    def _tell(self, lost: GivenUp, *, can_return: bool, behind: bool = False) -> None:
        """With a way back for as long as it is told, whatever is done meanwhile."""
        if not can_return:
            self.say(_told(lost), None)
            return
        while len(self._told) >= MOST_TOLD:
            self._end_telling(self._told[0][0])
        back = WayBack(partial(self._bring_back, lost), behind=behind)
        self._told = ((lost, back), *self._told) if behind else (*self._told, (lost, back))
        self.say(_told(lost), back)

    def _end_telling(self, lost: GivenUp) -> None:
        """No line offers it any more."""
        over = [back for one, back in self._told if one is lost]
        self._told = tuple(told for told in self._told if told[0] is not lost)
        for back in over:
            back.withdraw()

    def _bring_back(self, lost: GivenUp) -> None:
        """What is under way makes room as it does for any other tool."""
        name = self._return(lost)
        if name is not None:
            self.choose(name)

    def can_undo(self, tool: Tool) -> bool:
        """Whether Undo is about a drawing: a point of the one in hand, or the last given up."""
        under_way = isinstance(tool, ClickTool) and tool.busy
        return under_way or self._last_given_up() is not None

    def undo(self, tool: Tool) -> str | None:
        """The drawing in hand has a point less, or the one that was given up is there again, each
        where it is seen; the name of its tool. None where Undo is about an edit."""
        if isinstance(tool, ClickTool) and (now := tool.under_way) is not None:
            self._stepped.append((now, self._place))
            tool.step_back()
            self._show(now.scene.frame)
            return tool.name
        lost = self._last_given_up()
        return None if lost is None else self._return(lost)

    def can_redo(self, tool: Tool) -> bool:
        """Whether Redo is about a point that Undo took."""
        return self._stepped_from(tool) is not None

    def redo(self, tool: Tool) -> str | None:
        """The point that Undo took last is there again; the name of its tool. None where Redo is
        about an edit: what is under way waits for Undo then, at its place in the history."""
        before = self._stepped_from(tool)
        if before is not None:
            self._stepped.pop()
            return self._go_on(before)
        if isinstance(tool, ClickTool) and tool.busy and self._port.can_redo():
            self._take(tool.give_up())
        return None

    def _stepped_from(self, tool: Tool) -> GivenUp | None:
        """What was under way before the last step back, where nothing was done since."""
        before, place = self._stepped[-1] if self._stepped else (None, None)
        if before is None or place != self._place:
            return None
        found = self._tools[before.tool]
        if tool is not found and tool.busy:
            return None
        now = found.under_way if isinstance(found, ClickTool) else None
        if now is None:
            return before if len(before.points) == 1 else None
        same = now.tool == before.tool and now.scene.frame == before.scene.frame
        return before if same and now.points == before.points[:-1] else None

    def _return(self, lost: GivenUp) -> str | None:
        """It is under way again; the name of its tool."""
        found = self._tools[lost.tool]
        self._end_telling(lost)
        if self._given_up is not None and self._given_up[0] is lost:
            self._given_up = None
        if isinstance(found, ClickTool) and found.busy:
            self._leave(found, behind=True)
        return self._go_on(lost)

    def _go_on(self, lost: GivenUp) -> str | None:
        found = self._tools[lost.tool]
        if not isinstance(found, ClickTool):
            return None
        found.go_on(lost)
        self._show(lost.scene.frame)
        return lost.tool

    def _leave(self, tool: ClickTool, *, behind: bool = False) -> None:
        """`behind` where others wait that are to be had back before it."""
        self._behind = behind
        self._take(tool.leave(self._port.document(), self._label()))
        self._behind = False

    def _last_given_up(self) -> GivenUp | None:
        if self._given_up is None or self._port.case() is None:
            return None
        lost, point = self._given_up
        return lost if point == self._point else None

    @property
    def _point(self) -> int:
        return point_of(self._port.history())

    @property
    def _place(self) -> _Place:
        ahead = next(self._port.history().ahead(), None)
        return self._point, 0 if ahead is None else ahead.seq


def _told(lost: GivenUp) -> str:
    count = len(lost.points)
    return words(phrase("Not finished: {what} of {count} points.", what=lost.what, count=count))
