"""Every error Gatekeeper raises on purpose.

```
GatekeeperError
├── ConfigError                the configuration: which file, which key, what would be right
├── ListError                  a list or a list file
│   ├── UnknownListError       no list has that name
│   └── ImportRefused          an import that changed nothing: the old list is still in force
├── ConsentError               the consent ledger can't take what it is given
│   └── ProofFileError         a file is none that is kept as a proof
├── TableError                 a delivered table (a list, contacts) is not what it is said to be
├── StoreError                 a database does not do what it should: locked, read-only, corrupt, full
│   └── JournalError           the same, of the block log
│       ├── LockedError        somebody else is writing: the same again may work
│       ├── FullError          there is no room for the rows
│       └── RowError           the rows themselves can't be stored
├── BackupError                a backup can't be made, relied on or put back
├── ContactsError              a file or table of contacts can't be read or written
├── ScrubRefused               a scrub that changed nothing
├── ScheduleError              a scheduled scrub failed, or is overdue
├── QueryError                 a registry that is asked gave no answer
├── BadNumberError             what was given is not a complete telephone number
├── TooOftenError              more than is allowed within a time was asked for
├── ProtocolError              a peer broke the protocol (AGI, AMI, socket)
│   ├── OutcomeToldError       what became of a call was told before, and otherwise
│   └── PeerGoneError          a peer left in the middle of it
├── RefusedActionError         an AMI action may not pass
├── UnreadableTargetError      a dial string can be read in two ways
├── UnreadableCallError        what a call says of itself (purpose, sector, goods ...) is not understood
├── AccountError               an account of the desk, or a key, can't be made or changed as asked
├── FormError                  a field of a form of the desk is not what it has to be
│   └── NoRoomError            there is no room for a file now: the same again may work
├── GoneError                  what stood at an address of the desk stands there no more
├── ExportError                an export of the journal can't be made, or can't be kept
├── DeliveryError              something could not be told to a receiver
│   └── AlertError             the same, of an alert
├── InstallError               the site, or files that come with Gatekeeper, can't be found, read or written
└── DaemonError                the daemon can't be started or asked
    ├── OperationRefusedError  the daemon does not do what it is asked, and says why
    ├── NotNowError            the daemon can't do now what it is asked: the same again may work
    └── UnansweredError        it was asked, and no answer came: what it was asked may be done
InternalError                  never leaves the package that raises it, but as a fault of Gatekeeper itself
├── FilterMismatchError        a saved filter is not that of its list
├── MergeFailedError           the other thread of a build failed, and tells why itself
├── UnreadableError            the exact store of a list can't be read
├── RejectedConsentError       a consent in a file can't be read, and is kept aside
├── ArrivalChangedError        a file of the inbox was written to while it was read
├── WorkerError                a process of its own gave no answer
├── OddDialError               the gate can't be put before a `Dial()` by a rule
├── ExportCancelledError       an export was called off while it was made
├── UnknownPatternError        a metadata pattern is of a kind that can't be answered for whole blocks
└── ProblemError               a program's request over the interface can't be served
```

A `GatekeeperError` is told to people; an `InternalError` is for the code that catches it.

An error's text is for its reader: what happened, where, and what to do, by `gatekeeper.translation.phrase` where
compliance staff may read it. It never holds a person's number.
"""

from collections.abc import Iterable, Mapping

from gatekeeper.translation import phrase


class GatekeeperError(Exception):
    """The root: whatever derives from it is reported without a traceback.

    Attributes:
        passing: whether nothing is wrong with what was asked or given: the same again may work later.
        code: by which a program tells it from others; "" of most.
    """

    passing: bool = False
    code: str = ""


class ConfigError(GatekeeperError):
    """The configuration can't be used; the text names file, key and what would be right."""


class ListError(GatekeeperError):
    """A list or a list file can't be used as asked."""


class UnknownListError(ListError):
    """No list has that name; the text names those that exist."""


class ImportRefused(ListError):  # noqa: N818 - it is an outcome, and reads as one: "the import was refused"
    """An import that changed nothing; the text says why and what to do.

    Attributes:
        samples: some of the lines that are at fault: `part`, `line`, `reason` and `text` of each.
        rejects_file: where all of them are; "" where that is not of use.
        passing: whether nothing is wrong with the file: the same again may work in a moment.
    """

    def __init__(
        self,
        message: str,
        samples: Iterable[Mapping[str, object]] = (),
        rejects_file: str = "",
        *,
        passing: bool = False,
    ) -> None:
        super().__init__(message)
        self.samples = list(samples)
        self.rejects_file = rejects_file
        self.passing = passing


class ConsentError(GatekeeperError):
    """The consent ledger can't take what it is given; the text says why and what to do.

    Attributes:
        why: the text without the place where it is at fault.
        line: of a file, which is at fault; 0 where none is.
        key: the column or field that is at fault, or "".
        passing: whether nothing is wrong with what is given: the same again may work in a moment.
    """

    def __init__(self, message: str, *, why: str = "", line: int = 0, key: str = "", passing: bool = False) -> None:
        super().__init__(message)
        self.why = why or message
        self.line = line
        self.key = key
        self.passing = passing


class ProofFileError(ConsentError):
    """A file is none of those that are kept as a proof; the text says which are."""

    code = "proof-file"


