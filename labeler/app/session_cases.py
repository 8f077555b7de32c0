"""Opening cases: of a task, of one's own files, the practice case; also one that is damaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.case_notices import CaseNotices
from labeler.app.cases import Case, open_item, open_paths
from labeler.app.haste import giving_way
from labeler.app.open_case import LAST_CASE, Opened, prepare
from labeler.app.sample_case import open_sample
from labeler.app.screens import Change, DamagedCase, Standing
from labeler.app.services import Services, Tick
from labeler.app.session_core import Refused, SessionCore, Surroundings
from labeler.errors import LabelerError
from labeler.later import Later
from labeler.model.checks import Check
from labeler.model.edits import Edit

if TYPE_CHECKING:
    from labeler.app import likeness, mark_watch, other_images, recovering, unlike_copies
    from labeler.app.mark_watch import MarkWatch
    from labeler.app.other_images import OtherImages
else:
    likeness = Later("labeler.app.likeness")
    mark_watch = Later("labeler.app.mark_watch")
    other_images = Later("labeler.app.other_images")
    recovering = Later("labeler.app.recovering")
    unlike_copies = Later("labeler.app.unlike_copies")

Opener = Callable[[Services, Tick], Case]


@dataclass(frozen=True, eq=False)
class _GoingOn:
    """A damaged case whose loss is being accepted: when it was asked for, counted in openings, and
    who waits for it."""

    case: DamagedCase
    opener: Opener
    name: str
    opening: int
    waiting: list[tuple[Callable[[], None], Refused]]


class CaseVerbs(SessionCore):
    """One case at a time is on the screen."""

    def __init__(self, around: Surroundings, standing: Standing) -> None:
        super().__init__(around, standing)
        self._damaged: tuple[DamagedCase, Opener] | None = None
        self._asked, self._openings, self._is_opening = "", 0, False
        self._unopened: set[str] = set()
        self._mark_watch: MarkWatch | None = None
        self._others: OtherImages | None = None
        self.reading.edited = self._watch_marks
        self._notices = CaseNotices(self._board)
        self._going_on: dict[str, _GoingOn] = {}
        """Damaged cases whose loss is being accepted, by their names."""

    def open_case(self, case_id: str) -> None:
        self._show_case(_item_opener(case_id), case_id)

    def open_next_case(self) -> None:
        """The next case that is not signed yet, of the open case's task first; then from above.

        One that cannot be opened is told of, and passed over from then on.
        """
        shown = self.reading.case()
        last = self._asked or (shown.id if shown else "")
        rows = [row for card in self._work.cards for row in card.cases]
        here = next((at for at, row in enumerate(rows) if row.id == last), -1)
        rest = [row for row in rows[here + 1 :] + rows[: max(here, 0)] if row.state is None]
        usable = [row.id for row in rest if row.id not in self._unopened]
        if usable:
            self._show_case(_item_opener(usable[0]), usable[0], otherwise=self.open_next_case)
        elif rest:
            self._board.line("No other case can be opened.")
        else:
            self._board.line("Every case that is here is signed.")

    def open_paths(self, paths: Sequence[Path], form: str = "") -> None:
        chosen = tuple(paths)
        where = "\n".join(str(path.absolute()) for path in chosen)
        self._show_case(lambda s, tick: open_paths(s, chosen, tick, form=form), where=where)

    def open_sample(self) -> None:
        """Open the generated practice case, made at first use."""
        folder, write = self._around.root / "sample", self._around.write_sample
        self._show_case(lambda s, tick: open_sample(s, folder, write, tick), where=str(folder))

    def damaged(self) -> DamagedCase | None:
        """The case that was to be opened last, where its journal is damaged."""
        return self._damaged[0] if self._damaged else None

    def go_on(self, case_id: str, answer: Callable[[], None], refused: Refused) -> None:
        """Go on from the last good state of the damaged case: accept the loss, then open it. What
        the person opened meanwhile keeps the screen."""
        if self._damaged is None or self._damaged[0].id != case_id:
            return
        if case_id in self._going_on:
            self._going_on[case_id].waiting.append((answer, refused))
            return
        release, (case, opener) = self.reading.hold(case_id), self._damaged
        going = _GoingOn(case, opener, self._asked, self._openings, [(answer, refused)])
        self._going_on[case_id] = going

        def done(accepted: DamagedCase | None) -> None:
            self._gone_on(going, over, accepted)

        def failed(error: LabelerError) -> None:
            over()
            for _answer, refused in going.waiting:
                refused(error)

        def over() -> None:
            del self._going_on[case_id]
            release()

        self._run(lambda s, _t: recovering.go_on(s, case_id), done, failed, dropped=over)

    def _gone_on(
        self, going: _GoingOn, over: Callable[[], None], accepted: DamagedCase | None
    ) -> None:
        case, shown = going.case, self.reading.case()
        is_on_screen = shown is not None and shown.id == case.id and not self._is_opening
        self._board.withdraw(
            lambda e: e.code in recovering.DAMAGED and e.facts.get("document") == case.id
        )
        if accepted is not None and self.reading.leave_behind(case.id):
            self._take_back_told()
        over()
        if going.opening == self._openings or is_on_screen:
            self._show_case(going.opener, going.name)
        else:
            self._notices.tell_gone_on(case.title)
        self._read_screens()
        for answer, _refused in going.waiting:
            answer()

    def _show_case(
        self,
        opener: Opener,
        name: str = "",
        *,
        where: str = "",
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        """`name` is empty for practice, `where` says then what is opened; `otherwise` is done where
        the case cannot be opened."""
        self._damaged, self._asked, self._is_opening = None, name, True
        self._openings += 1
        made, opening = list[Opened](), self._openings

        def work(services: Services, tick: Tick) -> Opened | DamagedCase:
            found = _opened_or_damaged(services, opener(services, tick))
            if isinstance(found, Opened):
                made.append(found)
                if name:
                    services.store.call(lambda store: store.settings.put(LAST_CASE, name))
            return found

        def done(found: Opened | DamagedCase) -> None:
            self._end_opening(opening)
            if isinstance(found, Opened):
                self._show(found, opener, name, name or where)
                return
            self._put_away(name)
            self._tell_if_unread()
            self._damaged = found, opener
            self._tell(Change.DAMAGE)

        def failed(error: LabelerError) -> None:
            self._end_opening(opening)
            self._notices.refuse(name or where, error)
            self._put_away(name)
            self._tell_if_unread()
            if otherwise is not None:
                otherwise()

        def dropped() -> None:
            self._end_opening(opening)
            for opened in made:
                self.reading.discard(opened)
            self._tell_if_unread()

        self._run(work, done, failed, text="Opening the case", key="case", dropped=dropped)

    def _show(self, found: Opened, opener: Opener, name: str, what: str) -> None:
        self._unopened.discard(name)
        self.reading.show(found)
        self._work = replace(self._work, last_case=name or self._work.last_case)
        self._tell(Change.WORK)
        self._notices.opened(what, found)
        self._compare_images(found)
        self._compare_copies(found)
        self._name(found, opener)

    def _end_opening(self, opening: int) -> None:
        """Unless another one has begun."""
        if opening == self._openings:
            self._is_opening = False

    def _tell_if_unread(self) -> None:
        """Where another case did not come that ended the reading of the one on the screen."""
        shown = self.reading.opened
        if shown is not None and shown.case.name is not None and not self._is_opening:
            self._notices.tell_unread()

    def _name(self, shown: Opened, opener: Opener) -> None:
        """A case that is shown before its large files were read: read them, then it can be
        marked."""
        name = shown.case.name
        if name is None:
            return
        read = name

        def done(found: Opened | DamagedCase) -> None:
            if not self._is_shown(shown):  # it was put away before its name was known
                if isinstance(found, Opened):
                    self.reading.discard(found)
            elif isinstance(found, Opened):
                self.reading.name(shown, found)
                self._notices.tell_of_own(found)
                self._compare_images(found)
            else:
                self._close_case()
                self._damaged = found, opener
                self._tell(Change.DAMAGE)

        self._run(
            lambda s, tick: _opened_or_damaged(s, read(s, giving_way(tick, self._is_waited_for))),
            done,
            self._board.error,
            text="Reading the file, so that it can be marked",
            key="case",
            dropped=self._tell_if_unread,
        )

    def _is_shown(self, opened: Opened) -> bool:
        shown = self.reading.opened
        return shown is not None and shown.case is opened.case

    def _close_case(self) -> None:
        """With none after it."""
        self.reading.close()
        self._take_back_told()
        self._tell(Change.READING)

    def _take_back_told(self) -> None:
        """What was told of the case that was on the screen."""
        self._notices.closed()
        self._board.withdraw(likeness.is_of_likeness)
        if self._others is not None:
            self._others.closed()

    def _is_waited_for(self) -> bool:
        return self.reading.is_waited_for

    def _compare_images(self, opened: Opened) -> None:
        """Of one's own files, that they are no longer those that were drawn on."""
        self._board.withdraw(likeness.is_of_likeness)
        if opened.case.assignment is not None or opened.case.name is not None:
            return
        if not self._is_shown(opened):
            return
        if self._others is None:
            self._others = other_images.OtherImages(
                self._run, self._board, self.reading, self._tell, self._are_marks_known
            )
        if self._bench is not None:
            self._others.opened(opened, self._bench.services)

    def _compare_copies(self, opened: Opened) -> None:
        """Say of files that claim to be one image whether they are."""
        if not any(each.left_out for each in opened.case.scan.series):
            return
        series = self.reading.series
        use = series.reading

        def told(found: tuple[Check, ...]) -> None:
            if found and self.reading.opened is not None and self.reading.series is series:
                series.unlike = found
                self._tell(Change.LAYERS)

        self._run(
            lambda s, tick: unlike_copies.check_copies(
                s, opened, use, giving_way(tick, self._is_waited_for)
            ),
            told,
            self._board.error,
            key="copies",
        )

    def _tell(self, change: Change) -> None:
        super()._tell(change)
        if change is Change.DOCUMENT:
            self._look_at_others()

    def _look_at_others(self) -> None:
        """Which marks lie on other images than they were drawn on."""
        if self._others is not None:
            self._others.look()

    def _are_marks_known(self) -> bool:
        return self._mark_watch is None or self._mark_watch.is_idle

    def _watch_marks(self, edit: Edit) -> None:
        """Has the images remembered that an edit puts marks on."""
        if self._bench is None or self.reading.opened is None:
            return
        if self._mark_watch is None:
            self._mark_watch = mark_watch.MarkWatch(
                self._run, self._board.error, self._look_at_others
            )
        self._mark_watch.look(edit, self.reading, self._bench.services)

    def _put_away(self, name: str) -> None:
        """No other case stays on the screen where one of a task could not be opened."""
        if not name:
            return
        self._unopened.add(name)
        shown = self.reading.case()
        if shown is not None and shown.id != name:
            self._close_case()


def _item_opener(case_id: str) -> Opener:
    return lambda services, tick: open_item(services, case_id, tick)


def _opened_or_damaged(services: Services, case: Case) -> Opened | DamagedCase:
    try:
        return prepare(services, case)
    except LabelerError as error:
        left = recovering.last_good(services, case.id) if error.code in recovering.DAMAGED else None
        if left is None:
            raise
        return replace(left, title=case.title)
