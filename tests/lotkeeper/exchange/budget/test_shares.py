"""The shares of one service, and of several at one exchange, whatever they ask and whenever."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.exchange.budget.budget import Budget
from lotkeeper.exchange.budget.costs import Cost, Purpose
from lotkeeper.exchange.budget.limits import Count, Limit, LimitKind
from lotkeeper.exchange.budget.windows import SLACK_MS
from lotkeeper.exchange.sharing.address_budget import AddressBudget
from lotkeeper.exchange.sharing.lines import Answer, Grant, Report
from tests.lotkeeper.exchange.conftest import UNHURRIED

MINUTE, MAXIMUM, QUESTIONS = 60_000, 1_000, 900
NOW = 1_700_000_070_000  # half past a minute
LIMIT = Limit(LimitKind.WEIGHT, MINUTE, MAXIMUM)
QUESTION, ORDER = Cost(weight=20, requests=1), Cost(weight=1, requests=1, refund=1)


def with_broker() -> Budget:
    budget = Budget((LIMIT,))
    budget.shares.is_kept = True
    budget.shares.begin()
    budget.shares.reports(budget.limits(), NOW)  # the broker is told of the limit first
    return budget


def grant(budget: Budget, share: int, retry_ms: int = 0, services: int = 1, now_ms: int = NOW) -> None:
    answer = Answer((Grant(LIMIT.kind, MINUTE, now_ms // MINUTE, share, retry_ms),), services, ())
    budget.shares.apply(answer, now_ms)


def test_without_a_broker_nothing_waits_for_a_share() -> None:
    budget = Budget((LIMIT,))
    assert budget.wait_for(QUESTION, Purpose.RECONCILING, NOW) is None
    budget.spend(QUESTION, NOW)
    assert not budget.shares.is_wanting


def test_what_trades_never_waits_for_a_share() -> None:
    budget = with_broker()
    assert budget.wait_for(ORDER, Purpose.TRADING, NOW) is None
    assert not budget.shares.is_wanting


def test_a_question_waits_until_its_share_is_granted() -> None:
    budget = with_broker()
    assert budget.is_share_asked(QUESTION, Purpose.RECONCILING, NOW)
    (report,) = budget.shares.reports(budget.limits(), NOW)
    assert (report.wanted, report.ahead) == (20, MAXIMUM // 20)
    grant(budget, 25)
    assert budget.wait_for(QUESTION, Purpose.RECONCILING, NOW) is None
    budget.spend(QUESTION, NOW)
    wait = budget.wait_for(QUESTION, Purpose.RECONCILING, NOW)
    assert wait is not None
    assert wait.reason == "a share of the request weight a minute is being asked for"
    (report,) = budget.shares.reports(budget.limits(), NOW)
    assert (report.share, report.spent, report.wanted) == (25, 20, 15)


def test_a_share_that_is_used_up_is_named() -> None:
    budget = with_broker()
    budget.wait_for(QUESTION, Purpose.RECONCILING, NOW)
    budget.shares.reports(budget.limits(), NOW)
    grant(budget, 0, retry_ms=5_000, services=10)
    wait = budget.wait_for(QUESTION, Purpose.RECONCILING, NOW)
    assert wait is not None
    assert wait.until_ms == NOW + 5_000
    assert wait.reason == "its share of 1000 request weight a minute is used up: 0, 10 services share it"
    assert budget.share_text(NOW) == wait.reason
    assert not budget.is_share_asked(QUESTION, Purpose.RECONCILING, NOW)
    assert budget.is_share_asked(Cost(weight=4), Purpose.RECONCILING, NOW)  # so much may be there
    assert budget.is_share_asked(QUESTION, Purpose.RECONCILING, NOW + 5_000)
    assert budget.share_text(NOW + 5_000) == ""


def test_near_a_boundary_both_windows_need_a_share() -> None:
    budget, edge = with_broker(), NOW - NOW % MINUTE
    grant(budget, 100, now_ms=edge)
    assert budget.wait_for(QUESTION, Purpose.RECONCILING, edge) is not None
    reports = budget.shares.reports(budget.limits(), edge)
    assert [(each.index - edge // MINUTE, each.wanted) for each in reports] == [(-1, 20), (0, 0)]
    grant(budget, 100, now_ms=edge - 1)
    assert budget.wait_for(QUESTION, Purpose.RECONCILING, edge) is None


def test_without_the_broker_the_own_count_goes_on() -> None:
    budget = with_broker()
    assert budget.wait_for(QUESTION, Purpose.RECONCILING, NOW) is not None
    budget.shares.end()
    assert budget.wait_for(QUESTION, Purpose.RECONCILING, NOW) is None
    budget.spend(QUESTION, NOW)
    budget.apply_reported_counts([Count(LIMIT.kind, MINUTE, 880)], NOW)
    (report,) = budget.shares.reports(budget.limits(), NOW, in_flight=Cost(weight=5))
    assert (report.spent, report.answered, report.counted) == (20, 15, 880)  # what a new broker is told
    assert budget.wait_for(QUESTION, Purpose.RECONCILING, NOW) is None
    assert budget.wait_for(Cost(weight=21), Purpose.RECONCILING, NOW) is not None


@dataclass
class Fleet:
    """Services at one broker, and an exchange that counts by its own clock."""

    clocks_ms: list[int]  # by how much each service is before the exchange
    broker: AddressBudget = field(default_factory=AddressBudget)
    counted: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.services = [with_broker() for _ in self.clocks_ms]
        for number in range(len(self.services)):
            self.broker.join(number, f"service-{number}")

    def step(self, service: int, weight: int, now_ms: int, sends: bool) -> bool:
        """Whether a question of this weight was sent."""
        budget, own_ms = self.services[service], now_ms + self.clocks_ms[service]
        cost = Cost(weight=weight)
        if budget.is_share_asked(cost, Purpose.RECONCILING, own_ms):
            report = Report(own_ms, budget.shares.reports(budget.limits(), own_ms))
            budget.shares.apply(self.broker.answer(service, report), own_ms)
        if not sends or budget.wait_for(cost, Purpose.RECONCILING, own_ms) is not None:
            return False
        budget.spend(cost, own_ms)
        window = now_ms // MINUTE
        self.counted[window] = self.counted.get(window, 0) + weight
        budget.apply_reported_counts([Count(LIMIT.kind, MINUTE, self.counted[window])], own_ms)
        return True


@UNHURRIED
@given(
    st.lists(st.integers(-SLACK_MS, SLACK_MS), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 160), st.integers(0, 9_000), st.booleans()), max_size=80),
)
def test_no_window_of_the_exchange_gets_more_questions_than_it_allows(
    clocks_ms: list[int], steps: list[tuple[int, int, int, bool]]
) -> None:
    fleet, now_ms = Fleet(clocks_ms), NOW
    for service, weight, later_ms, sends in steps:
        now_ms += later_ms
        fleet.step(service % len(clocks_ms), weight, now_ms, sends)
        assert max(fleet.counted.values(), default=0) <= QUESTIONS


@UNHURRIED
@given(st.integers(2, 5), st.integers(0, 59))
def test_whoever_asks_again_is_served_within_two_minutes(services: int, second: int) -> None:
    """However much the others want."""
    fleet, now_ms = Fleet([0] * services), NOW - NOW % MINUTE + second * 1000
    for _ in range(121):
        now_ms += 1_000
        for other in range(1, services):
            while fleet.step(other, 41, now_ms, sends=True):
                pass
        if fleet.step(0, 41, now_ms, sends=True):
            return
    raise AssertionError("a service has starved")
