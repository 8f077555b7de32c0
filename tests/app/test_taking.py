"""Taking a task along: what lies on the disk is checked; no case is lost between two tasks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import insert, select, update

from labeler.app import cases, marketplaces, taking
from labeler.app.services import no_tick
from labeler.app.wiping import wipe_case
from labeler.app.work_screen import read_work
from labeler.errors import LabelerError
from labeler.hub import offers, posting
from labeler.hub.database import assignment, item, task
from labeler.hub.keys import Role
from labeler.imaging.sources.files import MemoryBytes, file_digest
from labeler.market.sealed import KEY_BYTES, seal
from labeler.model.forms import Scale
from labeler.model.manifest import ITEM_FORMAT, Item, ItemContext, ItemFile, Manifest
from labeler.proof import judge
from labeler.proof.codec import decode, digest, encode
from labeler.proof.envelope import from_envelope, from_wire, to_wire
from labeler.proof.messages import Assignment, Offer
from labeler.store.store import Store
from labeler.store.tasks import AssignmentRow, NewItem
from tests.support.crashes import environment
from tests.support.hub import AS_IS, TERMS, post_cases, template
from tests.support.worker import Worker, a_worker

FILLS_UP = """
import resource, sys
from pathlib import Path
from labeler.app.room import room_for
from labeler.errors import LabelerError
from labeler.market.downloads import part_of
from labeler.market.wire import BlobRef
from tests.support.liar import Said, lying

resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
target = Path(sys.argv[1]) / "package"
said = Said(200, "application/octet-stream", bytes(200_000))
with lying(lambda _: said) as (client, _):
    try:
        with room_for(part_of(target), 200_000):
            client.download(BlobRef("0" * 64, 200_000), target)
    except LabelerError as error:
        print(error.code, list(Path(sys.argv[1]).iterdir()))
