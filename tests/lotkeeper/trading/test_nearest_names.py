"""Names that somebody may have meant."""

from lotkeeper.trading.nearest_names import did_you_mean, nearest_names, not_configured

MANY = [f"{base}USDT" for base in ("ADA", "BNB", "BTC", "DOGE", "DOT", "ETH", "SOL", "TRX", "XRP")]


def test_the_most_similar_come_first_and_at_most_three():
    assert nearest_names("BTCUSD", ["ETHUSDT", "BTCUSDT", "BTCUSDC", "BTCUSDP"])[0].startswith("BTCUSD")
    assert len(nearest_names("BTCUSD", ["BTCUSD1", "BTCUSD2", "BTCUSD3", "BTCUSD4"])) == 3
    assert nearest_names("BTCUSD", ["BTCUSDT", "BTCUSDT"]) == ["BTCUSDT"]


def test_nothing_is_meant_by_what_is_like_nothing():
    assert did_you_mean("QQQ", ["BTCUSDT"]) == ""
    assert did_you_mean("BTCUSTD", ["BTCUSDT", "ADAEUR"]) == "; did you mean BTCUSDT?"


def test_few_pairs_are_all_listed():
    assert not_configured("QQQ", ["ETHUSDT", "BTCUSDT"]) == "QQQ is not a configured pair; configured: BTCUSDT, ETHUSDT"


def test_of_many_pairs_the_nearest_are_named():
    found = not_configured("DOGUSDT", MANY)
    assert found.startswith("DOGUSDT is not a configured pair; did you mean DOGEUSDT")
    assert found.endswith("`lotkeeper pairs` lists all 9")
