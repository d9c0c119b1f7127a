"""Every message is a frozen value that travels between processes; a secret shows itself to nobody."""

import dataclasses
import importlib
import inspect
import pickle
import pkgutil
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

import pytest
from thespian.actors import ActorAddress

import messages
from lotkeeper.trading.alerts.settings import AlertSettings
from lotkeeper.trading.filters.base import Filter
from lotkeeper.trading.filters.counts import MaxNumOrders
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.alerts import ChannelAddresses
from messages.lifecycle import Credentials
from messages.prices import Price, PricesChanged, PricesSeen, SeenPrice

MODULES = [importlib.import_module(f"messages.{each.name}") for each in pkgutil.iter_modules(messages.__path__)]
MESSAGES = [
    each
    for module in MODULES
    for each in vars(module).values()
    if inspect.isclass(each) and each.__module__ == module.__name__ and not issubclass(each, Enum)
]
by_name = pytest.mark.parametrize("message", MESSAGES, ids=lambda each: each.__qualname__)


def example(kind: typing.Any) -> typing.Any:
    """Some value of a type, as a field has it."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return example(parts[0])
    if origin is tuple:
        return (example(parts[0]),) if parts[-1] is Ellipsis else tuple(example(each) for each in parts)
    if origin is frozenset:
        return frozenset({example(parts[0])})
    if origin in (dict, Mapping):
        return {example(parts[0]): example(parts[1])}
    if kind is typing.Any:
        return ActorAddress("somewhere")
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return next(iter(kind))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{each.name: example(hints[each.name]) for each in dataclasses.fields(kind)})
    if kind is BestPrices:
        return BestPrices(Decimal("1.10"), Decimal("1.20"))
    if kind is Filter:
        return MaxNumOrders(200)
    return {int: 7, float: 1.5, str: "text", bool: True, bytes: b"octets", Decimal: Decimal("1.10")}[kind]


def test_there_are_messages():
    assert len(MESSAGES) > 40


@by_name
def test_it_is_a_frozen_value_without_room_for_more(message):
    assert dataclasses.is_dataclass(message)
    assert message.__dataclass_params__.frozen
    assert "__slots__" in vars(message)
    assert not hasattr(example(message), "__dict__")


@by_name
def test_it_says_what_it_means(message):
    # dataclass writes a docstring of its own where there is none: the signature.
    assert message.__doc__
    assert not message.__doc__.startswith(f"{message.__name__}(")
    assert inspect.getmodule(message).__doc__


@by_name
def test_it_travels_between_processes(message):
    sent = example(message)
    assert pickle.loads(pickle.dumps(sent)) == sent


def test_messages_that_say_the_same_are_the_same():
    for message in MESSAGES:
        assert example(message) == example(message)


@pytest.mark.parametrize("show", [repr, str, "{}".format, "%s".__mod__], ids=["repr", "str", "format", "percent"])
def test_credentials_show_nothing_of_themselves(show):
    text = show(Credentials("hmac", "the-key", "the-secret", b"the-pem"))
    for secret in ("the-key", "the-secret", "the-pem"):
        assert secret not in text


@pytest.mark.parametrize("show", [repr, str, "{}".format, "%s".__mod__], ids=["repr", "str", "format", "percent"])
def test_addresses_of_channels_show_nothing_of_themselves(show):
    assert "token" not in show(ChannelAddresses((("phone", "tgram://token/chat"),)))
    assert "token" not in repr(AlertSettings(heartbeat_url="https://example.com/token"))


def price(symbol: str, bid: str) -> Price:
    return Price(symbol, BestPrices(Decimal(bid), Decimal(bid)), Decimal(bid), 0)


def seen(symbol: str, bid: str) -> SeenPrice:
    return SeenPrice(symbol, BestPrices(Decimal(bid), Decimal(bid)), Decimal(bid), 0, True, 1.0)


def test_prices_that_a_subscriber_has_missed_are_joined():
    older = PricesChanged((price("BTCUSDT", "1"), price("ETHUSDT", "2")))
    newer = PricesChanged((price("ETHUSDT", "3"), price("BNBUSDT", "4")))
    assert newer.joined_to(older).prices == (price("BTCUSDT", "1"), price("ETHUSDT", "3"), price("BNBUSDT", "4"))


def test_prices_that_a_busy_broadcaster_has_missed_are_joined():
    """A batch has only the prices that changed: a newer one must not lose those of pairs that it does not name."""
    older = PricesSeen((seen("BTCUSDT", "1"), seen("ETHUSDT", "2")))
    newer = PricesSeen((seen("ETHUSDT", "3"), seen("BNBUSDT", "4")))
    assert newer.joined_to(older).prices == (seen("BTCUSDT", "1"), seen("ETHUSDT", "3"), seen("BNBUSDT", "4"))


def test_only_what_is_reported_again_and_again_is_a_state():
    states = {each.__name__ for each in MESSAGES if hasattr(each, "state_key")}
    assert states == {
        "PricesSeen",
        "PriceChecked",
        "PriceFeedsReported",
        "PricesWanted",
        "WatchBid",
        "HostLeaseRenewed",
        "HostLeaseReported",
        "RulesLearned",
        "FramesCounted",
        "PricesReported",
        "RequestConnectPermit",
        "PauseConnecting",
        "PricesChanged",
        "ChildReported",
        "GatewayReported",
        "LedgerReported",
        "PairReported",
        "StreamReported",
        "MarketStreamReported",
        "CausesFound",
        "AlertsReported",
    }
