"""HostLease: renews the lease of a host that takes turns with another one."""
