"""What is wrong between this machine, the key and the exchange."""

import pytest

from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.service.doctor import exchange_checks as checks
from lotkeeper.service.doctor.facts import ClockFacts, KeyFacts, Reached, Trouble
from lotkeeper.service.doctor.findings import Verdict
from lotkeeper.trading.orders.refusals import RefusalKind
from tests.lotkeeper.service.doctor.samples import FACTS, NOW_MS, exchange, facts, restricted
from tests.lotkeeper.trading import make

OK, WARNING, FAILED, SKIPPED = Verdict.OK, Verdict.WARNING, Verdict.FAILED, Verdict.SKIPPED


def one(check, given):
    (found,) = check(given)
    assert (found.fix == "") == (found.verdict in (OK, SKIPPED))
    return found.verdict, found.text, found.fix


@pytest.mark.parametrize(
    ("clock", "verdict", "words"),
    [
        (ClockFacts(0, 9.0, NOW_MS), OK, "0 ms behind the exchange's"),
        (ClockFacts(-1000, 9.0, NOW_MS), OK, "1000 ms behind the exchange's"),
        (ClockFacts(1001, 9.0, NOW_MS), WARNING, "1001 ms ahead of the exchange's"),
        (ClockFacts(-5001, 9.0, NOW_MS), FAILED, "5001 ms behind the exchange's: all times in logs"),
        (ClockFacts(-9000, 2001.0, NOW_MS), WARNING, "9000 ms behind the exchange's, measured vaguely"),
        (Trouble("no answer"), SKIPPED, "the exchange's time is not known"),
        (None, SKIPPED, "the exchange's time is not known"),
    ],
)
def test_the_clock(clock, verdict, words):
    found = one(checks.check_clock, exchange(clock=clock))
    assert found[0] is verdict
    assert found[1].startswith(words)


def test_the_endpoints_with_their_round_trips():
    found = list(checks.check_endpoints(FACTS))
    assert [(each.check, each.verdict) for each in found] == [
        ("REST", OK),
        ("WebSocket API", OK),
        ("streams", OK),
    ]
    assert found[1].text == "wss://ws-api.binance.com/ws-api/v3: round trip 8.0 ms, connected in 40 ms"


def test_an_endpoint_that_cannot_be_reached_and_one_that_is_far():
    given = exchange(clock=Trouble("no connection"), ws_api=Reached(900.0, 501.0), streams=None)
    rest, ws_api, streams = checks.check_endpoints(given)
    assert (rest.verdict, rest.text) == (FAILED, "no connection")
    assert rest.fix.endswith("then `exchange.rest_url`")
    assert ws_api.verdict is WARNING
    assert streams.verdict is SKIPPED


def test_while_the_exchange_wants_no_requests_it_is_not_asked():
    verdict, text, _ = one(checks.check_endpoints, exchange(pause="banned until 12:00"))
    assert (verdict, text) == (FAILED, "not asked: banned until 12:00")


def test_every_problem_of_the_key_is_a_line():
    given = facts(key=KeyFacts("hmac", ("LOTKEEPER_EXCHANGE__API_KEY: found nothing", "another")))
    assert [each.verdict for each in checks.check_key(given)] == [FAILED, FAILED]


@pytest.mark.parametrize(
    ("account", "verdict", "words"),
    [
        (Account((), can_trade=True, uid=1), OK, "ed25519, accepted by the exchange"),
        (Account((), can_trade=False, uid=1), FAILED, "the account may not trade"),
        (Trouble("Invalid API-key (-2015)", RefusalKind.BAD_KEY), FAILED, "the exchange refuses it: Invalid API-key"),
        (Trouble("no connection"), FAILED, "the exchange refuses it: no connection"),
        (None, SKIPPED, "one of type ed25519 is set"),
    ],
)
def test_the_key(account, verdict, words):
    found = one(checks.check_key, exchange(account=account))
    assert found[0] is verdict
    assert found[1].startswith(words)


def test_a_refused_key_has_the_advice_of_its_refusal():
    given = exchange(account=Trouble("Invalid API-key", RefusalKind.BAD_KEY))
    assert "the addresses it allows" in one(checks.check_key, given)[2]


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({}, OK, "read and trade on spot, from named addresses only"),
        ({"may_withdraw": True}, FAILED, "it may withdraw coins"),
        ({"may_trade": False}, FAILED, "it may not trade on spot"),
        ({"may_read": False}, FAILED, "it may not read"),
        ({"may_transfer": True}, WARNING, "it may move coins to other wallets"),
        ({"is_bound_to_addresses": False}, WARNING, "any address may use it"),
        ({"trading_ends_ms": NOW_MS + 86_400_000}, WARNING, "its permission to trade ends on 20"),
        ({"trading_ends_ms": NOW_MS + 40 * 86_400_000}, OK, "read and trade on spot"),
    ],
)
def test_what_the_key_may_do(changes, verdict, words):
    found = one(checks.check_permissions, restricted(**changes))
    assert found[0] is verdict
    assert found[1].startswith(words)


@pytest.mark.parametrize(
    ("restrictions", "verdict"),
    [(Trouble("HTTP 404", is_not_offered=True), SKIPPED), (Trouble("HTTP 500"), WARNING), (None, SKIPPED)],
)
def test_where_it_cannot_be_known_what_the_key_may_do(restrictions, verdict):
    assert one(checks.check_permissions, exchange(restrictions=restrictions))[0] is verdict


def test_pairs_that_are_listed_and_trade():
    assert one(checks.check_pairs, FACTS)[:2] == (OK, "all 2 pairs are listed and trading, and every filter is known")


def test_pairs_with_something_wrong():
    listed = {"BTCUSDT": make.pair(status="BREAK"), "ETHUSDC": make.pair(symbol="ETHUSDC")}
    halted, unlisted = checks.check_pairs(exchange(rules=ExchangeInfo(listed, ())))
    assert (halted.verdict, halted.text) == (WARNING, "BTCUSDT does not trade now (BREAK)")
    assert (unlisted.verdict, unlisted.text) == (FAILED, "ETHUSDT is not listed by the exchange")
    assert unlisted.fix.endswith("did you mean ETHUSDC?")


def test_the_rules_of_pairs_may_not_be_known():
    assert one(checks.check_pairs, exchange(rules=Trouble("no connection")))[0] is SKIPPED
