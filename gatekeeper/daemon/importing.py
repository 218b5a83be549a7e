"""`python -m gatekeeper.daemon.importing`: the program that makes an import in a process of its own.

How it is asked and answers is told in `gatekeeper.intake.import_process`.
"""

from pathlib import Path
from typing import Any

from gatekeeper.config import Settings, load
from gatekeeper.config.list_rules import known_rules, list_rules
from gatekeeper.errors import ConfigError
from gatekeeper.intake.arrival import ArrivalOutcome, Ending, import_arrival, in_both_languages
from gatekeeper.intake.asked import import_consents, import_list, roll_back
from gatekeeper.intake.import_process import ImportWork, Request
from gatekeeper.intake.rules import ListRules
from gatekeeper.translation import phrase
from gatekeeper.worker import ProgressTold, bound_memory, end, serve_one


def _answer(fields: dict[str, Any], told: ProgressTold) -> dict[str, object]:
    request = Request(**fields)
    try:
        settings = load(Path(request.config) if request.config else None)
    except ConfigError as error:
        return in_both_languages(ArrivalOutcome(Ending.TROUBLE, str(error)))._asdict()
    most = settings.inbox.memory_mb
    bound_memory(most)
    try:
        return in_both_languages(_done(settings, request, told))._asdict()
    except MemoryError:
        text = phrase(
            "it needs more than {most:,} MB of memory (inbox.memory_mb): send it as CSV, or in parts; nothing was "
            "imported",
            most=most,
        )
    return in_both_languages(ArrivalOutcome(Ending.REFUSED, text))._asdict()


def _done(settings: Settings, request: Request, told: ProgressTold) -> ArrivalOutcome:
    data_dir, file = settings.daemon.data_dir, Path(request.file)

    def rules_of(name: str, there: list[str]) -> ListRules:
        return known_rules(settings, name, there)

    match ImportWork(request.work):
        case ImportWork.ARRIVAL:
            return import_arrival(data_dir, list_rules(settings, request.list), file)
        case ImportWork.LIST:
            return import_list(data_dir, rules_of, request.list, file, request.asked, told)
        case ImportWork.ROLLBACK:
            return roll_back(data_dir, rules_of, request.list, request.asked)
        case ImportWork.CONSENTS:
            return import_consents(data_dir, settings.phone.home, file, request.asked, told)


if __name__ == "__main__":
    end(serve_one(_answer))
