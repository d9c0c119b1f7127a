"""Over a network: the connection is encrypted, the server can be made to prove who it is, and each refusal is said."""

from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from persistence.errors import StoreError
from persistence.store import Store
from tests.persistence.lots import lot, record
from tests.postgresql.encrypted import EncryptedServer, start_encrypted, write_certificate
from tests.postgresql.server import binaries


@pytest.fixture(scope="module")
def encrypted() -> Iterator[EncryptedServer]:
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    started = start_encrypted(programs)
    yield started
    started.server.remove()


def refusal(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(url, busy_timeout_s=0.1)
    return str(caught.value)


@pytest.mark.parametrize("how", ["sslmode=require", "sslmode=verify-full&sslrootcert={certificate}"])
def test_a_lot_is_written_and_read_over_an_encrypted_connection(encrypted: EncryptedServer, how: str) -> None:
    url = encrypted.url(how.format(certificate=encrypted.certificate))
    store = Store.open(url)
    record(store, lot())
    store.close()
    again = Store.open(url)
    assert [each.lot_id for each in again.lots()] == [lot().lot_id]
    again.close()
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert cursor.fetchone() == (True,)


def test_a_server_that_another_has_signed_is_refused(encrypted: EncryptedServer, tmp_path: Path) -> None:
    stranger = write_certificate(tmp_path, "127.0.0.1")
    text = refusal(encrypted.url(f"sslmode=verify-full&sslrootcert={stranger}"))
    assert "the server's certificate is not accepted; look at sslmode and sslrootcert" in text


def test_without_encryption_the_server_takes_nobody(encrypted: EncryptedServer) -> None:
    assert "the server accepts no connection of this user from here" in refusal(encrypted.url("sslmode=disable"))


def test_a_wrong_password_is_said_and_not_shown(encrypted: EncryptedServer) -> None:
    text = refusal(encrypted.url("sslmode=require", password="se/cret"))
    assert "the server does not accept this user and password" in text
    assert "cret" not in text
