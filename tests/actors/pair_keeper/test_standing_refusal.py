from actors.pair_keeper.standing_refusal import StandingRefusal
from lotkeeper.trading.orders.refusals import RefusalKind


def test_the_attempts_come_ever_more_seldom():
    refusal, now_s, waits = StandingRefusal.starting(100.0), 100.0, []
    for _ in range(9):
        refusal = refusal.again(RefusalKind.FORBIDDEN, "Symbol not whitelisted for API key. (-2010)", now_s)
        waits.append(refusal.until_s - now_s)
        now_s = refusal.until_s
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert (refusal.since_s, refusal.times) == (100.0, 9)


def test_it_says_what_to_do_the_same_each_time():
    once = StandingRefusal.starting(0).again(RefusalKind.FORBIDDEN, "not whitelisted (-2010)", 0)
    assert once.sentence("BTCUSDT") == once.again(RefusalKind.FORBIDDEN, once.text, 9).sentence("BTCUSDT")
    assert once.sentence("BTCUSDT") == (
        "the exchange refuses SELLs: not whitelisted (-2010); check the pairs that the key allows, and what the "
        "exchange allows this account, then: lotkeeper resume BTCUSDT"
    )
