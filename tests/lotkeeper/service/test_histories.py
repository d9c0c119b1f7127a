"""Where the histories of the pairs begin, as a start notes it: a real database, an exchange that may be away."""

import time

import pytest

from lotkeeper.config import Config, load_config
from lotkeeper.service import histories
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.histories import begin_histories, settle_histories
from lotkeeper.service.start_moment import now
from lotkeeper.trading.recovery.history_start import Clock, HistoryStart, MachineMoment, Removed
from persistence.history_starts import HistoryStarts
from persistence.records import CursorRecord
from persistence.store import Store
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer, answer

EXCHANGE_MS = 1_700_000_000_000  # years behind this machine's clock
AWAY = "http://127.0.0.1:9"  # nobody listens there
STARTED = MachineMoment(1_800_000_000_000, 5_000_000, "boot")


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    """The start was two seconds ago."""
    monkeypatch.setattr(histories, "now", lambda: MachineMoment(STARTED.wall_ms + 2000, 5_002_000, "boot"))


def configured(folder, url: str, *pairs: str) -> Config:
    path = folder / "config.yaml"
    path.write_text(f"exchange:\n  rest_url: {url}\npairs:\n" + "".join(f"  {pair}: {{}}\n" for pair in pairs))
    return load_config(path, {})


def told(ms: int = EXCHANGE_MS) -> bytes:
    return answer({"serverTime": ms})


def records(config: Config):
    return HistoryStarts.open(config.database).records()


def test_a_first_start_counts_from_its_moment_by_the_exchanges_clock(tmp_path):
    with HttpPeer(told()) as peer:
        config = configured(tmp_path, peer.url, "BTCUSDT", "ETHUSDT")
        begin_histories(config, STARTED)
        settle_histories(config, STARTED, is_again=False)
        assert [each.path for each in peer.asked] == ["/api/v3/time"]
    began = HistoryStart(EXCHANGE_MS - 2000, Clock.EXCHANGE)
    assert records(config) == {"BTCUSDT": began, "ETHUSDT": began}


def test_it_is_on_the_disk_before_the_exchange_is_asked(tmp_path, monkeypatch):
    config = configured(tmp_path, AWAY, "BTCUSDT")
    seen = []
    monkeypatch.setattr(histories, "_exchange_time", lambda config: seen.append(records(config)))
    begin_histories(config, STARTED)
    assert seen == [{"BTCUSDT": HistoryStart(STARTED.wall_ms, Clock.MACHINE, STARTED)}]


def test_a_start_that_ended_before_the_exchange_was_reached_counts_all_the_same(tmp_path):
    config = configured(tmp_path, AWAY, "BTCUSDT")
    begin_histories(config, STARTED)
    with pytest.raises(ServiceError, match="did not tell its time"):
        settle_histories(config, STARTED, is_again=False)
    settle_histories(config, STARTED, is_again=True)  # the actors are restarted while the exchange is away
    with HttpPeer(CUT, told(), told()) as peer:
        config = configured(tmp_path, peer.url, "BTCUSDT")
        later = MachineMoment(STARTED.wall_ms + 1900, 5_001_900, "boot")
        begin_histories(config, later)
        begin_histories(config, later)
        assert len(peer.asked) == 2
    assert records(config) == {"BTCUSDT": HistoryStart(EXCHANGE_MS - 2000, Clock.EXCHANGE)}


def test_a_slow_answer_is_asked_for_again_since_it_tells_the_time_too_vaguely(tmp_path, monkeypatch):
    ticks = iter(range(0, 90_000, 600))
    slow = iter([0, 5_000, 5_000, 5_200])
    monkeypatch.setattr(histories, "now", lambda: MachineMoment(0, STARTED.boot_ms + next(slow, next(ticks)), "boot"))
    with HttpPeer(told(), told(EXCHANGE_MS + 5_100)) as peer:
        answer_of = histories._exchange_time(configured(tmp_path, peer.url, "BTCUSDT"))
        assert len(peer.asked) == 2
    assert answer_of == (EXCHANGE_MS + 5_100, MachineMoment(0, STARTED.boot_ms + 5_200, "boot"))


def test_a_pair_that_is_added_counts_from_then_and_the_others_go_on(tmp_path):
    with HttpPeer(told(), told(EXCHANGE_MS + 10**6)) as peer:
        config = configured(tmp_path, peer.url, "BTCUSDT")
        begin_histories(config, STARTED)
        config = configured(tmp_path, peer.url, "BTCUSDT", "ETHUSDT")
        begin_histories(config, STARTED)
        settle_histories(config, STARTED, is_again=False)
    assert {symbol: each.since_ms for symbol, each in records(config).items()} == {
        "BTCUSDT": EXCHANGE_MS - 2000,
        "ETHUSDT": EXCHANGE_MS + 10**6 - 2000,
    }


def test_a_pair_that_was_taken_out_and_put_back_counts_from_then(tmp_path):
    with HttpPeer(told(), told(EXCHANGE_MS + 40 * 86_400_000)) as peer:
        both, one = (configured(tmp_path, peer.url, "BTCUSDT", *more) for more in (["ETHUSDT"], []))
        for config in (both, one):
            begin_histories(config, STARTED)
            settle_histories(config, STARTED, is_again=False)
        assert records(one)["ETHUSDT"] == Removed()
        begin_histories(both, STARTED)
        settle_histories(both, STARTED, is_again=False)
    assert records(both)["ETHUSDT"].since_ms == EXCHANGE_MS + 40 * 86_400_000 - 2000
    assert records(both)["BTCUSDT"].since_ms == EXCHANGE_MS - 2000


def test_what_an_earlier_version_kept_goes_on_without_a_question(tmp_path):
    config = configured(tmp_path, AWAY, "BTCUSDT")
    store = Store.open(config.database)
    store.record([CursorRecord("BTCUSDT", 7, 0), CursorRecord("ETHUSDT", 7, 0)])
    store.close()
    begin_histories(config, STARTED)
    settle_histories(config, STARTED, is_again=False)
    assert records(config) == {"ETHUSDT": Removed()}


def test_a_start_that_is_not_let_in_takes_no_pair_out(tmp_path):
    """Which account the database belongs to is known only after the exchange has told the number."""
    with HttpPeer(told()) as peer:
        begin_histories(configured(tmp_path, peer.url, "BTCUSDT"), STARTED)
    other = configured(tmp_path, AWAY, "ETHUSDT")
    begin_histories(other, STARTED)
    assert isinstance(records(other)["BTCUSDT"], HistoryStart)


def test_a_database_that_cannot_be_used_is_an_error_with_a_sentence(tmp_path):
    config = configured(tmp_path, AWAY, "BTCUSDT")
    (tmp_path / "lotkeeper.sqlite").mkdir()
    for step in (begin_histories, lambda *given: settle_histories(*given, is_again=False)):
        with pytest.raises(ServiceError, match="is a folder"):
            step(config, STARTED)


def test_the_moment_of_this_very_process_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(histories, "now", now)
    with HttpPeer(told(int(time.time() * 1000))) as peer:
        config = configured(tmp_path, peer.url, "BTCUSDT")
        began = now()
        begin_histories(config, began)
    assert abs(records(config)["BTCUSDT"].since_ms - began.wall_ms) < 5_000
