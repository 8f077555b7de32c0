"""An archive over DIMSE (PS3.4 annex C): C-ECHO, C-FIND, C-GET and C-MOVE."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from labeler.pacs.archive import Archive, Bring
from labeler.pacs.associating import PENDING, Associating, Responses
from labeler.pacs.contexts import proposals
from labeler.pacs.line import Delivery, LineLost
from labeler.pacs.problems import (
    caller_unknown,
    move_refused,
    not_offered,
    not_sent,
    refused,
    unreachable,
)
from labeler.pacs.query import (
    INSTANCE_ANSWERS,
    MOST_INSTANCES,
    MOST_SERIES,
    QUERY_LEVEL,
    SERIES,
    SERIES_ANSWERS,
    SOP_INSTANCE,
    STUDY,
    STUDY_ANSWERS,
    Attributes,
    InstanceFound,
    Listing,
    SeriesFound,
    StudiesFound,
    StudyQuery,
    check_uids,
    instance_found,
    series_found,
    study_found,
)
from labeler.pacs.storing import Listener, Storing

T = TypeVar("T")
FIND = "1.2.840.10008.5.1.4.1.2.2.1"
MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
GET = "1.2.840.10008.5.1.4.1.2.2.3"
ECHO = "1.2.840.10008.1.1"
"""Study Root Query/Retrieve, and Verification."""
NOBODYS = "2.25.0"
"""No study has this UID: to ask for it burdens no archive and tells it nothing."""

AT_ONCE = 64
"""So many instances are named in one question: lists of UIDs are allowed (PS3.4 C.2.2.2.2)."""
HANGS_UP_WITHIN_S = 5.0
_BOUNDED = 0xFE00
"""Of a C-FIND that nobody cancelled: the archive tells so many and no more."""
_UNKNOWN_DESTINATION = 0xA801


class Dimse:
    """A `Line` over associations, one for each question."""

    def __init__(self, archive: Archive, secret: str) -> None:
        self._archive = archive
        self._storing = Storing(archive)
        self._door = Associating(archive, secret, self._storing)
        self._listener = Listener(archive, self._storing)
        self._answers = self._brings = False
        """Whether it answered a C-FIND, a C-GET or C-MOVE on this line."""

    def test(self) -> None:
        """C-ECHO, and a question: many archives answer the one to everybody, the other not."""
        if not self._echoes():
            raise refused(self._archive.name, "C-ECHO")
        asked = {QUERY_LEVEL: "STUDY", STUDY: NOBODYS}
        self._find(asked, study_found, lambda one: one.uid, 1)

    def _echoes(self) -> bool:
        return self._door.open(ECHO, "C-ECHO").echo() == 0

    def studies(self, query: StudyQuery, most: int) -> StudiesFound:
        wanted = dict.fromkeys(STUDY_ANSWERS, "") | query.keys()
        asked = wanted | {QUERY_LEVEL: "STUDY"}
        listing = self._find(asked, study_found, lambda one: one.uid, most + 1)
        more = listing.more or len(listing.found) > most
        return StudiesFound(listing.found[:most], more=more)

    def series(self, study: str) -> Listing[SeriesFound]:
        check_uids(study)
        asked = dict.fromkeys(SERIES_ANSWERS, "") | {QUERY_LEVEL: "SERIES", STUDY: study}
        return self._find(asked, series_found, lambda one: one.uid, MOST_SERIES)

    def instances(
        self,
        study: str,
        series: str,
        expected: int | None = None,  # noqa: ARG002  as Line has it
    ) -> Listing[InstanceFound]:
        check_uids(study, series)
        asked = dict.fromkeys(INSTANCE_ANSWERS, "")
        asked |= {QUERY_LEVEL: "IMAGE", STUDY: study, SERIES: series}
        return self._find(asked, instance_found, lambda one: one.uid, MOST_INSTANCES)

    def bring_series(
        self, series: str, instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        asked = {QUERY_LEVEL: "SERIES", STUDY: delivery.study, SERIES: series}
        self._bring(asked, instances, delivery)

    def bring_instances(
        self, series: str, instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        for at in range(0, len(instances), AT_ONCE):
            some = instances[at : at + AT_ONCE]
            asked = {
                QUERY_LEVEL: "IMAGE",
                STUDY: delivery.study,
                SERIES: series,
                SOP_INSTANCE: "\\".join(each.uid for each in some),
            }
            self._bring(asked, some, delivery)

    def stop(self) -> None:
        self._door.stop()

    def close(self) -> None:
        self._door.close()
        self._listener.close()
        self._storing.close()

    def _find(
        self,
        asked: dict[int, str],
        read: Callable[[Attributes], T | None],
        name: Callable[[T], str],
        most: int,
    ) -> Listing[T]:
        try:
            return self._find_once(asked, read, name, most)
        except HungUp:
            if not self._echoes():
                raise unreachable(self._archive.name) from None
        try:
            return self._find_once(asked, read, name, most)
        except HungUp:
            # It takes calls and hangs up at each question: so Orthanc does with strangers.
            raise caller_unknown(self._archive.name, self._archive.calling) from None

    def _find_once(
        self,
        asked: dict[int, str],
        read: Callable[[Attributes], T | None],
        name: Callable[[T], str],
        most: int,
    ) -> Listing[T]:
        found: dict[str, T] = {}
        more, began = False, time.monotonic()
        line = self._door.open(FIND, "C-FIND")
        for status, values in line.find(FIND, asked):
            self._storing.heard()
            if status not in PENDING:
                self._end_of_find(status, at_once=not found and _soon(began))
                more = status == _BOUNDED
                break
            one = read(values)
            if one is not None:
                found.setdefault(name(one), one)
            if len(found) >= most:
                line.abandon()
                more = True
                break
        self._answers = True
        return Listing(tuple(found.values()), more)

    def _end_of_find(self, status: int | None, *, at_once: bool) -> None:
        if status is None and at_once and not self._answers:
            raise HungUp
        if status is None:
            raise unreachable(self._archive.name)
        if status not in (0x0000, _BOUNDED):
            raise refused(self._archive.name, f"C-FIND 0x{status:04X}")

    def _bring(
        self, asked: dict[int, str], instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        by_move = self._archive.bring is Bring.MOVE
        try:
            self._bring_once(asked, instances, delivery)
        except HungUp:
            delivery.progress.check()
            if not self._echoes():
                raise LineLost from None
            try:
                self._bring_once(asked, instances, delivery)
            except HungUp:
                service = "C-MOVE" if by_move else "C-GET"
                raise not_offered(self._archive.name, service) from None

    def _bring_once(
        self, asked: dict[int, str], instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        self._storing.take_for(delivery)
        if self._archive.bring is Bring.MOVE:
            self._listener.open()
            line = self._door.open(MOVE, "C-MOVE")
            self._follow(line.move(MOVE, asked, self._archive.calling))
            return
        classes = {each.sop_class for each in instances}
        for proposal in proposals(classes, self._door.common_classes()):
            line = self._door.open(GET, "C-GET", proposal)
            self._follow(line.get(GET, asked))

    def _follow(self, responses: Responses) -> None:
        """Until the last response: meanwhile the images come in beside it."""
        last: int | None = None
        began = time.monotonic()
        for status, _values in responses:
            self._storing.check()
            self._brings = self._brings or status is not None
            last = status
            if status not in PENDING:
                break
        self._storing.check()
        if last is None and not self._brings and not self._storing.took and _soon(began):
            raise HungUp
        if last is None or last in PENDING:
            raise LineLost
        if last == _UNKNOWN_DESTINATION:
            raise move_refused(self._archive.name, self._archive.calling)
        if self._archive.bring is Bring.MOVE and not self._storing.called:
            # What is there was looked up before: it is the way to this computer that fails.
            raise not_sent(self._archive.name, self._archive.calling, self._archive.listen_port)
        # 0xB000 and 0xA702: some could not be sent. What is missing is asked for once more.
        if last not in (0x0000, 0xB000, 0xA702, 0xFE00):
            raise refused(self._archive.name, f"0x{last:04X}")


class HungUp(LineLost):
    """It took the call, and cut the line at once at the first question of its kind."""


def _soon(began: float) -> bool:
    """What took longer is a line that broke, or an archive that is slow."""
    return time.monotonic() - began < HANGS_UP_WITHIN_S
