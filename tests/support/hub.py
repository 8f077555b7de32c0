"""A real marketplace in a folder, served over loopback, and an expert who works for it."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from labeler.hub.consent import Consent
from labeler.hub.keys import HubKeys
from labeler.hub.place import ChainPlace, Marketplace, open_marketplace
from labeler.hub.posting import Posted, Terms, post
from labeler.hub.server import HubServer
from labeler.hub.templates import read_template
from labeler.market import wire
from labeler.market.client import MarketClient
from labeler.model.document import DOCUMENT_FORMAT, DOCUMENT_MEDIA_TYPE, Document, Mark
from labeler.model.forms import Answer, Choice, Scale
from labeler.model.frames import FrameRef
from labeler.model.manifest import Manifest
from labeler.model.mask_blobs import encode_mask
from labeler.model.masks import Mask
from labeler.model.paths import resources_root
from labeler.model.shapes import Box, MaskRef
from labeler.model.task_templates import Template
from labeler.model.tiled_masks import of_region
from labeler.proof import codec, curve, judge
from labeler.proof.domain import Domain, domain_of
from labeler.proof.envelope import (
    Envelope,
    from_envelope,
    message_digest,
    sign,
    to_envelope,
)
from labeler.proof.item_tree import item_proof
from labeler.proof.login import LoginMessage, personal_digest
from labeler.proof.messages import (
    ZERO_WORD,
    Assignment,
    MarketplaceIdentity,
    Offer,
    Receipt,
    Submission,
)

PASSPHRASE = "correct horse battery staple"
NOON = 1_790_000_000


@dataclass
class Clock:
    """UTC seconds that pass only when told to."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


def seeded(seed: int) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


def open_hub(
    folder: Path, clock: Callable[[], int], *, seed: int = 1, chain: ChainPlace | None = None
) -> Marketplace:
    """The marketplace in `folder`, with keys that open fast."""
    keys = HubKeys(folder / "keys", PASSPHRASE, random=seeded(seed), scrypt_n=2)
    return open_marketplace(folder, keys, chain=chain, clock=clock, random=seeded(seed + 1))


@contextmanager
def served(market: Marketplace, **options: Any) -> Iterator[MarketClient]:
    """The marketplace over HTTP, and a client of it."""
    options.setdefault("requests_a_second", 10_000)
    with HubServer(market, options.pop("desk", None), **options) as server:
        client = MarketClient(server.url)
        try:
            yield client
        finally:
            client.close()


