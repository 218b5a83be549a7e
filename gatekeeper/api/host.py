"""Host of the interface: what it needs of the process that serves it. Pure."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, ParamSpec, Protocol, TypeVar

from gatekeeper.accounts import Accounts
from gatekeeper.config import Settings
from gatekeeper.journal import JournalReader

ParamsT = ParamSpec("ParamsT")
ResultT = TypeVar("ResultT")


class Asks(Protocol):
    """Asks the daemon (`gatekeeper.desk.daemon.DaemonLink`)."""

    async def ask(self, asked: Mapping[str, object], timeout: float = ..., /) -> dict[str, Any]:  # noqa: ASYNC109
        """Ask, and have the answer; or raise `DaemonError`."""


class ApiHost(Protocol):
    """The process (`gatekeeper.desk.desk.Desk`)."""

    @property
    def settings(self) -> Settings:
        """The configuration."""

    @property
    def accounts(self) -> Accounts:
        """Who may come in."""

    @property
    def daemon(self) -> Asks:
        """Decides and writes."""

    async def in_thread(
        self, work: Callable[ParamsT, ResultT], *args: ParamsT.args, **kwargs: ParamsT.kwargs
    ) -> ResultT:
        """Do in a thread what reads a store or a file."""

    def journal(self) -> AbstractContextManager[JournalReader]:
        """The journal, to be read within one request."""
