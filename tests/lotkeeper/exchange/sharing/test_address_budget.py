"""The broker's rules: never more than the address may, nobody starves, orders first."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.budget.limits import LimitKind
from lotkeeper.exchange.sharing.address_budget import AddressBudget
from lotkeeper.exchange.sharing.lines import Grant, Report, ServiceUse, WindowReport
from tests.lotkeeper.exchange.conftest import UNHURRIED

MAXIMUM, QUESTIONS, PRICES = 1_000, 900, 700  # what the exchange allows; what questions may take of it, and prices
MINUTE = 60_000
INDEX = 28_333_334
BEGINS = INDEX * MINUTE
NOTHING = WindowReport(LimitKind.WEIGHT, MINUTE, INDEX, MAXIMUM, share=0, spent=0, answered=0, counted=0)


def ask(budget: AddressBudget, service: int, at_ms: int = BEGINS, *, settling_ms: int = 0, **fields: int) -> Grant:
    report = replace(NOTHING, **fields)  # type: ignore[arg-type]
    (grant,) = budget.answer(service, Report(at_ms, (report,)), settling_ms=settling_ms).grants
    return grant


def of(*names: str) -> AddressBudget:
    budget = AddressBudget()
    for number, name in enumerate(names):
        budget.join(number, name)
    return budget


def test_a_service_alone_gets_what_it_wants_up_to_what_questions_may_take() -> None:
    budget = of("alice")
    assert ask(budget, 0, wanted=40, ahead=10).share == 50
    assert ask(budget, 0, share=50, spent=40, wanted=800).share == 850
    assert ask(budget, 0, share=850, spent=840, wanted=40, ahead=100).share == 900
    refused = ask(budget, 0, share=900, spent=900, wanted=1)
    assert (refused.share, refused.retry_ms) == (900, 5_000)


def test_prices_stop_earlier_than_questions() -> None:
    budget = of("alice")
    assert ask(budget, 0, wanted=701, for_prices=True).share == 0
    assert ask(budget, 0, wanted=700, for_prices=True).share == PRICES
    assert ask(budget, 0, share=700, spent=700, wanted=20).share == 720


def test_half_of_everything_is_kept_for_the_others_in_equal_parts() -> None:
    budget = of("alice", "bob", "carol")
    assert ask(budget, 0, wanted=QUESTIONS).retry_ms
    assert ask(budget, 0, wanted=600).share == 600
    assert ask(budget, 0, share=600, spent=600, wanted=1).retry_ms
    assert [ask(budget, service, wanted=150).share for service in (1, 2)] == [150, 150]


def test_what_is_kept_becomes_less_as_the_window_ends() -> None:
    budget = of("alice", "bob")
    assert ask(budget, 0, BEGINS + MINUTE // 2, wanted=787).share == 787
    assert ask(budget, 0, BEGINS + MINUTE - 1, share=787, wanted=113).share == QUESTIONS
    assert ask(budget, 1, BEGINS + MINUTE - 1, wanted=1).retry_ms


def test_what_orders_spend_over_the_share_is_granted_to_nobody() -> None:
    budget = of("alice", "bob")
    ask(budget, 0, share=0, spent=300, answered=300)
    assert ask(budget, 1, BEGINS + MINUTE, wanted=601).retry_ms
    assert ask(budget, 1, BEGINS + MINUTE, wanted=600).share == 600


def test_other_programs_of_the_address_are_seen_in_what_the_exchange_has_counted() -> None:
    budget = of("alice")
    ask(budget, 0, wanted=100)
    answered = {"share": 100, "spent": 80, "answered": 60}
    assert ask(budget, 0, counted=760, wanted=101, **answered).retry_ms  # 700 of others, and 100 are granted
    assert ask(budget, 0, counted=760, wanted=100, **answered).share == 200


def test_a_service_that_has_ended_keeps_its_share_until_the_window_ends() -> None:
    budget = of("alice", "bob")
    ask(budget, 0, BEGINS + MINUTE - 1, wanted=QUESTIONS)
    budget.leave(0)
    budget.join(2, "alice")
    assert ask(budget, 2, BEGINS + MINUTE - 1, wanted=1).retry_ms
    assert ask(budget, 2, BEGINS + MINUTE, index=INDEX + 1, wanted=400).share == 400
    names = {(use.name, use.share) for use in budget.usage(BEGINS)}
    assert names == {("alice", QUESTIONS), ("alice", 0)}


def test_a_new_broker_grants_nothing_before_the_services_have_come_back() -> None:
    budget = of("alice", "bob")
    grant = ask(budget, 0, share=200, spent=50, wanted=10, settling_ms=700)
    assert (grant.share, grant.retry_ms) == (200, 700)
    ask(budget, 1, share=300, spent=300)
    assert ask(budget, 0, BEGINS + MINUTE, share=200, wanted=401).retry_ms
    assert ask(budget, 0, BEGINS + MINUTE, share=200, wanted=400).share == 600


def test_the_lowest_limit_that_a_service_knows_counts() -> None:
    budget = of("alice", "bob")
    ask(budget, 0, maximum=6_000)
    ask(budget, 1, maximum=MAXIMUM)
    assert ask(budget, 0, BEGINS + MINUTE, maximum=6_000, wanted=901).retry_ms
    budget.leave(1)
    assert ask(budget, 0, BEGINS + MINUTE, maximum=6_000, wanted=901).share == 901


def test_the_largest_share_comes_first() -> None:
    budget = of("alice", "bob")
    ask(budget, 0, wanted=20)
    ask(budget, 1, wanted=90, spent=5)
    assert budget.usage(BEGINS + 5) == (
        ServiceUse("bob", LimitKind.WEIGHT, 95, 5),
        ServiceUse("alice", LimitKind.WEIGHT, 20, 0),
    )
    assert budget.usage(BEGINS + MINUTE) == ()


Step = tuple[int, int, int, int, int]  # service, wanted, ahead, spent by questions in percent of the share, by orders


@UNHURRIED
@given(
    st.integers(1, 6),
    st.lists(st.tuples(*[st.integers(0, 300)] * 5), max_size=40),
    st.integers(0, 400),
)
def test_services_and_others_together_never_spend_more_than_the_limit(
    services: int, steps: list[Step], others: int
) -> None:
    """Whatever is wanted and by whom. Orders take at most the tenth that is their reserve, all services together."""
    budget = of(*(f"service-{number}" for number in range(services)))
    shares, spent, reserve = [0] * services, [0] * services, MAXIMUM - QUESTIONS
    counted = others
    for number, wanted, ahead, percent, orders in steps:
        service = number % services
        report = {"share": shares[service], "spent": spent[service], "answered": spent[service]}
        shares[service] = ask(
            budget, service, BEGINS + number * 100, wanted=wanted, ahead=ahead, counted=counted, **report
        ).share
        spending = max(0, shares[service] - spent[service]) * (percent % 101) // 100
        by_orders = min(orders % 50, reserve)
        over = max(0, spent[service] + spending + by_orders - max(shares[service], spent[service]))
        reserve -= min(over, by_orders)
        spent[service] += spending + by_orders
        counted = others + sum(spent)
        assert counted <= MAXIMUM
        assert sum(map(max, shares, spent)) <= MAXIMUM


@UNHURRIED
@given(st.integers(2, 8), st.lists(st.tuples(st.integers(1, 7), st.integers(1, 300)), max_size=60), st.integers(0, 59))
def test_no_service_starves(services: int, greedy: list[tuple[int, int]], second: int) -> None:
    """However much the others want first, a service gets the part that is kept for it at that moment."""
    budget = of(*(f"service-{number}" for number in range(services)))
    at_ms, shares = BEGINS + second * 1000, dict.fromkeys(range(services), 0)
    for number, wanted in greedy:
        service = 1 + number % (services - 1)
        shares[service] = ask(budget, service, at_ms, share=shares[service], spent=shares[service], wanted=wanted).share
    kept = QUESTIONS * (60 - second) // (60 * 2 * services)
    assert ask(budget, 0, at_ms, wanted=kept).share == kept
