"""What can be typed after `labeler hub`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from labeler.hub.cases import Split

DESCRIPTION = """Run a marketplace: make it, offer tasks, serve experts, review, settle.
The passphrase of its keys comes from LABELER_HUB_PASSPHRASE or --passphrase-fd."""


def build_parser() -> argparse.ArgumentParser:
    """The parser; each command's name is in `verb`."""
    parser = argparse.ArgumentParser("labeler hub", description=DESCRIPTION)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, text, fill in _VERBS:
        verb = verbs.add_parser(name, help=text, description=text)
        verb.add_argument("--dir", required=True, metavar="HUBDIR", help="the marketplace's folder")
        verb.add_argument("--passphrase-fd", type=int, metavar="FD")
        verb.add_argument("--json", action="store_true", help="answer with one JSON document")
        fill(verb)
    return parser


def _chain(verb: argparse.ArgumentParser) -> None:
    chain = verb.add_argument_group("chain (fixed when the marketplace is made)")
    chain.add_argument("--rpc", metavar="URL", help="the hub's JSON-RPC node")
    chain.add_argument("--public-rpc", metavar="URL", default="", help="a node to tell experts of")
    for name in ("token", "distributor", "identity-contract"):
        chain.add_argument(f"--{name}", metavar="ADDRESS", type=_address)


def _init(verb: argparse.ArgumentParser) -> None:
    _chain(verb)
    how = verb.add_mutually_exclusive_group()
    how.add_argument("--deploy", action="store_true", help="create the contracts (needs --rpc)")
    how.add_argument(
        "--keys-only", action="store_true", help="only the keys, to give the operator coin for fees"
    )


def _post(verb: argparse.ArgumentParser) -> None:
    _chain(verb)
    verb.add_argument(
        "folder", metavar="FOLDER", help="the images, in any format that is read here"
    )
    verb.add_argument("--form", required=True, help="a form's name, or a file")
    verb.add_argument("--price", required=True, help="per case, like 25 or 2.50")
    verb.add_argument("--title", default="")
    verb.add_argument("--currency", default="", help="CAIP-19; default: the marketplace's token")
    verb.add_argument("--symbol", default="USDC")
    verb.add_argument("--decimals", type=int, default=6)
    verb.add_argument("--royalty", type=int, default=0, metavar="BASIS_POINTS")
    verb.add_argument("--days", type=int, default=30, help="until the final deadline")
    verb.add_argument("--review-seconds", type=int, help="until silence accepts")
    verb.add_argument("--readers", type=int, default=1, help="experts per case")
    verb.add_argument("--indication", default="", help="what a reader is told about each case")
    verb.add_argument(
        "--looked",
        action="append",
        default=[],
        metavar="PATTERN",
        help="files whose pixels somebody has looked at: no name is painted into them",
    )
    verb.add_argument(
        "--as-is",
        action="append",
        default=[],
        metavar="PATTERN",
        help="files that may be handed out with all that they tell of the person; '*' for all",
    )
    verb.add_argument("--split", type=Split, choices=list(Split), default=Split.SERIES)


def _serve(verb: argparse.ArgumentParser) -> None:
    _chain(verb)
    verb.add_argument("--host", default="127.0.0.1")
    verb.add_argument("--port", type=int, default=8321)
    verb.add_argument("--public", metavar="HOST[:PORT]", help="the name experts connect to")


def _review(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("submission", nargs="?", metavar="SUBMISSION")
    ruling = verb.add_mutually_exclusive_group(required=True)
    ruling.add_argument("--list", action="store_true", help="what waits for a decision")
    ruling.add_argument("--all", action="store_true", help="every submission")
    ruling.add_argument("--accept", action="store_true")
    ruling.add_argument("--reject", metavar="CODE", help="a reason that the task's terms list")
    ruling.add_argument("--compare", action="store_true", help="only compare with --truth")
    verb.add_argument("--quality", type=int, metavar="PPM", help="parts per million")
    verb.add_argument("--truth", metavar="FILE", help="reference masks; their Dice is the quality")


def _settle(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--rpc", metavar="URL", help="another JSON-RPC node than before")


def _address(text: str) -> bytes:
    address = bytes.fromhex(text.removeprefix("0x"))
    if len(address) != 20:
        raise argparse.ArgumentTypeError("an address is 0x and 40 hexadecimal digits")
    return address


_Fill = Callable[[argparse.ArgumentParser], None]
_VERBS: tuple[tuple[str, str, _Fill], ...] = (
    ("init", "make a marketplace in a folder", _init),
    ("serve", "answer experts over HTTP", _serve),
    ("post", "offer a task made from a folder of images", _post),
    ("review", "decide on submissions", _review),
    ("settle", "state what is owed, and publish it", _settle),
)
