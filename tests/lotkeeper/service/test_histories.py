"""Where the histories of the pairs begin, as a start notes it: a real database, an exchange that may be away."""

import pytest

from lotkeeper.config import Config, load_config
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.histories import begin_histories, correct_histories, known_pairs, settle_histories
from lotkeeper.trading.recovery.history_start import Clock, HistoryStart, MachineMoment, Removed
from persistence.history_starts import HistoryStarts
from persistence.records import CursorRecord
from persistence.store import Store

EXCHANGE_MS = 1_700_000_000_000  # years behind this machine's clock
STARTED = MachineMoment(1_800_000_000_000, 5_000_000, "boot")
TWO_SECONDS_LATER = MachineMoment(STARTED.wall_ms + 2000, 5_002_000, "boot")


def configured(folder, *pairs: str) -> Config:
    path = folder / "config.yaml"
    path.write_text("pairs:\n" + "".join(f"  {pair}: {{}}\n" for pair in pairs))
    return load_config(path, {})


def records(config: Config):
    return HistoryStarts.open(config.database).records()


def told(config: Config, ms: int = EXCHANGE_MS) -> None:
    """The exchange tells its time two seconds after the start."""
    correct_histories(config, ms, TWO_SECONDS_LATER)


def test_a_first_start_counts_from_its_moment_by_the_exchanges_clock(tmp_path):
    config = configured(tmp_path, "BTCUSDT", "ETHUSDT")
    assert begin_histories(config, STARTED)
    told(config)
    assert not begin_histories(config, STARTED)
    assert not settle_histories(config, STARTED, config.pairs)
    began = HistoryStart(EXCHANGE_MS - 2000, Clock.EXCHANGE)
    assert records(config) == {"BTCUSDT": began, "ETHUSDT": began}


def test_it_is_on_the_disk_before_the_exchange_is_asked(tmp_path):
    config = configured(tmp_path, "BTCUSDT")
    begin_histories(config, STARTED)
    assert records(config) == {"BTCUSDT": HistoryStart(STARTED.wall_ms, Clock.MACHINE, STARTED)}


def test_a_start_does_not_need_the_exchange_and_counts_all_the_same_from_its_moment(tmp_path):
    config = configured(tmp_path, "BTCUSDT")
    assert begin_histories(config, STARTED)
    assert settle_histories(config, STARTED, config.pairs)  # the exchange's time is needed, later
    later = MachineMoment(STARTED.wall_ms + 1900, 5_001_900, "boot")
    assert begin_histories(config, later)  # the next start goes on with the moment of the first
    told(config)
    assert records(config) == {"BTCUSDT": HistoryStart(EXCHANGE_MS - 2000, Clock.EXCHANGE)}


def test_a_pair_that_is_added_counts_from_then_and_the_others_go_on(tmp_path):
    config = configured(tmp_path, "BTCUSDT")
    begin_histories(config, STARTED)
    told(config)
    config = configured(tmp_path, "BTCUSDT", "ETHUSDT")
    begin_histories(config, STARTED)
    told(config, EXCHANGE_MS + 10**6)
    settle_histories(config, STARTED, config.pairs)
    assert {symbol: each.since_ms for symbol, each in records(config).items()} == {
        "BTCUSDT": EXCHANGE_MS - 2000,
        "ETHUSDT": EXCHANGE_MS + 10**6 - 2000,
    }


def test_a_pair_that_was_taken_out_and_put_back_counts_from_then(tmp_path):
    both, one = (configured(tmp_path, "BTCUSDT", *more) for more in (["ETHUSDT"], []))
    for config in (both, one):
        begin_histories(config, STARTED)
        told(config)
        settle_histories(config, STARTED, config.pairs)
    assert records(one)["ETHUSDT"] == Removed()
    begin_histories(both, STARTED)
    told(both, EXCHANGE_MS + 40 * 86_400_000)
    settle_histories(both, STARTED, both.pairs)
    assert records(both)["ETHUSDT"].since_ms == EXCHANGE_MS + 40 * 86_400_000 - 2000
    assert records(both)["BTCUSDT"].since_ms == EXCHANGE_MS - 2000


def test_what_an_earlier_version_kept_goes_on_without_a_question(tmp_path):
    config = configured(tmp_path, "BTCUSDT")
    store = Store.open(config.database)
    store.record([CursorRecord("BTCUSDT", 7, 0), CursorRecord("ETHUSDT", 7, 0)])
    store.close()
    assert not begin_histories(config, STARTED)
    assert not settle_histories(config, STARTED, config.pairs)
    assert records(config) == {"ETHUSDT": Removed()}
    assert known_pairs(config) == {"BTCUSDT", "ETHUSDT"}


def test_a_start_that_is_not_let_in_takes_no_pair_out(tmp_path):
    """Which account the database belongs to is known only after the exchange has told the number."""
    begin_histories(configured(tmp_path, "BTCUSDT"), STARTED)
    other = configured(tmp_path, "ETHUSDT")
    begin_histories(other, STARTED)
    assert isinstance(records(other)["BTCUSDT"], HistoryStart)


def test_a_database_that_cannot_be_used_is_an_error_with_a_sentence(tmp_path):
    config = configured(tmp_path, "BTCUSDT")
    (tmp_path / "lotkeeper.sqlite").mkdir()
    steps = (
        lambda: begin_histories(config, STARTED),
        lambda: settle_histories(config, STARTED, config.pairs),
        lambda: told(config),
        lambda: known_pairs(config),
    )
    for step in steps:
        with pytest.raises(ServiceError, match="is a folder"):
            step()
