"""Asks the exchange what a first configuration has to know."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from lotkeeper.config import Config, Secrets
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.key_restrictions import KeyRestrictions, key_restrictions
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Unknown, describe
from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.exchange.signing import KeyProblemError, load_signer
from lotkeeper.service.credentials_file import credentials_of
from lotkeeper.service.doctor.facts import Trouble
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.exchange_at_start import note_limits, pause_now
from lotkeeper.service.setup.picture import AccountPicture, Candidate, candidates
from lotkeeper.trading.lots.fees import Commission

_NOT_FOUND = 404
Wanted = TypeVar("Wanted")


def ask_account(config: Config, secrets: Secrets) -> AccountPicture:
    """Raises ServiceError where the exchange cannot be asked now, or refuses the key."""
    if paused := pause_now(config):
        raise ServiceError(f"the exchange must not be asked now: {paused}")
    try:
        signer = load_signer(credentials_of(config, secrets))
    except KeyProblemError as error:
        raise ServiceError(f"the key cannot be used: {error}") from error
    client = RestClient(config.exchange.rest_url, signer, recv_window_ms=config.exchange.recv_window_ms)
    try:
        return _ask(_Questions(config, client))
    finally:
        client.close()


class _Questions:
    """One after the other over one connection; a pause that the exchange asks for is noted for the next process."""

    def __init__(self, config: Config, client: RestClient) -> None:
        self._config, self.client = config, client

    def need(self, outcome: Outcome, kind: type[Wanted]) -> Wanted:
        """Raises ServiceError where the answer is another one."""
        found = self.try_for(outcome, kind)
        if isinstance(found, Trouble):
            raise ServiceError(f"the exchange at {self._config.exchange.rest_url}: {found.text}")
        return found

    def try_for(self, outcome: Outcome, kind: type[Wanted]) -> Wanted | Trouble:
        note_limits(self._config, outcome)
        if isinstance(outcome, Answered) and isinstance(outcome.body, kind):
            return outcome.body
        return Trouble(describe(outcome), is_not_offered=isinstance(outcome, Unknown) and outcome.status == _NOT_FOUND)


def _ask(questions: _Questions) -> AccountPicture:
    client = questions.client
    client.sync_time()
    account = questions.need(client.account(), Account)
    restrictions = questions.try_for(client.send(key_restrictions()), KeyRestrictions)
    rules = questions.need(client.exchange_info(None), ExchangeInfo)
    prices = questions.try_for(client.book_tickers(None), dict)
    orders = questions.try_for(client.open_orders(), tuple)
    found = candidates(
        rules.pairs,
        account,
        {} if isinstance(prices, Trouble) else prices,
        () if isinstance(orders, Trouble) else [each.symbol for each in orders],
    )
    traded = tuple(_with_last_trade(questions, each) for each in found)
    return AccountPicture(account, rules, restrictions, traded, _fee_asset(questions, traded, rules.pairs))


def _with_last_trade(questions: _Questions, candidate: Candidate) -> Candidate:
    trades = questions.try_for(questions.client.trades(candidate.symbol, limit=1), tuple)
    if isinstance(trades, Trouble) or not trades:
        return candidate
    return replace(candidate, traded_ms=getattr(trades[-1], "time_ms", 0))


def _fee_asset(questions: _Questions, found: Iterable[Candidate], listed: Iterable[str]) -> str | None:
    """What the exchange would pay the fees in, by the first of these pairs, or of all."""
    symbol = next((each.symbol for each in found), None) or next(iter(listed), None)
    if symbol is None:
        return None
    commission = questions.try_for(questions.client.commission(symbol), Commission)
    discount = None if isinstance(commission, Trouble) else commission.discount
    return discount.asset if discount is not None and discount.is_enabled else None
