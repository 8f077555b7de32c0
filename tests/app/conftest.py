"""Sessions over profiles of their own, and a hub that can go away and come back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler.app import keys
from labeler.app.answers import Answers
from labeler.app.opening import create_workbench
from labeler.model.paths import resources_root
from tests.support.guard import Guard
from tests.support.hall import Hall
from tests.support.life import PASSPHRASE, Life, Start, cheapen_key
from tests.support.profiles import passphrase


def _raise(error: BaseException) -> None:
    raise error


QUIET = Answers(lambda call: call(), _raise, _raise)


@pytest.fixture
def start(tmp_path: Path, guard: Guard) -> Iterator[Start]:
    """Starts a session on the one profile of the test; its loop may touch no file or socket."""
    lives: list[Life] = []

    def started(**kinds: object) -> Life:
        lives.append(Life(tmp_path / "profile", guard=guard, **kinds))  # type: ignore[arg-type]  # handed on
        return lives[-1]

    yield started
    for life in lives:
        life.close()


@pytest.fixture(scope="session")
def protected_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A protected profile with a key, both cheap to open; made once."""
    root = tmp_path_factory.mktemp("template") / "profile"
    bench = create_workbench(root, passphrase(PASSPHRASE), QUIET, resources_root())
    keys.create_key(bench.services, keys.make_words(bench.services), PASSPHRASE)
    cheapen_key(bench.services, PASSPHRASE)
    bench.close()
    return root


@pytest.fixture
def protected(protected_template: Path, tmp_path: Path) -> Path:
    """The same as the profile of this test; its passphrase is PASSPHRASE."""
    return Path(shutil.copytree(protected_template, tmp_path / "profile"))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    built = Hall(tmp_path / "hub")
    yield built
    built.shut()
    built.market.close()


@pytest.fixture
def expert(start: Start, hall: Hall, protected: Path) -> Life:  # noqa: ARG001  it is the profile
    """Unlocked, with the key open; connected, the task downloaded."""
    life = start()
    life.unlock(PASSPHRASE)
    life.ready()
    life.unlock_key(PASSPHRASE)
    life.connect(hall.url)
    life.download()
    return life
