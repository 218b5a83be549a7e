"""Imports of uploads: the daemon looks what would come of a file, then imports it, for whoever delivered it.

A file is always looked at before: what that finds is shown to whoever confirms the import, and what is imported is the
very file that was looked at.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from ulid import ULID

from gatekeeper.errors import FormError, GatekeeperError
from gatekeeper.translation import phrase
from gatekeeper.uploads.import_states import ImportStates
from gatekeeper.uploads.store import Upload, Uploads
from gatekeeper.uploads.work import UNKNOWN, Asks, DeskWork, DeskWorks, follow_job, run_job

YES: Final = "yes"
"""What says to the daemon that something is wanted."""

ReportLookUp = Callable[[Mapping[str, str], int], Mapping[str, Any] | None]
"""Gives the report of an import, by what the daemon was asked and since when."""

_OF_LIST: Final = "list:"


class ImportGoal(NamedTuple):
    """What a file is to be imported into.

    Attributes:
        list: the list's name; "" for the consent ledger.
    """

    list: str = ""

    @classmethod
    def of(cls, upload: Upload) -> "ImportGoal":
        """What an upload is meant for."""
        return cls(upload.purpose.removeprefix(_OF_LIST) if upload.purpose.startswith(_OF_LIST) else "")

    @classmethod
    def is_of(cls, upload: Upload) -> bool:
        """Whether an upload is to be imported."""
        return cls.of(upload).purpose == upload.purpose

    @property
    def purpose(self) -> str:
        """The purpose of an upload that is meant for it."""
        return f"{_OF_LIST}{self.list}" if self.list else "consents"

    def asked(self, upload: Upload) -> dict[str, str]:
        """What the daemon is asked of an upload."""
        where = {"op": "list_import", "list": self.list} if self.list else {"op": "consent_import"}
        return {**where, "path": str(upload.file), "source": upload.name, **upload.said}


class UploadImports:
    """Has files looked at and imported.

    Args:
        daemon: does it.
        uploads: has the files.
        works: follows what was begun.
        states: how far each is, for the desk that is started next.
        look_up: the report of an import that was done, where nobody told; None of one that was not.
    """

    def __init__(
        self, daemon: Asks, uploads: Uploads, works: DeskWorks, states: ImportStates, look_up: ReportLookUp
    ) -> None:
        self._states = states
        self._look_up = look_up
        uploads.removed = states.forget
        self._daemon = daemon
        self._uploads = uploads
        self._works = works

    def job(self, asked: Mapping[str, str]) -> DeskWork:
        """Begin a job of the daemon that is about no file."""
        return self._works.begin(self._by_daemon(), begun=DeskWork(asked=_keyed(asked)))

    def look(self, upload: Upload, who: Mapping[str, str]) -> DeskWork:
        """Begin to look what would come of a file; one of which nothing would is thrown away at once.

        Args:
            upload: the file.
            who: `by` whom and `via` which way.
        """
        asked = {**ImportGoal.of(upload).asked(upload), "dry_run": YES, **who}
        upload.look = self._begun(asked, upload, self._looked)
        return upload.look

    def take(self, upload: Upload, who: Mapping[str, str], note: str, *, accept: bool = False) -> bool:
        """Begin to import a file that was looked at; whether it was not begun before.

        Args:
            upload: the file.
            who: `by` whom and `via` which way.
            note: why, for the record.
            accept: whether it is imported in spite of what the look warns of.

        Raises:
            FormError: it was not looked at to the end, or not understood.
        """
        found, goal = upload.look, ImportGoal.of(upload)
        if found is None or found.state != "done":
            raise FormError("file", phrase("this file can't be imported: it was not understood"))
        if upload.done is not None:
            return False
        asked = {**goal.asked(upload), "note": note, **who}
        if goal.list:
            asked |= {"accept": YES if accept else "", "sha256": str(found.report["sha256"])}
        upload.done = self._begun(asked, upload, self._taken)
        return True

    def resume(self) -> None:
        """Take up what was begun before the desk was started: what the daemon does is followed to its end."""
        for upload in self._states.read():
            self._uploads.keep(upload)
            for work, then in ((upload.look, self._looked), (upload.done, self._taken)):
                if work is not None and work.running:
                    self._works.begin(partial(self._again, upload), partial(then, upload), work)

    def _looked(self, upload: Upload) -> None:
        if upload.look is None or upload.look.state != "done":
            self._uploads.remove_file(upload)
        self._states.write(upload)

    def _taken(self, upload: Upload) -> None:
        self._uploads.remove_file(upload)
        self._states.write(upload)

    async def _again(self, upload: Upload, work: DeskWork) -> None:
        """Go on with what an earlier desk had begun.

        Where that one ended between the question and its answer, the question is asked again: by its key the daemon
        knows whether it has begun it. A daemon that was started anew as well knows no key, and is asked nothing that
        the stores say was done.
        """
        if work.job:
            await follow_job(self._daemon, work, self._report_of)
        elif not work.asked:
            text = phrase(
                "the desk was started anew while it asked for this: the versions of the list, or the imports of the "
                "consents, tell whether it was done; what is not there was not imported"
            )
            work.end("failed", text, {UNKNOWN: True})
        elif (report := await self._report_of(work)) is not None:
            work.end("done", "", report)
        else:
            await self._by_daemon(upload)(work)

    async def _report_of(self, work: DeskWork) -> Mapping[str, Any] | None:
        """The report of work that the stores say was done."""
        if work.asked.get("dry_run") or not work.asked or not work.begun:
            return None
        try:
            return await asyncio.to_thread(self._look_up, work.asked, work.begun)
        except GatekeeperError:
            return None

    def _begun(self, asked: Mapping[str, str], upload: Upload, then: Callable[[Upload], None]) -> DeskWork:
        """Begin work, and write it down before anybody is asked."""
        work = DeskWork(asked=_keyed(asked))
        self._works.begin(self._by_daemon(upload), partial(then, upload), work)
        return work

    def _by_daemon(self, upload: Upload | None = None) -> Callable[[DeskWork], Awaitable[None]]:
        def begun() -> None:
            if upload is not None:
                self._states.write(upload)

        async def run(work: DeskWork) -> None:
            begun()
            await run_job(self._daemon, work, self._report_of, begun)

        return run


def _keyed(asked: Mapping[str, str]) -> dict[str, str]:
    """A question with a key: asked twice, it is done once."""
    return {**asked, "key": str(ULID())}
