"""The description of the API in OpenAPI 3.1, made of its tables and of the schemas of the commands."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from lotkeeper.service.schemas.table import SCHEMAS
from lotkeeper.version import __version__
from lotkeeper.web.api.parameters import Parameter
from lotkeeper.web.api.routes import PREFIX, ROUTES, Route
from lotkeeper.web.api.schemas import API_SCHEMAS
from lotkeeper.web.candles.endpoint import PARAMETERS as CANDLE_PARAMETERS
from lotkeeper.web.interventions.actions import ACKNOWLEDGE_PATH, INTERVENTIONS
from lotkeeper.web.interventions.bodies import AcknowledgeBody

Json = dict[str, Any]
_MODELS = "#/components/schemas/{model}"
_JSON = "application/json"
_ERRORS = {
    HTTPStatus.BAD_REQUEST: "A value is wrong, or not known here.",
    HTTPStatus.UNAUTHORIZED: "The token is missing or wrong.",
    HTTPStatus.FORBIDDEN: "The request comes from another site, or names another host.",
    HTTPStatus.NOT_FOUND: "Nothing has this name.",
    HTTPStatus.CONFLICT: "It was refused, or what was shown has changed since: nothing was done.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is no JSON.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The service does not run, or does not answer, or its database does not.",
}
_OF_READING = tuple(each for each in _ERRORS if each not in {HTTPStatus.CONFLICT, HTTPStatus.UNSUPPORTED_MEDIA_TYPE})
_NAMES = {"explain": "Lot", "alerts list": "Alerts", "top": "Actors", "status": "StatusAnswer", "sell": "Sales"}
_EVENTS = """Server-sent events. The first `lots` of a connection is whole. While nothing changes there is a comment
every 15 seconds; a client that does not read for 20 seconds is dropped, and no more than 16 are served.

- `status`: the document of `/status`; once for each connection, and again after a `gone`.
- `status-change`: a `StatusChange`, at most once a second: what has changed in the document since the event before.
  Ages and counters alone are told every five seconds.
