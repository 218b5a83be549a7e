"""The progress bar of an import."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from gatekeeper.translation import marked, phrase

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from gatekeeper.lists import Progress

_PHASES = {
    "reading": marked("reading the file"),
    "storing": marked("storing"),
    "activating": marked("putting it in force"),
}


class ImportProgress:
    """Shows how far an import is, on standard error; a context manager.

    Args:
        visible: whether to show anything.
    """

    def __init__(self, *, visible: bool) -> None:
        self._visible = visible
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if self._visible:
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

            from gatekeeper.cli.output import console

            self._bar = Progress(
                TextColumn("{task.description:<20}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=console(stderr=True),
                transient=True,
            )
            self._bar.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, progress: "Progress") -> None:
        """The import is as far as this."""
        if not self._bar:
            return
        if progress.phase not in self._tasks:
            for done in self._tasks.values():  # an estimate need not have come to its end
                self._bar.update(done, total=1, completed=1)
            self._tasks[progress.phase] = self._bar.add_task(
                phrase(_PHASES.get(progress.phase, progress.phase)), total=None
            )
        task = self._tasks[progress.phase]
        self._bar.update(task, completed=progress.done, total=progress.total or None)


class WorkProgress:
    """Shows how much of one piece of work is done, on standard error; a context manager.

    Args:
        what: the work is.
        visible: whether to show anything.
    """

    def __init__(self, what: str, *, visible: bool) -> None:
        self._what = what
        self._visible = visible
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._visible:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            from gatekeeper.cli.output import console

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task(self._what, total=None)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, done: int, total: int) -> None:
        """So much of `total` is done; 0 where nobody knows how much there is."""
        if self._bar and self._task is not None:
            self._bar.update(self._task, completed=done, total=total or None)
