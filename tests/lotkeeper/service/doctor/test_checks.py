"""All checks together."""

from lotkeeper.service.doctor.checks import CHECKS, diagnose, is_well
from lotkeeper.service.doctor.facts import KeyFacts
from lotkeeper.service.doctor.findings import Verdict
from tests.lotkeeper.service.doctor.samples import FACTS, exchange, facts


def test_where_all_is_well_every_check_but_the_silent_ones_says_so():
    found = diagnose(FACTS)
    assert {each.verdict for each in found} == {Verdict.OK}
    assert len(found) == len(CHECKS) - 3 + 2  # nothing of packages, a broker and merged memory, three endpoints
    assert is_well(found)


def test_one_failure_is_enough_and_a_warning_is_none():
    assert not is_well(diagnose(facts(key=KeyFacts("hmac", ("nothing",)))))
    assert is_well(diagnose(exchange(restrictions=None, account=None)))
