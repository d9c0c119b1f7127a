"""The collaborators of a keeper: each is made once, and is given those that it works with."""

from actors.pair_keeper.adoption_commands import AdoptionCommands
from actors.pair_keeper.bid_watch import BidWatch
from actors.pair_keeper.book_opening import BookOpening
from actors.pair_keeper.buy_records import BuyRecords
from actors.pair_keeper.cancel_commands import CancelCommands
from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.coins_watch import CoinsWatch
from actors.pair_keeper.comparison import ComparisonCommand
from actors.pair_keeper.effects import Effects, Moment
from actors.pair_keeper.failed_questions import FailedQuestions
from actors.pair_keeper.fee_valuation import FeeValuation
from actors.pair_keeper.first_sells import FirstSells
from actors.pair_keeper.grouping import Grouping
from actors.pair_keeper.heartbeat import Heartbeat
from actors.pair_keeper.housekeeping import Housekeeping
from actors.pair_keeper.introduction import Introduction
from actors.pair_keeper.ledger_outbox import LedgerOutbox
from actors.pair_keeper.manual_verdicts import ManualVerdicts
from actors.pair_keeper.market_changes import MarketChanges
from actors.pair_keeper.market_rules import MarketRules
from actors.pair_keeper.operator_commands import OperatorCommands
from actors.pair_keeper.order_outcomes import OrderOutcomes
from actors.pair_keeper.order_reports import OrderReports
from actors.pair_keeper.pass_conclusion import PassConclusion
from actors.pair_keeper.peer_changes import PeerChanges
from actors.pair_keeper.price_bands import PriceBands
from actors.pair_keeper.purchase_commands import PurchaseCommands
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.report import Reporter
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.sale_commands import SaleCommands
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.sell_resolution import SellResolution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.stream_watch import StreamWatch
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.recovery.reconcile import Reconciliation
from messages.lifecycle import StartKeeper


