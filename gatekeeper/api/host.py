"""Host of the interface: what it needs of the process that serves it. Pure."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import ParamSpec, Protocol, TypeVar

from gatekeeper.accounts import Accounts
from gatekeeper.config import Settings
from gatekeeper.journal import JournalReader
from gatekeeper.uploads.importing import UploadImports
from gatekeeper.uploads.store import Uploads
from gatekeeper.uploads.work import Asks

ParamsT = ParamSpec("ParamsT")
ResultT = TypeVar("ResultT")


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

    @property
    def uploads(self) -> Uploads:
        """The files that were delivered."""

    @property
    def imports(self) -> UploadImports:
        """Has them looked at and imported."""

    async def in_thread(
        self, work: Callable[ParamsT, ResultT], *args: ParamsT.args, **kwargs: ParamsT.kwargs
    ) -> ResultT:
        """Do in a thread what reads a store or a file."""

    def journal(self) -> AbstractContextManager[JournalReader]:
        """The journal, to be read within one request."""
