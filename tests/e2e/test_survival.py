"""Every process of the system is killed in turn; the next BUY gets its SELL."""

import os
import signal
import time
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from persistence.store import Store
from tests.e2e.environment import SystemUnderTest, lotkeeper

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
    "Alerts",
    "Guardian",
    "lotkeeper-admin",
)


AT_ONCE = (("Gateway",), ("Ledger",), ("PairKeeper",), ("PairKeeper", "Ledger"), ("Gateway", "PairKeeper"))


def test_each_actor_killed_is_replaced_and_the_next_buy_gets_its_sell(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"], profit_pct="50") as system:
        system.run()
        bought = [system.buy("BTCUSDT")]
        for title in ACTORS:
            wait_for(f"SELLs of {bought}", lambda: not system.unprotected())
            victims = {process.pid for process in system.processes(title)}
            assert victims, f"no {title} among the processes"
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            bought.append(system.buy("BTCUSDT"))  # while it is down
            _wait_for_successor(system, title, victims)
            bought.append(system.buy("ETHUSDT"))
        wait_for("all SELLs", lambda: not system.unprotected())
        _check_nothing_sold_twice(system)
        system.wait_until_well()
        assert len(system.positions()) == len(bought)


def _wait_for_successor(system: SystemUnderTest, title: str, victims: set[int]) -> None:
    wait_for(
        f"{title} runs again",
        lambda: {process.pid for process in system.processes(title)} - victims,
    )


def _check_nothing_sold_twice(system: SystemUnderTest) -> None:
    """By the exchange's books, in total and lot by lot; a lot's dust may have moved to another."""
    symbols = system.control("summary")["symbols"]
    bought = {f"{symbol}-{buy['orderId']}" for symbol, books in symbols.items() for buy in books["buys"]}
    # A lot is recorded after its SELL was sent.
    wait_for("all lots in the database", lambda: bought <= {each["lot"] for each in system.positions("--all")})
    kept = {position["lot"]: position for position in system.positions("--all")}
    for symbol, books in symbols.items():
        received = sold = offered = Decimal(0)
        for buy in books["buys"]:
            sells = system.sells_of(symbol, buy["orderId"])
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
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
        system.run()
        os.kill(system.service.pid, signal.SIGKILL)
        wait_for("no process is left", lambda: not system.processes())
        system.run()


def test_a_buy_filled_while_the_service_was_down_gets_its_sell(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        system.stop()
        bought = system.buy("BTCUSDT")
        system.run()
        sells = wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
        assert len(sells["orders"]) == 1


def test_a_buy_filled_while_the_user_stream_was_cut_gets_its_sell(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        for _ in range(5):
            assert system.control("drop/user")["dropped"] == 1
            bought = system.buy("BTCUSDT")
            wait_for("its SELL", lambda bought=bought: system.sells_of("BTCUSDT", bought))
            system.wait_until_well()
        assert not system.unprotected()


@pytest.mark.takes(20)
def test_with_the_database_deleted_open_lots_are_rebuilt_from_the_exchange(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        bought = [system.buy("BTCUSDT") for _ in range(3)]
        wait_for("SELLs", lambda: all(system.sells_of("BTCUSDT", each) for each in bought))
        wait_for("SELLs of all parts", lambda: not system.unprotected())  # a BUY may fill in two, and so have two
        before = [system.sells_of("BTCUSDT", each) for each in bought]
        system.stop()
        for path in tmp_path.glob("lots.sqlite*"):
            path.unlink()
        system.run()
        wait_for("the lots", lambda: len(system.positions()) == 3)
        assert {position["state"] for position in system.positions()} == {"SELLING"}
        assert [system.sells_of("BTCUSDT", each) for each in bought] == before


def test_an_orderly_stop_restarts_nobody_and_says_so_in_no_warning(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
        system.run()
        system.stop()
    lines = [orjson.loads(line) for line in (tmp_path / "logs" / "lotkeeper.jsonl").read_bytes().splitlines()]
    assert [line["text"] for line in lines if line["level"] != "info"] == []


@pytest.mark.long
def test_a_second_instance_is_refused_on_the_same_database_and_on_another(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
        system.run()
        (other := tmp_path / "other").mkdir()
        for database, said in ((f"{tmp_path}/lots", "already running"), (f"{other}/lots", "uses this account")):
            text = system.config.read_text().replace(f"{tmp_path}/lots", database)
            text = text.replace(str(system.runtime_dir), f"{system.runtime_dir}-2")
            (other / "config.yaml").write_text(text)
            second = lotkeeper("run", "--config", str(other / "config.yaml"), env=system.secrets)
            assert (second.returncode, second.stdout) == (1, "")
            assert said in second.stderr
        assert system.told()["health"] == "ok"
        # On a shared disk of which the lock is not known to the other machine, the token decides.
        store = Store.open(f"sqlite:///{tmp_path}/lots.sqlite")
        store.take_lease()
        store.close()
        said = "another lotkeeper began later"
        wait_for("it is told", lambda: any(said in problem for problem in system.told()["problems"]))
        bought = system.buy("BTCUSDT")
        wait_for("the refusal", lambda: f"not sent: this system was overtaken: {said}" in system.service.output())
        assert system.sells_of("BTCUSDT", bought) is None


@pytest.mark.takes(45)
@pytest.mark.long
def test_a_database_put_back_from_an_old_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    """Lots that were sold, taken up or closed since are found again by their names: nothing is sold twice or lost.

    Without fees there is no dust, of which only the database would know which lot it went to with what profit.
    """
    free = ["--maker-fee", "0", "--taker-fee", "0"]
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", *free], profit_pct="5") as system:
        system.run()
        bought = [system.buy("BTCUSDT") for _ in range(2)]
        wait_for("SELLs of all parts", lambda: not system.unprotected())
        assert system.command("db", "backup", str(tmp_path / "old.sqlite")).returncode == 0
        _sell_all(system, 2)  # both of the backup's lots
        bought += [system.buy("BTCUSDT") for _ in range(2)]
        wait_for("SELLs of all parts", lambda: not system.unprotected())
        _sell_all(system, 4)  # and two that the backup never heard of
        bought += [system.buy("BTCUSDT") for _ in range(2)]
        wait_for("SELLs of all parts", lambda: not system.unprotected())
        wait_for("all written down", lambda: len(system.positions("--all")) == 6)
        before, profit = [system.sells_of("BTCUSDT", each) for each in bought], _profit(system)
        assert system.command("db", "restore", str(tmp_path / "old.sqlite"), "--yes").returncode == 1
        system.stop()
        assert system.command("db", "restore", str(tmp_path / "old.sqlite"), "--yes").returncode == 0
        assert len(list(tmp_path.glob("lots.sqlite.before-*"))) == 1
        bought.append(system.buy("BTCUSDT"))
        system.run()
        wait_for("SELLs of all parts", lambda: not system.unprotected())
        wait_for("all lots again", lambda: len(system.positions("--all")) == 7)
        assert [system.sells_of("BTCUSDT", each) for each in bought[:6]] == before
        assert {lot["lot"] for lot in system.positions()} == {f"BTCUSDT-{each}" for each in bought[4:]}
        wait_for("the same profit", lambda: _profit(system) == profit)
        _check_nothing_sold_twice(system)
        assert system.told()["pairs"]["BTCUSDT"]["watch_only"] == ""
        wait_for("a check without findings", lambda: system.command("db", "check", "--exchange").returncode == 0)


def _sell_all(system: SystemUnderTest, closed: int) -> None:
    """The price rises until the SELLs on the book are filled, and falls again."""
    bid = Decimal(system.control("summary")["symbols"]["BTCUSDT"]["bid"])
    for _ in range(20):
        system.control("price", symbol="BTCUSDT", price=f"{bid * Decimal('1.06'):.2f}")
        if system.told()["pairs"]["BTCUSDT"]["lots_closed"] == closed:
            break
        time.sleep(0.2)
    wait_for(f"{closed} lots sold", lambda: system.told()["pairs"]["BTCUSDT"]["lots_closed"] == closed)
    system.control("price", symbol="BTCUSDT", price=f"{bid:.2f}")


def _profit(system: SystemUnderTest) -> str:
    return str(system.told()["pairs"]["BTCUSDT"]["realised_profit"])


@pytest.mark.takes(45)
@pytest.mark.long
def test_killed_between_the_exchange_and_the_database_nothing_is_sold_twice(tmp_path: Path) -> None:
    """The exchange has the SELL and delays its reply; the actors that wait for it or would record it are killed."""
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        bought = []
        for victims in (
            ("Gateway",),
            ("Ledger",),
            ("PairKeeper",),
            ("PairKeeper", "Ledger"),
            ("Gateway", "PairKeeper"),
        ):
            system.control("faults", name="reply-late", seconds=1.5, where={"method": "order.place", "side": "SELL"})
            bought.append(system.buy("BTCUSDT"))
            wait_for("the SELL on the book", lambda: system.sells_of("BTCUSDT", bought[-1]))
            before = {process.pid for title in victims for process in system.processes(title)}
            for victim in before:
                os.kill(victim, signal.SIGKILL)
            for title in victims:
                _wait_for_successor(system, title, before)
        # One that was booked and then died with its Gateway is not sent again before it can no longer be alive: 30 s.
        wait_for("all SELLs", lambda: not system.unprotected(), 70.0)
        system.wait_until_well()
        wait_for("the database has all", lambda: len(system.positions()) == len(bought))
        wait_for("all known to stand", lambda: {lot["state"] for lot in system.positions()} == {"SELLING"})
        _check_nothing_sold_twice(system)
        assert system.told()["pairs"]["BTCUSDT"]["watch_only"] == ""


@pytest.mark.timeout(240)
@pytest.mark.longest
def test_a_test_exchange_that_is_wiped_is_watched_and_a_new_database_is_the_way_out(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        bought = [system.buy("BTCUSDT") for _ in range(2)]
        wait_for("SELLs of all parts", lambda: not system.unprotected())
        system.control("faults", name="wipe")
        system.control("drop/user")  # after which the keeper compares
        said = "BTCUSDT: watch-only: the exchange does not know SELL lk1-"
        wait_for("it is told", lambda: any(said in problem for problem in system.told()["problems"]))
        lost = system.buy("BTCUSDT")
        system.stop()
        assert system.sells_of("BTCUSDT", lost) is None
        for path in tmp_path.glob("lots.sqlite*"):
            path.unlink()
        system.run()
        bought = system.buy("BTCUSDT")
        # The SELLs of before were accepted within the last minute: their pair waits until no lag can hide them.
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought), 100.0)
