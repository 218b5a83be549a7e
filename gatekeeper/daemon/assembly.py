"""Assembly of the daemon: lists its parts in the order in which they start."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from gatekeeper.agi import FastAgiServer, refuse_route
from gatekeeper.agi.refuse import ROUTE as REFUSE
from gatekeeper.ami.proxy import AmiProxy
from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.config.list_rules import configured_lists
from gatekeeper.control import AskServer, refuse_operation
from gatekeeper.control.server import Operation
from gatekeeper.daemon.import_jobs import ImportJobs
from gatekeeper.daemon.inbox import build_import_process, build_inbox
from gatekeeper.daemon.job_records import JobRecords
from gatekeeper.daemon.journal_part import JournalPart
from gatekeeper.daemon.list_refresh import ListKeeper
from gatekeeper.daemon.measuring import Observed
from gatekeeper.daemon.operations import LOOSENING, WRITING, writing_operations
from gatekeeper.daemon.operations.check import CHECK, CHECK_MANY, check_many_operation, check_operation
from gatekeeper.daemon.operations.imports import OF_IMPORTS, import_operations
from gatekeeper.daemon.operations.outcome import OUTCOME, outcome_operation
from gatekeeper.daemon.operations.status import STATUS, status_operation
from gatekeeper.daemon.part import Background, Closed, Part
from gatekeeper.daemon.registry_queries import Asking
from gatekeeper.daemon.wiring import build_refusals, build_screening
from gatekeeper.intake.looked_up import how_it_ended
from gatekeeper.journal import JOURNAL_FILE, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from gatekeeper.phone import Normaliser
from gatekeeper.phone.example import example_number
from gatekeeper.refusals.red_list import RedListWriter
from gatekeeper.refusals.store_thread import StoreThread
from gatekeeper.screening.adopting import AdoptingJournal
from gatekeeper.screening.history import History
from gatekeeper.screening.outcomes import Outcomes
from gatekeeper.screening.readiness import Readiness
from gatekeeper.screening.recent import RecentCalls
from gatekeeper.watchdog import Watchdog

if TYPE_CHECKING:
    from gatekeeper.refusals.service import Refusals
    from gatekeeper.screening.service import Screening


def build_parts(settings: Settings, observed: Observed | None = None) -> Iterator[Part]:
    """The parts of the daemon: each is built when those before it have been started.

    First what decides and records, then what asks it: so that whoever can ask is answered, and what is asked while the
    daemon stops still finds its row's place. Last what tells people and machines how all these are.

    Args:
        settings: the configuration.
        observed: gets what is built, as far as it is measured; one of its own without.
    """
    observed = observed or Observed(settings.daemon.data_dir, settings.max_ages)
    for part in _screening_parts(settings, observed):
        observed.parts.append(part)
        yield part
    if settings.metrics.enabled:
        from gatekeeper.daemon.metrics import build_metrics  # brings prometheus-client in

        metrics = build_metrics(settings, observed)
        observed.parts.append(metrics)
        yield metrics
    if settings.alerts.enabled:
        from gatekeeper.daemon.alerts import build_alerting  # sites that tell nobody do without

        alerting = build_alerting(settings, observed)
        observed.parts.append(alerting)
        yield alerting
    if settings.hooks:
        from gatekeeper.daemon.hooks import build_hooking  # sites that tell no program do without

        hooking = build_hooking(settings)
        observed.parts.append(hooking)
        yield hooking


def _screening_parts(settings: Settings, observed: Observed) -> Iterator[Part]:
    """What decides and records, and what asks it."""
    data_dir = settings.daemon.data_dir
    lists = ListKeeper(data_dir, configured_lists(settings).values(), settings.max_ages)
    observed.lists = lists
    yield lists
    backend = SqliteBackend(data_dir / JOURNAL_FILE, settings.journal.as_synchronous(), node=settings.journal.node)
    journal = JournalWriter(backend)
    yield JournalPart(journal, lambda: backend.lag)
    reader = SqliteReader(data_dir / JOURNAL_FILE)
    yield Closed("the journal's reader", reader.close)
    history = History(reader, Normaliser(settings.phone.as_dial_plan()))
    plans = {name: section.as_query(name) for name, section in settings.queries.items()}
    asking = Asking(plans, data_dir) if plans else None
    if asking is not None:
        yield asking
    screening = build_screening(settings, lists.index, journal, RecentCalls(history.attempt), asking, journal)
    observed.screening = screening
    yield Closed("the stores of further facts", screening.close)
    writer = RedListWriter(data_dir, settings.refusal.list)
    yield Closed("the red list's writer", writer.close)
    refusals = build_refusals(settings, screening.recent, writer.add)
    if settings.inbox.enabled:
        inbox = build_inbox(settings)
        yield Background("the watched inbox", inbox.watch, f"inbox {settings.inbox.folder}", lambda: inbox.trouble)
    jobs = ImportJobs(build_import_process(settings), JobRecords(data_dir), partial(how_it_ended, data_dir))
    yield jobs
    stores = StoreThread(data_dir, "records")
    yield Closed("the writer of lists and consents", stores.close)
    outcomes = Outcomes(screening.recent, history.attempt, journal, screening.counting, now_micros)
    operations = {
        CHECK: check_operation(screening.screen),
        CHECK_MANY: check_many_operation(screening.screen),
        OUTCOME: outcome_operation(outcomes),
        **writing_operations(settings, stores, refusals),
        **import_operations(jobs, data_dir),
        STATUS: status_operation(observed),
    }
    yield from _dialplan_gates(settings, screening, refusals, operations)
    if settings.ami_proxy.enabled:
        yield AmiProxy(settings.as_proxy(), screening.screen)
    if settings.sip_gate.enabled:
        from gatekeeper.sip.gate import SipGate  # a daemon without trunks does without SIP
        from gatekeeper.sip.secret import read_secret

        plan = Normaliser(settings.phone.as_dial_plan())
        yield SipGate(settings.sip_gate.as_gate(), screening.screen, plan, read_secret(data_dir))
    if settings.watchdog.enabled:
        yield Watchdog(
            settings.as_watchdog(),
            screening=screening,
            history=history,
            journal=AdoptingJournal(journal, screening.adopted),
            normaliser=Normaliser(settings.phone.as_dial_plan()),
            on_row=screening.recent.add_if_allowed,
            refuse=refusals.refuse,
            undecided=Readiness(
                screening, example_number(settings.phone.home), lambda: str(journal.trouble or "")
            ).why_not,
        )


def _dialplan_gates(
    settings: Settings, screening: "Screening", refusals: "Refusals", operations: Mapping[str, Operation]
) -> Iterator[Part]:
    """The two ways in which a dialplan asks: the AGI script's socket, and FastAGI."""
    limits = settings.fastagi.as_limits()
    yield AskServer.for_screening(
        screening.screen,
        {REFUSE: refuse_operation(refusals.refuse), **operations},
        path=settings.socket.path,
        mode=settings.socket.as_mode(),
        group=settings.socket.group or None,
        limits=limits,
        own=(*OF_IMPORTS, *LOOSENING),
        slow=(CHECK_MANY, *OF_IMPORTS, *WRITING),
    )
    if settings.fastagi.enabled:
        yield FastAgiServer(
            screening.screen,
            host=settings.fastagi.host,
            port=settings.fastagi.port,
            allow=settings.fastagi.allow,
            limits=limits,
            routes={REFUSE: refuse_route(refusals.refuse)},
        )