"""


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    with a_worker(tmp_path) as built:
        yield built


def test_a_damaged_package_is_downloaded_anew(worker: Worker) -> None:
    task = worker.post()
    first, second = worker.take(task)
    packages = sorted(worker.services.packages.glob("*.sealed"))
    whole = [package.read_bytes() for package in packages]
    packages[0].write_bytes(whole[0][:-1] + bytes([whole[0][-1] ^ 1]))
    packages[1].write_bytes(whole[1][:100])
    worker.connect(worker.url)
    assert worker.take(task) == (first, second)
    assert [package.read_bytes() for package in packages] == whole


def test_a_wiped_case_never_opens_again_and_is_not_brought_back(worker: Worker) -> None:
    task = worker.post()
    first, second = worker.take(task)
    (state,) = taking.task_states(worker.services)
    row = state.items[0]
    sealed = worker.services.packages / f"{row.package}.sealed"
    kept = sealed.read_bytes()
    wipe_case(worker.services, row)
    assert not sealed.exists()
    worker.connect(worker.url)
    assert worker.take(task) == (first, second), "it is still the expert's"
    assert not sealed.exists()
    sealed.write_bytes(kept)  # as a copy of the disk would have it
    with pytest.raises(LabelerError) as caught:
        cases.open_item(worker.services, first, no_tick)
    assert caught.value.code == "case-wiped"
    cases.open_item(worker.services, second, no_tick).close()
    (state,) = taking.task_states(worker.services)
    assert (state.here, state.wiped) == ({second}, {first})


def test_a_disk_that_takes_no_package_is_told(worker: Worker, tmp_path: Path) -> None:
    task = worker.post()
    taking.refresh_tasks(worker.services, taking.connected(worker.services))
    services = replace(worker.services, packages=tmp_path / "pulled out")
    with pytest.raises(LabelerError) as caught:
        taking.take(services, task)
    assert caught.value.code == "disk-failed"
    assert worker.take(task)


def test_a_task_that_the_disk_cannot_hold_is_refused_with_the_figure(worker: Worker) -> None:
    task = worker.post()
    with worker.market.database.write() as connection:
        connection.execute(update(item).values(package_size=10**15))
    taking.refresh_tasks(worker.services, taking.connected(worker.services))
    with pytest.raises(LabelerError) as caught:
        taking.take(worker.services, task)
    assert caught.value.code == "disk-full"
    assert caught.value.facts["needed"] == 2 * 10**9 + 68
    assert list(worker.services.packages.iterdir()) == []


def test_a_disk_that_fills_up_gets_its_space_back(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no limit of a file's size")
    run = subprocess.run(
        [sys.executable, "-c", FILLS_UP, str(tmp_path)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert run.stdout == "disk-full []\n", run.stderr


def test_a_case_whose_images_cannot_be_read_is_told_as_the_marketplaces_fault(
    worker: Worker,
) -> None:
    task = worker.post()
    text = MemoryBytes("1", b"Dear colleague")
    named = ItemFile(name="1", size=text.size, sha256=file_digest(text))
    content = encode(
        Item(format=ITEM_FORMAT, title="Case 1", context=ItemContext(), files=(named,))
    )
    key = b"\x07" * KEY_BYTES
    package = worker.market.blobs.write(lambda out: seal((text,), out, key))
    changed = {"digest": digest(content), "content": content, "key": key.hex()}
    stored = {"package": package.sha256, "package_size": package.size}
    with worker.market.database.write() as connection:
        connection.execute(update(item).where(item.c.position == 0).values(**changed, **stored))
    first, second = worker.take(task)
    with pytest.raises(LabelerError) as caught:
        cases.open_item(worker.services, first, no_tick)
    assert caught.value.code == "no-image"
    assert "next case" in caught.value.do
    cases.open_item(worker.services, second, no_tick).close()


def test_a_task_without_a_free_case_says_so(worker: Worker) -> None:
    task = worker.post()
    taking.refresh_tasks(worker.services, taking.connected(worker.services))
    (card,) = read_work(worker.services, online=True).cards
    assert (card.places_left, card.can_be_fetched) == (2, True)
    offers.assign(worker.market, task, "66" * 20)
    taking.refresh_tasks(worker.services, taking.connected(worker.services))
    (card,) = read_work(worker.services, online=True).cards
    assert (card.places_left, card.can_be_fetched) == (0, False)
    with pytest.raises(LabelerError) as caught:
        taking.take(worker.services, task)
    assert caught.value.code == "nothing-left"


def test_ones_own_task_stays_to_be_fetched(worker: Worker) -> None:
    task = worker.post()
    worker.take(task)
    worker.connect(worker.url)
    taking.refresh_tasks(worker.services, taking.connected(worker.services))
    (card,) = read_work(worker.services, online=True).cards
    assert (card.places_left, card.downloaded) == (None, True)
    next(worker.services.packages.glob("*.sealed")).unlink()
    (card,) = read_work(worker.services, online=True).cards
    assert card.can_be_fetched


def test_one_case_in_two_tasks_is_refused(worker: Worker) -> None:
    first, _second = worker.take(worker.post())
    same = worker.post(title="The same images, another question")
    worker.connect(worker.url)
    with pytest.raises(LabelerError) as caught:
        worker.take(same)
    assert caught.value.code == "case-in-two-tasks"
    # The work on the first goes on.
    worker.connect(worker.proxy.url)
    submission = worker.sign(first)
    worker.sync()
    assert worker.states()[submission].value == "received"


def offer_impossible(worker: Worker, like: str) -> str:
    """Another marketplace's program may post what ours does not: the same images, under terms that
    nobody can meet, signed and served as any."""
    market = worker.market
    with market.database.read() as connection:
        good = connection.execute(select(task).where(task.c.manifest == like)).one()
        rows = connection.execute(select(item).where(item.c.manifest == like)).all()
    manifest = decode(good.content, Manifest)
    asked, *others = manifest.form.questions
    assert isinstance(asked, Scale)
    form = structs.replace(manifest.form, questions=(structs.replace(asked, high=-1), *others))
    content = encode(structs.replace(manifest, title="Impossible", form=form))
    offered = from_wire(good.envelope, Offer).message
    offer = market.sign(
        Role.REQUESTER,
        replace(offered, manifest=bytes.fromhex(digest(content)), nonce=market.random(32)),
    )
    with market.database.write() as connection:
        entry = {
            **good._asdict(),
            "manifest": digest(content),
            "content": content,
            "offer": market.digest(offer.message),
            "envelope": to_wire(offer),
        }
        connection.execute(insert(task).values(entry))
        copies = [{**row._asdict(), "manifest": digest(content)} for row in rows]
        connection.execute(insert(item), copies)
    return digest(content)


def test_a_task_that_nobody_can_finish_says_so_before_it_is_taken(worker: Worker) -> None:
    bad = offer_impossible(worker, worker.post())
    taking.refresh_tasks(worker.services, taking.connected(worker.services))
    cards = {card.id: card for card in read_work(worker.services, online=True).cards}
    assert len(cards) == 2, "it hides no other"
    assert "a number from 0 to -1" in (cards[bad].impossible or "")
    assert [card.can_be_fetched for card in cards.values()].count(True) == 1
    with pytest.raises(LabelerError) as caught:
        taking.take(worker.services, bad)
    assert caught.value.code == "task-impossible"
    assert "a number from 0 to -1" in caught.value.happened
    with worker.market.database.read() as connection:
        assert connection.execute(select(assignment)).first() is None, "nothing was taken"
    assert list(worker.services.packages.iterdir()) == []


def test_the_hub_posts_no_such_task_by_the_same_rule(worker: Worker, tmp_path: Path) -> None:
    form = template().form
    asked, *others = form.questions
    bad = structs.replace(form, questions=(structs.replace(asked, high=-1), *others))
    post_cases(worker.market, tmp_path / "cases")
    with pytest.raises(LabelerError) as caught:
        posting.post(
            worker.market,
            tmp_path / "cases",
            structs.replace(template(), form=bad),
            replace(TERMS, title="Impossible"),
            consent=AS_IS,
        )
    assert (caught.value.code, "a number from 0 to -1" in caught.value.happened) == (
        "bad-form",
        True,
    )


def took_before(worker: Worker, task_id: str) -> tuple[str, ...]:
    """An earlier version of the program took it, which asked nothing of its terms, and brought no
    case yet; the names of these."""
    services = worker.services
    pinned = taking.connected(services)
    taking.refresh_tasks(services, pinned)
    client = services.market(pinned.row.url)
    try:
        answer = client.assign(task_id, marketplaces.log_in(services, pinned, client))
    finally:
        client.close()
    signed = from_envelope(answer.assignment, Assignment)
    items = [
        NewItem(
            digest(encode(one.item)),
            encode(one.item),
            one.package.sha256,
            one.package.size,
            bytes.fromhex(one.key),
        )
        for one in answer.items
    ]

    def keep(store: Store) -> None:
        offered = taking.judged_offer(store, pinned, store.tasks.task(task_id))
        name, told = judge.check_assignment(offered, signed).digest.hex(), signed.message
        row = AssignmentRow(name, task_id, told.lease_end, told.final_deadline)
        with store.database.transaction():
            store.messages.put(name, "Assignment", to_wire(signed), services.clock())
            store.tasks.keep_assignment(row, items)

    services.store.call(keep)
    return tuple(one.digest for one in items)


def test_a_task_taken_before_it_was_known_to_be_impossible_is_still_downloaded(
    worker: Worker,
) -> None:
    """What an earlier version began is finished."""
    bad = offer_impossible(worker, worker.post())
    names = took_before(worker, bad)
    (card,) = [one for one in read_work(worker.services, online=True).cards if one.id == bad]
    assert card.impossible is not None
    assert card.can_be_fetched
    assert worker.take(bad) == names
    assert len(list(worker.services.packages.glob("*.sealed"))) == len(names) == 2
