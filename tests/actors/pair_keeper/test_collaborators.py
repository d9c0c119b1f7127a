from actors.pair_keeper.collaborators import Collaborators
from tests.actors.pair_keeper.bench import at, done, new_state, open_core
from tests.persistence.lots import lot


def test_each_is_made_once_and_shared_by_all_that_work_with_it():
    made = vars(Collaborators(new_state().start))
    assert len({type(each) for each in made.values()}) == len(made)
    of_type = {type(each): each for each in made.values()}
    for owner in made.values():
        for known in vars(owner).values() if hasattr(owner, "__dict__") else ():
            assert of_type.get(type(known), known) is known, f"{type(owner)} has another {type(known)}"


def test_a_complete_pass_is_concluded():
    """The reconciler is made before what concludes its passes."""
    core = open_core(lot(7))
    asked, _ = done(core.collaborators.reconciler.begin(at(0)))
    tag = core.collaborators.requests.take_answered(asked[0].message.request_id)
    done(core.collaborators.reconciler._conclude(tag.current, at(1)))
    assert core.state.complete_as_of_ms == at(0).wall_ms
    core.state.book.lots.index.remove_from_queue(7)
    assert done(core.collaborators.reconciler._keep_found(tag.current, at(2)))[0] == []
