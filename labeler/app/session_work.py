"""Getting work: marketplaces and their tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from labeler.app.screens import Change, MarketplaceFound, Standing
from labeler.app.services import Services, Tick
from labeler.app.session_cases import CaseVerbs
from labeler.app.session_core import Refused, Surroundings
from labeler.errors import LabelerError
from labeler.later import Later

if TYPE_CHECKING:
    from labeler.app import marketplaces, taking
    from labeler.app.marketplaces import Found
else:
    marketplaces = Later("labeler.app.marketplaces")
    taking = Later("labeler.app.taking")


class WorkVerbs(CaseVerbs):
    """Finding a marketplace, and taking a task along."""

    def __init__(self, around: Surroundings, standing: Standing) -> None:
        super().__init__(around, standing)
        self._found: dict[str, Found] = {}
        self._downloading: str | None = None

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

    def _show_download(self, task_id: str, permille: int) -> None:
        if self._downloading == task_id:
            cards = tuple(
                replace(card, download_permille=permille) if card.id == task_id else card
                for card in self._work.cards
            )
            self._work = replace(self._work, cards=cards)
            self._tell(Change.WORK)


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
