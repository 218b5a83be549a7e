"""Real receivers of hooks: a CRM that verifies as Standard Webhooks says, and a VICIdial as its documents have it.

Both are Starlette's, served by uvicorn on 127.0.0.1.
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lab.ports import free_port
from tests.alerts.receivers import until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
USER, PASSWORD = "6666", "s3cret&more"
ALREADY = "ERROR: add_dnc_phone DNC NUMBER ALREADY EXISTS - {user}|{phone}"
ADDED = "SUCCESS: add_dnc_phone DNC NUMBER HAS BEEN ADDED - {user}|{phone}|{campaign}"
FORBIDDEN = "ERROR: add_dnc_phone USER DOES NOT HAVE PERMISSION TO ADD DNC NUMBERS - {user}|0"
INCOMPLETE = "ERROR: add_dnc_phone YOU MUST USE ALL REQUIRED FIELDS - {user}|||1000"
VERSION = "VERSION: 2.14-203|BUILD: 240718-0731|DATE: 2026-11-26 18:00:00|EPOCH: 1795716000|"


@dataclass
class Crm:
    """What a CRM took.

    Attributes:
        port: its port.
        answers: the statuses of the next answers; 204 behind them.
        messages: what was rightly signed and taken, by id; the same id twice is one.
        order: the ids in the order in which they came.
        repeated: ids that came once more.
        faults: what was not as it should be.
    """

    port: int
    answers: list[int] = field(default_factory=list)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The data of the messages of a type, in their order."""
        return [self.messages[one]["data"] for one in self.order if self.messages[one]["type"] == kind]

    async def take(self, request: Request) -> Response:
        """Take a post."""
        body = await request.body()
        try:
            told = Webhook(SECRET).verify(body, dict(request.headers))
        except WebhookVerificationError as error:
            self.faults.append(str(error))
            return Response(status_code=400)
        if request.headers["content-type"] != "application/json" or set(told) != {"type", "timestamp", "data"}:
            self.faults.append("form")
        if self.answers and (status := self.answers.pop(0)) >= 300:
            return Response(status_code=status)
        ident = request.headers["webhook-id"]
        if ident in self.messages:  # an answer that got lost: the same once more
            self.repeated.append(ident)
        else:
            self.messages[ident] = told
            self.order.append(ident)
        return Response(status_code=204)


@dataclass
class Vicidial:
    """A stand-in for VICIdial's non-agent API, which answers as NON-AGENT_API.txt has it, always with the status 200.

    Attributes:
        port: its port.
        dnc: what was added: number and campaign.
        asked: what was asked for, in order.
        odd: the next answers, in place of the right ones.
    """

    port: int
    dnc: list[tuple[str, str]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """Take a request."""
        fields = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
        self.asked.append(fields)
        text = self.odd.pop(0) if self.odd else self._answer(fields)
        user, phone, campaign = (fields.get(name, "") for name in ("user", "phone_number", "campaign_id"))
        return PlainTextResponse(text.format(user=user, phone=phone, campaign=campaign) + "\n")

    def _answer(self, fields: dict[str, str]) -> str:
        if (fields.get("user"), fields.get("pass")) != (USER, PASSWORD) or not fields.get("source"):
            return "ERROR: Login incorrect, please try again: |1|{user}|"
        if fields.get("function") == "version":
            return VERSION
        entry = fields.get("phone_number", ""), fields.get("campaign_id", "")
        if fields.get("function") != "add_dnc_phone" or not 6 <= len(entry[0]) <= 20 or not 2 <= len(entry[1]) <= 30:
            return INCOMPLETE
        if entry in self.dnc:
            return ALREADY
        self.dnc.append(entry)
        return ADDED


@contextlib.contextmanager
def serving(receiver: Crm | Vicidial) -> Iterator[None]:
    """Let a receiver listen."""
    routes = [Route(path, receiver.take, methods=["POST"]) for path in ("/hook", "/vicidial/non_agent_api.php")]
    config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=receiver.port, log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def crm(port: int = 0) -> Iterator[Crm]:
    """A CRM that listens."""
    made = Crm(port or free_port())
    with serving(made):
        yield made


@contextlib.contextmanager
def vicidial() -> Iterator[Vicidial]:
    """A VICIdial that listens."""
    made = Vicidial(free_port())
    with serving(made):
        yield made
