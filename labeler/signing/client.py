"""The window's side of the signer: typed questions to a process that holds the key."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self, TypeVar, cast

from labeler.errors import LabelerError
from labeler.later import Later
from labeler.proof import codec
from labeler.signing.framing import MAX_FRAME_BYTES, PipeBroken, read_frame, write_frame

if TYPE_CHECKING:
    from labeler.proof import curve, envelope
    from labeler.proof.envelope import Envelope, Signed
    from labeler.proof.item_tree import TreeProof
    from labeler.proof.messages import MarketplaceIdentity, Submission
    from labeler.signing import requests as ask
else:
    curve = Later("labeler.proof.curve")
    envelope = Later("labeler.proof.envelope")
    ask = Later("labeler.signing.requests")

A = TypeVar("A")

DEFAULT_IDLE_S = 15 * 60
# What an interpreter needs to start; whatever else is in the environment is not the signer's.
_ENVIRONMENT = (
    "PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL",
)  # fmt: skip


class SignerClient:
    """Starts the signer when first asked and speaks with it; safe to call from any thread.

    `command` starts the process (`[sys.executable, "-m", "labeler", "--internal", "sign"]`).
    Every method raises LabelerError: what the signer refused, or "signer-gone" where it died or
    gave no answer within `timeout_s`. The next call then starts a new, locked signer that knows
    the same marketplaces.
    """

    def __init__(self, command: Sequence[str], *, timeout_s: float = 60.0) -> None:
        self._command = tuple(command)
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pins: list[ask.Pin] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def new_phrase(self) -> str:
        """24 fresh recovery words; nothing is stored yet."""
        return self._ask(ask.NewPhrase(), ask.Phrase).words

    def create(self, phrase: str, passphrase: str, folder: Path) -> ask.Key:
        """Store the phrase's key in `folder`; it stays locked."""
        return self._ask(ask.Create(phrase, passphrase, str(folder)), ask.Key)

    def import_key(self, path: Path, passphrase: str, folder: Path) -> ask.Key:
        """Copy a keystore, another wallet's or ours, into `folder`; it stays locked."""
        return self._ask(ask.ImportKey(str(path), passphrase, str(folder)), ask.Key)

    def unlock(self, path: Path, passphrase: str, *, idle_s: float = DEFAULT_IDLE_S) -> ask.Key:
        """Open the key until `lock`, or until nothing was asked for `idle_s` seconds."""
        return self._ask(ask.Unlock(str(path), passphrase, int(idle_s * 1000)), ask.Key)

    def lock(self) -> None:
        self._ask(ask.Lock(), ask.Done)

    def state(self) -> ask.State:
        """Whether the key is open; asking does not keep it open."""
        return self._ask(ask.Status(), ask.State)

    def addresses(self, marketplace_ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """The expert's 20-byte address at each marketplace, by its 32-byte id."""
        asked = ask.Addresses(tuple(each.hex() for each in marketplace_ids))
        found = self._ask(asked, ask.AddressList).addresses
        return {
            each: bytes.fromhex(address.removeprefix("0x"))
            for each, address in zip(marketplace_ids, found, strict=True)
        }

    def pin(self, host: str, identity: Signed[MarketplaceIdentity]) -> None:
        """Let the signer work for a marketplace; it cannot be changed in this process."""
        pin = ask.Pin(host, envelope.to_envelope(identity))
        self._ask(pin, ask.Done)
        if pin not in self._pins:
            self._pins.append(pin)

    def restart(self) -> None:
        """Forget every marketplace and the open key: a pin ends with its process."""
        with self._lock:
            self._pins.clear()
            self._stop()

    def propose_submission(
        self,
        submission: Submission,
        *,
        manifest: bytes,
        item: bytes,
        item_proof: TreeProof,
        payload: bytes,
        offer: Envelope,
        assignment: Envelope,
    ) -> ask.SubmissionSummary:
        """What the signer reads in a submission; the bytes are canonical encodings."""
        unsigned = bytes(curve.SIGNATURE_LENGTH)
        message = envelope.to_envelope(envelope.Signed(submission, unsigned)).message
        proposal = ask.ProposeSubmission(
            message, manifest, item, item_proof, payload, offer, assignment
        )
        return self._ask(proposal, ask.SubmissionSummary)

    def propose_login(self, marketplace_id: bytes, *, scheme: str, nonce: str) -> ask.LoginSummary:
        """A login text composed by the signer for the marketplace's pinned host."""
        return self._ask(ask.ProposeLogin(marketplace_id.hex(), scheme, nonce), ask.LoginSummary)

    def propose_claim(self, claim: ask.ProposeClaim) -> ask.ClaimSummary:
        return self._ask(claim, ask.ClaimSummary)

    def confirm_submission(self, token: str) -> ask.Signature:
        """Sign what the summary with `token` showed."""
        return self._ask(ask.Confirm(token), ask.Signature)

    def confirm_login(self, token: str) -> ask.LoginProof:
        return self._ask(ask.Confirm(token), ask.LoginProof)

    def confirm_claim(self, token: str) -> ask.SignedTransaction:
        return self._ask(ask.Confirm(token), ask.SignedTransaction)

    def reject(self, token: str) -> None:
        self._ask(ask.Reject(token), ask.Done)

    def close(self) -> None:
        """End the process; the key is gone from memory. Closing twice is allowed."""
        with self._lock:
            self._closed = True
            self._stop()

    def _ask(self, request: ask.Request, kind: type[A]) -> A:
        question = codec.encode(ask.Ask(request))
        if len(question) > MAX_FRAME_BYTES:
            raise _too_large(len(question))
        with self._lock:
            answer = self._exchange(self._running(), question)
        if isinstance(answer, ask.Problem):
            raise LabelerError(
                answer.code, answer.happened, safe=answer.safe, do=answer.do, **answer.facts
            )
        if not isinstance(answer, kind):
            self.close()
            raise _gone()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None:
            return self._process
        if self._closed:
            raise _gone()
        try:
            self._process = subprocess.Popen(  # noqa: S603  the composition root's command
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(os.environ),
            )
        except OSError:
            raise _gone() from None
        for pin in self._pins:
            self._exchange(self._process, codec.encode(ask.Ask(pin)))
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], question: bytes) -> ask.Answer:
        stdin, stdout = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
        # Killing it is what ends a read from a process that hangs.
        watchdog = threading.Timer(self._timeout_s, process.kill)
        watchdog.start()
        try:
            write_frame(stdin, question)
            answer = read_frame(stdout)
            if answer is None:
                raise PipeBroken
            return codec.decode(answer, ask.Reply, max_bytes=MAX_FRAME_BYTES).answer
        except (PipeBroken, OSError, LabelerError):
            self._stop()
            raise _gone() from None
        except BaseException:
            # Interrupted in between: the answer still to come must not be taken for the next one.
            self._stop()
            raise
        finally:
            watchdog.cancel()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue  # a rest of a question that nobody reads any more


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environ[name] for name in _ENVIRONMENT if name in environ}
    # A module in the folder that happens to be current must not come before ours.
    return {**kept, "PYTHONSAFEPATH": "1"}


def _gone() -> LabelerError:
    return LabelerError(
        "signer-gone",
        "The signing process has ended.",
        safe="Your work is saved, and nothing was signed that you did not see.",
        do="Unlock the key and try again.",
    )


def _too_large(size: int) -> LabelerError:
    return LabelerError(
        "proposal-too-large",
        "This case is too large to be signed: {size} bytes.",
        safe="Your work is saved, and nothing was signed.",
        do="Take some marks out of it, or paint them as masks: a mask counts as one small mark.",
        size=size,
    )
