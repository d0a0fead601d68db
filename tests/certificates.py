"""Certificates of a test's own authorities, as an institution makes them for its servers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

HERE = x509.IPAddress(IPv4Address("127.0.0.1"))


@dataclass(frozen=True)
class Certificate:
    """A server's certificate and its key, in PEM."""

    certificate: bytes
    key: bytes


class Authority:
    """Signs certificates; its own is signed by itself."""

    def __init__(self, name: str = "Authority") -> None:
        self._key, self._name = _new_key(), x509.Name.from_rfc4514_string(f"CN={name}")
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        unsigned = (
            _unsigned(self._name, self._name, self._key, timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
        )
        self.certificate = unsigned.sign(self._key, SHA256()).public_bytes(Encoding.PEM)

    def sign(self, place: x509.GeneralName = HERE, until: timedelta = timedelta(days=1)) -> Certificate:
        """A certificate for a place, from yesterday until so long from now."""
        key, name = _new_key(), x509.Name.from_rfc4514_string("CN=server")
        names = x509.SubjectAlternativeName([place])
        unsigned = _unsigned(name, self._name, key, until).add_extension(names, critical=False)
        signed = unsigned.sign(self._key, SHA256()).public_bytes(Encoding.PEM)
        return Certificate(signed, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _unsigned(
    of: x509.Name, by: x509.Name, key: ec.EllipticCurvePrivateKey, until: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        by, of, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + until
    )
