"""The price broadcaster's parts, none of which is an actor: who listens, and what REST was asked for."""
