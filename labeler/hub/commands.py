"""`labeler hub ...`: one short function a command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from labeler.errors import LabelerError
from labeler.hub.arguments import build_parser
from labeler.hub.keys import HubKeys, Role
from labeler.signing.keystore import DEFAULT_SCRYPT_N

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labeler.hub.place import ChainPlace, Marketplace
    from labeler.hub.readable import LeftOut

OK, REFUSED, USAGE, SETUP, UNREACHABLE = 0, 1, 2, 3, 5
PASSPHRASE_VARIABLE = "LABELER_HUB_PASSPHRASE"  # noqa: S105  a name, not a secret
LEFT_OUT_SHOWN = 20
_SETUP = {"passphrase-needed", "hub-keys-missing"}
_UNREACHABLE = {"chain-unreachable"}


@dataclass(frozen=True)
class Call:
    """One command: what was typed, where it writes, what ships with the program."""

    typed: argparse.Namespace
    environment: Mapping[str, str]
    resources: Path
    out: TextIO
    aside: TextIO
    scrypt_n: int

    @property
    def folder(self) -> Path:
        return Path(self.typed.dir)

    @property
    def contracts(self) -> Path:
        return self.resources / "contracts"

    def answer(self, value: object, *lines: str) -> None:
        """One JSON document, or lines for a person."""
        if self.typed.json:
            self.out.write(msgspec.json.encode(value).decode() + "\n")
        else:
            self.out.write("".join(line + "\n" for line in lines))
        self.out.flush()


def main(
    argv: Sequence[str],
    *,
    resources: Path,
    environment: Mapping[str, str] = os.environ,
    out: TextIO | None = None,
    aside: TextIO | None = None,
    scrypt_n: int = DEFAULT_SCRYPT_N,
) -> int:
    """Run `labeler hub` with `argv`; the exit code (docs/cli.md).

    `scrypt_n` is the work that opening a new keystore costs.
    """
    typed = build_parser().parse_args(argv)
    call = Call(typed, environment, resources, out or sys.stdout, aside or sys.stderr, scrypt_n)
    try:
        _COMMANDS[typed.verb](call)
    except LabelerError as error:
        _tell(call, error)
        if error.code in _SETUP:
            return SETUP
        return UNREACHABLE if error.code in _UNREACHABLE else REFUSED
    return OK


def _tell(call: Call, error: LabelerError) -> None:
    if call.typed.json:
        told = {"code": error.code, "happened": error.happened, "safe": error.safe, "do": error.do}
        call.answer({"error": told})
    else:
        call.aside.write(f"{error.happened}\n{error.safe}\n{error.do}\n")


def _passphrase(call: Call) -> str:
    if call.typed.passphrase_fd is not None:
        with os.fdopen(call.typed.passphrase_fd, closefd=False) as source:
            return source.readline().rstrip("\r\n")
    return call.environment.get(PASSPHRASE_VARIABLE, "")


def _keys(call: Call) -> HubKeys:
    return HubKeys(call.folder / "keys", _passphrase(call), scrypt_n=call.scrypt_n)


@contextmanager
def _market(call: Call, *, may_found: bool) -> Iterator[Marketplace]:
    from labeler.hub.place import exists, open_marketplace

    keys = _keys(call)
    if not may_found and not exists(call.folder):
        raise LabelerError(
            "hub-keys-missing",
            "The folder {name} holds no marketplace.",
            safe="Nothing was changed.",
            do="Name the right folder with --dir, or start with `labeler hub init`.",
            name=call.folder.name,
        )
    if not exists(call.folder):
        call.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys.create()
    with open_marketplace(call.folder, keys, chain=_chain(call, keys)) as market:
        yield market


def _chain(call: Call, keys: HubKeys) -> ChainPlace | None:
    """The chain that was typed; None leaves things as they are."""
    from labeler.hub import chain_desk
    from labeler.hub.place import kept_chain

    typed, kept = call.typed, kept_chain(call.folder)
    rpc = getattr(typed, "rpc", None)
    if rpc is None:
        return None
    public = getattr(typed, "public_rpc", "")
    if kept is not None and getattr(typed, "identity_contract", None) is None:
        return msgspec.structs.replace(
            kept, rpc_url=rpc, public_rpc_url=public or kept.public_rpc_url
        )
    if getattr(typed, "deploy", False):
        return chain_desk.found_on_chain(
            keys,
            rpc,
            call.contracts,
            token=typed.token,
            marketplace_id=os.urandom(32),
            public_rpc_url=public,
        )
    if not (typed.identity_contract and typed.token and typed.distributor):
        raise LabelerError(
            "contracts-needed",
            "A marketplace on a chain needs its contracts.",
            safe="Nothing was changed.",
            do="Name --identity-contract, --token and --distributor, or use `init --deploy`.",
        )
    return chain_desk.existing_on_chain(
        rpc,
        call.contracts,
        identity_contract=typed.identity_contract,
        token=typed.token,
        distributor=typed.distributor,
        public_rpc_url=public,
    )


def _described(market: Marketplace) -> dict[str, object]:
    identity = market.identity.message
    return {
        "marketplace": "0x" + market.id.hex(),
        "identity": market.digest(identity),
        "chain_id": identity.chain_id,
        "identity_contract": "0x" + identity.identity_contract.hex(),
        "token": "0x" + identity.token.hex(),
        "distributor": "0x" + identity.distributor.hex(),
        "addresses": {role.value: "0x" + market.keys.address(role).hex() for role in Role},
    }


def init(call: Call) -> None:
    """Make the keys, the database and the signed identity; harmless when they are there."""
    if call.typed.keys_only:
        keys = _keys(call)
        keys.create()
        addresses = {role.value: "0x" + keys.address(role).hex() for role in Role}
        lines = [f"{role}: {address}" for role, address in addresses.items()]
        call.answer({"addresses": addresses}, *lines)
        return
    with _market(call, may_found=True) as market:
        described = _described(market)
    call.answer(
        described,
        f"Marketplace {described['marketplace']}",
        f"Fingerprint of its identity: {described['identity']}",
        f"Back up {call.folder} and the passphrase: without them nobody can decide or pay.",
    )


def serve(call: Call) -> None:
    """Serve until interrupted."""
    from labeler.hub.chain_desk import open_desk
    from labeler.hub.server import HubServer

    with _market(call, may_found=True) as market:
        market.keys.key(Role.MARKETPLACE)
        desk = open_desk(market, call.contracts)
        typed = call.typed
        server = HubServer(market, desk, host=typed.host, port=typed.port, public=typed.public)
        described = _described(market)
        call.answer(
            {**described, "url": server.url},
            f"Serving at {server.url} (Ctrl+C ends it)",
            f"Fingerprint of its identity: {described['identity']}",
        )
        with suppress(KeyboardInterrupt):
            server.run()


def post(call: Call) -> None:
    """Offer a task made from a folder of images."""
    from labeler.hub import posting
    from labeler.hub.consent import Consent
    from labeler.hub.telling import tell_handed_out, tell_privacy
    from labeler.hub.templates import read_template

    typed = call.typed
    template = read_template(typed.form, call.resources / "forms")
    price = posting.minor_units(typed.price, typed.decimals)
    with _market(call, may_found=True) as market:
        terms = posting.Terms(
            title=typed.title,
            price=price,
            currency=typed.currency or posting.default_currency(market),
            symbol=typed.symbol,
            decimals=typed.decimals,
            royalty_basis_points=typed.royalty,
            days=typed.days,
            readers=typed.readers,
            review_seconds=typed.review_seconds,
            indication=typed.indication,
            split=typed.split,
        )
        posted = posting.post(
            market,
            Path(typed.folder),
            template,
            terms,
            _progress(call),
            consent=Consent(tuple(typed.looked), tuple(typed.as_is)),
            tell=lambda told: tell_privacy(call.aside, told),
        )
    _tell_left_out(call, posted.left_out)
    tell_handed_out(call.aside, posted)
    call.answer(
        {"task": posted.manifest, **asdict(posted)},
        f"Offered {_count(posted.items, 'case')} as task {posted.manifest}",
    )


def _tell_left_out(call: Call, left_out: tuple[LeftOut, ...]) -> None:
    if not left_out:
        return
    shown = [f"  {each.name}: {each.message}\n" for each in left_out[:LEFT_OUT_SHOWN]]
    if len(left_out) > LEFT_OUT_SHOWN:
        shown.append(f"  and {len(left_out) - LEFT_OUT_SHOWN} more (--json names them all)\n")
    count = _count(len(left_out), "file")
    call.aside.write(f"Left out, because no image in it can be read: {count}\n")
    call.aside.write("".join(shown))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _progress(call: Call) -> Callable[[int, int], None]:
    def tick(done: int, total: int) -> None:
        call.aside.write(f"sealed {done} of {total}\n")

    return tick


def review(call: Call) -> None:
    """List, compare, accept or reject."""
    from labeler.hub import review as reviewing

    typed = call.typed
    with _market(call, may_found=False) as market:
        if typed.list or typed.all:
            rows = reviewing.waiting(market, everything=typed.all)
            lines = [f"{r.digest}  {r.state}  {r.case}  {r.task}" for r in rows]
            nothing = "Nothing was submitted yet." if typed.all else "Nothing waits."
            call.answer([asdict(row) for row in rows], *(lines or [nothing]))
            return
        digest = reviewing.find(market, _named(typed.submission))
        quality = _quality(market, digest, typed)
        if typed.compare:
            call.answer({"submission": digest, "quality": quality}, f"Dice {quality} ppm")
            return
        ruling = reviewing.Ruling(typed.accept, typed.reject or "", quality)
        decided = reviewing.decide(market, digest, ruling)
        call.answer(
            {
                "submission": digest,
                "decision": market.digest(decided.message),
                "verdict": decided.message.verdict.name.lower(),
                "reason": decided.message.reason,
                "quality": quality,
            },
            f"{decided.message.verdict.name.lower()} {digest}",
        )


def _named(submission: str | None) -> str:
    digest = (submission or "").removeprefix("0x")
    if not digest:
        raise LabelerError(
            "no-submission",
            "No submission was named.",
            safe="Nothing was decided.",
            do="Name one from `labeler hub review --list`.",
        )
    return digest


def _quality(market: Marketplace, digest: str, typed: argparse.Namespace) -> int:
    from labeler.hub import truth
    from labeler.hub.review import FULL_QUALITY

    if typed.truth is not None:
        reference = truth.regions(truth.read_truth(Path(typed.truth)))
        reference = truth.as_handed_out(market, digest, reference)
        return truth.dice(truth.submitted_regions(market, digest), reference)
    if typed.quality is not None:
        return int(typed.quality)
    return FULL_QUALITY if typed.accept else 0


def settle(call: Call) -> None:
    """State what is owed so far, and publish it."""
    from labeler.hub.chain_desk import open_desk
    from labeler.hub.money import decimal, newest_unit
    from labeler.hub.settlement import settle as settle_now

    with _market(call, may_found=False) as market:
        settled = settle_now(market, open_desk(market, call.contracts))
        unit = newest_unit(market)
    call.answer(
        asdict(settled),
        f"Epoch {settled.epoch}: {_count(settled.accounts, 'account')}, "
        f"{decimal(settled.total, unit)} in all, published: {settled.published}",
    )


_COMMANDS: dict[str, Callable[[Call], None]] = {
    "init": init,
    "serve": serve,
    "post": post,
    "review": review,
    "settle": settle,
}