class TableError(GatekeeperError):
    """A delivered table is not what it is said to be, or can't be found out; the text says what to give."""


class StoreError(GatekeeperError):
    """A database does not do what it should.

    Attributes:
        remedy: one sentence saying what an admin can do.
    """

    passing = True

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(phrase("{where}: {why}", where=message, why=remedy) if remedy else message)
        self.remedy = remedy


class JournalError(StoreError):
    """The journal can't be written or read."""


class LockedError(JournalError):
    """Another connection is writing: the same again in a moment may work."""


class FullError(JournalError):
    """There is not a room for the rows; the journal itself is whole and open."""


class RowError(JournalError):
    """The rows themselves can't be stored."""

    passing = False


class BackupError(GatekeeperError):
    """A backup can't be made, relied on or put back; the text says why and what to do."""


class ContactsError(GatekeeperError):
    """A file or table of contacts can't be read or written as asked; nothing was changed.

    A single bad row is not an error: it is removed, and counted.
    """


class ScrubRefused(GatekeeperError):  # noqa: N818 - an outcome, like ImportRefused
    """A scrub that changed nothing; the text says why and what to do."""


class ScheduleError(GatekeeperError):
    """A scheduled scrub failed, or is overdue."""


class QueryError(GatekeeperError):
    """A registry gave no answer that could be used; the text says why, without the number."""


class BadNumberError(GatekeeperError):
    """What was given is not a complete telephone number."""


class TooOftenError(GatekeeperError):
    """More than is allowed within a time was asked for; nothing was changed."""

    passing = True
    code = "too-often"


class ProtocolError(GatekeeperError):
    """A peer broke the protocol."""


class OutcomeToldError(ProtocolError):
    """What became of a call was told before, and otherwise."""

    code = "outcome-told"


class PeerGoneError(ProtocolError):
    """A peer left in the middle of the protocol."""


class RefusedActionError(GatekeeperError):
    """An AMI action that may not pass; the text is the sentence that the client is told."""


class UnreadableTargetError(GatekeeperError):
    """A dial string that can't be read without doubt."""


class UnreadableCallError(GatekeeperError):
    """A word that a call says of itself is not understood."""


class AccountError(GatekeeperError):
    """An account of the desk, or a key of the interface, can't be made or changed as asked; the text says why."""


class FormError(GatekeeperError):
    """A field of a form of the desk is not what it has to be; the text says what would be right.

    Attributes:
        field: the field's name.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NoRoomError(FormError):
    """There is no room now for a file that is delivered: on the disk, or among those that are looked at."""


class GoneError(GatekeeperError):
    """What stood at an address of the desk stands there no more; the text says why, and what to do."""


class ExportError(GatekeeperError):
    """An export of the journal can't be made or kept; the text says why, to whoever asked for it."""


class DeliveryError(GatekeeperError):
    """Something could not be told to a receiver; the text says why, without a secret.

    Attributes:
        for_good: whether to try again would be of no use.
    """

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        super().__init__(message)
        self.for_good = for_good


class AlertError(DeliveryError):
    """An alert could not be told by a channel."""


class InstallError(GatekeeperError):
    """The site, or a file that comes with Gatekeeper, can't be found, read or written."""


class DaemonError(GatekeeperError):
    """The daemon can't be started, or does not answer.

    Args:
        message: for people.
        code: the code that the daemon has told; "" for none.
    """

    passing = True

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class OperationRefusedError(DaemonError):
    """The daemon answers, and does not do what it is asked; the text says why."""

    passing = False


class NotNowError(DaemonError):
    """The daemon answers that it can't do now what it is asked: the same again may work; the text says why."""


class UnansweredError(DaemonError):
    """The daemon was asked, and no answer came: nobody knows whether it does what it was asked."""


class InternalError(Exception):
    """The root of what is caught inside the package that raises it; let out, it is a fault, with its traceback."""


class FilterMismatchError(InternalError):
    """A saved filter is missing, damaged or of another version: rebuild it. The text says which."""


class MergeFailedError(InternalError):
    """The other thread's error is the one to be reported."""


class UnreadableError(InternalError):
    """The exact store of a list can't be read.

    Attributes:
        name: of the list.
        cause: what the database says.
    """

    def __init__(self, name: str, cause: Exception) -> None:
        super().__init__(name)
        self.name = name
        self.cause = cause


class RejectedConsentError(InternalError):
    """A consent that can't be read; the text says why."""


class WorkerError(InternalError):
    """A process that was to answer a request gave no answer.

    Attributes:
        status: its exit status; None where its time was over.
    """

    def __init__(self, status: int | None) -> None:
        super().__init__("it took too long" if status is None else f"it ended with status {status}")
        self.status = status


class ArrivalChangedError(InternalError):
    """The file is not what it was when reading it began."""


class OddDialError(InternalError):
    """The gate can't be put before a `Dial()` by a rule; the text says why, as the end of a sentence."""


class UnknownPatternError(InternalError):
    """A metadata pattern uses something that `gatekeeper.phone.patterns` does not know."""


class ExportCancelledError(InternalError):
    """An export was called off while it was made."""


class ProblemError(InternalError):
    """A program's request that can't be served.

    Attributes:
        problem: what the program is told (`gatekeeper.api.problem.ApiProblem`).
    """

    def __init__(self, problem: object) -> None:
        super().__init__("a request over the interface can't be served")
        self.problem = problem
