"""Over https the other side must prove its name, by an authority that this machine trusts."""

import base64
import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.webhooks import Receiver, Undelivered, post, send
from tests.support.flaky import ANSWERS, flaky

SECRET = bytes(range(32))
BEGINS = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
ENDS = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


class Authority:
    """A certificate authority of one test; ``file`` is its own certificate."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, _named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.BasicConstraints(ca=True, path_length=None)
        own = self._signed(self._name, self._key).add_extension(usage, critical=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def server(self, host: str) -> ssl.SSLContext:
        """What a server of this name proves itself with."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        of = self._signed(_named(host), key).add_extension(names, critical=False)
        path = self._folder / f"{host}.{self.file.stem}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + of.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(BEGINS)
            .not_valid_after(ENDS)
        )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@pytest.mark.parametrize(
    ("signs", "host", "arrives"),
    [("trusted", "penerima.example", True), ("stranger", "penerima.example", False),
     ("trusted", "lain.example", False)],
)  # fmt: skip
def test_only_who_proves_its_name_gets_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signs: str, host: str, arrives: bool
) -> None:
    authorities = {name: Authority(tmp_path, name) for name in ("trusted", "stranger")}
    trusting = ssl.create_default_context(cafile=authorities["trusted"].file)
    assert (post.TLS.verify_mode, post.TLS.check_hostname) == (trusting.verify_mode, trusting.check_hostname)
    monkeypatch.setattr(post, "TLS", trusting)
    reference = tmp_path / "secret"
    reference.write_text("whsec_" + base64.b64encode(SECRET).decode(), encoding="ascii")
    with flaky(SECRET, [ANSWERS], tls=authorities[signs].server(host)) as server:
        url = f"https://penerima.example:{server.server_address[1]}/kabar"
        receiver = Receiver("uji", "contoh", frozenset(), url, (f"file:{reference}",), ("127.0.0.0/8",))
        given = (receiver, "uji:1", 1, b'{"type":"kabar"}')
        if arrives:
            send(*given, resolved=lambda host, port: ["127.0.0.1"])
        else:
            with pytest.raises(Undelivered, match="SSLCertVerificationError"):
                send(*given, resolved=lambda host, port: ["127.0.0.1"])
    assert server.taken == ({"uji:1": 1} if arrives else {})
