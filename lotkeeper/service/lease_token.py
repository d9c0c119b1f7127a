"""The fencing token of each start, and the account whose lots the database holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from lotkeeper.config import Config
from lotkeeper.service.errors import ServiceError
from persistence.errors import StoreError
from persistence.records import StateRecord
from persistence.store import Store

_ACCOUNT = "account"  # the database's key for the account whose lots it holds


def next_lease_token(config: Config, account: str = "") -> int:
    """The fencing token of a start, greater than that of every earlier one.

    Raises ServiceError if the database cannot be opened or holds the lots of another account. `account` is the lease's
    name for the account; it is empty where the exchange did not tell the account's number.
    """
    with _opened(config) as store:
        _note_account(store, account)
        return store.take_lease()


def note_account(config: Config, account: str) -> None:
    """The database is that of this account. Raises ServiceError if it cannot be opened or is another's."""
    with _opened(config) as store:
        _note_account(store, account)


def _note_account(store: Store, account: str) -> None:
    known = store.state(_ACCOUNT)
    if account and known not in (None, account):
        raise ServiceError(
            f"the database {store.place} holds the lots of another account (an account on a test exchange is another "
            "account, too); set `database` to another path"
        )
    if account and known is None:
        store.record([StateRecord(_ACCOUNT, account)])


@contextmanager
def _opened(config: Config) -> Iterator[Store]:
    """The database. Raises ServiceError for what it raises."""
    try:
        store = Store.open(config.database)
        try:
            yield store
        finally:
            store.close()
    except StoreError as error:
        raise ServiceError(str(error)) from error
