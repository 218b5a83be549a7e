"""Every error Gatekeeper raises on purpose.

```
GatekeeperError
├── ConfigError                the configuration: which file, which key, what would be right
├── ListError                  a list or a list file
│   ├── UnknownListError       no list has that name
│   └── ImportRefused          an import that changed nothing: the old list is still in force
├── TableError                 a delivered table (a list, contacts) is not what it is said to be
├── StoreError                 a database does not do what it should: locked, read-only, corrupt, full
│   └── JournalError           the same, of the journal
│       ├── LockedError        (journal.backend) somebody else is writing: the same again may work
│       ├── FullError          (journal.backend) there is no room for the rows
│       └── RowError           (journal.backend) the rows themselves can't be stored
├── ContactsError              (contacts.errors) a file or table of contacts can't be read or written
├── ScrubRefused               (scrub.run) a scrub that changed nothing
├── ScheduleError              (cli.commands.scheduled) a scheduled scrub failed, or is overdue
├── QueryError                 (registries.query.source) a registry that is asked gave no answer
├── BadNumberError             (cli.numbers) what was given is not a complete telephone number
├── ProtocolError              a peer broke the protocol (AGI, AMI, socket)
│   └── PeerGoneError          a peer left in the middle of it
├── RefusedActionError         (ami.protocol.inspection) an AMI action may not pass
├── UnreadableTargetError      (ami.protocol.sip_uri) a dial string can be read in two ways
├── InstallError               the files that come with Gatekeeper can't be found or copied
└── DaemonError                the daemon can't be started or asked
```

Those with a module in brackets are defined there, beside the one thing that raises them. Exceptions that do not derive
from `GatekeeperError` never leave the package that raises them, but as a fault of Gatekeeper itself.

An error's text is for its reader: what happened, where, and what to do. It never holds a person's number.
"""


class GatekeeperError(Exception):
    """The root: whatever derives from it is reported without a traceback."""


class ConfigError(GatekeeperError):
    """The configuration can't be used; the text names file, key and what would be right."""


class ListError(GatekeeperError):
    """A list or a list file can't be used as asked."""


class UnknownListError(ListError):
    """No list has that name; the text names those that exist."""


class ImportRefused(ListError):  # noqa: N818 - it is an outcome, and reads as one: "the import was refused"
    """An import that changed nothing; the text says why and what to do."""


class TableError(GatekeeperError):
    """A delivered table is not what it is said to be, or can't be found out; the text says what to give."""


class StoreError(GatekeeperError):
    """A database does not do what it should.

    Attributes:
        remedy: one sentence saying what an admin can do.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}: {remedy}" if remedy else message)
        self.remedy = remedy


class JournalError(StoreError):
    """The journal can't be written or read."""


class ProtocolError(GatekeeperError):
    """A peer broke the protocol."""


class PeerGoneError(ProtocolError):
    """A peer left in the middle of the protocol."""


class InstallError(GatekeeperError):
    """The files that come with Gatekeeper can't be found, or not put where they were asked for."""


class DaemonError(GatekeeperError):
    """The daemon can't be started, or does not answer."""
