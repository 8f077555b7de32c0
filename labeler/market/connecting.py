"""The house's HTTP client: bounded waits, the system's trust and proxies, no redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

CONNECT_S = 10.0
READ_S = 30.0


def new_client(base_url: str, accept: str, *, local: bool) -> httpx2.Client:
    """A client for one place; `local` ones are reached without the system's proxies.

    Redirects are not followed, and compressed answers not asked for.
    """
    import ssl

    import httpx2

    context: ssl.SSLContext | bool = True
    if base_url.startswith("https:"):
        import truststore

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx2.Client(
        verify=context,
        timeout=httpx2.Timeout(READ_S, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=not local,
        headers={"accept": accept, "accept-encoding": "identity", "user-agent": "labeler"},
    )
