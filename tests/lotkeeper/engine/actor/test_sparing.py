from lotkeeper.engine.actor.sparing import Sparing


def test_the_first_is_told_and_then_how_many_there_were():
    sparing = Sparing()
    assert [sparing.count("a", 0.1 * number) for number in range(12)] == [1, *[0] * 9, 10, 0]
    assert sparing.count("b", 1.2) == 1
    assert sparing.count("a", 60.0) == 2
