import pytest

from lotkeeper.engine.errors import UnsupportedThespianError
from lotkeeper.engine.system import thespian_version


def test_the_installed_version_is_supported():
    thespian_version.check()


def test_another_version_is_refused_with_its_number():
    with pytest.raises(UnsupportedThespianError, match=r"needs thespian 4\.0\.1, found 4\.1\.0"):
        thespian_version.check("4.1.0")
