import pytest

from lotkeeper.config import load_config
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.lease_token import next_lease_token
from tests.lotkeeper.service.test_configuration import write_config


def test_a_database_that_cannot_be_opened_is_refused_at_the_start(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("pairs:\n  BTCUSDT: {}\n")
    (tmp_path / "lotkeeper.sqlite").mkdir()
    with pytest.raises(ServiceError, match=r"lotkeeper\.sqlite") as refused:
        next_lease_token(load_config(path, {}))
    assert refused.value.exit_code == 1


def test_the_database_of_another_account_is_refused(tmp_path):
    config, _ = write_config(tmp_path)
    next_lease_token(config)
    next_lease_token(config, "lotkeeper-of-one")
    next_lease_token(config, "lotkeeper-of-one")
    assert next_lease_token(config) == 4  # the account's number is not known
    with pytest.raises(ServiceError, match="holds the lots of another account"):
        next_lease_token(config, "lotkeeper-of-another")
