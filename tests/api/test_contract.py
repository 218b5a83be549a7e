"""schemathesis on the whole of `/v1`, stateful: every answer is one that the description has, and nothing is a fault.

A short run each time, a long one with `GATEKEEPER_SOAK`.
"""

import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
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


def test_every_answer_is_one_that_is_described(api_site: ApiSite) -> None:
    """Whatever is sent, in whatever order: one request's answer is put into the next."""
    url = f"http://127.0.0.1:{api_site.desk.settings.desk.port}"
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", build_app(api_site.desk), headers={"host": url[7:]})
    machine: Any = schema.as_state_machine()

    class Programs(machine):  # type: ignore[misc]  # made as it runs
        def get_call_kwargs(self, _case: Any) -> dict[str, Any]:
            return {"headers": {"authorization": f"Bearer {api_site.keys['all']}", "host": url[7:]}}

        def validate_response(self, response: Any, case: Any, **_more: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    Programs.run(
        settings=settings(
            max_examples=SOAK or 40,
            stateful_step_count=6,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )
