"""The environment variables that hold secrets, or the name of a file with one: the API key, addresses of channels.

They stand alone here, because a start moves them out of the environment before it imports anything else.
"""

from typing import Final

API_KEY: Final = "LOTKEEPER_EXCHANGE__API_KEY"
API_SECRET: Final = "LOTKEEPER_EXCHANGE__API_SECRET"  # noqa: S105 (a name)
API_SECRET_FILE: Final = "LOTKEEPER_EXCHANGE__API_SECRET_FILE"  # noqa: S105 (a name)
PRIVATE_KEY_FILE: Final = "LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE"
CHANNEL_URLS: Final = "LOTKEEPER_ALERTS__URLS"
CHANNEL_URLS_FILE: Final = "LOTKEEPER_ALERTS__URLS_FILE"
SECRET_VARIABLES: Final = (API_KEY, API_SECRET, API_SECRET_FILE, PRIVATE_KEY_FILE, CHANNEL_URLS, CHANNEL_URLS_FILE)
