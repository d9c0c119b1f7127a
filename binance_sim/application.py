"""The parts of the simulator, connected with each other."""

import asyncio
from dataclasses import replace

from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import standard_fees
from binance_sim.account.unfilled import DEFAULT_LIMITS
from binance_sim.api.gate import Gate
from binance_sim.api.keys import KeyStore
from binance_sim.api.limits import Limits
from binance_sim.api.service import Service
from binance_sim.clock import SimulatorClock
from binance_sim.control.account_admin import AccountAdmin
from binance_sim.control.actions import ControlActions
from binance_sim.control.handler import ControlHandler
from binance_sim.control.wallet_admin import WalletAdmin
from binance_sim.distance.delays import read_distance
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.injector import FaultInjector
from binance_sim.faults.targets import FaultTargets
from binance_sim.journal.book_tops import BookTopJournal
from binance_sim.journal.facts import JournalFacts
from binance_sim.journal.writer import Journal
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.sinks import SinkGroup
from binance_sim.rest.handler import RestHandler
from binance_sim.settings import Settings, Startup, random_key
from binance_sim.sockets.peers import ConnectionRules, PeerGroup
from binance_sim.sources.pasts import give_past
from binance_sim.sources.price_sources import PriceSources
from binance_sim.sources.replay import ReplayFeed
from binance_sim.sources.walk import PriceWalk
from binance_sim.startup_keys import main_key, public_keys
from binance_sim.state.restore import restore
from binance_sim.state.snapshotter import Snapshotter
from binance_sim.streams.hub import MarketHub
from binance_sim.streams.publisher import Publisher
from binance_sim.symbols.catalogue import start_price
from binance_sim.trader import Trader
from binance_sim.wsapi.broadcast import Broadcast
from binance_sim.wsapi.handler import WsApiHandler
from binance_sim.wsapi.subscriptions import UserHub

MAIN = "main"


class Application:
    """The running simulator. Create it inside a running event loop; raises KeyFileError for a bad key file."""

    def __init__(self, settings: Settings, startup: Startup) -> None:
        self._settings, self._startup = settings, startup
        self.control_key = random_key()
        self.distance = read_distance(settings.round_trip_ms, settings.jitter_ms, settings.seed)
        self._make_core()
        self._make_servers()
        self._make_sources()
        self._make_control()
        self._facts.write_start(
            self.exchange, settings.seed, resumed=self._is_resumed, round_trip_ms=settings.round_trip_ms
        )
        for snapshotter in self._snapshotters:
            snapshotter.save_all()

    def _make_core(self) -> None:
        """The exchange, its first account and the account's keys."""
        settings = self._settings
        self._clock, self.journal, self._keys = SimulatorClock(), Journal(settings.journal), KeyStore()
        self.exchange = Exchange(self._startup.rules, self._clock)
        state_file = self._startup.state_file
        self._is_resumed = state_file is not None and not state_file.is_new
        if state_file is not None and self._is_resumed:
            restore(state_file, self.exchange, self._keys)
        self.account = self.exchange.accounts.get(MAIN) or self._open_main()
        self._limits = Limits(self._clock, settings.weight_limit, settings.connection_limit)
        self.main_key = main_key(self._keys, self.account, settings)
        self.public_keys = public_keys(self._keys, self.account, settings)

    def _open_main(self) -> TradingAccount:
        settings = self._settings
        fees = standard_fees(settings.maker_fee, settings.taker_fee, settings.bnb_fees)
        return self.exchange.open_account(MAIN, self._startup.funds, fees, (settings.order_limit, DEFAULT_LIMITS[1]))

    def _make_servers(self) -> None:
        """The servers: REST, the WebSocket API, market streams."""
        settings, journal = self._settings, self.journal
        self._armed = ArmedFaults(settings.seed, journal.write)
        rules = ConnectionRules(settings.ping_every, settings.pong_within, settings.life)
        self._api_peers = PeerGroup(rules)
        self._market_peers = PeerGroup(replace(rules, messages_per_s=settings.message_limit))
        self._limits.on_ban = self._cut_api_peers
        self._hub = UserHub(self._clock, journal, self._armed)
        service = Service(
            Gate(self.exchange, self._keys, self._limits), self._hub, self._armed, events_first=not settings.reply_first
        )
        self.rest = RestHandler(service, journal, self._armed)
        self.ws_api = WsApiHandler(service, self._hub, self._api_peers, journal, self._armed)
        self.streams = MarketHub(self._market_peers, self._limits, self._clock, journal, self._armed)
        self._publisher = Publisher(self.exchange, self.streams)

    def _cut_api_peers(self) -> None:
        for peer in self._api_peers:
            peer.abort()

    def _make_sources(self) -> None:
        """Price walks for the pairs without a capture, and the trader."""
        settings, startup = self._settings, self._startup
        feed = ReplayFeed(self.exchange, self.streams.publish, self._publisher.recorded)
        feed.backlog = self._market_peers.largest_backlog
        walks = {
            name: PriceWalk(rules, startup.bids.get(name) or start_price(rules), settings.seed, settings.depth)
            for name, rules in startup.rules.items()
            if name not in startup.books
        }
        for walk in walks.values():
            give_past(self.exchange, walk, settings.seed, settings.step_ms / 1000)
        self._sources = PriceSources(self.exchange, feed, walks, startup.captures, settings.step_ms / 1000)
        self._trader = Trader(self.exchange, self.account, self.journal, settings.seed, settings.buy_every)

    def _make_control(self) -> None:
        """The control API, and the sinks that receive everything that happens."""
        self._facts = JournalFacts(self.journal)
        targets = FaultTargets(
            exchange=self.exchange,
            keys=self._keys,
            limits=self._limits,
            users=self._hub,
            streams=self.streams,
            api_peers=self._api_peers,
            market_peers=self._market_peers,
            facts=self._facts,
        )
        accounts = AccountAdmin(self.exchange, self._keys, random_key, self._facts.write_account)
        injector = FaultInjector(self._armed, targets, self.journal.write)
        wallet = WalletAdmin(self.exchange)
        actions = ControlActions(self.exchange, self._sources, self._trader, injector, accounts, wallet, self.journal)
        self.control = ControlHandler(self.control_key, actions, self.journal, self._save_changes)
        broadcast, tops = Broadcast(self._hub, self.journal), BookTopJournal(self.exchange, self.journal)
        state_file = self._startup.state_file
        self._snapshotters = (
            [Snapshotter(state_file, self.exchange, self._keys, self._hub.hold_events)]
            if state_file is not None
            else []
        )
        self.exchange.sink = SinkGroup(*self._snapshotters, broadcast, tops, self._publisher)

    def _save_changes(self) -> None:
        for snapshotter in self._snapshotters:
            snapshotter.save_changes()

    def start(self) -> list[asyncio.Task[None]]:
        """Set first prices and start all tasks; returns the tasks, to be canceled at the end."""
        settings = self._settings
        self._sources.set_first_prices(self._startup.books.values())
        if not settings.paused:
            self._sources.running.set()
        if settings.trader:
            self._trader.running.set()
        pings = (self._api_peers.keep_pinging(), self._market_peers.keep_pinging())
        running = (self._trader.run(), self._publisher.run(), *pings, *(each.run() for each in self._snapshotters))
        return [*map(asyncio.create_task, running), *self._sources.tasks(settings.speed)]

    def close(self) -> None:
        for snapshotter in self._snapshotters:
            snapshotter.close()
        self.journal.write("stop")
        self.journal.close()
