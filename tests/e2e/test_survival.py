"""Every process of the system is killed in turn; the next BUY gets its SELL."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from persistence.store import Store
from tests.e2e.stage import Stage, eventually, lotkeeper

pytestmark = pytest.mark.e2e

ACTORS = (
    "PairKeeper",
    "MarketStream",
    "PairSupervisor",
    "UserStream",
    "Gateway",
    "Ledger",
    "PriceBroadcaster",
    "Monitor",
    "Guardian",
    "lotkeeper-admin",
)


AT_ONCE = (("Gateway",), ("Ledger",), ("PairKeeper",), ("PairKeeper", "Ledger"), ("Gateway", "PairKeeper"))


def test_each_actor_killed_is_replaced_and_the_next_buy_gets_its_sell(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"], profit="50") as stage:
        stage.run()
        bought = [stage.buy("BTCUSDT")]
        for title in ACTORS:
            eventually(f"SELLs of {bought}", lambda: not stage.unprotected())
            victims = {process.pid for process in stage.processes(title)}
            assert victims, f"no {title} among the processes"
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            bought.append(stage.buy("BTCUSDT"))  # while it is down
            _reborn(stage, title, victims)
            bought.append(stage.buy("ETHUSDT"))
        eventually("all SELLs", lambda: not stage.unprotected())
        _nothing_twice(stage)
        stage.ready()
        assert len(stage.positions()) == len(bought)


def _reborn(stage: Stage, title: str, victims: set[int]) -> None:
    eventually(
        f"{title} lives again",
        lambda: {process.pid for process in stage.processes(title)} - victims,
    )


def _nothing_twice(stage: Stage) -> None:
    """By the exchange's books, and lot by lot with the dust that went from one to another."""
    kept = {position["lot"]: position for position in stage.positions("--all")}
    for symbol, books in stage.control("summary")["symbols"].items():
        received = sold = offered = Decimal(0)
        for buy in books["buys"]:
            sells = stage.sells_of(symbol, buy["orderId"])
            assert sells is not None
            lot = kept[f"{symbol}-{buy['orderId']}"]
            moved = [sum(Decimal(each["quantity"]) for each in lot[way]) for way in ("taken", "given")]
            in_sells = Decimal(sells["sold"]) + Decimal(sells["offered"])
            assert Decimal(buy["receivedNet"]) + moved[0] - moved[1] == in_sells + Decimal(lot["remainder"])
            assert Decimal(lot["remainder"]) >= 0
            received += Decimal(buy["receivedNet"])
            sold, offered = sold + Decimal(sells["sold"]), offered + Decimal(sells["offered"])
        assert sold + offered <= received


