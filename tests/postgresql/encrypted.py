"""A server that listens on a loopback address of its own and takes encrypted connections with a password alone."""

import datetime
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.postgresql.server import ROLE, PostgresqlServer, run

PASSWORD = "only/for@this:test"
_HOSTS = "local all all trust\nhostssl all all 127.0.0.0/8 scram-sha-256\n"


@dataclass(frozen=True, slots=True)
class EncryptedServer:
    """A started server with an empty database `lots`."""

    server: PostgresqlServer
    address: str
    certificate: Path  # it has signed itself

    def url(self, options: str = "", password: str = PASSWORD) -> str:
        return f"postgresql://{ROLE}:{quote(password, safe='')}@{self.address}/lots?{options}"


def start_encrypted(programs: Path) -> EncryptedServer:
    address = str(ipaddress.ip_address("127.64.0.0") + os.getpid() % 2**21)  # two runs do not meet
    server = PostgresqlServer(programs, (f"listen_addresses={address}", "ssl=on"))
    data = server.folder / "data"
    certificate = write_certificate(data, address)
    (data / "pg_hba.conf").write_text(_HOSTS)
    server.start()
    run(server.folder, f"ALTER ROLE {ROLE} PASSWORD '{PASSWORD}'")
    run(server.folder, "CREATE DATABASE lots")
    return EncryptedServer(server, address, certificate)


def write_certificate(data: Path, address: str) -> Path:
    """A new key, and its certificate for this address, signed by itself, in this folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)]), datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    plain, encoding = serialization.NoEncryption(), serialization.Encoding.PEM
    text = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    _write(data / "server.key", text, like=data)
    _write(data / "server.crt", made.sign(key, hashes.SHA256()).public_bytes(encoding), like=data)
    return data / "server.crt"


def _write(path: Path, text: bytes, like: Path) -> None:
    """For the server alone, which owns `like`."""
    path.touch(0o600)
    path.write_bytes(text)
    owner = like.stat()
    os.chown(path, owner.st_uid, owner.st_gid)
