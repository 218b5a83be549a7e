"""schemathesis on the whole of `/v1`: every answer is one that the description has, and nothing is a fault.

Each route by itself, and stateful: what one answers is put into the next. Short runs each time, long ones with
`GATEKEEPER_SOAK`.
"""

import contextlib
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from gatekeeper.desk.app import build_app
from tests.api.conftest import ApiSite

SOAK = int(os.environ.get("GATEKEEPER_SOAK", "0"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


class Described:
    """The description, and how its cases are sent to the application in this process.

    Attributes:
        schema: schemathesis's own.
    """

    def __init__(self, site: ApiSite) -> None:
        host = f"127.0.0.1:{site.desk.settings.desk.port}"
        # Requests without a key, or with another one, are `test_door`'s.
        config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
        app = build_app(site.desk)
        headers = {"host": host}
        self.schema: Any = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=config, headers=headers)
        self.sent = {"headers": {"authorization": f"Bearer {site.keys['all']}", "host": host}}

    def bounds(self, examples: int) -> settings:
        """How much is tried."""
        return settings(
            max_examples=SOAK or examples,
            stateful_step_count=6,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )


@pytest.fixture(scope="module")
def described(api_site: ApiSite) -> Described:
    """The description."""
    return Described(api_site)


def test_what_a_route_answers_is_described(described: Described) -> None:
    """Of each route, to what it takes and to what it does not."""
    routes = [found.ok() for found in described.schema.get_all_operations()]
    assert len(routes) == 20
    for route in routes:
        statuses = set[int]().union(*(sent(described, route, mode) for mode in schemathesis.GenerationMode))
        assert statuses - {401, 403, 405, 429}, route.label


def sent(described: Described, route: Any, mode: schemathesis.GenerationMode) -> set[int]:
    """Send what a route takes, or what it does not; gives the statuses of the answers."""
    statuses = set()

    @described.bounds(7)
    @given(case=route.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        answer = case.call(**described.sent)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    with contextlib.suppress(Unsatisfiable):  # a route that takes nothing takes nothing wrong
        send()
    return statuses


def test_what_one_answers_is_put_into_the_next(described: Described) -> None:
    """Decisions are found, and their outcomes taken."""
    machine: Any = described.schema.as_state_machine()

    class Programs(machine):  # type: ignore[misc]  # made as it runs
        def get_call_kwargs(self, _case: Any) -> dict[str, Any]:
            return described.sent

        def validate_response(self, response: Any, case: Any, **_more: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    Programs.run(settings=described.bounds(10))
