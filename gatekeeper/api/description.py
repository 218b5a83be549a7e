"""Description of the interface (OpenAPI 3.1): what each route takes and gives, by the models that read and make it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from gatekeeper import __version__
from gatekeeper.api.bodies import Body
from gatekeeper.api.problem import MEDIA_TYPE
from gatekeeper.api.serving import JSON, LINES

_REF: Final = "#/components/schemas/{model}"
_KEY: Final = "key"
_MODELS: dict[str, type[BaseModel]] = {}

ABOUT: Final = (
    "Ask whether calls may be placed, tell what became of them, and keep consents, refusals and lists. Every request "
    "shows "
    "a key, `Authorization: Bearer KEY`, which an admin makes in the desk: for some scopes, and for one principal or "
    "all. "
    "What cannot be served is answered with a problem (RFC 9457)."
)


class ProblemFault(Body):
    """One thing that is wrong with a request."""

    pointer: str
    detail: str
    file: str = Field("", description="Of a file that was sent: which one; of a zip, its member.")
    line: int = Field(0, description="Which line of it, from 1.")
    column: str = Field("", description="Which column, where one is at fault.")


class ProblemOut(BaseModel):
    """A problem (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemFault] = []


def described(
    summary: str,
    description: str,
    *,
    scopes: Sequence[str],
    bodies: Sequence[type[BaseModel]] = (),
    answer: type[BaseModel] | None = None,
    lines: type[BaseModel] | None = None,
    status: int = 200,
    upload: bool = False,
    idempotent: bool = False,
    languages: bool = False,
    links: Mapping[str, Mapping[str, object]] | None = None,
    path: Mapping[str, str] | None = None,
    query: type[BaseModel] | None = None,
    file: str = "",
) -> dict[str, Any]:
    """What a route's decorator is given, so that the document says it.

    Args:
        summary: what it does, in a few words.
        description: the same in sentences.
        scopes: what a key may be for; one of them is enough.
        bodies: what it takes: one of these.
        answer: what it gives.
        lines: what it gives line by line.
        status: of its answer.
        upload: whether it takes a file as its body.
        idempotent: whether it takes an idempotency key.
        languages: whether it answers in the program's language.
        links: what can be done with its answer, by the name of each.
        path: what is named in its address.
        query: what may stand behind its address.
        file: the media type of the file that it gives.
    """
    content: dict[str, dict[str, Any]] = {
        **({file: {"schema": {"type": "string"}}} if file else {}),
        **({JSON: {"schema": _ref(answer)}} if answer is not None else {}),
        **({LINES: {"schema": _ref(lines)}} if lines is not None else {}),
    }
    extra: dict[str, Any] = {
        "security": [{_KEY: [scope]} for scope in scopes],
        "responses": {str(status): {"description": "As asked.", "content": content, "links": links or {}}},
    }
    if bodies:
        schemas = [_ref(one) for one in bodies]
        schema = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
        extra["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    if upload:
        binary = {"type": "string", "contentMediaType": "application/octet-stream"}
        extra["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": binary}}}
    parameters = [_parameter("path", name, what, {"type": "string"}) for name, what in (path or {}).items()]
    parameters += _query(query) if query is not None else []
    if idempotent:
        parameters.append(
            _header("Idempotency-Key", "The same key twice is one request, and one answer, for a day.", _TOKEN)
        )
    if languages:
        parameters.append(_header("Accept-Language", "`en` or `fr`.", {"type": "string"}))
    if parameters:
        extra["parameters"] = parameters
    problem = {"description": "A problem.", "content": {MEDIA_TYPE: {"schema": _ref(ProblemOut)}}}
    return {
        "summary": summary,
        "description": description,
        "openapi_extra": extra,
        "responses": {"default": problem},
        "status_code": status,
    }


_TOKEN: Final = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"}


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title="Gatekeeper",
            version=__version__,
            openapi_version="3.1.0",
            description=ABOUT,
            routes=app.routes,
            servers=[{"url": "/v1"}],
        )
        _, schemas = models_json_schema([(one, "validation") for one in _MODELS.values()], ref_template=_REF)
        components = made.setdefault("components", {})
        components.setdefault("schemas", {}).update(schemas.get("$defs", {}))
        components["securitySchemes"] = {_KEY: {"type": "http", "scheme": "bearer"}}
        app.openapi_schema = made
    return app.openapi_schema


def _ref(model: type[BaseModel]) -> dict[str, str]:
    _MODELS[model.__name__] = model
    return {"$ref": _REF.format(model=model.__name__)}


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Parameters, with what they may be."""
    made = model.model_json_schema()
    needed = made.get("required", [])
    found = []
    for name, schema in made["properties"].items():
        said = {key: value for key, value in schema.items() if key not in {"title", "description", "default"}}
        one = _parameter("query", name, schema.get("description", ""), said)
        found.append({**one, "required": name in needed})
    return found


def _header(name: str, what: str, schema: dict[str, Any]) -> dict[str, Any]:
    return _parameter("header", name, what, schema)


def _parameter(place: str, name: str, what: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": place, "name": name, "required": place == "path", "description": what, "schema": schema}
