"""Makes docs/reference/http-api.md from the description of the API; --check says if it is stale."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from lotkeeper.service.schemas.table import file_name  # noqa: E402 (found by the line above)
from lotkeeper.web.api.openapi import description  # noqa: E402
from lotkeeper.web.api.routes import PREFIX, ROUTES  # noqa: E402
from lotkeeper.web.api.schemas import API_SCHEMAS  # noqa: E402

PAGE = Path("docs/reference/http-api.md")
WIDTH = 118
HEAD = """# HTTP API

This page is generated from what answers, as `/api/v1/openapi.json` (OpenAPI 3.1) is: change it with
`python docs/make_http_api.py`. [Monitoring](../operations.md#monitoring) says how to have the server, and where its
token is; [decision 40](../decisions/0040-the-api-answers-the-documents-of-the-commands.md) says why it is as it is.

```console
$ token=$(cat .lotkeeper.sqlite.web-token)
$ curl -H "Authorization: Bearer $token" "http://127.0.0.1:8470/api/v1/positions?pair=BTCUSDT&state=held"
[]
$ curl -H "Authorization: Bearer $token" "http://127.0.0.1:8470/api/v1/fills?limit=0"
{"error":"limit: '0' is not allowed; allowed is a whole number from 1 to 10000"}
```

What is read is what the command of the same name prints with `--json`, with the options of the command as parameters.
Amounts are texts in plain digits, times are ISO 8601 in UTC. An error is `{"error": SENTENCE}` with the status

| Status | When |
|---|---|
| 400 | a value is wrong, or not known here: the sentence says what is allowed |
| 401, 403 | the token is missing or wrong; the request comes from another site, or names another host |
| 404 | nothing has this name |
| 409 | it was refused, or what was shown has changed since: nothing was done |
| 413, 415 | the body is larger than 64 KiB, or no JSON |
| 503 | the service does not run or does not answer, or its database or the exchange does not; too many ask at once |

Of the running service only what changes is asked, and once for all who ask in the same moment. What is of the past is
read from the database, by the server itself, also while the actors are being started again.

## Do something

A request that does something is a POST with `Content-Type: application/json`. It is sent twice: with `dry_run` it says
what would be done, and with the `shown_ms` of that answer it is done.

```console
$ curl -H "Authorization: Bearer $token" -H "Content-Type: application/json" \\
    -d '{"pair": "BTCUSDT", "for_s": 3600, "dry_run": true}' http://127.0.0.1:8470/api/v1/pause
{"plan":{"done":"BTCUSDT is not paused. From now on no SELL is placed on BTCUSDT until 2026-11-30 16:42:07 UTC, or
until it is resumed: 1 SELL stays on the book, of 1 lot; 0 lots without a SELL, and what is bought meanwhile gets
none."},"question":"BTCUSDT is not paused. From now on ...","shown_ms":1796050927311}
$ curl -H "Authorization: Bearer $token" -H "Content-Type: application/json" \\
    -d '{"pair": "BTCUSDT", "for_s": 3600, "shown_ms": 1796050927311, "why": "maintenance"}' \\
    http://127.0.0.1:8470/api/v1/pause
{"done":"BTCUSDT is paused until 2026-11-30 16:42:07 UTC: no new SELL is placed; those on the book stand"}
```

- `question` is what the command shows before it asks: show it to a person.
- Sent again with the same `shown_ms` it is not done again, and the answer is the same: after a lost connection a
  client may simply send it once more.
- What has changed since it was shown is refused with 409, by the checks of the command; so is what was shown more than
  ten minutes ago, or before the server was started again.
- `shown_ms` is null where there is nothing to do: the same sale was asked for before, or no lot can be sold.
- In an emergency `{"on": true}` to `kill-switch` needs no `shown_ms`, as the command does not ask. To acknowledge
  alerts changes nothing that trades, and needs none either.
- It is recorded as the command's, in [decisions](cli.md#lotkeeper-decisions) with the reason, and with
  `web:USER` as who did it: USER is the user of the service, for there is one token.

## Limits

- 32 requests wait for their turn, 16 connections of events are open; more get 503.
- Lists have at most 10,000 rows; the next page: `before` with the key of the last row.
- Candles are asked of the exchange at most once in 15 seconds for a pair and an interval, at most 30 times a minute in
  all, which is a hundredth of the request weight that the exchange allows an address. After 429 or 418 they are not
  asked for until the exchange allows it; trading has its own budget.
"""


def main() -> int:
    """Writes the page, or with --check returns 1 if it is not what would be written."""
    path, text = ROOT / PAGE, page()
    if "--check" not in sys.argv[1:]:
        path.write_text(text)
        return 0
    is_stale = not path.exists() or path.read_text() != text
    if is_stale:
        sys.stderr.write(f"{PAGE} is not up to date: python docs/make_http_api.py\n")
    return int(is_stale)


def page() -> str:
    """The whole page."""
    found = description()
    sections = [_section(path, *next(iter(each.items())), found) for path, each in found["paths"].items()]
    return f"{HEAD}\n" + "\n".join(sections)


def _section(path: str, method: str, operation: dict[str, Any], whole: dict[str, Any]) -> str:
    summary = textwrap.fill(operation["summary"], WIDTH, break_on_hyphens=False)
    parts = [f"## {method.upper()} {path.removeprefix(PREFIX)}\n", summary + "\n"]
    parts += [_document(path)] if _document(path) else []
    parts += [operation["description"].strip() + "\n"] if path.endswith("/events") else []
    rows = list(_rows(operation, whole))
    if rows:
        parts.append("\n".join(("| Name | Meaning | Values |", "|---|---|---|", *rows)) + "\n")
    return "\n".join(parts)


def _document(path: str) -> str:
    """The command whose document it is, with its schema."""
    for each in ROUTES:
        if each.full_path == path and each.document not in API_SCHEMAS:
            return f"[`lotkeeper {each.document} --json`](json/{file_name(each.document)}).\n"
    return f"[`lotkeeper top --json`](json/{file_name('top')}).\n" if path.endswith("/actors") else ""


def _rows(operation: dict[str, Any], whole: dict[str, Any]) -> Iterator[str]:
    for each in operation.get("parameters", ()):
        yield _row(each["name"], each["description"], each["schema"], is_required=each.get("required", False))
    if "requestBody" in operation:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        body = whole["components"]["schemas"][reference.rpartition("/")[2]]
        for name, schema in body["properties"].items():
            text = schema.get("description", "") or _inner(schema).get("description", "")
            yield _row(name, text, schema, is_required=name in body.get("required", ()))


def _row(name: str, text: str, schema: dict[str, Any], *, is_required: bool) -> str:
    needed = " (needed)" if is_required else ""
    return f"| `{name}`{needed} | {' '.join(text.split())} | {_values(schema)} |".replace("  |", " |")


def _values(schema: dict[str, Any]) -> str:
    inner = _inner(schema)
    default = f"; without it {_shown(schema['default'])}" if schema.get("default") not in (None, "", []) else ""
    if "items" in inner:
        return f"several: {_values(inner['items'])}"
    if "enum" in inner:
        return ", ".join(f"`{each}`" for each in inner["enum"]) + default
    if inner["type"] == "integer" and "maximum" in inner:
        return f"{inner['minimum']} to {inner['maximum']}{default}"
    return {"boolean": "true, false", "integer": "a whole number", "number": "a number", "string": "text"}[
        inner["type"]
    ] + default


def _inner(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the alternative of being absent."""
    found: dict[str, Any] = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    return found


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"`{value}`"


if __name__ == "__main__":
    sys.exit(main())
