"""The description of the API in OpenAPI 3.1, made of its table and of the schemas of the commands."""

from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from lotkeeper.service.schemas.table import SCHEMAS
from lotkeeper.version import __version__
from lotkeeper.web.api.routes import PREFIX, ROUTES, Route

Json = dict[str, Any]
_MODELS = "#/components/schemas/{model}"
_ERRORS = {
    HTTPStatus.BAD_REQUEST: "A value is wrong, or not known here.",
    HTTPStatus.UNAUTHORIZED: "The token is missing or wrong.",
    HTTPStatus.FORBIDDEN: "The request comes from another site, or names another host.",
    HTTPStatus.NOT_FOUND: "Nothing has this name.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The service does not run, or does not answer, or its database does not.",
}
_NAMES = {"explain": "Lot", "alerts list": "Alerts", "top": "Actors"}


def description() -> Json:
    """The whole document."""
    commands = [*(each.command for each in ROUTES), "top", "error"]
    adapters = [(command, "serialization", TypeAdapter(SCHEMAS[command].kind)) for command in commands]
    found, definitions = TypeAdapter.json_schemas(adapters, ref_template=_MODELS)  # type: ignore[arg-type]
    models = dict(definitions.get("$defs", {}))
    refs = {command: _named(command, found[command, "serialization"], models) for command in commands}
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
        "paths": {**{each.full_path: {"get": _operation(each, refs)} for each in ROUTES}, **_others(refs)},
        "components": {
            "schemas": models,
            "responses": {status.name: _error(text, refs["error"]) for status, text in _ERRORS.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "lotkeeper_PORT"},
            },
        },
    }


def _named(command: str, schema: Json, models: Json) -> Json:
    """The reference to the schema of a command's document, which is added to the models where it has no name yet."""
    if set(schema) == {"$ref"}:
        return schema
    name = _NAMES.get(command) or "".join(each.capitalize() for each in command.split())
    while name in models:
        name += "Answer"
    models[name] = {key: value for key, value in schema.items() if key != "title"}
    return {"$ref": _MODELS.format(model=name)}


def _operation(route: Route, refs: Json) -> Json:
    in_path = [{**each.described(), "in": "path"} for each in route.in_path]
    return {
        "operationId": route.path.strip("/").replace("/{lot}", ""),
        "summary": route.text,
        "description": f"The document of `lotkeeper {route.command} --json`.",
        "parameters": [*in_path, *(each.described() for each in route.parameters)],
        "responses": _responses(refs[route.command]),
    }


def _others(refs: Json) -> Json:
    actors = {
        "operationId": "actors",
        "summary": "The running actors; at most every five seconds a new look.",
        "description": "The document of `lotkeeper top --json`.",
        "responses": _responses(refs["top"]),
    }
    return {f"{PREFIX}/actors": {"get": actors}}


def _responses(schema: Json) -> Json:
    errors = {str(int(each)): {"$ref": f"#/components/responses/{each.name}"} for each in _ERRORS}
    content = {"application/json": {"schema": schema}}
    return {"200": {"description": "The document.", "content": content}, **errors}


def _error(text: str, schema: Json) -> Json:
    return {"description": text, "content": {"application/json": {"schema": schema}}}
