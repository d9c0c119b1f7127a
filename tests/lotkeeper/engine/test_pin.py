import pytest

from lotkeeper.engine.system import pin
from lotkeeper.engine.errors import UnsupportedThespianError


def test_the_installed_version_is_the_one():
    pin.check()


def test_another_version_is_refused_by_name():
    with pytest.raises(UnsupportedThespianError, match=r"needs thespian 4\.0\.1, found 4\.1\.0"):
        pin.check("4.1.0")
