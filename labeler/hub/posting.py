"""A folder of images and a form -> an offered task of sealed cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select

from labeler.errors import LabelerError
from labeler.hub.cases import Case, Split, find_cases
from labeler.hub.consent import Consent, Told, look_through, refuse_unlooked
from labeler.hub.database import item as item_table
from labeler.hub.database import task as task_table
from labeler.hub.keys import Role
from labeler.hub.linking import keep_secret
from labeler.hub.news import tell
from labeler.hub.place import Marketplace
from labeler.hub.readable import LeftOut, readable
from labeler.hub.ready import made_ready
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.sources.gathering import gather
from labeler.interchange.pseudonyms import Pseudonyms
from labeler.market.sealed import KEY_BYTES, Blob, seal
from labeler.model.image import ByteSource
from labeler.model.manifest import MANIFEST_FORMAT, Acceptance, Manifest, Price, Royalty
from labeler.model.task_templates import Template
from labeler.model.terms_rules import terms_problem
from labeler.proof import codec
from labeler.proof.envelope import Signed, to_wire
from labeler.proof.messages import ZERO_ADDRESS, Offer

DAY = 24 * 3600
_AMOUNT = re.compile(r"([0-9]{1,30})(?:\.([0-9]{1,36}))?")


@dataclass(frozen=True)
class Terms:
    """What the requester decides: `price` in minor units of `currency` (CAIP-19) per case."""

    title: str
    price: int
    currency: str
    symbol: str
    decimals: int
    royalty_basis_points: int = 0
    days: int = 30
    readers: int = 1
    review_seconds: int | None = None
    indication: str = ""
    split: Split = Split.SERIES


@dataclass(frozen=True)
class Posted:
    """What was offered: the manifest's digest, the Offer's, and how many cases.

    `identity` names what files that go as they are tell of the person (keywords, never a value).
    `left_out` are files that are no image that can be read. `copies` are de-identified files;
    `faces` are files that show a head.
    """

    manifest: str
    offer: str
    items: int
    bytes_sealed: int
    identity: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    copies: int
    faces: int


def minor_units(text: str, decimals: int) -> int:
    """ "25" or "2.50" as whole minor units, never through a float.

    Raises LabelerError "bad-price" for anything else, or for more digits than the currency has.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None or len(match[2] or "") > decimals:
        raise LabelerError(
            "bad-price",
            "{price} is not a price with at most {decimals} digits after the point.",
            safe="Nothing was posted.",
            do="Write it like 25 or 2.50.",
            price=text[:40],
            decimals=decimals,
        )
    return int(match[1] + (match[2] or "").ljust(decimals, "0"))


def default_currency(market: Marketplace) -> str:
    """The marketplace's token as CAIP-19, or plain dollars where there is no chain."""
    if market.chain is None:
        return "fiat:0/iso4217:USD"
    return f"eip155:{market.chain.chain_id}/erc20:{market.chain.token}"


def post(
    market: Marketplace,
    folder: Path,
    template: Template,
    terms: Terms,
    tick: Callable[[int, int], None] = lambda _done, _total: None,
    *,
    consent: Consent = Consent(),  # noqa: B008  frozen
    tell: Callable[[Told], None] = lambda _told: None,
) -> Posted:
    """Seal every case below `folder` and offer them; `tick` is told (cases done, cases in all).

    Only files whose images can be read are handed out, as de-identified copies but for those that
    `consent` lets go as they are. `tell` hears what they tell before anything is done. Raises
    LabelerError "no-images", "look-first", "cannot-be-cleaned", "bad-form" and others.
    """
    chosen = gather((folder,))
    with DecoderPool(1) as decoders:
        found = readable(chosen.files, decoders, chosen.problems)
    cases = find_cases(found, terms.split, terms.indication)
    told = look_through(cases, consent)
    tell(told)
    refuse_unlooked(told, consent)
    manifest = codec.encode(_possible(_manifest(template, terms)))
    digest = codec.digest(manifest)
    _refuse_again(market, digest)
    market.blobs.need_room(sum(case.size for case in cases))
    pseudonyms = Pseudonyms(market.random(32))
    sealed = []
    for number, case in enumerate(cases, 1):
        sealed.append(_sealed(market, case, made_ready(case, consent, pseudonyms)))
        tick(number, len(cases))
    offer = _offer(market, digest, terms, len(cases))
    keep_secret(market.folder, digest, pseudonyms)
    _record(market, digest, manifest, offer, sealed)
    return Posted(
        manifest=digest,
        offer=market.digest(offer.message),
        items=len(cases),
        bytes_sealed=sum(package.size for _, package, _ in sealed),
        identity=told.names_left(consent),
        left_out=found.left_out,
        copies=sum(not consent.lets_go(file.file) for file in told.files),
        faces=told.faces,
    )


