"""The signing key from a shell."""

from __future__ import annotations

import random

from labeler.app import keys
from labeler.app.marketplaces import load_pinned
from labeler.app.opening import Workbench
from labeler.cli.bench import open_bench, refuse_practice, unlock
from labeler.cli.bounded_files import existing_file
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.secrets import WORDS_VARIABLE, SecretSource
from labeler.errors import LabelerError
from labeler.store.profile import is_profile, open_profile
from labeler.store.store import Store

CHECKED_WORDS = 3


def create(call: Call) -> Exit:
    """Make a key; its 24 words are shown this once."""
    _refuse_before_asking(call)
    passphrase = call.key_passphrase(again=True)
    with open_bench(call, may_create=True) as bench:
        words = keys.make_words(bench.services)
        if call.is_watched():
            _show_and_check(call, words)
        key = keys.create_key(bench.services, words, passphrase)
        lines = [f"Address {key.address}"]
        if not call.is_watched():
            lines += ["Recovery words, shown this once:", " ".join(words)]
        call.output.answer({"address": key.address, "words": list(words)}, lines)
    return Exit.OK


def bring_back(call: Call) -> Exit:
    """Keep the key of recovery words, or a copy of another wallet's key file."""
    _refuse_before_asking(call)
    if call.typed.keystore is not None:
        path = existing_file(call.typed.keystore)
        passphrase = call.key_passphrase()
        with open_bench(call, may_create=True) as bench:
            key = keys.import_key(bench.services, path, passphrase)
    else:
        source = SecretSource("recovery words", WORDS_VARIABLE, call.typed.words_fd)
        words = tuple(source.read(call.environment).split())
        passphrase = call.key_passphrase(again=True)
        with open_bench(call, may_create=True) as bench:
            key = keys.create_key(bench.services, words, passphrase)
    call.output.answer({"address": key.address}, [f"Address {key.address}"])
    return Exit.OK


def address(call: Call) -> Exit:
    """The key's first address; and, with the key's passphrase, those used at marketplaces."""
    with open_bench(call) as bench:
        keys.need_key(bench.services)
        first = keys.key_address(bench.services) or ""
        used = _used(call, bench) if call.typed.marketplaces else []
    answer: dict[str, object] = {"address": first}
    if call.typed.marketplaces:
        answer["marketplaces"] = used
    lines = [first, *(f"{one['address']}  at {one['name']}" for one in used)]
    call.output.answer(answer, lines)
    return Exit.OK


def _used(call: Call, bench: Workbench) -> list[dict[str, str]]:
    unlock(call, bench)

    def read(store: Store) -> list[tuple[bytes, str]]:
        return [(load_pinned(store, r.id).id, r.name) for r in store.tasks.marketplaces()]

    known = bench.services.store.call(read)
    found = bench.services.signer.addresses([each for each, _name in known])
    return [
        {"marketplace": each.hex(), "name": name, "address": "0x" + found[each].hex()}
        for each, name in known
    ]


def _refuse_before_asking(call: Call) -> None:
    """Before any secret is asked for: no second key, and none where nothing protects it."""
    if is_profile(call.root):
        profile = open_profile(call.root)
        refuse_practice(profile)
        keys.refuse_second(profile.keystore)


def _show_and_check(call: Call, words: tuple[str, ...]) -> None:
    """Let a person write the words down, and read some of them back."""
    call.output.note("Write these 24 words on paper. They bring the key back; nothing else does.")
    for row in range(0, len(words), 4):
        call.output.note("  ".join(f"{i + 1:2}. {words[i]:<10}" for i in range(row, row + 4)))
    for place in sorted(random.SystemRandom().sample(range(len(words)), CHECKED_WORDS)):
        if call.ask(f"Word {place + 1}: ").lower() != words[place]:
            raise LabelerError(
                "words-differ",
                "That is not word {place}.",
                safe="No key was made; these words are worth nothing.",
                do="Begin again, and write the words down before you answer.",
                place=place + 1,
            )
