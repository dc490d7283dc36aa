"""Credentials as the quads that are signed: `eddsa-rdfc-2022` without a JSON-LD processor.

Every node of ours but the proof has an id, so the canonical form is the sorted list of quads. A key
that is not in the table raises: a processor would drop it, and what is dropped is not signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from forum_badges.values import Forged

VC: Final = "https://www.w3.org/ns/credentials/v2"
OB: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_CRED: Final = "https://www.w3.org/2018/credentials#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status#"
_SEC: Final = "https://w3id.org/security#"
_BADGE: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_SCHEMA: Final = "https://schema.org/"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_IRI: Final = "@id"
_PROOF_NODE: Final = "_:c14n0"

TYPES: Final = {
    "VerifiableCredential": f"{_CRED}VerifiableCredential",
    "OpenBadgeCredential": f"{_BADGE}OpenBadgeCredential",
    "BitstringStatusListCredential": f"{_STATUS}BitstringStatusListCredential",
    "BitstringStatusList": f"{_STATUS}BitstringStatusList",
    "BitstringStatusListEntry": f"{_STATUS}BitstringStatusListEntry",
    "AchievementSubject": f"{_BADGE}AchievementSubject",
    "Achievement": f"{_BADGE}Achievement",
    "Profile": f"{_BADGE}Profile",
    "DataIntegrityProof": f"{_SEC}DataIntegrityProof",
}
_EVERYWHERE: Final = {
    "name": (f"{_SCHEMA}name", ""),
    "description": (f"{_SCHEMA}description", ""),
}
_URL: Final = (f"{_SCHEMA}url", "https://www.w3.org/2001/XMLSchema#anyURI")
TERMS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "VerifiableCredential": {
        **_EVERYWHERE,
        "issuer": (f"{_CRED}issuer", _IRI),
        "validFrom": (f"{_CRED}validFrom", f"{_XSD}dateTime"),
        "validUntil": (f"{_CRED}validUntil", f"{_XSD}dateTime"),
        "credentialSubject": (f"{_CRED}credentialSubject", _IRI),
        "credentialStatus": (f"{_CRED}credentialStatus", _IRI),
    },
    "Profile": {**_EVERYWHERE, "url": _URL},
    "AchievementSubject": {"achievement": (f"{_BADGE}achievement", _IRI)},
    "Achievement": {
        **_EVERYWHERE,
        "achievementType": (f"{_BADGE}achievementType", ""),
        "criteria": (f"{_BADGE}Criteria", _IRI),
    },
    "": {"narrative": (f"{_BADGE}narrative", "")},
    "BitstringStatusListEntry": {
        "statusPurpose": (f"{_STATUS}statusPurpose", ""),
        "statusListIndex": (f"{_STATUS}statusListIndex", ""),
        "statusListCredential": (f"{_STATUS}statusListCredential", _IRI),
    },
    "BitstringStatusList": {
        "statusPurpose": (f"{_STATUS}statusPurpose", ""),
        "encodedList": (f"{_STATUS}encodedList", f"{_SEC}multibase"),
    },
    "DataIntegrityProof": {
        "cryptosuite": (f"{_SEC}cryptosuite", f"{_SEC}cryptosuiteString"),
        "created": ("http://purl.org/dc/terms/created", f"{_XSD}dateTime"),
        "verificationMethod": (f"{_SEC}verificationMethod", _IRI),
        "proofPurpose": (f"{_SEC}proofPurpose", _IRI),
    },
}
"""By the first type of a node: the IRI of a key, and what its value is; a node, or a literal."""


def canonise(document: Mapping[str, Any]) -> bytes:
    """Return the canonical quads of a credential without its proof.

    Errors: Forged for a key, type or value that is not signed here.
    """
    is_list = "BitstringStatusListCredential" in document.get("type", ())
    if document.get("@context") != ([VC] if is_list else [VC, OB]):
        raise Forged("@context")
    return _join(_walk(document, besides=("@context", "proof")))


def canonise_proof(proof: Mapping[str, Any]) -> bytes:
    """Return the canonical quads of a proof without its value.

    Errors: Forged, likewise.
    """
    said = dict(proof)
    if said.get("proofPurpose") != "assertionMethod" or "id" in said:
        raise Forged("proof")
    said["proofPurpose"] = f"{_SEC}assertionMethod"
    return _join(_walk({**said, "id": _PROOF_NODE}, besides=("@context", "proofValue")))


def _walk(node: Mapping[str, Any], *, besides: tuple[str, ...] = ()) -> Iterator[str]:
    subject = _name(node.get("id"))
    types = node.get("type", [])
    names = types if isinstance(types, list) else [types]
    for name in names:
        if name not in TYPES:
            raise Forged("type")
        yield f"{subject} <{_TYPE}> <{TYPES[name]}> ."
    terms = TERMS.get(names[0] if names else "")
    if terms is None:
        raise Forged("type")
    for key, value in node.items():
        if key in ("id", "type", *besides):
            continue
        if key not in terms:
            raise Forged(str(key))
        iri, kind = terms[key]
        if kind != _IRI:
            yield f"{subject} <{iri}> {_literal(value, kind)} ."
            continue
        inner = value if isinstance(value, Mapping) else {"id": value}
        yield f"{subject} <{iri}> {_name(inner.get('id'))} ."
        if len(inner) > 1:
            yield from _walk(inner)


def _name(value: object) -> str:
    if value == _PROOF_NODE:
        return _PROOF_NODE
    if not isinstance(value, str) or ":" not in value or any(s in value for s in '<>"{}|^`\\ \n'):
        raise Forged("id")
    return f"<{value}>"


def _literal(value: object, kind: str) -> str:
    if not isinstance(value, str) or any(ord(s) < 32 and s not in "\n\r" for s in value):
        raise Forged("literal")
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    text = text.replace("\n", "\\n").replace("\r", "\\r")
    return f'"{text}"^^<{kind}>' if kind else f'"{text}"'


def _join(quads: Iterator[str]) -> bytes:
    return "".join(f"{quad}\n" for quad in sorted({*quads})).encode()
