"""Debian roots of their own: made empty, brought to what a Containerfile says, and run in namespaces.

For root alone. Nothing of it is seen outside: mounts end with the processes, and the folders are removed.
"""
