"""Ports by what the kernel says."""

import os
import socket
import tempfile
from pathlib import Path

from lotkeeper.service.doctor.facts import ListeningPort
from lotkeeper.service.doctor.ports import listening_ports, tcp_listeners, unix_inodes

TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000
   1: 00000000:238C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000
"""
TCP6 = """\
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:1F90 0:0 0A 0:0 00:0 0     0        0 21 1
   1: 00000000000000000000000000000000:1F91 0:0 0A 0:0 00:0 0     0        0 22 1
   2: 0000000000000000FFFF00000100007F:1F92 0:0 0A 0:0 00:0 0     0        0 23 1
"""


def test_who_listens_where():
    assert list(tcp_listeners(TCP)) == [
        (4711, ListeningPort("127.0.0.1", 8080, True)),
        (4712, ListeningPort("0.0.0.0", 9100, False)),
    ]
    assert list(tcp_listeners(TCP6)) == [
        (21, ListeningPort("::1", 8080, True)),
        (22, ListeningPort("::", 8081, False)),
        (23, ListeningPort("127.0.0.1", 8082, True)),
    ]


def test_the_sockets_of_a_folder():
    head = "Num       RefCount Protocol Flags    Type St Inode Path\n"
    lines = "0: 00000002 00000000 00010000 0001 01 77 /tmp/lk/admin.sock\n"
    lines += "0: 00000002 00000000 00010000 0001 01 78 /tmp/other/admin.sock\n"
    lines += "0: 00000003 00000000 00000000 0001 03 79\n"
    assert list(unix_inodes(head + lines, Path("/tmp/lk"))) == [77]


def test_of_this_process():
    with tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as local:
        local.bind(os.path.join(folder, "a.sock"))
        local.listen()
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            assert ListeningPort("127.0.0.1", port, True) in listening_ports(Path(folder))
        assert port not in [each.port for each in listening_ports(Path(folder))]
    assert listening_ports(Path(folder)) == ()
