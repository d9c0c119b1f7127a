from decimal import Decimal as D

from binance_sim.sources.walk import PriceWalk
from binance_sim.symbols.catalogue import choose_rules, start_price


def walk(symbol="BTCUSDT", seed="7", depth=4000):
    rules = choose_rules((symbol,), {})[symbol]
    return PriceWalk(rules, start_price(rules), seed, D(depth))


def test_the_same_seed_pair_and_step_give_the_same_prices():
    one, other = walk(), walk()
    assert [one.step() for _ in range(50)] == [other.step() for _ in range(50)]
    assert walk(seed="8").step() != walk().step()
    assert walk("ETHUSDT").step().quote.bid_qty != walk().step().quote.bid_qty


def test_prices_keep_to_ticks_and_steps_and_never_cross():
    for symbol in ("BTCUSDT", "ADAUSDT", "ETHBTC", "XYZUSDT", "XYZBTC"):
        prices = walk(symbol)
        rules = choose_rules((symbol,), {})[symbol]
        for _ in range(300):
            step = prices.step()
            quote = step.quote
            assert quote.bid < quote.ask
            assert quote.bid % rules.tick == quote.ask % rules.tick == 0
            assert quote.bid_qty % rules.step == quote.ask_qty % rules.step == 0
            assert min(quote.bid_qty, quote.ask_qty) > 0
            for buys, price, qty in step.takers:
                assert price == (quote.ask if buys else quote.bid)
                assert qty > 0
                assert qty % rules.step == 0


def test_prices_swing_by_about_a_percent_within_twenty_seconds():
    swings = []
    for seed in range(20):
        prices = walk(seed=str(seed))
        bids = [prices.step().quote.bid for _ in range(200)]
        swings.append(max(bids) / min(bids) - 1)
    assert D("0.01") < sum(swings) / len(swings) < D("0.05")


def test_prices_come_home():
    prices = walk()
    bids = [prices.step().quote.bid for _ in range(20_000)]
    assert all(D(57_000) < bid < D(63_000) for bid in bids)


def test_a_jump_moves_home():
    prices = walk()
    prices.move_to(D(30_000))
    assert all(D(28_000) < prices.step().quote.bid < D(32_000) for _ in range(1000))


def test_a_thin_book_has_small_sizes():
    thick, thin = walk(depth=4000), walk(depth=3)
    assert sum(thin.step().quote.ask_qty for _ in range(50)) < sum(thick.step().quote.ask_qty for _ in range(50)) / 500