def test_a_killed_launcher_leaves_nothing_and_a_start_works_at_once(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"]) as stage:
        stage.run()
        assert stage.service is not None
        stage.service.kill()
        stage.service.wait()
        eventually("no process is left", lambda: not stage.processes())
        stage.run()


def test_a_buy_filled_while_the_service_was_down_gets_its_sell(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"], profit="50") as stage:
        stage.run()
        stage.end_service()
        bought = stage.buy("BTCUSDT")
        stage.run()
        sells = eventually("its SELL", lambda: stage.sells_of("BTCUSDT", bought))
        assert len(sells["orders"]) == 1


def test_a_buy_filled_while_the_user_stream_was_cut_gets_its_sell(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"], profit="50") as stage:
        stage.run()
        for _ in range(5):
            assert stage.control("drop/user")["dropped"] == 1
            bought = stage.buy("BTCUSDT")
            eventually("its SELL", lambda bought=bought: stage.sells_of("BTCUSDT", bought))
            stage.ready()
        assert not stage.unprotected()


def test_with_the_database_deleted_open_lots_are_rebuilt_from_the_exchange(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"], profit="50") as stage:
        stage.run()
        bought = [stage.buy("BTCUSDT") for _ in range(3)]
        eventually("SELLs", lambda: all(stage.sells_of("BTCUSDT", each) for each in bought))
        eventually("SELLs of all parts", lambda: not stage.unprotected())  # a BUY may fill in two, and so have two
        before = [stage.sells_of("BTCUSDT", each) for each in bought]
        stage.end_service()
        for path in tmp_path.glob("lots.sqlite*"):
            path.unlink()
        stage.run()
        eventually("the lots", lambda: len(stage.positions()) == 3)
        assert {position["state"] for position in stage.positions()} == {"SELLING"}
        assert [stage.sells_of("BTCUSDT", each) for each in bought] == before


def test_an_orderly_stop_restarts_nobody_and_says_so_in_no_warning(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"]) as stage:
        stage.run()
        stage.end_service()
    lines = [orjson.loads(line) for line in (tmp_path / "logs" / "lotkeeper.jsonl").read_bytes().splitlines()]
    assert [line["event"] for line in lines if line["level"] != "info"] == []


@pytest.mark.long
def test_a_second_instance_is_refused_on_the_same_database_and_on_another(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"]) as stage:
        stage.run()
        (other := tmp_path / "other").mkdir()
        for database, said in ((f"{tmp_path}/lots", "already running"), (f"{other}/lots", "uses this account")):
            text = stage.config.read_text().replace(f"{tmp_path}/lots", database).replace("/run\n", "/r2\n")
            (other / "config.yaml").write_text(text)
            second = lotkeeper("run", "--config", str(other / "config.yaml"), env=stage.secrets)
            assert (second.returncode, second.stdout) == (1, "")
            assert said in second.stderr
        assert stage.status()["health"] == "ok"
        # On a shared disk of which the lock is not known to the other machine, the token decides.
        store = Store.open(f"sqlite:///{tmp_path}/lots.sqlite")
        store.take_lease()
        store.close()
        said = "another lotkeeper began later"
        eventually("it is told", lambda: any(said in problem for problem in stage.status()["problems"]))
        bought = stage.buy("BTCUSDT")
        eventually("the refusal", lambda: f"not sent: this system was overtaken: {said}" in stage.words())
        assert stage.sells_of("BTCUSDT", bought) is None


def test_a_database_put_back_from_an_old_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    """Lots that were sold, taken up or closed since are found again by their names: nothing is sold twice or lost.

    Without fees there is no dust, of which only the database would know which lot it went to with what profit.
    """
    database = tmp_path / "lots.sqlite"
    free = ["--maker-fee", "0", "--taker-fee", "0"]
    with Stage(tmp_path, ["--symbol", "BTCUSDT", *free], profit="5") as stage:
        stage.run()
        bought = [stage.buy("BTCUSDT") for _ in range(2)]
        eventually("SELLs of all parts", lambda: not stage.unprotected())
        _copied(database, tmp_path / "old.sqlite")
        _sold(stage, 2)  # both of the backup's lots
        bought += [stage.buy("BTCUSDT") for _ in range(2)]
        eventually("SELLs of all parts", lambda: not stage.unprotected())
        _sold(stage, 4)  # and two that the backup never heard of
        bought += [stage.buy("BTCUSDT") for _ in range(2)]
        eventually("SELLs of all parts", lambda: not stage.unprotected())
        eventually("all written down", lambda: len(stage.positions("--all")) == 6)
        before, profit = [stage.sells_of("BTCUSDT", each) for each in bought], _profit(stage)
        stage.end_service()
        for path in tmp_path.glob("lots.sqlite*"):
            path.unlink()
        (tmp_path / "old.sqlite").rename(database)
        bought.append(stage.buy("BTCUSDT"))
        stage.run()
        eventually("SELLs of all parts", lambda: not stage.unprotected())
        eventually("all lots again", lambda: len(stage.positions("--all")) == 7)
        assert [stage.sells_of("BTCUSDT", each) for each in bought[:6]] == before
        assert {lot["lot"] for lot in stage.positions()} == {f"BTCUSDT-{each}" for each in bought[4:]}
        eventually("the same profit", lambda: _profit(stage) == profit)
        _nothing_twice(stage)
        assert stage.status()["pairs"]["BTCUSDT"]["watch_only"] == ""


def _copied(database: Path, to: Path) -> None:
    """As a backup is made of a database in use."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def _sold(stage: Stage, closed: int) -> None:
    """The price rises until the SELLs on the book are filled, and falls again."""
    bid = Decimal(stage.control("summary")["symbols"]["BTCUSDT"]["bid"])
    for _ in range(20):
        stage.control("price", symbol="BTCUSDT", price=f"{bid * Decimal('1.06'):.2f}")
        if (stage.status() or {})["pairs"]["BTCUSDT"]["lots_closed"] == closed:
            break
        time.sleep(0.2)
    eventually(f"{closed} lots sold", lambda: stage.status()["pairs"]["BTCUSDT"]["lots_closed"] == closed)
    stage.control("price", symbol="BTCUSDT", price=f"{bid:.2f}")


def _profit(stage: Stage) -> str:
    return str(stage.status()["pairs"]["BTCUSDT"]["realised_profit"])


@pytest.mark.long
def test_killed_between_the_wire_and_the_notebook_nothing_is_sold_twice(tmp_path: Path) -> None:
    """The exchange has the SELL, its reply is held back, and whoever waits for it or would write it down is killed."""
    with Stage(tmp_path, ["--symbol", "BTCUSDT"], profit="50") as stage:
        stage.run()
        bought = []
        for victims in (
            ("Gateway",),
            ("Ledger",),
            ("PairKeeper",),
            ("PairKeeper", "Ledger"),
            ("Gateway", "PairKeeper"),
        ):
            stage.control("faults", name="reply-late", seconds=1.5, where={"method": "order.place", "side": "SELL"})
            bought.append(stage.buy("BTCUSDT"))
            eventually("the SELL on the book", lambda: stage.sells_of("BTCUSDT", bought[-1]))
            before = {process.pid for title in victims for process in stage.processes(title)}
            for victim in before:
                os.kill(victim, signal.SIGKILL)
            for title in victims:
                _reborn(stage, title, before)
        # One that was booked and then died with its Gateway is not sent again before it can no longer be alive: 30 s.
        eventually("all SELLs", lambda: not stage.unprotected(), 70.0)
        stage.ready()
        eventually("the notebook has all", lambda: len(stage.positions()) == len(bought))
        eventually("all known to stand", lambda: {lot["state"] for lot in stage.positions()} == {"SELLING"})
        _nothing_twice(stage)
        assert stage.status()["pairs"]["BTCUSDT"]["watch_only"] == ""


@pytest.mark.long
def test_a_test_exchange_that_is_wiped_is_watched_and_a_new_database_is_the_way_out(tmp_path: Path) -> None:
    with Stage(tmp_path, ["--symbol", "BTCUSDT"], profit="50") as stage:
        stage.run()
        bought = [stage.buy("BTCUSDT") for _ in range(2)]
        eventually("SELLs of all parts", lambda: not stage.unprotected())
        stage.control("faults", name="wipe")
        stage.control("drop/user")  # after which the keeper compares
        said = "BTCUSDT: watch-only: the exchange does not know SELL lk1-"
        eventually("it is told", lambda: any(said in problem for problem in (stage.status() or {})["problems"]))
        lost = stage.buy("BTCUSDT")
        stage.end_service()
        assert stage.sells_of("BTCUSDT", lost) is None
        for path in tmp_path.glob("lots.sqlite*"):
            path.unlink()
        stage.run()
        bought = stage.buy("BTCUSDT")
        eventually("its SELL", lambda: stage.sells_of("BTCUSDT", bought))
