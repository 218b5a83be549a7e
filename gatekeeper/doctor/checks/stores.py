"""Check of the stores: lists and journal are there and can be read, and the journal's write-ahead log is short."""

from collections.abc import Iterator
from typing import Final

from gatekeeper.doctor.findings import CheckFinding, failed, said, warning
from gatekeeper.doctor.installation import CheckNeed, Installation
from gatekeeper.doctor.runner import HealthCheck
from gatekeeper.errors import GatekeeperError, JournalError
from gatekeeper.journal import JOURNAL_FILE, DecisionFilter
from gatekeeper.journal.sqlite import SqliteReader
from gatekeeper.words import Sentence

LONG_BYTES: Final = 512 * 1024 * 1024
"""The daemon cuts the write-ahead log short at half of this: more means that something keeps it from doing so."""

_INIT: Final = Sentence(
    "run `gatekeeper init --keep` as the data folder's owner where they were never made; else restore them from a "
    "backup",
    "exécutez `gatekeeper init --keep` sous l'utilisateur du dossier de données s'ils n'ont jamais existé ; sinon "
    "restaurez-les d'une sauvegarde",
)


def _look(at: Installation) -> Iterator[CheckFinding]:
    if isinstance(at.lists, GatekeeperError):
        yield failed(said("{why}", "les listes : {why}", why=at.lists), _INIT, str(at.data_dir))
    journal = at.data_dir / JOURNAL_FILE
    if not journal.exists():
        yield failed(said("{file} does not exist", "{file} n'existe pas", file=journal), _INIT, str(journal))
        return
    try:
        with SqliteReader(journal) as reader:
            reader.latest(DecisionFilter(), 1)
    except JournalError as error:
        yield failed(said("{why}", "le journal : {why}", why=error), _INIT, str(journal))
    waiting = journal.with_name(f"{journal.name}-wal")
    if waiting.exists() and (size := waiting.stat().st_size) > LONG_BYTES:
        yield warning(
            said(
                "{file} has {size} MB: something reads the journal for so long that it can't be put away",
                "{file} a {size} Mo : une lecture du journal dure si longtemps qu'il ne peut être rangé",
                file=waiting,
                size=size // 2**20,
            ),
            Sentence(
                "end what reads it (a `gatekeeper log` that was left open, a copy, a backup), then restart the daemon",
                "arrêtez ce qui le lit (un `gatekeeper log` oublié, une copie, une sauvegarde), puis redémarrez le "
                "démon",
            ),
            str(waiting),
        )


CHECK = HealthCheck(
    "stores",
    Sentence("lists and journal as files", "les fichiers des listes et du journal"),
    (CheckNeed.SETTINGS,),
    _look,
    Sentence("they can be read", "ils sont lisibles"),
)
