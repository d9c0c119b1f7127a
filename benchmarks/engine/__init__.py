"""The engine's system base beside Thespian's own and a bare socketpair, in one run: `make bench-engine`."""
