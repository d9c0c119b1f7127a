"""Whether a silent pair is worth a new connection for all."""

from actors.market_stream.suspicions import Suspicions

NEVER = float("-inf")


def renewals(heard_at: set[float], until_s: int) -> list[int]:
    """When the connection is renewed for a pair that is suspected each second and heard at these moments."""
    suspicions, found, heard_s = Suspicions(), [], NEVER
    for second in range(until_s):
        heard_s = float(second) if second in heard_at else heard_s
        if suspicions.deserves_renewal("BTCUSDT", heard_s, float(second)):
            suspicions.note_renewal("BTCUSDT", heard_s, float(second))
            found.append(second)
    return found


def test_renewals_that_do_not_help_become_rare():
    assert renewals(set(), 1000) == [0, 60, 180, 420, 900]


def test_they_never_cease():
    times = renewals(set(), 50_000)
    assert times[-1] - times[-2] == 3600


def test_a_pair_that_was_heard_since_then_is_suspected_anew():
    assert renewals({300.0}, 500) == [0, 60, 180, 300, 360, 480]


def test_each_pair_is_judged_by_its_own_silence():
    suspicions = Suspicions()
    suspicions.note_renewal("BTCUSDT", NEVER, 0.0)
    assert not suspicions.deserves_renewal("BTCUSDT", NEVER, 30.0)
    assert suspicions.deserves_renewal("ETHUSDT", NEVER, 30.0)
