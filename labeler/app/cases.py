"""Opening: an item of an assignment, or a folder for practice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.case_layers import read_layers, without_layers
from labeler.app.own_cases import Origin, OwnCase, PartOf, origin_of, own_case
from labeler.app.services import Services, Tick, no_tick
from labeler.errors import LabelerError
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.problems import FileProblem
from labeler.imaging.reader import Scan, main_series, open_image, refs_of, scan
from labeler.imaging.series import Series
from labeler.imaging.sources.digests import Digests
from labeler.imaging.sources.gathering import gather
from labeler.model.document import empty_document
from labeler.model.forms import Form
from labeler.model.history import History
from labeler.model.image import ByteSource, Image
from labeler.model.layers import Findings
from labeler.model.manifest import Item, ItemContext, Label, Manifest
from labeler.proof.codec import decode, digest, encode
from labeler.proof.journal_chain import NO_DIGEST
from labeler.store.documents import DocumentRow, Stood
from labeler.store.heads import Head
from labeler.store.store import Store
from labeler.store.tasks import AssignmentRow, ItemRow

if TYPE_CHECKING:
    from labeler.market.sealed import SealedPackage


@dataclass(frozen=True, eq=False)
class Case:
    """What was opened and does not change while it is open.

    `id` is the item's digest, and the name of its document. `manifest` and `assignment` are None
    for practice. `number` counts from 1 within the assignment.
    """

    id: str
    title: str
    number: int
    count: int
    context: ItemContext
    labels: tuple[Label, ...]
    form: Form
    manifest: Manifest | None
    assignment: AssignmentRow | None
    scan: Scan
    opened: Series
    package: SealedPackage | None
    own: OwnCase | None = None
    """What is to be remembered of a case of one's own; None of a task's."""
    form_fault: LabelerError | None = None
    """Why it asks what its form said before."""
    part_of: PartOf | None = None
    """Which case this is where series that it had are not among its files."""
    held: str = ""
    """The title of another case that was opened from its place before, where it is new itself."""
    name: Callable[[Services, Tick], Case] | None = None
    """Of a case with large files that say no UID: reads them, and gives the same case as marks are
    bound to it. Until then it is shown under names that nothing may be bound to."""
    shown_as: str = ""
    """Its `id` before it was named so, where its files are the same still."""

    @property
    def kept_as(self) -> str:
        """Under what its decoded frames are kept, so that they go with its files; "" for not."""
        return "" if self.name is not None else self.received or self.id

    @property
    def received(self) -> str:
        """The study from an archive that it was opened from, by its name in the profile."""
        return "" if self.own is None else self.own.received

    def series_of(self, tile: str) -> Series:
        """The series that a tile stands for."""
        return self._by_id[tile]

    def open_series(self, uid: str, decoders: Decoders) -> Image:
        """The image of one series of this case."""
        if uid not in self._by_id:
            raise ValueError(f"no series {uid} in this case")
        return open_image(self._by_id[uid], decoders, gaps_later=True)

    def read_layers(self, uid: str, image: Image, decoders: Decoders, tick: Tick) -> Findings:
        """What the other files of this case say about one of its series."""
        found, series = self.scan, self._by_id[uid]
        return read_layers(found.objects, series, found.series, image, decoders, tick)

    @cached_property
    def _by_id(self) -> dict[str, Series]:
        return {series_id(series): series for series in self.scan.series}

    def close(self) -> None:
        if self.package is not None:
            self.package.close()


@dataclass(frozen=True, eq=False)
class Work:
    """A document as the journal has it: `head` is the last durable entry."""

    history: History
    head: Head
    signed: bool
    """Whether a submission carries the document exactly as it stands."""
    kept_at: int = 0
    """How many entries the checkpoint stands behind that it was read from."""


def series_id(series: Series) -> str:
    """Names one part of a series within a case."""
    return f"{series.header.uid}/{series.header.part}"


def open_item(services: Services, item_digest: str, tick: Tick) -> Case:
    """Open a downloaded case; its images stay sealed on the disk."""
    row, assignment, manifest, count = services.store.call(lambda s: _find_item(s, item_digest))
    package, item = open_package(services, row)
    try:
        found = without_layers(scan(package.files(), tick))
        opened = _opening_series(found, manifest)
    except BaseException:
        package.close()
        raise
    return Case(
        id=item_digest,
        title=item.title,
        number=row.position + 1,
        count=count,
        context=item.context,
        labels=manifest.labels,
        form=manifest.form,
        manifest=manifest,
        assignment=assignment,
        scan=found,
        opened=opened,
        package=package,
    )


def open_package(services: Services, row: ItemRow) -> tuple[SealedPackage, Item]:
    """The sealed package of an item, ready to be read."""
    path = services.packages / f"{row.package}.sealed"
    if row.wiped_at is not None:
        raise LabelerError(
            "case-wiped",
            "The images of this case were removed from this computer for good.",
            safe="Your marks, signed cases and earnings are kept.",
            do="Go on with another case.",
        )
    if row.key is None or not path.is_file():
        raise LabelerError(
            "case-not-here",
            "The images of this case are not on this computer.",
            safe="Your marks and signed cases are kept.",
            do="Download the task again.",
        )
    from labeler.market.sealed import SealedPackage

    item = decode(row.content, Item)
    return SealedPackage(path, row.key, item), item


def open_paths(services: Services, paths: Sequence[Path], tick: Tick, *, form: str = "") -> Case:
    """Open folders, files and archives of one's own for practice; nothing of it is ever sent.

    `form` is what is asked, in place of what is remembered of the case or chosen for all.
    """
    digests, origin = Digests(), origin_of(paths)
    chosen = gather(paths, tick, digests)
    case = practice_case(services, origin, chosen.files, tick, chosen.problems, form)
    if not digests.waiting:
        return case

    def name(services: Services, tick: Tick) -> Case:
        try:
            same = digests.read(tick)
        except OSError:
            same = False  # it is asked for once more, and told then as of any file
        named = practice_case(services, origin, chosen.files, tick, chosen.problems, form)
        return replace(named, shown_as=case.id if same else "")

    return replace(case, name=name)


def practice_case(
    services: Services,
    origin: Origin,
    files: Sequence[ByteSource],
    tick: Tick,
    problems: Sequence[FileProblem] = (),
    form: str = "",
) -> Case:
    """A case that belongs to no task, of these files."""
    found = without_layers(scan(files, tick, problems, services.decoders))
    opened = main_series(found)
    name = digest(encode(refs_of(opened)))
    count = len({series.header.uid for series in found.series})
    known = own_case(services, name, origin, form, count)
    return Case(
        id=name,
        title=origin.title,
        number=1,
        count=1,
        context=ItemContext(),
        labels=known.own.labels,
        form=known.own.asked,
        manifest=None,
        assignment=None,
        scan=found,
        opened=opened,
        package=None,
        own=known.own,
        form_fault=known.form_fault,
        part_of=known.part_of,
        held=known.held,
    )


def load_work(store: Store, case_id: str, now: int, tick: Tick = no_tick) -> Work:
    """The document of a case, begun empty where it is new; every step of its journal is redone."""
    row = store.documents.ensure(case_id, case_id, now)
    return _work(store, row, store.documents.history(case_id, tick))


def stand_work(store: Store, case_id: str, now: int) -> tuple[Work, Stood]:
    """The same from the newest checkpoint, which is far quicker: to be shown, not to be signed."""
    row = store.documents.ensure(case_id, case_id, now)
    stood = store.documents.opened(case_id)
    work = _work(store, row, stood.history)
    return replace(work, kept_at=stood.start.taken if stood.start else 0), stood


def _work(store: Store, row: DocumentRow, history: History) -> Work:
    signed = row.submission is not None and row.submitted_seq >= history.walked
    return Work(history, store.journal.head(row.id), signed)


def unwritten(case_id: str) -> Work:
    """Of a case that no journal knows."""
    return Work(History(empty_document(case_id)), Head(case_id, 0, NO_DIGEST), signed=False)


def _find_item(store: Store, digest: str) -> tuple[ItemRow, AssignmentRow, Manifest, int]:
    row = store.tasks.find_item(digest)
    if row is None:
        raise LabelerError(
            "case-unknown",
            "There is no case {digest} in this profile.",
            safe="Nothing was changed.",
            do="Look in the list of tasks for its right name.",
            digest=digest[:12],
        )
    assignment = store.tasks.assignment(row.assignment)
    manifest = decode(store.tasks.task(assignment.task).manifest, Manifest)
    return row, assignment, manifest, len(store.tasks.items(row.assignment))


def _opening_series(found: Scan, manifest: Manifest) -> Series:
    if not found.series:
        raise LabelerError(
            "no-image",
            "The images of this case cannot be read.",
            safe="Your other cases are fine.",
            do="Go on with the next case; tell the marketplace.",
        )
    for series in found.series:
        if manifest.opening.series and series.header.uid == manifest.opening.series:
            return series
    return main_series(found)
