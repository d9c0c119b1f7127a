"""Why an operation did not succeed, as people read it. The command line shows the text and ends with the exit code."""

from typing import ClassVar


class ServiceError(Exception):
    """The operation was refused or failed. The text has one line for each problem."""

    exit_code: ClassVar[int] = 1


class ConfigurationError(ServiceError):
    """The configuration cannot be used."""

    exit_code = 2


class ServiceNotRunningError(ServiceError):
    """No service runs with this configuration."""

    exit_code = 3


class RefusedError(ServiceError):
    """The running service has refused what it was asked for."""


class UnknownNameError(ServiceError):
    """Nothing has the name that was given."""
