from random import Random

from binance_sim.distance.delays import Distance, read_distance


def test_each_way_is_half_of_the_round_trip():
    distance = read_distance(100, 0, "1")
    assert [distance.draw_one_way_s() for _ in range(3)] == [0.05] * 3
    assert distance.draw_handshake_s() == 0.2  # two round trips: TCP, then TLS


def test_jitter_makes_a_round_trip_longer_by_at_most_its_own_length():
    distance = read_distance(100, 20, "1")
    drawn = [distance.draw_one_way_s() for _ in range(500)]
    assert 0.05 <= min(drawn) < 0.051
    assert 0.059 < max(drawn) <= 0.06


def test_the_same_seed_draws_the_same_jitter():
    drawn = [[read_distance(100, 20, seed).draw_one_way_s() for _ in range(1)] for seed in ("1", "1", "2")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_without_round_trip_and_jitter_nothing_is_delayed():
    assert not read_distance(0, 0, "1").is_remote
    assert Distance(0.1, 0, Random(1)).is_remote
    assert Distance(0, 0.1, Random(1)).is_remote
