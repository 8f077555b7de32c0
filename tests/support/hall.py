"""A marketplace without a chain that can go away and come back at its address."""

from __future__ import annotations

from pathlib import Path

from labeler.app.opening import utc_now
from labeler.hub import review
from labeler.hub.place import Marketplace
from labeler.hub.review import Ruling
from labeler.hub.server import HubServer
from tests.support.hub import open_hub, post_cases


class Hall:
    """A marketplace with one task of three cases."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.market: Marketplace = open_hub(folder, utc_now)
        post_cases(self.market, folder / "cases", cases=3)
        self._server: HubServer | None = None
        self._port = 0
        self.url = ""
        self.open()

    def open(self) -> None:
        self._server = HubServer(self.market, None, port=self._port, requests_a_second=10_000)
        self._server.start()
        self.url = self._server.url
        self._port = int(self.url.rpartition(":")[2])

    @property
    def port(self) -> int:
        return self._port

    def shut(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def reject(self, submission: str) -> None:
        ruling = Ruling(accepted=False, reason="R3-missed-nodule", quality=0)
        review.decide(self.market, submission, ruling)

    def accept(self, submission: str) -> None:
        review.decide(self.market, submission, Ruling(accepted=True, quality=900_000))
