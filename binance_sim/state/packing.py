"""Dataclasses as JSON and back: plain fields only, amounts as texts."""

import dataclasses
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


def pack(thing: Any, without: Collection[str] = ()) -> Json:
    """All fields but those named."""
    names = (field.name for field in dataclasses.fields(thing) if field.name not in without)
    return {name: _plain(getattr(thing, name)) for name in names}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def unpack(kind: type, body: Mapping[str, Any]) -> Json:
    """The fields in `body` as arguments for this dataclass."""
    return {field.name: _read(field, body[field.name]) for field in dataclasses.fields(kind) if field.name in body}


def _read(field: "dataclasses.Field[Any]", value: Any) -> Any:
    """Amounts are known by the field's own type: annotations may be texts."""
    return Decimal(value) if field.type in (Decimal, "Decimal") else value


def amounts(held: Mapping[str, Decimal]) -> dict[str, str]:
    return {asset: str(amount) for asset, amount in held.items()}


def read_amounts(held: Mapping[str, str]) -> dict[str, Decimal]:
    return {asset: Decimal(amount) for asset, amount in held.items()}
