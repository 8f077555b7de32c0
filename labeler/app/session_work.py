"""Getting work and opening it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.cases import Case, open_item, open_paths
from labeler.app.haste import giving_way
from labeler.app.open_case import LAST_CASE, Opened, prepare
from labeler.app.own_forms import SAMPLE_FORM, is_of_form
from labeler.app.screens import Change, DamagedCase, MarketplaceFound, Standing
from labeler.app.services import Services, Tick
from labeler.app.session_core import Refused, SessionCore, Surroundings
from labeler.errors import LabelerError
from labeler.later import Later

if TYPE_CHECKING:
    from labeler.app import likeness, mark_watch, marketplaces, recovering, taking
    from labeler.app.mark_watch import MarkWatch
    from labeler.app.marketplaces import Found
else:
    likeness = Later("labeler.app.likeness")
    mark_watch = Later("labeler.app.mark_watch")
    marketplaces = Later("labeler.app.marketplaces")
    recovering = Later("labeler.app.recovering")
    taking = Later("labeler.app.taking")

Opener = Callable[[Services, Tick], Case]


class WorkVerbs(SessionCore):
    """Marketplaces, tasks, cases."""

    def __init__(self, around: Surroundings, standing: Standing) -> None:
        super().__init__(around, standing)
        self._found: dict[str, Found] = {}
        self._downloading: str | None = None
        self._damaged: tuple[DamagedCase, Opener] | None = None
        self._asked, self._openings = "", 0
        self._told_of_files = self._told_of_part = self._told_unread = 0
        self._unopened: set[str] = set()
        self._mark_watch: MarkWatch | None = None
        self._refusals: dict[str, LabelerError] = {}
        """Why cases could not be opened, by their names."""

    def find_marketplace(
        self, url: str, answer: Callable[[MarketplaceFound], None], refused: Refused
    ) -> None:
        def found(place: Found) -> None:
            digest = place.pin.digest.hex()
            self._found[digest] = place
            operator = "0x" + place.pin.identity.operator.hex()
            has_chain = bool(place.pin.identity.chain_id)
            answer(MarketplaceFound(place.url, place.name, operator, digest, has_chain))

        self._run(lambda s, _t: marketplaces.find(s, url), found, refused)

    def connect(
        self, found: MarketplaceFound, answer: Callable[[], None], refused: Refused
    ) -> None:
        place = self._found[found.fingerprint]

        def work(services: Services, _tick: Tick) -> None:
            marketplaces.connect(services, place)
            taking.refresh_tasks(services, taking.connected(services))

        def done(_nothing: None) -> None:
            self._reached()
            self._read_standing()
            self._read_screens()
            answer()

        self._run(work, done, refused)

    def download(self, task_id: str) -> None:
        """Take a task along; the key must be open, because the marketplace wants a login."""
        if self._downloading is not None:
            return
        self._downloading = task_id

        def over() -> None:
            self._downloading = None
            self._unopened.clear()
            self._read_standing()
            self._read_screens()

        def taken(_row: object) -> None:
            self._reached()
            over()

        def failed(error: LabelerError) -> None:
            self._board.error(error)
            over()

        told = _Permille(partial(self._show_download, task_id), self._deliver)
        self._run(
            lambda s, tick: taking.take(s, task_id, partial(told.tick, tick)),
            taken,
            failed,
            text="Downloading the task",
            dropped=over,
        )

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
        self._show_case(lambda s, tick: open_paths(s, chosen, tick, form=form))

    def open_sample(self) -> None:
        """Open the generated practice case, made at first use."""
        folder, write = self._around.root / "sample", self._around.write_sample

        def opened(services: Services, tick: Tick) -> Case:
            if not folder.is_dir():
                _write_whole(folder, write)
            return open_paths(services, (folder,), tick, form=SAMPLE_FORM)

        self._show_case(opened)

    def damaged(self) -> DamagedCase | None:
        """The case that was to be opened last, where its journal is damaged."""
        return self._damaged[0] if self._damaged else None

    def go_on(self, case_id: str, answer: Callable[[], None], refused: Refused) -> None:
        """Go on from the last good state of the damaged case: accept the loss, then open it."""
        if self._damaged is None or self._damaged[0].id != case_id:
            return
        opener, name = self._damaged[1], self._asked

        def is_over(error: LabelerError) -> bool:
            return error.code in recovering.DAMAGED and error.facts.get("document") == case_id

        def done(accepted: DamagedCase | None) -> None:
            self._board.withdraw(is_over)
            if accepted is not None:
                self.reading.leave_behind(case_id)
            release()
            self._show_case(opener, name)
            self._read_screens()
            answer()

        def failed(error: LabelerError) -> None:
            release()
            refused(error)

        release = self.reading.hold(case_id)
        self._run(lambda s, _t: recovering.go_on(s, case_id), done, failed, dropped=release)

    def _show_case(
        self,
        opener: Opener,
        name: str = "",
        *,
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        """`name` is empty for practice; `otherwise` is done where the case cannot be opened."""
        self._damaged, self._asked = None, name
        self._openings += 1
        made: list[Opened] = []

        def work(services: Services, tick: Tick) -> Opened | DamagedCase:
            found = _opened_or_damaged(services, opener(services, tick))
            if isinstance(found, Opened):
                made.append(found)
                if name:
                    services.store.call(lambda store: store.settings.put(LAST_CASE, name))
            return found

        def done(found: Opened | DamagedCase) -> None:
            if isinstance(found, Opened):
                self._withdraw_refusal(name)
                self.reading.show(found)
                self._work = replace(self._work, last_case=name or self._work.last_case)
                self._tell(Change.WORK)
                self._tell_of_files(found)
                self._tell_of_own(found)
                self._compare_images(found)
                self._name(found, opener)
                return
            self._put_away(name)
            self._damaged = found, opener
            self._tell(Change.DAMAGE)

        def failed(error: LabelerError) -> None:
            self._board.error(error, stays=True)
            self._refusals[name] = error
            self._put_away(name)
            if otherwise is not None:
                otherwise()

        def dropped() -> None:
            for opened in made:
                self.reading.discard(opened)

        self._run(work, done, failed, text="Opening the case", key="case", dropped=dropped)

    def _withdraw_refusal(self, name: str) -> None:
        """A case is open: that it could not be is over, and so is what was told of the last one."""
        self._unopened.discard(name)
        self._board.dismiss(self._told_unread)
        refusal = self._refusals.pop(name, None) if name else None
        self._board.withdraw(lambda error: error is refusal)

    def _name(self, shown: Opened, opener: Opener) -> None:
        """A case that is shown before its large files were read: read them, then it can be
        marked."""
        name, opening = shown.case.name, self._openings
        if name is None:
            return
        read = name

        def done(found: Opened | DamagedCase) -> None:
            if isinstance(found, Opened):
                self.reading.name(shown, found)
                self._tell_of_own(found)
                self._compare_images(found)
                return
            self.reading.close()
            self._tell(Change.READING)
            self._damaged = found, opener
            self._tell(Change.DAMAGE)

        def dropped() -> None:
            if opening == self._openings:
                self._told_unread = self._board.line(
                    "Not read to its end, it is shown only. Open it again to mark it.", stays=True
                )

        self._run(
            lambda s, tick: _opened_or_damaged(s, read(s, giving_way(tick, self._is_waited_for))),
            done,
            self._board.error,
            text="Reading the file, so that it can be marked",
            key="case",
            dropped=dropped,
        )

    def _is_waited_for(self) -> bool:
        return self.reading.is_waited_for

    def _tell_of_files(self, opened: Opened) -> None:
        """Of one's own files, that some gave no image; what a task holds, its manifest says. It
        stays, since nothing else on the screen says what is missing."""
        if self._told_of_files:
            self._board.dismiss(self._told_of_files)
        self._told_of_files = 0
        missed = len(opened.case.scan.problems)
        if missed and opened.case.assignment is None:
            self._told_of_files = self._board.line(
                "Files without an image: {count}. See Files of this case.", stays=True, count=missed
            )

    def _tell_of_own(self, opened: Opened) -> None:
        """Which case this is where some of its series are not here; and that it asks what its form
        said before, and why."""
        if self._told_of_part:
            self._board.dismiss(self._told_of_part)
        self._told_of_part, part = 0, opened.case.part_of
        if part is not None:
            self._told_of_part = self._board.line(
                "This is the case “{title}”. Series of it that are not here: {count}; their marks"
                " are kept.",
                stays=True,
                title=part.title,
                count=part.missing,
            )
        self._board.withdraw(is_of_form)
        if opened.case.form_fault is not None:
            self._board.error(opened.case.form_fault, stays=True)

    def _compare_images(self, opened: Opened) -> None:
        """Of one's own files, that they are no longer those that were drawn on."""
        self._board.withdraw(likeness.is_of_likeness)
        if opened.case.assignment is not None or opened.case.name is not None:
            return
        if self.reading.opened is None or self.reading.opened.case is not opened.case:
            return  # it was put away before its name was known
        use = self.reading.series.reading

        def told(error: LabelerError | None) -> None:
            shown = self.reading.opened
            if error is not None and shown is not None and shown.case is opened.case:
                self._board.error(error, stays=True)
                self.reading.series.others = (likeness.as_check(error),)
                self._tell(Change.LAYERS)

        self._run(
            lambda s, tick: likeness.check_likeness(
                s, opened, use, giving_way(tick, self._is_waited_for)
            ),
            told,
            self._board.error,
            key="likeness",
        )

    def _tell(self, change: Change) -> None:
        if change is Change.DOCUMENT:
            self._watch_marks()
        super()._tell(change)

    def _watch_marks(self) -> None:
        """Has the images remembered that marks are put on."""
        if self._bench is None or self.reading.opened is None:
            return
        if self._mark_watch is None:
            self._mark_watch = mark_watch.MarkWatch(self._run, self._board.error)
        self._mark_watch.look(self.reading, self._bench.services)

    def _put_away(self, name: str) -> None:
        """No other case stays on the screen where one of a task could not be opened."""
        if not name:
            return
        self._unopened.add(name)
        shown = self.reading.case()
        if shown is not None and shown.id != name:
            self.reading.close()
            self._tell(Change.READING)

    def _show_download(self, task_id: str, permille: int) -> None:
        if self._downloading == task_id:
            cards = tuple(
                replace(card, download_permille=permille) if card.id == task_id else card
                for card in self._work.cards
            )
            self._work = replace(self._work, cards=cards)
            self._tell(Change.WORK)


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


class _Permille:
    """Tells how far a download is, once for each step that can be seen."""

    def __init__(
        self, show: Callable[[int], None], deliver: Callable[[Callable[[], None]], None]
    ) -> None:
        self._show = show
        self._deliver = deliver
        self._told = -1

    def tick(self, tick: Tick, done: int, total: int) -> None:
        tick(done, total)
        permille = 1000 * done // total if total else 0
        if permille != self._told:
            self._told = permille
            self._deliver(partial(self._show, permille))


def _write_whole(folder: Path, write: Callable[[Path], object]) -> None:
    """The folder is there only with everything in it, also after a crash."""
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        write(draft)
        draft.rename(folder)
    except OSError as error:
        raise LabelerError(
            "sample-not-made",
            "The practice case could not be written ({reason}).",
            safe="Nothing else was changed.",
            do="Make room on the disk, then open it again; or open a folder of your own.",
            reason=error.strerror or type(error).__name__,
        ) from error
