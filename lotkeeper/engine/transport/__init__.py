"""How messages travel between the processes of one system: Unix-domain sockets in a directory of this user."""
