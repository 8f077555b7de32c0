"""A hub process that is killed after a submission is recorded and before its receipt leaves."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import uvicorn

from labeler.hub.api import Service
from labeler.hub.server import bind, create_app
from tests.support.hub import Clock, open_hub


def deadly(app: Any) -> Any:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        async def dying_send(message: Any) -> None:
            created = message["type"] == "http.response.start" and message["status"] == 201
            if created and scope["path"] == "/v1/submissions":
                os.kill(os.getpid(), signal.SIGKILL)
            await send(message)

        await app(scope, receive, dying_send if scope["type"] == "http" else send)

    return wrapped


def main(folder: str) -> None:
    market = open_hub(Path(folder), Clock())
    listening = bind("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = deadly(create_app(Service(market, None, (f"127.0.0.1:{port}",))))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, http="h11", loop="asyncio"))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
