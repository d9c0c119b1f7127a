"""What both supervisors do alike."""

from actors.supervising import child_report
from lotkeeper.engine.supervision import ChildStatus, LifeState
from messages.health import ChildReported


def test_the_report_of_a_child_has_its_state_as_text():
    status = ChildStatus("gateway", LifeState.GIVEN_UP, 4, 3, "died 6 times", ("a message",))
    assert child_report(status) == ChildReported("gateway", 4, 3, "given up", "died 6 times", ("a message",))
