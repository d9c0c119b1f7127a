"""What stops a release."""


class ReleaseError(Exception):
    """One sentence: what is wrong, and what is allowed."""
