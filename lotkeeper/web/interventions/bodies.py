"""What the body of each intervention may have, and the sentence about what is wrong with one."""

from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lotkeeper.web.api.errors import bad_request
from lotkeeper.web.api.parameters import shown

_LONGEST_S = 10 * 366 * 86_400
Pair = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,30}$", description="a pair such as BTCUSDT")]
LotName = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,30}-[0-9]{1,18}$", description="a lot such as BTCUSDT-7001")]
Order = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_.:/-]{1,60}$",
        description="a client order id, an order id, or the name of a lot whose sale is withdrawn",
    ),
]
Wanted = Annotated[str, Field(pattern=r"^[0-9]{1,20}(\.[0-9]{1,20})?$", description="an amount in plain digits")]


class Body(BaseModel):
    """`why` is kept in the database beside the user's name."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    why: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=500)] = ""
    """A reason, kept with what was done."""


class ShownBody(Body):
    """One whose plan is shown to a person before it is done."""

    dry_run: bool = False
    """Only say what would be done; the answer has `shown_ms`."""
    shown_ms: Annotated[int, Field(ge=0, lt=1 << 53)] | None = None
    """As the answer to `dry_run` had it. What has changed since then is not done."""

    def wish(self) -> dict[str, Any]:
        """What has to be the same in the question and in the command."""
        return self.model_dump(exclude={"dry_run", "shown_ms", "why"})


class HaltBody(ShownBody):
    """Of one pair or of all."""

    pair: Pair | None = None
    all: bool = False
    """All pairs that are configured."""

    @model_validator(mode="after")
    def _is_of_one_or_all(self) -> Self:
        if (self.pair is not None) == self.all:
            raise ValueError("give either pair or all")
        return self


class PauseBody(HaltBody):
    """Place no new SELL until it is resumed."""

    for_s: Annotated[float, Field(gt=0, le=_LONGEST_S, allow_inf_nan=False)] | None = None
    """The pause ends by itself after so many seconds."""


class ResumeBody(HaltBody):
    """Sell again after a pause."""


class SellBody(ShownBody):
    """Sell a lot, a part of it, or all lots of a pair."""

    lot: LotName | None = None
    pair: Pair | None = None
    """All lots of this pair."""
    at: Wanted | None = None
    """At this price (quote asset) or better."""
    at_floor: bool = False
    """At the floor of what is sold."""
    market: bool = False
    """At once, at the bid or at most 0.5 % under it."""
    quantity: Wanted | None = None
    """Only so much of the lot (base asset)."""
    below_floor: bool = False
    """Sell under the floor, too."""
    again: bool = False
    """Sell as much once more, if the same was asked for before."""

    @model_validator(mode="after")
    def _is_one_sale(self) -> Self:
        if (self.lot is None) == (self.pair is None):
            raise ValueError("give either lot or pair")
        if sum((self.at is not None, self.at_floor, self.market)) != 1:
            raise ValueError("give one of at, at_floor and market")
        if self.pair is not None and self.quantity is not None:
            raise ValueError("quantity is of one lot")
        if any(each is not None and not Decimal(each) for each in (self.at, self.quantity)):
            raise ValueError("at and quantity have to be above zero")
        return self


class CancelBody(ShownBody):
    """Cancel an open order, or withdraw the sale of a lot."""

    order: Order


class KillSwitchBody(ShownBody):
    """Place no order on any pair, or allow it again. For an emergency `on` needs no `shown_ms`."""

    on: bool


class AcknowledgeBody(BaseModel):
    """A person has seen these alerts."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    ids: Annotated[list[Annotated[int, Field(ge=1, lt=1 << 53)]], Field(max_length=1000)] = []
    """Their numbers."""
    all: bool = False
    """All that are open."""

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if bool(self.ids) == self.all:
            raise ValueError("give either ids or all")
        return self


Found = TypeVar("Found", bound=BaseModel)


def parse_body(kind: type[Found], content: bytes) -> Found:
    """Raises ApiError with the first thing that is wrong."""
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise bad_request(_sentence(kind, error)) from error


def _sentence(kind: type[BaseModel], error: ValidationError) -> str:
    first = error.errors()[0]
    place, what = ".".join(map(str, first["loc"])), first["type"]
    if what == "json_invalid":
        return f"the body is no JSON document: {first['ctx']['error']}"
    if what == "missing":
        return f"{place} is missing"
    if what == "extra_forbidden":
        return f"{shown(place)} is no field here; allowed are {', '.join(kind.model_fields)}"
    if what == "value_error":
        return str(first["ctx"]["error"])
    said = first["msg"][0].lower() + first["msg"][1:]
    return f"{place}: {said}; it is {shown(str(first['input']))}" if place else f"the body has to be an object: {said}"
