"""The signer as a process: what it holds, what it is given, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from labeler.model.paths import resources_root
from labeler.proof import codec
from labeler.signing import requests as ask
from labeler.signing.client import SignerClient
from labeler.signing.framing import MAX_FRAME_BYTES, read_frame, write_frame
from labeler.signing.mnemonic import load_words
from labeler.signing.signer import Signer
from labeler.signing.signer_process import serve
from tests.signing.conftest import COMMAND, PASSPHRASE, PHRASE, Desk
from tests.signing.marketplace import Terms
from tests.signing.test_signer_keys import MARKETS, refused
from tests.signing.test_signer_login_claim import claim, login

# What coincurve, pycryptodome and msgspec bring along, and nothing more.
ALLOWED = {
    "labeler", "coincurve", "_libsecp256k1", "Crypto", "msgspec",
    "cffi", "_cffi_backend", "pycparser", "typing_extensions",
}  # fmt: skip

LISTING = """
import sys
from labeler.__main__ import main
target, sys.argv[1:] = sys.argv[1], sys.argv[2:]
code = main()
open(target, "w").write("\\n".join(sorted(sys.modules)))
sys.exit(code)
"""


def _what_any_start_holds() -> set[str]:
    """What this interpreter loads before any program: a distribution's own start-up modules."""
    command = [sys.executable, "-c", "import sys; print(*sys.modules)"]
    bare = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in bare.stdout.split()}


def test_the_process_holds_no_library_that_has_no_business_there(tmp_path: Path) -> None:
    listed = tmp_path / "modules"
    command = [sys.executable, "-c", LISTING, str(listed), *COMMAND[3:]]
    with SignerClient(command) as client:
        key = client.create(PHRASE, PASSPHRASE, tmp_path)
        client.unlock(Path(key.path), PASSPHRASE)
        blank = Terms(worker=bytes(20))
        here = blank.identity.marketplace_id
        client.pin("market.example", blank.signed_identity())
        desk = Desk(client, key, Terms(worker=client.addresses([here])[here]))
        client.confirm_submission(desk.propose().token)
        client.confirm_login(login(desk).token)
        client.confirm_claim(claim(desk).token)
        process = client._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0
    modules = {name.partition(".")[0] for name in listed.read_text().splitlines()}
    brought = modules - set(sys.stdlib_module_names) - ALLOWED - _what_any_start_holds()
    assert brought == set()
    assert "socket" not in modules
    assert "multiprocessing" not in modules


def test_the_process_gets_no_environment_but_what_starts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELER_HUB_PASSPHRASE", "secret words")
    monkeypatch.setenv("LD_PRELOAD_NOTE", "not ours")
    listed = tmp_path / "environment"
    script = f"import os; open({str(listed)!r}, 'w').write('\\n'.join(os.environ))"
    with SignerClient([sys.executable, "-c", script]) as client, refused("signer-gone"):
        client.state()
    names = set(listed.read_text().splitlines())
    assert "PYTHONSAFEPATH" in names
    assert not names & {"LABELER_HUB_PASSPHRASE", "LD_PRELOAD_NOTE", "HOME"}


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_the_process_is_closed_to_others(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = (
        "import ctypes, resource\n"
        "from labeler.signing.hardening import harden\n"
        "harden()\n"
        f"open({str(told)!r}, 'w').write(str((ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),"
        " resource.getrlimit(resource.RLIMIT_CORE))))\n"
    )
    with SignerClient([sys.executable, "-c", script]) as client, refused("signer-gone"):
        client.state()
    assert told.read_text() == "(0, (0, 0))"


def test_a_killed_signer_is_told_and_replaced_by_a_locked_one(desk: Desk) -> None:
    token = desk.propose().token
    assert desk.client._process is not None
    desk.client._process.kill()
    desk.client._process.wait()
    with refused("signer-gone"):
        desk.client.confirm_submission(token)
    assert not desk.client.state().unlocked
    with refused("token-unknown"):
        desk.client.confirm_submission(token)
    # The new process knows the same marketplaces.
    desk.unlock()
    assert desk.client.confirm_submission(desk.propose().token).signature


def test_a_signer_that_hangs_is_given_up() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    with SignerClient(command, timeout_s=0.5) as client, refused("signer-gone"):
        client.state()


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0\0", b"\0\0\0\x09{}", b"\0\0\0\x02{}", b"\xff\xff\xff\xff", b"Hello, world!"],
    ids=repr,
)
def test_nonsense_instead_of_a_signer_is_told(answer: bytes) -> None:
    script = f"import sys; sys.stdout.buffer.write({answer!r})"
    with SignerClient([sys.executable, "-c", script]) as client, refused("signer-gone"):
        client.state()


