"""Host of the interface: what it needs of the process that serves it. Pure."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from gatekeeper.accounts import Accounts
from gatekeeper.config import Settings
from gatekeeper.uploads.importing import UploadImports
from gatekeeper.uploads.store import Uploads
from gatekeeper.uploads.work import Asks

if TYPE_CHECKING:
    from gatekeeper.journal.sqlite import JournalPager, WholeReader

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

    def journal(self) -> "AbstractContextManager[WholeReader]":
        """The journal with its archives, to be read within one request."""

    def pager(self) -> "JournalPager":
        """Turns the pages of the journal with its archives."""
