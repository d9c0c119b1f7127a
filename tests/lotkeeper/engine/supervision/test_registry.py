from thespian.actors import ActorAddress

from lotkeeper.engine.supervision.registry import Registry

OLD, NEW = ActorAddress("old"), ActorAddress("new")


def test_an_end_that_is_told_after_the_name_was_taken_again_changes_nothing():
    registry = Registry()
    registry.enter("keeper", OLD)
    registry.enter("keeper", NEW)
    assert registry.leave(OLD) is None
    assert registry.address("keeper") == NEW


def test_an_end_is_told_once():
    registry = Registry()
    registry.enter("keeper", OLD)
    assert registry.leave(OLD) == "keeper"
    assert registry.leave(OLD) is None
    assert registry.address("keeper") is None
    assert list(registry) == []