- `lots`: `LotsEvent`; many rows come in several events, of which the first one is whole.
- `todo`, `alerts`, `incidents`: the documents of these paths, when they have changed.
- `gone`: an `ErrorDocument` while the service does not answer; afterwards everything is told again.
"""


_SHOWN_FIRST = """With `dry_run` nothing is done, and the answer says what would be: the plan, the sentences that the
command shows, and `shown_ms`. The same body with that `shown_ms` has it done: once, however often it is sent, and
within ten minutes. What has changed since it was shown is refused with status 409, and nothing is done. It is recorded
as the command's, by `web:USER`.
"""


def description() -> Json:
    """The whole document."""
    models, refs = _models()
    routes = {each.full_path: {"get": _operation(each, refs)} for each in ROUTES}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "lotkeeper",
            "version": __version__,
            "description": "What the commands of lotkeeper print with --json, by HTTP. "
            "Amounts are texts in plain digits, times are ISO 8601 in UTC.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}, {"cookie": []}],
        "paths": routes | _other_paths(refs) | _interventions(refs),
        "components": {
            "schemas": models,
            "responses": {status.name: _error(text, refs["error"]) for status, text in _ERRORS.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "lotkeeper_PORT"},
            },
        },
    }


def _models() -> tuple[Json, Json]:
    """The schemas by name, and by document a reference to its schema."""
    wanted = (each.document for each in ROUTES if each.document not in API_SCHEMAS)
    kinds = {name: SCHEMAS[name].kind for name in (*wanted, "top", "error", "alerts ack")} | API_SCHEMAS
    kinds |= {each.command: SCHEMAS[each.command].kind for each in INTERVENTIONS}
    bodies: tuple[type[Any], ...] = (*(each.body for each in INTERVENTIONS), AcknowledgeBody)
    kinds |= {each.__name__: each for each in bodies}
    adapters = [(name, "validation", TypeAdapter(kind)) for name, kind in kinds.items()]
    found, definitions = TypeAdapter.json_schemas(adapters, ref_template=_MODELS)  # type: ignore[arg-type]
    models = dict(definitions.get("$defs", {}))
    return models, {name: _named(name, found[name, "validation"], models) for name in kinds}


def _named(document: str, schema: Json, models: Json) -> Json:
    """The reference to the schema of a document, which is added to the models where it has no name yet."""
    if set(schema) == {"$ref"}:
        return schema
    name = _NAMES.get(document) or "".join(each.capitalize() for each in document.split())
    models[name] = {key: value for key, value in schema.items() if key != "title"}
    return {"$ref": _MODELS.format(model=name)}


def _operation(route: Route, refs: Json) -> Json:
    in_path = [{**each.described(), "in": "path"} for each in route.in_path]
    name = route.path.strip("/").replace("/{lot}", "").replace("/", "-")
    source = f"The document of `lotkeeper {route.document} --json`."
    return {
        **_get(name, route.text, refs[route.document], route.parameters, in_path=in_path),
        **({} if route.document in API_SCHEMAS else {"description": source}),
    }


def _other_paths(refs: Json) -> Json:
    actors = _get("actors", "The running actors; at most every five seconds a new look.", refs["top"])
    candles = _get("candles", "The exchange's candles, the oldest first.", refs["candles"], CANDLE_PARAMETERS)
    events = _get("events", "What changes, as it happens.", {"type": "string"}, media="text/event-stream")
    text = _get("openapi", "This document.", {"type": "object"})
    return {
        f"{PREFIX}/actors": {"get": actors | {"description": "The document of `lotkeeper top --json`."}},
        f"{PREFIX}/candles": {"get": candles},
        f"{PREFIX}/events": {"get": events | {"description": _EVENTS}},
        f"{PREFIX}/openapi.json": {"get": text},
    }


def _get(
    name: str,
    text: str,
    schema: Json,
    parameters: Sequence[Parameter] = (),
    *,
    in_path: Sequence[Json] = (),
    media: str = _JSON,
) -> Json:
    return {
        "operationId": name,
        "summary": text,
        "parameters": [*in_path, *(each.described() for each in parameters)],
        "responses": _responses(schema, _OF_READING, media),
    }


def _post(name: str, text: str, body: Json, answer: Json) -> Json:
    return {
        "operationId": name,
        "summary": text,
        "requestBody": {"required": True, "content": {_JSON: {"schema": body}}},
        "responses": _responses(answer, tuple(_ERRORS)),
    }


def _responses(schema: Json, errors: Sequence[HTTPStatus], media: str = _JSON) -> Json:
    found = {str(int(each)): {"$ref": f"#/components/responses/{each.name}"} for each in errors}
    return {"200": {"description": "The document.", "content": {media: {"schema": schema}}}, **found}


def _interventions(refs: Json) -> Json:
    """Each answers a plan to `dry_run`, and else what its command prints."""
    found = {}
    for each in INTERVENTIONS:
        done, plan = refs[each.command], _plan_of(refs[each.command])
        operation = _post(each.path.strip("/"), each.text, refs[each.body.__name__], {"anyOf": [plan, done]})
        found[f"{PREFIX}{each.path}"] = {"post": operation | {"description": _SHOWN_FIRST}}
    seen = _post("alerts-ack", AcknowledgeBody.__doc__ or "", refs[AcknowledgeBody.__name__], refs["alerts ack"])
    return {**found, f"{PREFIX}{ACKNOWLEDGE_PATH}": {"post": seen}}


def _plan_of(document: Json) -> Json:
    shown_ms = {
        "type": ["integer", "null"],
        "description": "to be sent with the same body, to have it done; null where there is nothing to do",
    }
    question = {"type": "string", "description": "what the command shows a person before it asks"}
    properties = {"plan": document, "question": question, "shown_ms": shown_ms}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _error(text: str, schema: Json) -> Json:
    return {"description": text, "content": {_JSON: {"schema": schema}}}
