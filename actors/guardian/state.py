"""What the Guardian knows: the settings that are in force, what is halted, and which pairs are on their way out."""

from dataclasses import dataclass, field

from actors.guardian.halting import Halting
from actors.guardian.leaving_pairs import LeavingPairs
from messages.lifecycle import Address, PairSettings, ServiceSettings, StartGuardian


@dataclass(slots=True)
class GuardianState:
    """Shared by the Guardian's collaborators; a reload replaces `start`."""

    start: StartGuardian
    launcher: Address
    started_ms: int  # wall clock
    halting: Halting = field(default_factory=Halting)
    leaving: LeavingPairs = field(default_factory=LeavingPairs)

    @property
    def settings(self) -> ServiceSettings:
        """Those that are in force now."""
        return self.start.settings

    @property
    def symbols(self) -> tuple[str, ...]:
        """The pairs of the configuration."""
        return tuple(pair.symbol for pair in self.settings.pairs)

    @property
    def kept(self) -> tuple[str, ...]:
        """Those of the configuration, and those that are on their way out."""
        return (*self.symbols, *self.leaving.symbols)

    def pair_settings(self, known: PairSettings) -> PairSettings:
        """The settings of a pair that are in force now; `known` where the configuration does not have it any more."""
        return next((pair for pair in self.settings.pairs if pair.symbol == known.symbol), known)
