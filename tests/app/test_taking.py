"""Taking a task along: what lies on the disk is checked; no case is lost between two tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labeler.app import taking
from labeler.errors import LabelerError
from tests.support.worker import Worker, a_worker


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


def test_a_disk_that_takes_no_package_is_told(worker: Worker, tmp_path: Path) -> None:
    task = worker.post()
    taking.refresh_tasks(worker.services, taking.connected(worker.services))
    services = replace(worker.services, packages=tmp_path / "pulled out")
    with pytest.raises(LabelerError) as caught:
        taking.take(services, task)
    assert caught.value.code == "disk-failed"
    assert worker.take(task)


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
