"""The addresses at which a browser is signed in to the page."""

from lotkeeper.config import Config, web_token_file
from lotkeeper.service.errors import ConfigurationError, ServiceError


def page_token(config: Config) -> str:
    """The token of the HTTP server. Raises ServiceError where there is none."""
    if not config.web.loopback_port:
        text = "web.loopback_port is 0, so that there is no page: give it a port, such as `web: {loopback_port: 8470}`"
        raise ConfigurationError(f"{text}, and restart")
    file = web_token_file(config)
    try:
        return file.read_text().strip()
    except FileNotFoundError as error:
        raise ServiceError(f"there is no token yet: the first start of the service makes {file}") from error
    except OSError as error:
        raise ServiceError(f"the file of the token, {file}, cannot be read: {error.strerror or error}") from error


def page_addresses(config: Config, token: str) -> list[str]:
    """Of this machine, and of each name of `web.hosts`, which a proxy with HTTPS has."""
    own = f"http://127.0.0.1:{config.web.loopback_port}"
    return [f"{origin}/?token={token}" for origin in (own, *(f"https://{host}" for host in config.web.hosts))]
