"""Who lives where, under which name."""

from collections.abc import Iterator

from thespian.actors import ActorAddress


class Registry:
    """Names and addresses. News of an end that comes late, after the name was taken again, changes nothing."""

    def __init__(self) -> None:
        self._addresses: dict[str, ActorAddress] = {}

    def enter(self, name: str, address: ActorAddress) -> None:
        """Somebody lives under that name now; whoever did before is forgotten."""
        self._addresses[name] = address

    def leave(self, address: ActorAddress) -> str | None:
        """Somebody has ended: the name that became free, or None when nobody known lived there."""
        name = self.name_of(address)
        if name is not None:
            del self._addresses[name]
        return name

    def name_of(self, address: ActorAddress) -> str | None:
        """Under which name somebody lives."""
        # Addresses have no hash, and one that was just made equals its final form only by comparison.
        return next((name for name, each in self._addresses.items() if each == address), None)

    def address(self, name: str) -> ActorAddress | None:
        """Where the one of that name lives."""
        return self._addresses.get(name)

    def __iter__(self) -> Iterator[tuple[str, ActorAddress]]:
        return iter(list(self._addresses.items()))