def png(shade: int) -> bytes:
    """A grey 8 x 8 picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + bytes([shade]) * 8 for _ in range(8))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def template() -> Template:
    return read_template("chest-ct-nodule", resources_root() / "forms")


AS_IS = Consent(as_is=("*",))
"""Made-up pictures: nobody is in them, and references keep their names."""

TERMS = Terms(
    title="Two cases",
    price=25_000_000,
    currency="fiat:0/iso4217:USD",
    symbol="USD",
    decimals=6,
)


def post_cases(market: Marketplace, folder: Path, cases: int = 2, **terms: Any) -> Posted:
    """A task of `cases` folders with two pictures each."""
    for number in range(cases):
        case = folder / f"case-{number}"
        case.mkdir(parents=True, exist_ok=True)
        for shade in (1, 2):
            (case / f"{shade}.png").write_bytes(png(10 * number + shade))
    return post(market, folder, template(), replace(TERMS, **terms), consent=AS_IS)


def answers(manifest: Manifest) -> tuple[Answer, ...]:
    """Something allowed for every required question."""
    found = []
    for question in manifest.form.questions:
        match question:
            case Choice(code=code, options=options):
                found.append(Answer(code, options[0].code))
            case Scale(code=code, low=low):
                found.append(Answer(code, low))
    return tuple(sorted(found, key=lambda answer: answer.question))


@dataclass
class Expert:
    """A key, and what it is needed for; `given` is what was last assigned."""

    client: MarketClient
    key: bytes = hashlib.sha256(b"an expert").digest()
    sequence: int = 0
    blobs: dict[str, bytes] = field(default_factory=dict)

    @property
    def address(self) -> bytes:
        return curve.address_of(self.key)

    def login(self) -> str:
        nonce = self.client.nonce().nonce
        message = LoginMessage(
            domain=self.client.host,
            address=curve.checksummed(self.address),
            uri=self.client.base_url,
            version="1",
            chain_id=1,
            nonce=nonce,
            issued_at="2026-11-23T10:00:00Z",
        )
        return self.client.login(self.login_request(message)).token

    def login_request(self, message: LoginMessage) -> wire.LoginRequest:
        signature = curve.sign(personal_digest(message.text().encode()), self.key)
        return wire.LoginRequest(message.text(), "0x" + signature.hex())

    def take(self, manifest: str) -> wire.AssignmentAnswer:
        return self.client.assign(manifest, self.login())

    def document(
        self, given: wire.AssignmentAnswer, which: int = 0, mask: Mask | None = None
    ) -> Document:
        item = given.items[which].item
        frame = FrameRef("", item.files[0].sha256, 0)
        shape: Box | MaskRef = Box((0, 0), (1000, 1000))
        if mask is not None:
            shape = MaskRef(self.keep(encode_mask(of_region(mask))))
        return Document(
            format=DOCUMENT_FORMAT,
            item=codec.digest(codec.encode(item)),
            marks=(Mark("m1", "nodule", frame, shape),),
            answers=answers(given.manifest),
        )

    def keep(self, blob: bytes) -> str:
        digest = codec.digest(blob)
        self.blobs[digest] = blob
        return digest

    def message(
        self, given: wire.AssignmentAnswer, document: Document, which: int = 0, **changes: Any
    ) -> Submission:
        assignment = from_envelope(given.assignment, Assignment).message
        payload = codec.encode(document)
        item = given.items[which].item
        self.sequence += 1
        fields: dict[str, Any] = {
            "marketplace_id": assignment.marketplace_id,
            "assignment": message_digest(self.domain, assignment),
            "item": bytes.fromhex(codec.digest(codec.encode(item))),
            "manifest": assignment.manifest,
            "payload": bytes.fromhex(self.keep(payload)),
            "payload_size": len(payload),
            "media_type": DOCUMENT_MEDIA_TYPE,
            "source": bytes.fromhex(codec.digest(codec.encode(item.files))),
            "journal_head": ZERO_WORD,
            "revision": 1,
            "device": bytes([7]) * 32,
            "sequence": self.sequence,
            "previous": ZERO_WORD,
            "worker": self.address,
            "payout_to": self.address,
            "signed_at": NOON,
            "blind": self.sequence.to_bytes(32, "big"),
        }
        return Submission(**{**fields, **changes})

    @property
    def domain(self) -> Domain:
        return domain_of(
            from_envelope(self.client.identity().identity, MarketplaceIdentity).message
        )

    def sign(self, message: Submission) -> Envelope:
        return to_envelope(sign(self.domain, message, self.key))

    def digest(self, message: Submission) -> str:
        return message_digest(self.domain, message).hex()

    def submit(self, given: wire.AssignmentAnswer, which: int = 0, **changes: Any) -> str:
        """Label, sign and send one case; returns the submission's digest."""
        return self.hand_in(self.message(given, self.document(given, which), which, **changes))

    def hand_in(self, message: Submission) -> str:
        self.client.send(self.sign(message), self.blobs.__getitem__)
        return self.digest(message)

    def judged_receipt(
        self, status: wire.SubmissionStatus, given: wire.AssignmentAnswer, sent: Submission
    ) -> judge.Received:
        """What the expert's side makes of a receipt."""
        identity = from_envelope(self.client.identity().identity, MarketplaceIdentity)
        pin = judge.check_identity(identity)
        offer = from_envelope(given.offer, Offer)
        offered = judge.check_offer(pin, codec.encode(given.manifest), offer)
        assigned = judge.check_assignment(offered, from_envelope(given.assignment, Assignment))
        items = [codec.digest(codec.encode(each.item)) for each in given.items]
        judge.check_items(assigned, items)
        place = item_proof(items, items.index(sent.item.hex()))
        signed = from_envelope(self.sign(sent), Submission)
        submitted = judge.check_submission(assigned, signed, place)
        return judge.check_receipt(submitted, from_envelope(status.receipt, Receipt))
