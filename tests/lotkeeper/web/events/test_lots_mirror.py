"""What each page is told of the lots."""

from lotkeeper.web.events.lots_mirror import LotsMirror, LotsPlace


def row(name: str, state: str = "SELLING") -> dict[str, str]:
    return {"lot": name, "pair": name.partition("-")[0], "state": state}


def test_a_new_page_gets_all_and_then_what_changes():
    mirror = LotsMirror()
    assert mirror.since(LotsPlace()) is None
    mirror.replace([row("A-1"), row("A-2")])
    whole = mirror.since(LotsPlace())
    assert (whole.is_whole, whole.changed, whole.removed) == (True, [row("A-1"), row("A-2")], ())
    assert mirror.since(whole.place).is_empty
    mirror.update([row("A-2", "HELD"), row("A-3")], ["A-1"])
    news = mirror.since(whole.place)
    assert (news.is_whole, news.removed) == (False, ["A-1"])
    assert news.changed == [row("A-2", "HELD"), row("A-3")]


def test_a_lot_that_comes_and_goes_between_two_looks_is_only_gone():
    mirror = LotsMirror()
    mirror.replace([])
    place = mirror.since(LotsPlace()).place
    mirror.update([row("A-1")], [])
    mirror.update([], ["A-1"])
    news = mirror.since(place)
    assert (news.changed, news.removed) == ([], ["A-1"])


def test_what_was_recorded_without_a_change_is_not_told():
    mirror = LotsMirror()
    mirror.replace([row("A-1")])
    place = mirror.since(LotsPlace()).place
    mirror.update([row("A-1")], ["A-9"])
    assert mirror.since(place).is_empty


def test_after_a_loss_every_page_gets_all_again():
    mirror = LotsMirror()
    mirror.replace([row("A-1")])
    place = mirror.since(LotsPlace()).place
    mirror.forget()
    assert mirror.since(place) is None
    mirror.update([row("A-2")], [])
    assert not mirror.is_known
    mirror.replace([row("A-1")])
    assert mirror.since(place).is_whole


def test_the_lots_of_some_pairs():
    mirror = LotsMirror()
    assert mirror.of_pairs(["A"]) == []
    mirror.replace([row("A-1"), row("B-2")])
    assert mirror.of_pairs(["A"]) == ["A-1"]
