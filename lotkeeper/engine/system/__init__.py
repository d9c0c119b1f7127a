"""Thespian with its defects repaired: the system base, its admin and managers, and the processes they run in."""

from lotkeeper.engine.system import thespian_version

thespian_version.check()  # before any module of this package imports a part of Thespian
