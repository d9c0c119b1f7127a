"""What is wrong between this machine, the key and the exchange: pure functions of facts."""

from collections.abc import Iterator
from datetime import UTC, datetime

from lotkeeper.exchange.rest.key_restrictions import KeyRestrictions
from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.service.doctor.facts import ClockFacts, Facts, Reached, Trouble
from lotkeeper.service.doctor.findings import Finding, failed, ok, skipped, warning
from lotkeeper.trading.nearest_names import did_you_mean
from lotkeeper.trading.orders.refusals import ADVICE

_TOLERATED_AHEAD_MS = 1000  # Binance request-security.md: a request from further in the future is refused
_VAGUE_MS = 2000  # a round trip that takes longer tells little about the clock
_FAR_MS = 500
_NETWORK = "see whether this machine reaches the address (network, firewall, proxy, certificates), then `exchange.{}`"
_SOON_MS = 30 * 86_400_000
_KEY_PAGE = "on the exchange's page of the key"


def check_clock(facts: Facts) -> Iterator[Finding]:
    """The service measures how far the clock is off and takes it into account; times in logs and status stay wrong."""
    found = facts.exchange.clock
    if not isinstance(found, ClockFacts):
        yield skipped("clock", "the exchange's time is not known")
        return
    fix = "have it set by NTP: `timedatectl set-ntp true`"
    off = f"{abs(found.ahead_ms)} ms {'ahead of' if found.ahead_ms > 0 else 'behind'} the exchange's"
    if found.round_trip_ms > _VAGUE_MS:
        yield warning("clock", f"{off}, measured vaguely: the answer took {found.round_trip_ms:.0f} ms", fix)
    elif abs(found.ahead_ms) > max(facts.exchange.recv_window_ms, _TOLERATED_AHEAD_MS):
        yield failed("clock", f"{off}: all times in logs and status are wrong", fix)
    elif abs(found.ahead_ms) > _TOLERATED_AHEAD_MS:
        yield warning("clock", off, fix)
    else:
        yield ok("clock", off)


def check_endpoints(facts: Facts) -> Iterator[Finding]:
    """REST by the question for the time; the two kinds of websockets by a question over each."""
    exchange = facts.exchange
    if exchange.pause:
        yield failed("exchange", f"not asked: {exchange.pause}", "wait; other programs on this address count too")
        return
    clock = exchange.clock
    rest = Reached(0, clock.round_trip_ms) if isinstance(clock, ClockFacts) else clock
    yield _endpoint("REST", exchange.rest_url, "rest_url", rest)
    yield _endpoint("WebSocket API", exchange.ws_api_url, "ws_api_url", exchange.ws_api)
    yield _endpoint("streams", exchange.stream_url, "stream_url", exchange.streams)


def _endpoint(name: str, url: str, key: str, found: Reached | Trouble | None) -> Finding:
    if found is None:
        return skipped(name, f"{url} was not asked")
    if isinstance(found, Trouble):
        return failed(name, found.text, _NETWORK.format(key))
    connected = f", connected in {found.connect_ms:.0f} ms" if found.connect_ms else ""
    text = f"{url}: round trip {found.round_trip_ms:.1f} ms{connected}"
    if found.round_trip_ms > _FAR_MS:
        return warning(name, text, "run lotkeeper nearer to the exchange: each SELL waits for one round trip")
    return ok(name, text)


def check_key(facts: Facts) -> Iterator[Finding]:
    """Whether there is a key, and whether the exchange takes it."""
    if facts.key.problems:
        fix = "set the variables of the key in this shell (docs/reference/configuration.md, Keys and secrets)"
        yield from (failed("key", each, fix) for each in facts.key.problems)
        return
    account = facts.exchange.account
    if account is None:
        yield skipped("key", f"one of type {facts.key.key_type} is set; the exchange was not asked about it")
    elif isinstance(account, Trouble):
        yield failed("key", f"the exchange refuses it: {account.text}", _advice(account))
    else:
        yield _accepted(facts.key.key_type, account)


