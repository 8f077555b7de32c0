"""Evidence bundles: what they say, and that no byte of them can change."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.proof import bundle, claim_tree, codec, container, item_tree
from labeler.proof.bundle import AccountParts, DecisionParts, Parts
from labeler.proof.curve import checksummed
from labeler.proof.item_tree import AccountLine
from labeler.proof.messages import Verdict
from labeler.proof.report import money, utc
from tests.proof.world import MANIFEST, MASK, NO_CHAIN, PAY, World, person, word


def parts_of(world: World, *, rejected: bool = False) -> Parts:
    decision = world.rejection() if rejected else world.make_decision()
    place, head, _ = world.logged(decision)
    lines = world.lines()
    leaves = world.leaves(2 * PAY)
    epoch = world.make_epoch(head, leaves)
    account = AccountParts(
        epoch=epoch,
        head=head,
        account=world.make_account(epoch, lines),
        line=lines[1],
        place=item_tree.line_proof(lines, 1),
        claim_path=tuple(claim_tree.claim_proof(leaves, leaves[0])),
    )
    return Parts(
        identity=world.identity,
        offer=world.offer,
        manifest=world.manifest_data,
        assignment=world.assignment,
        item=world.item_data[world.which],
        place=world.place,
        submission=world.submission,
        payload=world.payload,
        blobs={codec.digest(MASK): MASK},
        receipt=world.receipt,
        decided=DecisionParts(world.grant, decision, place, head),
        account=None if rejected else account,
    )


def without(parts: Parts, *names: str) -> Parts:
    return dataclasses.replace(parts, **dict.fromkeys(names))


def refusal(data: bytes, trust: bytes | None = None) -> str:
    with pytest.raises(LabelerError) as caught:
        bundle.verify(data, trust)
    assert str(caught.value)
    return caught.value.code


def said(report: bundle.Report) -> dict[str, str]:
    return {finding.code: finding.sentence for finding in report.findings}


def test_a_settled_submission() -> None:
    world = World()
    data = bundle.build(parts_of(world))
    trust = world.digest(world.identity)
    report = bundle.verify(data, trust)
    assert (report.stage, report.owed, report.compared) == ("settled", str(PAY), True)
    assert report.submission == world.digest(world.submission).hex()
    lines = said(report)
    assert list(lines) == [
        "marketplace",
        "identity-compared",
        "promised",
        "assigned",
        "submitted",
        "images",
        "received",
        "accepted",
        "logged",
        "owed",
        "settled",
        "claimable",
    ]
    assert checksummed(person("requester")) in lines["promised"]
    assert "2.50 USDC" in lines["promised"]
    assert "2 marks and 1 answers" in lines["submitted"]
    assert "5.00 USDC in all" in lines["settled"]
    assert "before the deadline" in lines["received"]
    assert msgspec.json.decode(msgspec.json.encode(report), type=bundle.Report) == report
    assert bundle.build(parts_of(World())) == data
    assert bundle.build(bundle.read(data)) == data


def test_without_trust_the_report_says_so() -> None:
    world = World()
    report = bundle.verify(bundle.build(parts_of(world)))
    assert not report.compared
    assert report.identity == world.digest(world.identity).hex()
    assert "NOT compared" in said(report)["identity-not-compared"]
    assert refusal(bundle.build(parts_of(world)), word("another")) == "identity-changed"


def test_parts_that_have_not_happened_yet() -> None:
    whole = parts_of(World())
    stages: list[tuple[Parts, str, str, str]] = [
        (without(whole, "account"), "accepted", "no-statement", str(PAY)),
        (without(whole, "account", "decided"), "received", "undecided", "0"),
        (without(whole, "account", "decided", "receipt"), "submitted", "no-receipt", "0"),
        (parts_of(World(), rejected=True), "rejected", "rejected", "0"),
    ]
    for parts, stage, finding, owed in stages:
        report = bundle.verify(bundle.build(parts))
        assert (report.stage, report.owed) == (stage, owed)
        assert finding in said(report)
    assert "A nodule is not marked" in said(report)["rejected"]


def test_silence_has_accepted() -> None:
    world = World(chain=NO_CHAIN)
    whole = parts_of(world)
    assert whole.decided is not None
    lines = [AccountLine(world.digest(world.submission).hex(), "silence", str(PAY))]
    leaves = world.leaves(PAY)
    epoch = world.make_epoch(whole.decided.head, leaves)
    account = AccountParts(
        epoch=epoch,
        head=whole.decided.head,
        account=world.make_account(epoch, lines),
        line=lines[0],
        place=item_tree.line_proof(lines, 0),
        claim_path=tuple(claim_tree.claim_proof(leaves, leaves[0])),
    )
    parts = dataclasses.replace(whole, decided=None, account=account)
    report = bundle.verify(bundle.build(parts))
    assert (report.stage, report.owed) == ("settled", str(PAY))
    assert "no-chain" in said(report)


def test_parts_that_contradict_each_other_make_no_bundle() -> None:
    world = World()
    whole = parts_of(world)
    assert whole.account is not None
    elsewhere = dataclasses.replace(
        whole.account,
        line=world.lines()[0],
        place=item_tree.line_proof(world.lines(), 0),
    )
    late = parts_of(World())
    assert late.decided is not None
    _, head, _ = world.logged(late.decided.decision, time=2**40)
    wrong: list[tuple[Parts, str]] = [
        (without(whole, "receipt"), "bundle-unsound"),
        (without(whole, "receipt", "decided"), "bundle-unsound"),
        (without(whole, "receipt", "account"), "bundle-unsound"),
        (dataclasses.replace(whole, account=elsewhere), "bundle-unsound"),
        (dataclasses.replace(whole, decided=None), "bundle-unsound"),
        (dataclasses.replace(whole, blobs={}), "bundle-unsound"),
        (dataclasses.replace(whole, blobs={codec.digest(MASK): b"other"}), "bundle-unsound"),
        (
            dataclasses.replace(whole, blobs={**whole.blobs, word("more").hex(): b""}),
            "bundle-unsound",
        ),
        (dataclasses.replace(whole, payload=b"{}"), "payload-changed"),
        (
            dataclasses.replace(late, decided=dataclasses.replace(late.decided, head=head)),
            "decision-late",
        ),
    ]
    for parts, code in wrong:
        with pytest.raises(LabelerError) as caught:
            bundle.build(parts)
        assert caught.value.code == code
    rejected = parts_of(World(), rejected=True)
    assert rejected.decided is not None
    assert rejected.decided.decision.message.verdict is Verdict.REJECTED
    paid = dataclasses.replace(rejected, account=whole.account)
    with pytest.raises(LabelerError):
        bundle.build(paid)


def test_every_byte_counts() -> None:
    data = bundle.build(parts_of(World()))
    for place in range(len(data)):
        for flip in (0x01, (0x20, 0x80, 0xFF)[place % 3]):
            changed = bytearray(data)
            changed[place] ^= flip
            assert refusal(bytes(changed))
    for end in range(0, len(data), 7):
        assert refusal(data[:end])
    for more in (b"\0", data, b"PK"):
        assert refusal(data + more)
        assert refusal(more + data)


def test_every_byte_counts_for_who_repairs_the_container() -> None:
    """A forger recomputes the checksums: now the signatures alone must find the change."""
    world = World()
    files = container.unpack(bundle.build(parts_of(world)))
    trust = world.digest(world.identity)
    codes = set()
    for name, content in files.items():
        for place in range(0, len(content), 5):
            changed = bytearray(content)
            changed[place] ^= 0x01
            codes.add(refusal(container.pack({**files, name: bytes(changed)}), trust))
    assert "bundle-changed" not in codes
    assert len(codes) > 8


def test_parts_cannot_be_left_out_added_or_swapped() -> None:
    files = container.unpack(bundle.build(parts_of(World())))
    for name in files:
        assert refusal(container.pack({k: v for k, v in files.items() if k != name}))
    assert refusal(container.pack({**files, "more.json": b"{}"})) == "bundle-unsound"
    assert refusal(container.pack({**files, "blobs/more": b""})) == "bundle-unsound"
    assert refusal(container.pack({**files, "bundle.json": b'{"format":"other/2"}'})) == (
        "bundle-unsound"
    )
    assert refusal(container.pack({})) == "bundle-unsound"
    swapped = {**files, "offer.json": files["receipt.json"], "receipt.json": files["offer.json"]}
    assert refusal(container.pack(swapped)) == "bad-message"
    report = bundle.verify(container.pack(files))
    assert report.stage == "settled"


def test_any_zip_program_reads_it() -> None:
    data = bundle.build(parts_of(World()))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(container.unpack(data))
        for info in archive.infolist():
            assert (info.compress_type, info.date_time) == (0, (1980, 1, 1, 0, 0, 0))
            assert archive.read(info) == container.unpack(data)[info.filename]


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9._-]{0,8}(/[a-z0-9]{1,8})?", fullmatch=True),
        st.binary(max_size=50),
        max_size=6,
    )
)
def test_containers_round_trip(files: dict[str, bytes]) -> None:
    assert container.unpack(container.pack(files)) == files


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=80).map(lambda tail: b"PK\x03\x04" + tail))
def test_strangers_bytes_are_no_container(data: bytes) -> None:
    with pytest.raises(LabelerError):
        container.unpack(data)


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../b", "A", "a/b/c", "a\\b", "é", "a\n"])
def test_names_stay_inside(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        container.pack({name: b""})


def test_a_strangers_title_cannot_steer_a_terminal() -> None:
    title = "Nodules\x1b[2J\u202eNUS\n{manifest}"
    world = World(manifest=msgspec.structs.replace(MANIFEST, title=title))
    sentence = said(bundle.verify(bundle.build(parts_of(world))))["promised"]
    assert "Nodules�[2J�NUS�{manifest}" in sentence


@pytest.mark.parametrize(
    ("amount", "decimals", "shown"),
    [
        (2_500_000, 6, "2.50 X"),
        (1, 6, "0.000001 X"),
        (0, 6, "0.00 X"),
        (25, 0, "25 X"),
        (25, 1, "2.5 X"),
        (123_456_789, 6, "123.456789 X"),
        (2**256 - 1, 2, f"{str(2**256 - 1)[:-2]}.{str(2**256 - 1)[-2:]} X"),
    ],
)
def test_money(amount: int, decimals: int, shown: str) -> None:
    price: Any = msgspec.structs.replace(MANIFEST.price, decimals=decimals, symbol="X")
    assert money(amount, price) == shown


def test_times() -> None:
    assert utc(0) == "1970-01-01 00:00:00 UTC"
    assert utc(253_402_300_799) == "9999-12-31 23:59:59 UTC"
    assert utc(2**53 - 1) == "9007199254740991 s"
