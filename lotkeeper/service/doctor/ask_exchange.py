"""Asks the exchange what the checks have to know: over every way that the service uses, all of them side by side."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from select import select
from typing import TypeVar

from lotkeeper.config import Config, Secrets
from lotkeeper.exchange.budget.costs import API_CONNECTION, MARKET_CONNECTION
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.key_restrictions import KeyRestrictions, key_restrictions
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Refused, Unknown, describe
from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.exchange.signing import KeyProblemError, Signer, load_signer
from lotkeeper.exchange.websocket.socket import ConnectError, StreamSocket
from lotkeeper.service.credentials_file import credentials_of
from lotkeeper.service.doctor.facts import ClockFacts, ExchangeFacts, Reached, Trouble
from lotkeeper.service.exchange_at_start import note_limits, pause_now
from lotkeeper.service.listed_pairs import ask_listed_pairs
from lotkeeper.service.spent_beside import cost_of_questions, told_to_broker

_TIMES = 3  # so often the exchange's time is asked for: the quickest answer tells most
_SYNCED = 2  # so often more, before a signed question
_COST = (
    API_CONNECTION
    + MARKET_CONNECTION
    + cost_of_questions(  # at most, where all pairs are listed
        *["/api/v3/time"] * (_TIMES + _SYNCED),
        "/api/v3/exchangeInfo",
        "/api/v3/account",
        "/sapi/v1/account/apiRestrictions",
    )
)
_WITHIN_S = 5.0
_PINGS = 3
_NOT_FOUND = 404
Wanted = TypeVar("Wanted")


def ask_exchange(config: Config, secrets: Secrets | None) -> ExchangeFacts:
    """What the exchange says. Without a key only what everybody may ask; nothing while it wants to be left alone."""
    exchange = config.exchange
    urls = (exchange.rest_url, exchange.ws_api_url, exchange.stream_url, exchange.recv_window_ms)
    if paused := pause_now(config):
        return ExchangeFacts(*urls, pause=paused)
    with told_to_broker(config, "doctor", _COST), ThreadPoolExecutor(4) as beside:
        clock: Future[ClockFacts | Trouble] = beside.submit(_measure_clock, config)
        ws_api = beside.submit(measure_websocket, exchange.ws_api_url)
        streams = beside.submit(measure_websocket, f"{exchange.stream_url}/ws")
        rules = beside.submit(ask_listed_pairs, config)
        account, restrictions = _ask_about_key(config, secrets)
    return ExchangeFacts(
        *urls,
        clock=clock.result(),
        ws_api=ws_api.result(),
        streams=streams.result(),
        account=account,
        restrictions=restrictions,
        rules=_wanted(rules.result(), ExchangeInfo),
    )


def _measure_clock(config: Config) -> ClockFacts | Trouble:
    """By the quickest of a few answers, over one connection."""
    client = RestClient(config.exchange.rest_url, None)
    best: ClockFacts | Trouble = Trouble("no answer")
    try:
        for _ in range(_TIMES):
            sent_s, begin_s = time.time(), time.monotonic()
            outcome = client.server_time()
            took_ms = (time.monotonic() - begin_s) * 1000
            if not isinstance(outcome, Answered) or not isinstance(outcome.body, int):
                note_limits(config, outcome)
                return _trouble(outcome)
            found = ClockFacts(round(sent_s * 1000 + took_ms / 2) - outcome.body, took_ms, outcome.body)
            best = found if isinstance(best, Trouble) or took_ms < best.round_trip_ms else best
    finally:
        client.close()
    return best


def measure_websocket(url: str) -> Reached | Trouble:
    """Opens a websocket and measures the round trip by pings, which the exchange answers at once."""
    begin_s = time.monotonic()
    try:
        found = StreamSocket.open(url, timeout_s=_WITHIN_S)
    except ConnectError as error:
        return Trouble(str(error))
    connect_ms = (time.monotonic() - begin_s) * 1000
    try:
        trips = [trip for _ in range(_PINGS) if (trip := _round_trip_ms(found)) is not None]
    finally:
        found.close()
    return Reached(connect_ms, min(trips)) if trips else Trouble(f"{url} is open and answers no ping")


def _round_trip_ms(opened: StreamSocket) -> float | None:
    """None where no answer comes in time."""
    opened.drain()
    begin_s = time.monotonic()
    opened.ping()
    while (left_s := begin_s + _WITHIN_S - time.monotonic()) > 0 and opened.is_open:
        if select([opened], [], [], left_s)[0] and opened.drain().pongs:
            return (time.monotonic() - begin_s) * 1000
    return None


def _ask_about_key(
    config: Config, secrets: Secrets | None
) -> tuple[Account | Trouble | None, KeyRestrictions | Trouble | None]:
    if secrets is None:
        return None, None
    try:
        signer = load_signer(credentials_of(config, secrets))
    except KeyProblemError as error:
        return Trouble(str(error)), None
    account = with_client(config, signer, lambda client: _synced(client).account())
    restrictions = with_client(config, signer, lambda client: _synced(client).send(key_restrictions()))
    return _wanted(account, Account), _wanted(restrictions, KeyRestrictions)


def with_client(config: Config, signer: Signer | None, ask: Callable[[RestClient], Outcome]) -> Outcome:
    """The outcome of one question over a connection of its own."""
    client = RestClient(config.exchange.rest_url, signer, recv_window_ms=config.exchange.recv_window_ms)
    try:
        outcome = ask(client)
    finally:
        client.close()
    note_limits(config, outcome)
    return outcome


def _synced(client: RestClient) -> RestClient:
    """With the exchange's time, as the service signs too."""
    client.sync_time()
    return client


def _wanted(found: object, kind: type[Wanted]) -> Wanted | Trouble:
    if isinstance(found, Answered):
        found = found.body
    return found if isinstance(found, kind) else _trouble(found)


def _trouble(outcome: object) -> Trouble:
    match outcome:
        case Refused(_, _, kind):
            return Trouble(describe(outcome), kind)
        case Unknown(_, status):
            return Trouble(describe(outcome), is_not_offered=status == _NOT_FOUND)
        case str():
            return Trouble(outcome)
    return Trouble(describe(outcome))  # type: ignore[arg-type]  # an outcome of another kind
