"""Everything wired together."""

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
    """The running exchange, part by part. Built inside a running event loop; raises KeyFileError for a bad key file."""

    def __init__(self, settings: Settings, stage: Startup) -> None:
        self._settings, self._stage = settings, stage
        self.control_key = random_key()
        self._make_core()
        self._make_doors()
        self._make_sources()
        self._make_control()
        self._openings.begin(self.exchange, settings.seed, resumed=self._is_resumed)
        for keeper in self._keepers:
            keeper.begin()

    def _make_core(self) -> None:
        """The exchange, its first account and the account's keys."""
        settings = self._settings
        self._clock, self.journal, self._keys = SimulatorClock(), Journal(settings.journal), KeyStore()
        self.exchange = Exchange(self._stage.rules, self._clock)
        shelf = self._stage.shelf
        self._is_resumed = shelf is not None and not shelf.is_new
        if shelf is not None and self._is_resumed:
            restore(shelf, self.exchange, self._keys)
        self.account = self.exchange.accounts.get(MAIN) or self._open_main()
        self._limits = Limits(self._clock, settings.weight_limit, settings.connection_limit)
        self.main_key = main_key(self._keys, self.account, settings)
        self.public_keys = public_keys(self._keys, self.account, settings)

    def _open_main(self) -> TradingAccount:
        settings = self._settings
        fees = standard_fees(settings.maker_fee, settings.taker_fee, settings.bnb_fees)
        return self.exchange.open_account(MAIN, self._stage.funds, fees, (settings.order_limit, DEFAULT_LIMITS[1]))

    def _make_doors(self) -> None:
        """All that listens: REST, the WebSocket API, market streams."""
        settings, journal = self._settings, self.journal
        self._armed = ArmedFaults(settings.seed, journal.write)
        manners = ConnectionRules(settings.ping_every, settings.pong_within, settings.life)
        self._api_peers = PeerGroup(manners)
        self._market_peers = PeerGroup(replace(manners, messages_per_s=settings.message_limit))
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
        """Walks for the pairs that no capture drives, and a trader."""
        settings, stage = self._settings, self._stage
        screen = ReplayFeed(self.exchange, self.streams.publish, self._publisher.recorded)
        screen.backlog = self._market_peers.most_behind
        walks = {
            name: PriceWalk(rules, stage.bids.get(name) or start_price(rules), settings.seed, settings.depth)
            for name, rules in stage.rules.items()
            if name not in stage.books
        }
        self._sources = PriceSources(self.exchange, screen, walks, stage.captures, settings.step_ms / 1000)
        self._trader = Trader(self.exchange, self.account, self.journal, settings.seed, settings.buy_every)

    def _make_control(self) -> None:
        """The control API, and what hears of everything that happens."""
        self._openings = JournalFacts(self.journal)
        world = FaultTargets(
            exchange=self.exchange,
            keys=self._keys,
            limits=self._limits,
            users=self._hub,
            streams=self.streams,
            api_peers=self._api_peers,
            market_peers=self._market_peers,
            openings=self._openings,
        )
        people = AccountAdmin(self.exchange, self._keys, random_key, self._openings.account)
        desk = FaultInjector(self._armed, world, self.journal.write)
        actions = ControlActions(self.exchange, self._sources, self._trader, desk, people, self.journal)
        self.control = ControlHandler(self.control_key, actions, self.journal, self._look)
        broadcast, tops = Broadcast(self._hub, self.journal), BookTopJournal(self.exchange, self.journal)
        shelf = self._stage.shelf
        self._keepers = [Snapshotter(shelf, self.exchange, self._keys, self._hub.hold)] if shelf is not None else []
        self.exchange.sink = SinkGroup(*self._keepers, broadcast, tops, self._publisher)

    def _look(self) -> None:
        for keeper in self._keepers:
            keeper.look()

    def start(self) -> list[asyncio.Task[None]]:
        """Show first prices and set everything going; the tasks to cancel in the end."""
        settings = self._settings
        self._sources.prime(self._stage.books.values())
        if not settings.paused:
            self._sources.go.set()
        if settings.trader:
            self._trader.go.set()
        pings = (self._api_peers.keep_pinging(), self._market_peers.keep_pinging())
        running = (self._trader.run(), self._publisher.run(), *pings, *(each.run() for each in self._keepers))
        return [*map(asyncio.create_task, running), *self._sources.tasks(settings.speed)]

    def close(self) -> None:
        for keeper in self._keepers:
            keeper.close()
        self.journal.write("stop")
        self.journal.close()