class Collaborators:
    """In the order in which they build on each other; `state` and `requests` are shared by all."""

    def __init__(self, start: StartKeeper) -> None:
        self.state = KeeperState(start)
        self.requests = Requests()
        self._make_knowledge()
        self._make_selling()
        self._make_order_news()
        self._make_commands()
        self._make_beginning()
        self._make_housekeeping()

    def _make_knowledge(self) -> None:
        """What is known and asked for."""
        state, requests = self.state, self.requests
        self.failed = FailedQuestions(state)
        self.permission = TradingPermission(state)
        self.rules = MarketRules(state, requests)
        self.facts = RefusalFacts(state, requests)
        self.bands = PriceBands(state, requests, self.facts)
        self.fees = FeeValuation(state, requests)
        self.cancels = Cancels(state, requests)
        self.unresolved = UnresolvedSells(state, requests)
        self.ledger = LedgerOutbox(state, self.permission, self.unresolved)
        self.buys = BuyRecords(state)
        self.comparison = ComparisonCommand(state, requests)

    def _make_selling(self) -> None:
        """What decides and sends, and what compares with the exchange."""
        state, requests = self.state, self.requests
        self.selling = SellExecution(
            state,
            permission=self.permission,
            facts=self.facts,
            cancels=self.cancels,
            fees=self.fees,
            unresolved=self.unresolved,
            ledger=self.ledger,
        )
        self.bids = BidWatch(state, self.selling)
        self.reconciler = Reconciler(
            state,
            requests,
            self.permission,
            conclude=self._conclude,
            keep_found=self._keep_found,
            ask_listing=self.rules.read_again,
        )
        self.grouping = Grouping(state, self.selling, self.ledger)
        self.coins = CoinsWatch(state, requests, self.selling, self.reconciler)

    def _make_order_news(self) -> None:
        """What became of orders, and of a reconciliation."""
        state = self.state
        self.first_sells = FirstSells(state)
        self.reports = OrderReports(
            state,
            permission=self.permission,
            facts=self.facts,
            cancels=self.cancels,
            unresolved=self.unresolved,
            selling=self.selling,
            reconciler=self.reconciler,
        )
        self.resolution = SellResolution(
            state,
            permission=self.permission,
            cancels=self.cancels,
            unresolved=self.unresolved,
            selling=self.selling,
            reconciler=self.reconciler,
            reports=self.reports,
        )
        self.outcomes = OrderOutcomes(
            state,
            permission=self.permission,
            facts=self.facts,
            bands=self.bands,
            rules=self.rules,
            unresolved=self.unresolved,
            selling=self.selling,
            reconciler=self.reconciler,
            first_sells=self.first_sells,
            reports=self.reports,
            resolution=self.resolution,
        )
        self.stream = StreamWatch(state, self.requests, self.permission, self.reconciler)
        self.conclusion = PassConclusion(
            state,
            permission=self.permission,
            cancels=self.cancels,
            unresolved=self.unresolved,
            ledger=self.ledger,
            selling=self.selling,
            reports=self.reports,
            reconciler=self.reconciler,
            stream=self.stream,
            coins=self.coins,
            buys=self.buys,
        )

    def _make_commands(self) -> None:
        """What a person asks for."""
        state, requests = self.state, self.requests
        self.operator = OperatorCommands(state, self.permission, self.selling, self.reconciler, self.comparison)
        self.adoption = AdoptionCommands(state, self.selling, self.reconciler, self.comparison)
        self.sales = SaleCommands(
            state,
            requests,
            permission=self.permission,
            bands=self.bands,
            ledger=self.ledger,
            selling=self.selling,
        )
        self.cancelling = CancelCommands(state, self.cancels, self.sales, self.selling)
        self.purchases = PurchaseCommands(state, requests, self.permission, self.bands)
        self.verdicts = ManualVerdicts(
            state,
            requests,
            unresolved=self.unresolved,
            reconciler=self.reconciler,
            take=self.reports.take,
            apply=self.reports.apply,
        )

    def _make_beginning(self) -> None:
        """How a keeper begins, and what changes around it."""
        state, requests = self.state, self.requests
        self.introduction = Introduction(
            state,
            requests,
            permission=self.permission,
            unresolved=self.unresolved,
            cancels=self.cancels,
            outcomes=self.outcomes,
            resolution=self.resolution,
            selling=self.selling,
        )
        self.peers = PeerChanges(
            state,
            requests,
            permission=self.permission,
            rules=self.rules,
            ledger=self.ledger,
            coins=self.coins,
            stream=self.stream,
            bids=self.bids,
            introduction=self.introduction,
        )
        self.opening = BookOpening(
            state,
            permission=self.permission,
            rules=self.rules,
            ledger=self.ledger,
            coins=self.coins,
            operator=self.operator,
            stream=self.stream,
            selling=self.selling,
            reports=self.reports,
            resolution=self.resolution,
            reconciler=self.reconciler,
        )
        self.market = MarketChanges(
            state,
            permission=self.permission,
            rules=self.rules,
            failed=self.failed,
            opening=self.opening,
            ledger=self.ledger,
            reconciler=self.reconciler,
            selling=self.selling,
        )

    def _make_housekeeping(self) -> None:
        """What tells of the keeper, and what is done now and then."""
        state = self.state
        self.heartbeat = Heartbeat()
        self.reporter = Reporter(
            state,
            permission=self.permission,
            unresolved=self.unresolved,
            cancels=self.cancels,
            ledger=self.ledger,
            comparison=self.comparison,
            reconciler=self.reconciler,
            heartbeat=self.heartbeat,
            first_sells=self.first_sells,
            facts=self.facts,
        )
        self.housekeeping = Housekeeping(
            state,
            self.requests,
            permission=self.permission,
            rules=self.rules,
            facts=self.facts,
            ledger=self.ledger,
            comparison=self.comparison,
            selling=self.selling,
            grouping=self.grouping,
            resolution=self.resolution,
            reconciler=self.reconciler,
            introduction=self.introduction,
            stream=self.stream,
            bids=self.bids,
            buys=self.buys,
            reporter=self.reporter,
            heartbeat=self.heartbeat,
        )

    # The reconciler is made before what concludes its passes, which needs the reconciler.

    def _conclude(self, done: Reconciliation, now: Moment) -> Effects[None]:
        return self.conclusion.on_complete(done, now)

    def _keep_found(self, abandoned: Reconciliation, now: Moment) -> Effects[None]:
        return self.conclusion.on_abandoned(abandoned, now)
