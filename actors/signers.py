"""From the launcher's answer to what signs."""

from lotkeeper.exchange.signing import Signer, load_signer
from messages.lifecycle import Credentials


def signer_of(message: Credentials) -> Signer:
    """Raises KeyProblemError, with a sentence that does not show the key."""
    return load_signer(
        message.key_type, message.api_key, secret=message.api_secret, private_key_pem=message.private_key_pem
    )
