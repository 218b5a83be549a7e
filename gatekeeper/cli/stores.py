"""Opens the stores for a command."""

from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.errors import ConfigError
from gatekeeper.translation import phrase, trouble_of

if TYPE_CHECKING:
    from gatekeeper.accounts import Accounts
    from gatekeeper.config import Settings
    from gatekeeper.consents import ConsentLedger, ConsentStore
    from gatekeeper.intake import ListRules
    from gatekeeper.journal import JournalReader
    from gatekeeper.lists import ListStore


def must_have_lists(settings: "Settings") -> None:
    """Make sure that there are lists to ask, rather than make empty ones in a folder that was meant to be another.

    Raises:
        ConfigError: there are none.
    """
    from gatekeeper.lists import LISTS_FILE  # brings SQLAlchemy in, which some commands do without

    _must_exist(settings.daemon.data_dir / LISTS_FILE, settings)


def open_lists(settings: "Settings") -> "ListStore":
    """The lists, to be read or changed.

    Raises:
        ConfigError: there are none.
        StoreError: they can't be opened.
    """
    from gatekeeper.lists import ListStore  # brings SQLAlchemy in, which some commands do without

    must_have_lists(settings)
    return ListStore(settings.daemon.data_dir)


def open_log(settings: "Settings") -> "JournalReader":
    """The journal with its archives, to be read.

    Raises:
        ConfigError: there is none.
        StoreError: it can't be opened.
    """
    from gatekeeper.journal.sqlite import WholeReader  # brings SQLAlchemy in

    return WholeReader(journal_file(settings))


def journal_file(settings: "Settings") -> Path:
    """The journal's file.

    Raises:
        ConfigError: there is none.
    """
    from gatekeeper.journal import JOURNAL_FILE

    _must_exist(settings.daemon.data_dir / JOURNAL_FILE, settings)
    return settings.daemon.data_dir / JOURNAL_FILE


def open_consents(settings: "Settings") -> "ConsentStore":
    """The consent ledger, to be written; made where a site that has lists has none yet.

    Raises:
        ConfigError: there is no site.
        StoreError: it can't be opened.
    """
    from gatekeeper.consents import ConsentStore  # brings SQLAlchemy in, which some commands do without

    must_have_lists(settings)
    return ConsentStore(settings.daemon.data_dir)


def open_ledger(settings: "Settings") -> "ConsentLedger":
    """The consent ledger, to be read.

    Raises:
        ConfigError: there is no site.
        StoreError: it can't be opened.
    """
    from gatekeeper.consents import ConsentLedger  # brings SQLAlchemy in, which some commands do without

    open_consents(settings).close()
    return ConsentLedger.open(settings.daemon.data_dir)


def open_accounts(settings: "Settings") -> "Accounts":
    """The accounts of the desk; made where a site has none yet.

    Raises:
        ConfigError: there is no site.
        StoreError: they can't be opened.
    """
    from gatekeeper.accounts import Accounts  # brings SQLAlchemy in, which some commands do without

    must_have_lists(settings)
    return Accounts(settings.daemon.data_dir)


def make_list(store: "ListStore", name: str, settings: "Settings") -> None:
    """Have a list that the configuration names in the store, so that it can be filled.

    Raises:
        UnknownListError: neither the configuration nor the store has a list of that name.
    """
    from gatekeeper.intake import ensure_list

    ensure_list(store, rules_of(store, name, settings))


def rules_of(store: "ListStore", name: str, settings: "Settings") -> "ListRules":
    """What is laid down of a list, for a use case that fills it.

    Raises:
        UnknownListError: neither the configuration nor the store has a list of that name.
    """
    from gatekeeper.config.list_rules import known_rules

    return known_rules(settings, name, (status.name for status in store.status()))


def _must_exist(file: Path, settings: "Settings") -> None:
    try:
        exists = file.exists()
    except OSError as error:
        raise ConfigError(
            phrase("{file}: {strerror}; run this as the daemon's user", file=file, strerror=trouble_of(error))
        ) from None
    if not exists:
        keep = " --keep" if settings.file else ""
        raise ConfigError(
            phrase(
                "{file} does not exist: start the daemon, or run `gatekeeper init{keep}` once, or set daemon.data_dir "
                "(now from {origin})",
                file=file,
                keep=keep,
                origin=settings.origin,
            )
        )
