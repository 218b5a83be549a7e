"""`/openapi.json` and `/docs`: what the interface has, for programs and for people, made on the server."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gatekeeper.api.problem import PROBLEMS

_HERE: Final = Path(__file__).parent


def documentation_routes(document: Callable[[], dict[str, Any]]) -> list[BaseRoute]:
    """The routes.

    Args:
        document: gives the OpenAPI document.
    """

    async def as_json(_request: Request) -> Response:
        return Response(json.dumps(document(), indent=1), media_type="application/json")

    async def as_page(_request: Request) -> Response:
        return Response(page(document()), media_type="text/html; charset=utf-8")

    async def style(_request: Request) -> Response:
        return Response((_HERE / "static" / "docs.css").read_bytes(), media_type="text/css; charset=utf-8")

    return [Route("/openapi.json", as_json), Route("/docs", as_page), Route("/docs.css", style)]


def page(document: dict[str, Any]) -> str:
    """The page about a document."""
    return str(_environment().get_template("docs.html").render(document=document, problems=PROBLEMS, schema=_resolved))


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=select_autoescape(default=True), trim_blocks=True
    )


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema, where that is a reference to one."""
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    named = document["components"]["schemas"][reference.rpartition("/")[2]]
    return {"title": reference.rpartition("/")[2], **named}
