"""Keys of issuers, and proofs: `eddsa-rdfc-2022` over the quads of a credential.

The library is imported where it is used: it takes 7 MB of every process, and few sign anything.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from forum.api.data import keyed_digest
from forum_badges.quads import canonise, canonise_proof
from forum_badges.values import Forged, Sealed

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519: Final = b"\xed\x01"
_NONCE: Final = 12
_SIGNATURE: Final = 90
"""Signs of a signature at most; anything longer is none and is not decoded."""


def make_key() -> tuple[str, bytes]:
    """Make a key; return the public half as multibase and the private one encrypted."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = Ed25519PrivateKey.generate()
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_secret()).encrypt(nonce, key.private_bytes_raw(), None)
    return _multibase(_ED25519 + key.public_key().public_bytes_raw()), nonce + sealed


def open_key(private: bytes) -> bytes:
    """Return the private half of a key.

    Errors: Sealed when the site's secret is another one now.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_secret()).decrypt(private[:_NONCE], private[_NONCE:], None)
    except InvalidTag as error:
        raise Sealed from error


def is_open(private: bytes) -> bool:
    """Tell whether the site's secret opens a key."""
    try:
        open_key(private)
    except Sealed:
        return False
    return True


def sign(
    document: Mapping[str, Any], *, method: str, private: bytes, at: datetime
) -> dict[str, Any]:
    """Return a document with its proof; `private` is encrypted as `make_key` returned it.

    Errors: Sealed when the site's secret is another one now.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    raw = open_key(private)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": tell_moment(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    signature = Ed25519PrivateKey.from_private_bytes(raw).sign(_hash(document, proof))
    return {**document, "proof": [{**proof, "proofValue": _multibase(signature)}]}


def check(document: Mapping[str, Any], keys: Mapping[str, str]) -> None:
    """Check the proof of a document; `keys` are public keys by verification method.

    Errors: Forged with the part that does not hold.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    proofs = document.get("proof")
    if not isinstance(proofs, list) or len(proofs) != 1 or not isinstance(proofs[0], Mapping):
        raise Forged("proof")
    [proof] = proofs
    method, value = proof.get("verificationMethod"), proof.get("proofValue")
    issuer = document.get("issuer")
    controller = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if not isinstance(method, str) or method not in keys:
        raise Forged("verificationMethod")
    if method.partition("#")[0] != controller:
        raise Forged("issuer")
    if proof.get("cryptosuite") != "eddsa-rdfc-2022":
        raise Forged("cryptosuite")
    public = Ed25519PublicKey.from_public_bytes(_read(keys[method])[len(_ED25519) :])
    try:
        public.verify(_read(value), _hash(document, proof))
    except InvalidSignature as error:
        raise Forged("proofValue") from error


def tell_moment(at: datetime) -> str:
    """Write a moment as credentials have it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _hash(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    configured = hashlib.sha256(canonise_proof(proof)).digest()
    return configured + hashlib.sha256(canonise(document)).digest()


def _secret() -> bytes:
    return bytes.fromhex(keyed_digest("badges: keys of issuers", ""))


def _multibase(raw: bytes) -> str:
    """Write bytes in base58btc with its prefix. Source: IETF draft-msporny-base58."""
    number, signs = int.from_bytes(raw), []
    while number:
        number, digit = divmod(number, 58)
        signs.append(_ALPHABET[digit])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return "z" + "1" * zeros + "".join(reversed(signs))


def _read(text: object) -> bytes:
    if not isinstance(text, str) or not text.startswith("z") or len(text) > _SIGNATURE:
        raise Forged("multibase")
    number = 0
    for sign in text[1:]:
        place = _ALPHABET.find(sign)
        if place < 0:
            raise Forged("multibase")
        number = number * 58 + place
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
