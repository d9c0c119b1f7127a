"""Pony's way to PostgreSQL, with connections of our own."""

import os
from typing import Any

from pony.orm.dbapiprovider import StrConverter
from pony.orm.dbproviders.postgres import PGPool, PGProvider

from persistence.engines.postgresql.connector import Connector, is_ended

_NUL = "\0"  # PostgreSQL has no text with this character
_IN_ITS_PLACE = "\ufffd"


class ConnectorPool(PGPool):  # type: ignore[misc]
    """One connection for each thread, which keeps its settings from one transaction to the next."""

    def __init__(self, connector: Connector) -> None:
        super().__init__(None)
        self._connector = connector

    def connect(self) -> Any:
        if self.con is not None and self.pid == os.getpid() and is_ended(self.con):
            self.disconnect()
        return super().connect()

    def _connect(self) -> None:
        self.con = self._connector.connect()

    def release(self, con: Any) -> None:
        try:
            con.rollback()
        except BaseException:
            self.drop(con)
            raise


class TextConverter(StrConverter):  # type: ignore[misc]
    """Text for people may hold anything that an exchange says, and must not make a record impossible."""

    def validate(self, val: Any, obj: Any = None) -> Any:
        checked = super().validate(val, obj)
        return checked.replace(_NUL, _IN_ITS_PLACE)


class ConnectorProvider(PGProvider):  # type: ignore[misc]
    """`db.bind(ConnectorProvider, connector)`."""

    converter_classes = [  # noqa: RUF012 (Pony's own)
        (kind, TextConverter if kind is str else converter) for kind, converter in PGProvider.converter_classes
    ]

    def get_pool(self, connector: Connector) -> ConnectorPool:
        return ConnectorPool(connector)

    def should_reconnect(self, exc: Exception) -> bool:
        """Never: Pony would go on in the middle of a transaction whose first half is lost with its session."""
        return False

    def inspect_connection(self, connection: Any) -> None:
        super().inspect_connection(connection)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            (schema,) = cursor.fetchone()
        self.default_schema_name = schema