def _advice(trouble: Trouble) -> str:
    otherwise = "see the exchange's text, and the network"
    return otherwise if trouble.kind is None else ADVICE.get(trouble.kind, otherwise)


def _accepted(key_type: str, account: Account) -> Finding:
    if not account.can_trade:
        return failed("key", "the account may not trade", "see the exchange's messages to you about the account")
    return ok("key", f"{key_type}, accepted by the exchange; the account may trade")


def check_permissions(facts: Facts) -> Iterator[Finding]:
    """A key that may withdraw is a danger that lotkeeper never needs."""
    found = facts.exchange.restrictions
    if isinstance(found, KeyRestrictions):
        yield from _permissions(found, facts)
    elif isinstance(found, Trouble) and found.is_not_offered:
        yield skipped("permissions", "this exchange does not tell what the key may do; test networks do not")
    elif isinstance(found, Trouble):
        yield warning("permissions", f"they could not be asked for: {found.text}", "ask again later")
    else:
        yield skipped("permissions", "they were not asked for")


def _permissions(found: KeyRestrictions, facts: Facts) -> Iterator[Finding]:
    wrong = [
        *_if(found.may_withdraw, "it may withdraw coins", "take the permission to withdraw away"),
        *_if(not found.may_read, "it may not read", "give it the permission to read"),
        *_if(not found.may_trade, "it may not trade on spot", "give it the permission for spot trading"),
    ]
    yield from (failed("permissions", text, f"{fix} {_KEY_PAGE}") for text, fix in wrong)
    poor = [
        *_if(found.may_transfer, "it may move coins to other wallets", "take the permissions to transfer away"),
        *_if(not found.is_bound_to_addresses, "any address may use it", "allow it for this machine's address only"),
        *_ending(found, facts),
    ]
    yield from (warning("permissions", text, f"{fix} {_KEY_PAGE}") for text, fix in poor)
    if not wrong and not poor:
        yield ok("permissions", "read and trade on spot, from named addresses only; no withdrawal, no transfer")


def _if(is_so: bool, text: str, fix: str) -> list[tuple[str, str]]:
    return [(text, fix)] if is_so else []


def _ending(found: KeyRestrictions, facts: Facts) -> list[tuple[str, str]]:
    """The exchange takes the permission to trade back after a time from keys that any address may use."""
    clock, end_ms = facts.exchange.clock, found.trading_ends_ms
    if end_ms is None or not isinstance(clock, ClockFacts) or end_ms - clock.now_ms > _SOON_MS:
        return []
    end = datetime.fromtimestamp(end_ms / 1000, UTC)
    return [(f"its permission to trade ends on {end:%Y-%m-%d}", "allow it for named addresses, or renew it")]


def check_pairs(facts: Facts) -> Iterator[Finding]:
    """Whether the exchange lists them, whether they trade, and whether all of their filters are known here."""
    found = facts.exchange.rules
    if not isinstance(found, ExchangeInfo):
        text = found.text if isinstance(found, Trouble) else "the exchange was not asked"
        yield skipped("pairs", f"their rules are not known: {text}")
        return
    wrong = [finding for symbol in facts.pairs for finding in _pair(symbol, found)]
    yield from wrong
    if not wrong:
        count = "1 pair is" if len(facts.pairs) == 1 else f"all {len(facts.pairs)} pairs are"
        yield ok("pairs", f"{count} listed and trading, and every filter is known")


def _pair(symbol: str, found: ExchangeInfo) -> Iterator[Finding]:
    pair = found.pairs.get(symbol)
    if pair is None:
        fix = f"correct `pairs`, or take it out once it has no open lot{did_you_mean(symbol, found.pairs)}"
        yield failed("pairs", f"{symbol} is not listed by the exchange", fix)
        return
    if not pair.is_trading:
        yield warning("pairs", f"{symbol} does not trade now ({pair.status})", "wait, or see the exchange's news")
    if pair.unknown:
        text = f"{symbol} has filters that lotkeeper does not know: {', '.join(pair.unknown)}"
        yield warning("pairs", text, "install the newest version; until then the exchange may refuse orders for them")