def _manifest(template: Template, terms: Terms) -> Manifest:
    return Manifest(
        format=MANIFEST_FORMAT,
        title=terms.title or template.title,
        instructions=template.instructions,
        modality=template.modality,
        specialty=template.specialty,
        qualification=template.qualification,
        labels=template.labels,
        form=template.form,
        acceptance=Acceptance(
            metric=template.metric,
            threshold_ppm=template.threshold_ppm,
            readers=terms.readers,
            review_seconds=terms.review_seconds or template.review_seconds,
            appeal_seconds=template.appeal_seconds,
            reasons=template.reasons,
        ),
        price=Price(
            currency=terms.currency,
            symbol=terms.symbol,
            decimals=terms.decimals,
            item=str(terms.price),
        ),
        royalty=Royalty(basis_points=terms.royalty_basis_points),
        licence=template.licence,
        free_text_allowed=template.free_text_allowed,
        opening=template.opening,
    )


def _possible(manifest: Manifest) -> Manifest:
    """The same. Raises LabelerError "bad-form" where nobody could finish a case under it."""
    if (why := terms_problem(manifest, manifest.acceptance.reasons)) is not None:
        raise LabelerError(
            "bad-form",
            "Nobody could finish a case of this task: {why}.",
            safe="Nothing was posted.",
            do="Correct its form; the forms that ship with the program are examples.",
            why=why,
        )
    return manifest


def _refuse_again(market: Marketplace, digest: str) -> None:
    with market.database.read() as connection:
        query = select(task_table.c.offer).where(task_table.c.manifest == digest)
        if connection.execute(query).first() is not None:
            raise LabelerError(
                "already-posted",
                "A task with exactly these terms is already offered.",
                safe="Nothing was changed.",
                do="Give this one another title.",
            )


_SealedCase = tuple[bytes, Blob, bytes]
"""The Item's canonical bytes, its package, the package's key."""


def _sealed(market: Marketplace, case: Case, files: Sequence[ByteSource]) -> _SealedCase:
    key = market.random(KEY_BYTES)
    package = market.blobs.write(lambda out: seal(files, out, key))
    return codec.encode(case.item(files)), package, key


def _offer(market: Marketplace, manifest: str, terms: Terms, items: int) -> Signed[Offer]:
    return market.sign(
        Role.REQUESTER,
        Offer(
            marketplace_id=market.id,
            requester=market.keys.address(Role.REQUESTER),
            manifest=bytes.fromhex(manifest),
            nonce=market.random(32),
            max_items=items * terms.readers,
            unit_amount=terms.price,
            currency=terms.currency,
            escrow=market.identity.message.distributor if market.chain else ZERO_ADDRESS,
            deadline=market.clock() + terms.days * DAY,
        ),
    )


def _record(
    market: Marketplace,
    digest: str,
    manifest: bytes,
    offer: Signed[Offer],
    sealed: list[_SealedCase],
) -> None:
    now = market.clock()
    rows = [
        {
            "manifest": digest,
            "digest": codec.digest(content),
            "position": position,
            "content": content,
            "package": package.sha256,
            "package_size": package.size,
            "key": key.hex(),
        }
        for position, (content, package, key) in enumerate(sealed)
    ]
    with market.database.write() as connection:
        connection.execute(
            insert(task_table).values(
                manifest=digest,
                content=manifest,
                offer=market.digest(offer.message),
                envelope=to_wire(offer),
                deadline=offer.message.deadline,
                posted_at=now,
            )
        )
        connection.execute(insert(item_table), rows)
        tell(connection, "task", digest, now)
