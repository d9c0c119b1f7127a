"""The environment variables that hold the API key and its secret, or the name of a file with it.

They stand alone here, because a start moves them out of the environment before it imports anything else.
"""

from typing import Final

API_KEY: Final = "LOTKEEPER_EXCHANGE__API_KEY"
API_SECRET: Final = "LOTKEEPER_EXCHANGE__API_SECRET"  # noqa: S105 (a name)
API_SECRET_FILE: Final = "LOTKEEPER_EXCHANGE__API_SECRET_FILE"  # noqa: S105 (a name)
PRIVATE_KEY_FILE: Final = "LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE"
SECRET_VARIABLES: Final = (API_KEY, API_SECRET, API_SECRET_FILE, PRIVATE_KEY_FILE)
