"""The outermost layer: times every request, and lets no error out but as a problem."""

from __future__ import annotations

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import unexpected
from metronis.clock import Clock
from monitoring.metrics import REQUEST_SECONDS

CLIENT_GONE = 499
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Boundary:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = CLIENT_GONE  # until an answer has begun

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began_ns = self._clock.monotonic_ns()
        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            pass  # nobody is left to answer
        except Exception as error:
            if status != CLIENT_GONE:
                raise  # half an answer is out: all that is left is to break off
            await unexpected(error)(scope, receive, watched)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "unmatched")
            seconds = (self._clock.monotonic_ns() - began_ns) / 1e9
            REQUEST_SECONDS.labels(method, route, str(status)).observe(seconds)
