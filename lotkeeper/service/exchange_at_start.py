"""What the exchange says at a start, as far as it answers at once.

Nothing of it is needed: a start goes on without, and the actors ask as soon as the exchange can be asked. First comes
one question, and nothing more is asked if that has no answer: a ban costs one request, and the actors know of it.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lotkeeper.config import Config, Secrets, pause_file
from lotkeeper.exchange.budget.pause_note import NotedPause, note_pause, read_pause
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, RateLimited, describe
from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.service.first_pairs import ask_prices
from lotkeeper.service.histories import correct_histories
from lotkeeper.service.lease import read_account
from lotkeeper.service.listed_pairs import ask_listed_pairs, check_listed_pairs
from lotkeeper.service.spent_beside import cost_of_questions, told_to_broker
from lotkeeper.service.start_moment import now
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.prices.best_prices import BestPrices

_WITHIN_S = 6.0  # the start goes on without an answer that takes longer
_TRIES = 3
_COST = cost_of_questions(  # at most, where all pairs are listed
    *["/api/v3/time"] * _TRIES, "/api/v3/account", "/api/v3/exchangeInfo", "/api/v3/ticker/bookTicker"
)
_QUICK_MS = 1000  # an answer that takes longer tells the exchange's time too vaguely: it is asked again


@dataclass(frozen=True, slots=True)
class ExchangeAtStart:
    """The answers; none where the exchange cannot be asked now."""

    trouble: str = ""  # why it cannot be asked, for people; empty where it answered
    account: Account | None = None
    pairs: Mapping[str, TradePair] = field(default_factory=dict)  # those that are listed
    prices: Mapping[str, BestPrices] = field(default_factory=dict)


def ask_exchange(config: Config, path: Path, secrets: Secrets, *, needs_time: bool) -> ExchangeAtStart:
    """Asks, for a few seconds at most; `needs_time`: the beginning of some history is not known by its clock.

    Raises ConfigurationError for pairs that are typing errors, ServiceError where the database cannot be used.
    """
    asking = ThreadPoolExecutor(1).submit(_ask, config, path, secrets, needs_time)
    try:
        return asking.result(_WITHIN_S)
    except TimeoutError:
        return ExchangeAtStart(f"the exchange at {config.exchange.rest_url} does not answer")


def pause_now(config: Config) -> str:
    """Why nothing may be sent to the exchange now, as an earlier process was told; empty where it may."""
    found = read_pause(pause_file(config))
    return "" if found is None else pause_text(found)


def note_limits(config: Config, *outcomes: object) -> None:
    """Puts the pauses that the exchange asked for on file, for the next process."""
    for each in outcomes:
        if isinstance(each, RateLimited) and not each.is_about_orders:
            note_pause(pause_file(config), NotedPause(each.retry_after_s, each.text, each.is_ban))


def pause_text(pause: NotedPause) -> str:
    """For people, with the moment of its end."""
    end = datetime.now(UTC) + timedelta(seconds=pause.left_s)
    return f"{'banned' if pause.is_ban else 'asked to wait'} until {end:%Y-%m-%d %H:%M:%S} UTC: {pause.reason}"


def _ask(config: Config, path: Path, secrets: Secrets, needs_time: bool) -> ExchangeAtStart:
    if paused := pause_now(config):
        return ExchangeAtStart(paused)
    with told_to_broker(config, "start", _COST):
        return _ask_unpaused(config, path, secrets, needs_time)


def _ask_unpaused(config: Config, path: Path, secrets: Secrets, needs_time: bool) -> ExchangeAtStart:
    outcome = _ask_time(config, needs_time)
    if not isinstance(outcome, Answered):
        return _unanswered(config, outcome)
    with ThreadPoolExecutor(3) as beside:
        account = beside.submit(read_account, config, secrets)
        listed = beside.submit(ask_listed_pairs, config)
        prices: Future[Mapping[str, BestPrices]] = beside.submit(ask_prices, config)
    found = listed.result()
    if not isinstance(found, ExchangeInfo):
        return _unanswered(config, found)
    return ExchangeAtStart("", account.result(), check_listed_pairs(config, path, found), prices.result())


def _unanswered(config: Config, outcome: Outcome) -> ExchangeAtStart:
    note_limits(config, outcome)
    paused = pause_now(config) if isinstance(outcome, RateLimited) else ""
    return ExchangeAtStart(paused or f"the exchange at {config.exchange.rest_url} cannot be asked: {describe(outcome)}")


def _ask_time(config: Config, needs_time: bool) -> Outcome:
    """The first question. By its answer the beginnings of histories are corrected."""
    client = RestClient(config.exchange.rest_url, None)
    try:
        for left in reversed(range(_TRIES)):
            sent = now()
            outcome = client.server_time()
            answered = now()
            if not needs_time or not isinstance(outcome, Answered) or not isinstance(outcome.body, int):
                return outcome
            if answered.boot_ms - sent.boot_ms <= _QUICK_MS or not left:
                correct_histories(config, outcome.body, answered)
                return outcome
    finally:
        client.close()
    raise AssertionError("the last try returns")
