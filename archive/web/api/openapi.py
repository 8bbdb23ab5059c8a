"""The OpenAPI 3.1 description of the interface, from its parameters and the archive's schema."""

from __future__ import annotations

import re
from typing import Any, Final

from archive.mongo.schema.articles import ARTICLES
from archive.mongo.schema.fields import Field
from archive.version import VERSION

_PARAMETERS: Final[dict[str, tuple[str, Any, str]]] = {
    "q": ("A query, in the language of docs/search.md", "輝達 毛利率", "string"),
    "ticker": ("US symbols or Taiwanese codes, by commas", "NVDA", "string"),
    "tag": ("A tag as on the page; may be repeated", "輝達(NVDA)", "string"),
    "column": ("Columns, by commas", "美股動態", "string"),
    "since": ("First day (Taipei) or moment of publication", "2026-08-01", "string"),
    "until": ("Last day, included, or a moment, not included", "2026-08-31", "string"),
    "session": ("A session of the US market", "2026-08-28", "string"),
    "as_of": ("The moment whose knowledge counts", "2026-08-28T21:30:00+08:00", "string"),
    "known": ("By which clock: seen (strict) or published (assumed where it was seen later)", "seen", "string"),
    "limit": ("Rows on a page, to 200", 30, "integer"),
    "after": ("The place that the page before ended with: take `next` as it is", None, "string"),
    "order": ("newest, oldest or relevance", "newest", "string"),
    "fields": ("Columns of an export, or fields of listed articles, by commas", "title,known_at", "string"),
    "wait": ("Seconds to wait for a change, to 60", 30, "integer"),
}
_CLOCK: Final = ("as_of", "known")
_FILTERS: Final = ("ticker", "tag", "column", "since", "until", "session", *_CLOCK)
_LIST: Final = (*_FILTERS, "limit", "after", "fields")
_COVERAGE: Final = ("since", "until", "column", "as_of")
_EXPORT: Final = (*_FILTERS, "fields")

PATHS: Final[dict[str, tuple[str, tuple[str, ...], str]]] = {
    "/api/v1/articles": ("Articles, newest first, by key", _LIST, "application/json"),
    "/api/v1/articles/{key}": ("An article with its versions, raw pages and links", _CLOCK, "application/json"),
    "/api/v1/raw/{page}.bytes": ("A raw page as it was received", (), "application/octet-stream"),
    "/api/v1/tickers": ("The symbols of the last months", _CLOCK, "application/json"),
    "/api/v1/search": ("What a query finds", ("q", *_LIST, "order"), "application/json"),
    "/api/v1/tickers/{symbol}": ("A symbol by week", _CLOCK, "application/json"),
    "/api/v1/sessions/{day}": ("What was written on the day of a session, and whether all is kept", ("ticker", *_CLOCK),
                               "application/json"),
    "/api/v1/corrections": ("Numbers that the site changed, newest first", (*_FILTERS, "limit"), "application/json"),
    "/api/v1/coverage": ("Sessions kept, and what is missing", _COVERAGE, "application/json"),
    "/api/v1/runs": ("The last runs", ("limit",), "application/json"),
    "/api/v1/articles.ndjson": ("All articles of a selection, a line each", _EXPORT, "application/x-ndjson"),
    "/api/v1/mentions.ndjson": ("A line for each symbol of an article", _EXPORT, "application/x-ndjson"),
    "/api/v1/links.ndjson": ("A line for each further reading", _EXPORT, "application/x-ndjson"),
    "/api/v1/tags.ndjson": ("A line for each tag of an article", _EXPORT, "application/x-ndjson"),
    "/api/v1/revisions.ndjson": ("A line for each version of an article", _EXPORT, "application/x-ndjson"),
    "/api/v1/feed": ("Changes behind a cursor; with Accept: text/event-stream for ever",
                     ("after", "wait", "ticker", "tag", "column", "fields"), "application/json"),
}  # fmt: skip
"""Each path with its meaning, parameters and media type. Exports end in `.ndjson`, `.csv` or `.parquet`."""

_TYPES: Final = {"date": "string", "int": "integer", "long": "integer", "double": "number", "binData": "string"}


def document() -> dict[str, Any]:
    """Return the description."""
    paths = {path: {"get": _operation(path, *description)} for path, description in PATHS.items()}
    schemas = {"Article": _object(ARTICLES.fields), "Problem": _problem()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "The archive of 美股動態", "version": VERSION, "description": "Reads only."},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{}, {"token": []}],
    }


def _operation(path: str, summary: str, names: tuple[str, ...], kind: str) -> dict[str, Any]:
    inner = re.findall(r"\{(\w+)\}", path)
    examples = {
        "key": "notes:1211507",
        "symbol": "NVDA",
        "day": "2026-08-28",
        "page": "notes:1211507@2026-08-28T10:00:00.000Z",
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": examples[name]}
        for name in inner
    ]
    errors = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: dict[str, Any] = {
        "200": {"description": summary, "content": {kind: {"schema": {}}}},
        "304": {"description": "Nothing has changed since the ETag that is given"},
        "400": {"description": "A parameter is invalid", "content": errors},
        "401": {"description": "A token is needed, and is not there or not known", "content": errors},
        "429": {"description": "Too many requests: come again after Retry-After seconds", "content": errors},
        "503": {"description": "The database does not answer", "content": errors},
    }
    if inner:
        responses["404"] = {"description": "There is none", "content": errors}
    return {"summary": summary, "parameters": parameters + [_parameter(name) for name in names], "responses": responses}


def _parameter(name: str) -> dict[str, Any]:
    description, example, kind = _PARAMETERS[name]
    parameter = {"name": name, "in": "query", "required": False, "description": description, "schema": {"type": kind}}
    return parameter if example is None else parameter | {"example": example}


def _object(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {"type": "object", "properties": {field.name: _schema(field) for field in fields}}


def _schema(field: Field) -> dict[str, Any]:
    kinds = [_TYPES.get(kind, kind) for kind in field.types.split("|")]
    schema: dict[str, Any] = {"type": kinds if len(kinds) > 1 else kinds[0], "description": field.meaning}
    if "date" in field.types:
        schema["format"] = "date-time"
    if "array" in kinds:
        schema["items"] = _object(field.fields) if field.fields else {"type": field.items or "string"}
    elif field.fields:
        schema |= {"properties": _object(field.fields)["properties"]}
    return schema


def _problem() -> dict[str, Any]:
    texts = {name: {"type": "string"} for name in ("type", "title", "detail")}
    return {"type": "object", "properties": texts | {"status": {"type": "integer"}}}