class Interrupted(BaseException):
    """Stands for Ctrl+C, without stopping the test run when it comes at a wrong moment."""


def _interrupt(*_: object) -> None:
    raise Interrupted


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_an_interrupted_question_does_not_get_the_next_ones_answer(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, signal, sys, time\n"
        f"first = pathlib.Path({str(tmp_path / 'first')!r})\n"
        "if not first.exists():\n"
        "    sys.stdin.buffer.read(4)\n"
        "    first.touch()\n"
        "    os.kill(os.getppid(), signal.SIGUSR1)\n"
        "    time.sleep(600)\n"
        "from labeler.signing.signer_process import main\n"
        "sys.exit(main([]))\n"
    )
    before = signal.signal(signal.SIGUSR1, _interrupt)
    try:
        with SignerClient([sys.executable, "-c", script]) as client:
            with pytest.raises(Interrupted):
                client.new_phrase()
            assert client.state() == ask.State(unlocked=False, address=None)
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_signer_ends_with_a_window_that_was_killed() -> None:
    script = (
        "import sys, time\n"
        "from labeler.signing.client import SignerClient\n"
        f"client = SignerClient({COMMAND!r})\n"
        "client.state()\n"
        "print(client._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    window = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert window.stdout is not None
    with window.stdout:
        signer = Path("/proc") / window.stdout.readline().strip()
    assert (signer / "cmdline").read_bytes().split(b"\0")[1:5] == [
        b"-m",
        b"labeler",
        b"--internal",
        b"sign",
    ]
    window.kill()
    window.wait()
    deadline = time.monotonic() + 20
    while _lives(signer):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _lives(process: Path) -> bool:
    try:
        return ") Z " not in (process / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_what_is_too_large_is_told_without_ending_the_signer(desk: Desk) -> None:
    with refused("proposal-too-large"):
        desk.propose(replace(desk.terms, payload=bytes(MAX_FRAME_BYTES)))
    assert desk.client.state().unlocked


def test_a_missing_program_is_told(tmp_path: Path) -> None:
    with SignerClient([str(tmp_path / "no-such-program")]) as client, refused("signer-gone"):
        client.state()


def test_a_closed_client_stays_closed(client: SignerClient) -> None:
    client.state()
    process = client._process
    assert process is not None
    client.close()
    client.close()
    assert process.returncode is not None
    with refused("signer-gone"):
        client.state()


def test_many_threads_get_their_own_answers(desk: Desk) -> None:
    failures: list[object] = []

    def ask_often(market: bytes) -> None:
        expected = desk.client.addresses([market])
        failures.extend(market for _ in range(15) if desk.client.addresses([market]) != expected)

    threads = [threading.Thread(target=ask_often, args=(market,)) for market in MARKETS * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_representation_shows_no_secret() -> None:
    for hidden in (
        ask.Create(PHRASE, PASSPHRASE, "folder"),
        ask.Unlock("path", PASSPHRASE, 1000),
        ask.ImportKey("path", PASSPHRASE, "folder"),
        ask.Phrase(PHRASE),
    ):
        assert repr([hidden]) == f"[<{type(hidden).__name__}>]"


class Clock:
    """Time that moves when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Line:
    """The raw pipe to a signer that serves in this process."""

    def __init__(self, question: BinaryIO, reply: BinaryIO, signer: Signer) -> None:
        self.question, self.reply, self.signer = question, reply, signer

    def ask(self, request: ask.Request) -> ask.Answer:
        return self.send(codec.encode(ask.Ask(request)))

    def send(self, frame: bytes) -> ask.Answer:
        write_frame(self.question, frame)
        answer = read_frame(self.reply)
        assert answer is not None
        return codec.decode(answer, ask.Reply).answer


@contextmanager
def serving(clock: Clock) -> Iterator[Line]:
    words = load_words(resources_root() / "bip39" / "english.txt")
    signer = Signer(words, random=os.urandom, now_s=lambda: 1_790_000_000, scrypt_n=2)
    (question_end, question), (reply, reply_end) = os.pipe(), os.pipe()
    with (
        os.fdopen(question_end, "rb") as incoming,
        os.fdopen(reply_end, "wb") as outgoing,
        os.fdopen(reply, "rb") as answers,
    ):
        thread = threading.Thread(
            target=serve, args=(signer, incoming, outgoing), kwargs={"clock_s": clock}
        )
        thread.start()
        with os.fdopen(question, "wb") as questions:
            yield Line(questions, answers, signer)
        thread.join()


def problem_code(answer: ask.Answer) -> str:
    assert isinstance(answer, ask.Problem)
    return answer.code


def test_a_key_in_use_stays_open_and_a_machine_that_slept_locks(tmp_path: Path) -> None:
    clock = Clock()
    with serving(clock) as line:
        key = line.ask(ask.Create(PHRASE, PASSPHRASE, str(tmp_path)))
        assert isinstance(key, ask.Key)
        line.ask(ask.Unlock(key.path, PASSPHRASE, 60_000))
        for _ in range(3):
            clock.now += 50
            assert isinstance(line.ask(ask.Addresses(())), ask.AddressList)
        clock.now += 50
        assert line.ask(ask.Status()) == ask.State(True, key.address)
        clock.now += 11
        assert problem_code(line.ask(ask.Addresses(()))) == "signer-locked"


def test_what_is_not_in_the_list_is_refused() -> None:
    with serving(Clock()) as line:
        for frame in (
            b"",
            b"{}",
            b"null",
            b'{"request":{"type":"sign","digest":"00"}}',
            b'{"request":{"type":"status","more":1}}',
            b'{"request": {"type":"status"}}',
            b'{"request":{"type":"status"},"request":{"type":"lock"}}',
            b"[" * 100_000,
        ):
            assert problem_code(line.send(frame)) == "not-canonical"
        assert line.ask(ask.Status()) == ask.State(False, None)


def test_an_unknown_error_locks_and_tells_only_its_kind(tmp_path: Path) -> None:
    with serving(Clock()) as line:
        key = line.ask(ask.Create(PHRASE, PASSPHRASE, str(tmp_path)))
        assert isinstance(key, ask.Key)
        line.ask(ask.Unlock(key.path, PASSPHRASE, 60_000))
        # A path that the system cannot even look up is nothing the signer has words for.
        answer = line.ask(ask.Unlock("key\0file", PASSPHRASE, 60_000))
        assert problem_code(answer) == "signer-failed"
        assert isinstance(answer, ask.Problem)
        assert answer.facts == {"kind": "ValueError"}
        assert line.ask(ask.Status()) == ask.State(False, None)


def test_a_wiped_key_is_zero(tmp_path: Path) -> None:
    with serving(Clock()) as line:
        key = line.ask(ask.Create(PHRASE, PASSPHRASE, str(tmp_path)))
        assert isinstance(key, ask.Key)
        line.ask(ask.Unlock(key.path, PASSPHRASE, 60_000))
        opened = line.signer._key
        assert opened is not None
        assert any(opened._secret)
        line.ask(ask.Lock())
        assert not any(opened._secret)
