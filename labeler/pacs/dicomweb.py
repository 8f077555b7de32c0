"""An archive over DICOMweb (PS3.18): QIDO-RS to search, WADO-RS to bring."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlencode

from labeler.errors import LabelerError
from labeler.pacs.archive import Archive
from labeler.pacs.dicom_json import read_answers
from labeler.pacs.inbox import Draft
from labeler.pacs.line import Delivery, LineLost
from labeler.pacs.multipart import (
    Malformed,
    MultipartReader,
    PartBegins,
    PartBytes,
    PartEnds,
    boundary_of,
)
from labeler.pacs.problems import not_an_archive, too_much
from labeler.pacs.query import (
    INSTANCE_ANSWERS,
    MOST_INSTANCES,
    MOST_SERIES,
    SERIES_ANSWERS,
    STUDY_ANSWERS,
    Attributes,
    InstanceFound,
    Listing,
    SeriesFound,
    StudiesFound,
    StudyFound,
    StudyQuery,
    check_uids,
    instance_found,
    series_found,
    study_found,
)
from labeler.pacs.web_client import WebClient

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")

PAGE = 100
MAX_INSTANCE = 16 * 2**30
"""One file is never larger; it is written as it comes, so memory does not grow with it."""
JSON = "application/dicom+json"
FILES = 'multipart/related; type="application/dicom"; transfer-syntax=*'
"""The star asks for the files as they are stored: nothing is decoded on the way (PS3.18 8.7.3)."""


class DicomWeb:
    """A `Line` over HTTP."""

    def __init__(self, archive: Archive, secret: str) -> None:
        self._archive = archive
        self._client = WebClient(archive, secret)

    def test(self) -> None:
        self._page("/studies", {"limit": "1"})

    def studies(self, query: StudyQuery, most: int) -> StudiesFound:
        keys = query.keys()
        listing = self._studies(keys, most)
        plain = {tag: _plain(value) for tag, value in keys.items()}
        if not listing.found and plain != keys:
            # Orthanc's plugin 1.7 does not decode what is encoded in a query: it finds nothing.
            wider = self._studies(plain, most)
            meant = tuple(one for one in wider.found if query.may_mean(one))
            listing = Listing(meant, wider.more)
        more = listing.more or len(listing.found) > most
        return StudiesFound(listing.found[:most], more=more)

    def _studies(self, keys: Mapping[int, str], most: int) -> Listing[StudyFound]:
        asked = {f"{tag:08X}": value for tag, value in keys.items()}
        asked["includefield"] = ",".join(f"{tag:08X}" for tag in STUDY_ANSWERS)
        return self._pages("/studies", asked, study_found, lambda one: one.uid, most + 1)

    def series(self, study: str) -> Listing[SeriesFound]:
        check_uids(study)
        asked = {"includefield": ",".join(f"{tag:08X}" for tag in SERIES_ANSWERS)}
        path = f"/studies/{study}/series"
        return self._pages(path, asked, series_found, lambda one: one.uid, MOST_SERIES)

    def instances(
        self, study: str, series: str, expected: int | None = None
    ) -> Listing[InstanceFound]:
        check_uids(study, series)
        asked = {"includefield": ",".join(f"{tag:08X}" for tag in INSTANCE_ANSWERS)}
        path = f"/studies/{study}/series/{series}/instances"
        return self._pages(
            path, asked, instance_found, lambda one: one.uid, MOST_INSTANCES, expected
        )

    def bring_series(
        self,
        series: str,
        instances: Sequence[InstanceFound],  # noqa: ARG002  as Line has it
        delivery: Delivery,
    ) -> None:
        self._bring(f"/studies/{delivery.study}/series/{series}", delivery, MOST_INSTANCES)

    def bring_instances(
        self, series: str, instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        for each in instances:
            path = f"/studies/{delivery.study}/series/{series}/instances/{each.uid}"
            try:
                self._bring(path, delivery, 1)
            except LabelerError as error:
                if error.code != "archive-no-study":
                    raise

    def stop(self) -> None:
        self._client.halt()

    def close(self) -> None:
        self._client.close()

    def _pages(
        self,
        path: str,
        asked: dict[str, str],
        read: Callable[[Attributes], T | None],
        name: Callable[[T], str],
        most: int,
        expected: int | None = None,
    ) -> Listing[T]:
        """Page after page, until one has nothing new: a short page is not the last one where the
        archive bounds its answers itself, and some archives know no pages."""
        found: dict[str, T] = {}
        answered, more = 0, True
        while len(found) < most:
            page = {**asked, "limit": str(PAGE), "offset": str(answered)}
            answers, more = self._page(path, page)
            known = len(found)
            for answer in answers:
                one = read(answer)
                if one is not None:
                    found.setdefault(name(one), one)
            answered += len(answers)
            if found and len(found) == expected:
                return Listing(tuple(found.values()))
            if len(answers) > PAGE or len(found) == known:
                return Listing(tuple(found.values()), more)
        return Listing(tuple(found.values())[:most], more=True)

    def _page(self, path: str, asked: dict[str, str]) -> tuple[tuple[Attributes, ...], bool]:
        """The answers, and whether the archive says that it has more."""
        try:
            told = self._client.ask(f"{path}?{_question(asked)}", JSON)
        except LabelerError as error:
            if error.code == "archive-no-study" and path == "/studies":
                raise not_an_archive(self._archive.name) from error
            raise
        more = _says_more(told.warning)
        if not told.body:
            return (), more
        try:
            return read_answers(told.body), more
        except ValueError as error:
            raise not_an_archive(self._archive.name) from error

    def _bring(self, path: str, delivery: Delivery, most: int) -> None:
        with self._client.stream(path, FILES) as response:
            if response.status_code == 204:
                return
            kind = response.headers.get("content-type", "")
            if kind.partition(";")[0].strip().lower() == "application/dicom":
                self._bring_single(response, delivery)
                return
            try:
                reader = MultipartReader(boundary_of(kind))
                self._bring_parts(response, reader, _Parts(self._archive.name, delivery, most))
            except Malformed as error:
                raise not_an_archive(self._archive.name) from error

    def _bring_parts(
        self, response: httpx2.Response, reader: MultipartReader, parts: _Parts
    ) -> None:
        try:
            for piece in response.iter_raw():
                for event in reader.feed(piece):
                    parts.take(event)
        finally:
            parts.drop()
        if not reader.ended:
            raise LineLost

    def _bring_single(self, response: httpx2.Response, delivery: Delivery) -> None:
        """Some archives give one file without wrapping."""
        parts = _Parts(self._archive.name, delivery, 1)
        parts.take(PartBegins())
        try:
            for piece in response.iter_raw():
                parts.take(PartBytes(piece))
            parts.take(PartEnds())
        finally:
            parts.drop()


def _says_more(warning: str) -> bool:
    """PS3.18 8.3.4.4; the other warning with this number speaks of fuzzy matching."""
    told = warning.lower()
    return "299" in told and ("additional" in told or "fuzzy" not in told)


_ENCODED = re.compile(r"[^A-Za-z0-9*?,^._~-]")
"""Signs that do not stand plainly in a query."""


def _plain(value: str) -> str:
    """With a wildcard for each of these signs. Orthanc compares texts without letters that are not
    ASCII, and without a space at the end: then any number of signs may be meant."""
    return _ENCODED.sub("?" if value.isascii() else "*", value)


def _question(asked: dict[str, str]) -> str:
    """Spelled plainly where that is allowed: Orthanc does not take %2A for a star."""
    return urlencode(asked, safe="*?,^-", quote_via=quote)


class _Parts:
    """Turns the events of one answer into kept instances."""

    def __init__(self, archive: str, delivery: Delivery, most: int) -> None:
        self._archive, self._delivery, self._left = archive, delivery, most
        self._draft: Draft | None = None
        self._size = 0

    def take(self, event: PartBegins | PartBytes | PartEnds) -> None:
        match event:
            case PartBegins():
                self._begin(event)
            case PartBytes(data):
                self._write(data)
            case PartEnds():
                self._end()

    def drop(self) -> None:
        """Leave nothing of an instance that did not come whole."""
        if self._draft is not None:
            self._draft.drop()
            self._draft = None

    def _begin(self, event: PartBegins) -> None:
        self._delivery.progress.check()
        self._size = 0
        if event.media_type not in ("application/dicom", ""):
            self._delivery.stray()
            return
        self._left -= 1
        if self._left < 0:
            self._delivery.stray()
        self._draft = self._delivery.begin()

    def _write(self, data: bytes) -> None:
        self._delivery.progress.check()
        self._size += len(data)
        if self._size > MAX_INSTANCE:
            raise too_much(self._archive)
        if self._draft is not None:
            self._draft.write(data)

    def _end(self) -> None:
        if self._draft is not None:
            draft, self._draft = self._draft, None
            self._delivery.end(draft)
