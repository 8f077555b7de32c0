"""An archive over DIMSE (PS3.4 annex C): C-ECHO, C-FIND, C-GET and C-MOVE."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from labeler.pacs.archive import Archive, Bring
from labeler.pacs.associating import PENDING, Associating, Responses
from labeler.pacs.contexts import proposals
from labeler.pacs.line import Delivery, LineLost
from labeler.pacs.problems import (
    caller_unknown,
    move_refused,
    no_such_study,
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
_BOUNDED = 0xFE00
"""Of a C-FIND that nobody cancelled: the archive tells so many and no more."""
_UNKNOWN_DESTINATION = 0xA801
_NOT_THERE = (0xC000, 0x0110, 0xA900)


class Dimse:
    """A `Line` over associations, one for each question."""

    def __init__(self, archive: Archive, secret: str) -> None:
        self._archive = archive
        self._storing = Storing(archive)
        self._door = Associating(archive, secret, self._storing)
        self._listener = Listener(archive, self._storing)

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
        found: dict[str, T] = {}
        more = False
        line = self._door.open(FIND, "C-FIND")
        for status, values in line.find(FIND, asked):
            self._storing.heard()
            if status not in PENDING:
                self._end_of_find(status, begun=bool(found))
                more = status == _BOUNDED
                break
            one = read(values)
            if one is not None:
                found.setdefault(name(one), one)
            if len(found) >= most:
                line.abandon()
                more = True
                break
        return Listing(tuple(found.values()), more)

    def _end_of_find(self, status: int | None, *, begun: bool) -> None:
        if status is None and not begun and self._echoes():
            # It took the call and hung up at the question: so Orthanc does with strangers.
            raise caller_unknown(self._archive.name, self._archive.calling)
        if status is None:
            raise unreachable(self._archive.name)
        if status not in (0x0000, _BOUNDED):
            raise refused(self._archive.name, f"C-FIND 0x{status:04X}")

    def _bring(
        self, asked: dict[int, str], instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        if self._archive.bring is Bring.MOVE:
            self._move(asked, delivery)
            return
        classes = {each.sop_class for each in instances}
        self._storing.take_for(delivery)
        for proposal in proposals(classes, self._door.common_classes()):
            line = self._door.open(GET, "C-GET", proposal)
            self._follow(line.get(GET, asked))

    def _move(self, asked: dict[int, str], delivery: Delivery) -> None:
        self._storing.take_for(delivery)
        self._listener.open()
        line = self._door.open(MOVE, "C-MOVE")
        self._follow(line.move(MOVE, asked, self._archive.calling))

    def _follow(self, responses: Responses) -> None:
        """Until the last response: meanwhile the images come in beside it."""
        last: int | None = None
        for status, _values in responses:
            self._storing.check()
            last = status
            if status not in PENDING:
                break
        self._storing.check()
        if last is None or last in PENDING:
            raise LineLost
        if last == _UNKNOWN_DESTINATION:
            raise move_refused(self._archive.name, self._archive.calling)
        if last in _NOT_THERE:
            raise no_such_study(self._archive.name)
        # 0xB000 and 0xA702: some could not be sent. What is missing is asked for once more.
        if last not in (0x0000, 0xB000, 0xA702, 0xFE00):
            raise refused(self._archive.name, f"0x{last:04X}")
