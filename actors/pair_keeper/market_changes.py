"""What follows from other terms: the exchange's rules and fees have changed, or the configuration was reloaded."""

from dataclasses import fields, replace

from actors.pair_keeper.book_opening import BookOpening
from actors.pair_keeper.effects import Effects, Moment, ReportSoon, as_decision, error, info, warning
from actors.pair_keeper.failed_questions import FailedQuestions, retry_after_s
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.market_rules import MarketRules, warn_of_unknown_filters
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import MarketTag
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.reports.fee_rise import add_up, fee_rise_of
from lotkeeper.trading.selling.trailing import why_never
from messages.lifecycle import ChangePolicy
from messages.queries import FetchFailed, MarketFetched


def changed_fields(before: ExitPolicy, now: ExitPolicy) -> tuple[tuple[str, str], ...]:
    """What differs, by name: the value before and the one now."""
    pairs = ((each.name, getattr(before, each.name), getattr(now, each.name)) for each in fields(ExitPolicy))
    return tuple((name, f"{old} -> {new}") for name, old, new in pairs if old != new)


class MarketChanges:
    """Takes the answers to the questions that MarketRules asks."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        rules: MarketRules,
        failed: FailedQuestions,
        opening: BookOpening,
        ledger: LedgerOutbox,
        reconciler: Reconciler,
        selling: SellExecution,
    ) -> None:
        self._state, self._rules, self._failed, self._opening = state, rules, failed, opening
        self._permission = permission
        self._ledger, self._reconciler, self._selling = ledger, reconciler, selling
        self._told = ""  # why no lot can follow the price, as it was logged last

    def on_market(self, message: MarketFetched, now: Moment) -> Effects[None]:
        before, was_listed = self._state.market, self._state.is_listed
        if message.exchange_ms:
            self._state.exchange_ahead_ms = message.exchange_ms - now.wall_ms
        has_changed = yield from self._rules.learn(message, now)
        if not self._state.has_book:
            yield from self._opening.open_when_known(now)
        elif has_changed:
            yield from self._use_new_terms(before, now)
        if not was_listed and self._permission.end_refusal():
            yield from self._selling.follow_open(now)
        yield from warn_of_unknown_filters(message.pair, before.pair if before else None)
        yield from self._warn_of_trailing()

    def on_policy(self, message: ChangePolicy, now: Moment) -> Effects[None]:
        """The configuration was reloaded. A SELL that would be the same stands."""
        if message.pair == self._state.start.pair:
            return
        before, policy = self._state.market, self._state.start.pair.policy
        self._state.use_settings(message.pair)
        self._rules.use_new_policy()
        text = "sold by another policy from now on"
        line = info(text, symbol=self._state.symbol, who=message.who, why=message.why)
        yield replace(
            as_decision(line, DecisionKind.SETTINGS_CHANGED, Cause.OPERATOR),
            facts=changed_fields(policy, message.pair.policy),
        )
        yield from self._warn_of_trailing()
        if self._state.has_book:
            yield from self._use_new_terms(before, now)

    def _warn_of_trailing(self) -> Effects[None]:
        """The configuration wants lots to follow the price, and none can: all stand as LIMIT orders."""
        market, policy = self._state.market, self._state.start.pair.policy
        why = why_never(market.pair, policy) if market and policy.trailing_bips else ""
        if why and why != self._told:
            text = f"no lot follows the price: {why}; all stand as LIMIT orders at their floors (exit.trailing)"
            yield warning(f"{self._state.symbol}: {text}", LogEvent.NO_TRAILING)
        self._told = why

    def _use_new_terms(self, before: Market | None, now: Moment) -> Effects[None]:
        self._ledger.update_terms()
        self._state.book.set_terms(self._state.market, self._state.start.pair.policy)
        yield from self._warn_of_fee_rise(before)
        yield from self._reconciler.take_waiting(now)
        yield from self._selling.follow_open(now)

    def _warn_of_fee_rise(self, before: Market | None) -> Effects[None]:
        """SELLs on the book were priced with the lower fee; they stand."""
        market, book = self._state.terms().market, self._state.book
        if before is None or market.sell_rate <= before.sell_rate:
            return
        rise = add_up(fee_rise_of(lot, market.sell_rate) for lot in book.lots.open())
        if rise.sells:
            yield warning(
                f"{book.symbol}: {rise.sentence(market.sell_rate, book.symbol, book.quote)}", LogEvent.FEE_RISEN
            )
            yield ReportSoon()

    def on_failure(self, tag: MarketTag, message: FetchFailed, now: Moment) -> Effects[None]:
        """Without the exchange's rules, because it does not list the pair any more, those in the database do."""
        self._rules.postpone(retry_after_s(message), now)
        if message.is_unlisted and self._state.is_listed:
            self._state.is_listed = False
            yield error(f"{self._state.symbol}: {self._state.trouble_sentence()}", LogEvent.PAIR_UNLISTED)
            yield from self._opening.open_when_known(now)
        yield from self._failed.ask_later_visibly(tag, message, now)
