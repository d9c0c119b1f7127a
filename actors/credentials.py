"""How an actor that signs gets the key: it asks the launcher until the credentials come, and makes the signer."""

from dataclasses import dataclass
from typing import Any

from lotkeeper.engine.actor import EngineActor
from lotkeeper.exchange.signing import KeyProblemError, Signer, load_signer
from lotkeeper.logging.setup import hide
from messages.lifecycle import Credentials, RequestCredentials, secret_values

_ASK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class AskForKey:
    """Wake-up: ask the launcher again if the key is not here yet."""


class SignerRequest:
    """The signer of one actor, once the launcher has answered."""

    def __init__(self, actor: EngineActor) -> None:
        self.signer: Signer | None = None
        self.trouble = ""  # why the key that came cannot be used
        self._actor = actor

    def ask(self, launcher: Any) -> None:
        """Asks the launcher, and has the actor woken with AskForKey; does nothing once the signer is here."""
        if self.signer is None:
            self._actor.send(launcher, RequestCredentials(self._actor.myAddress))
            self._actor.wake_in(_ASK_AGAIN_S, AskForKey())

    def accept(self, message: Credentials) -> bool:
        """Whether this message brought the signer; further copies change nothing. No log will show the secrets."""
        if self.signer is not None:
            return False
        hide(secret_values(message))
        try:
            self.signer = load_signer(message)
        except KeyProblemError as error:
            self.trouble = f"the key cannot be used: {error}"
            return False
        self.trouble = ""
        return True
