import pytest

from lotkeeper.engine.errors import UnsupportedThespianError
from lotkeeper.engine.system import pin


def test_the_installed_version_is_the_one():
    pin.check()


def test_another_version_is_refused_by_name():
    with pytest.raises(UnsupportedThespianError, match=r"needs thespian 4\.0\.1, found 4\.1\.0"):
        pin.check("4.1.0")
