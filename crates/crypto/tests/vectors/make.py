#!/usr/bin/env python3
"""Writes the vectors of envelope format 1, by docs/FORMATS.md and nothing of our Rust code.

Needs `cryptography`. The vectors are committed and never change; this says where they come from.
"""
import hashlib, hmac, json, pathlib, struct, uuid

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = pathlib.Path(__file__).parent
MAGIC, VERSION, SUITE = b"KFOB", 1, 1
RECORD, WRAP = b"keyfob record v1", b"keyfob wrap v1"


def expand(key, info, length):
    """RFC 5869, section 2.3."""
    block, out, count = b"", b"", 0
    while len(out) < length:
        count += 1
        block = hmac.new(key, block + info + bytes([count]), hashlib.sha256).digest()
        out += block
    return out[:length]


def associated_data(context, epoch, extra):
    fields = [
        MAGIC, bytes([SUITE]), bytes([VERSION]), struct.pack(">H", context["purpose"]),
        uuid.UUID(context["vault_id"]).bytes, struct.pack(">H", context["table"]),
        struct.pack(">H", context["column"]), uuid.UUID(context["row"]).bytes,
        struct.pack(">Q", context["version"]), struct.pack(">I", epoch), extra,
    ]
    return b"".join(bytes([len(field)]) + field for field in fields)


def seal(key, label, epoch, context, salt, nonce, plaintext, extra=b""):
    okm = expand(key, label + salt, 64)
    sealed = AESGCM(okm[:32]).encrypt(nonce, plaintext, associated_data(context, epoch, extra))
    return MAGIC + bytes([VERSION, SUITE]) + struct.pack(">I", epoch) + salt + okm[32:] + nonce + sealed


KEY = bytes(range(32))
EPOCH = 1
CONTEXT = {
    "purpose": 1,
    "vault_id": "6f9c2d1e-0b7a-4c55-9a3e-5d1f00c0ffee",
    "table": 2,
    "column": 1,
    "row": "0e8f4c2a-71b3-4b0e-8d6f-1234567890ab",
    "version": 7,
}
SALT = bytes(range(100, 132))
NONCE = bytes(range(200, 212))
PLAINTEXT = '{"issuer":"https://id.example","naïve":"日本"}'.encode()


def vector(name, envelope, expect, **changed):
    entry = {
        "name": name, "key": KEY.hex(), "epoch": EPOCH, "context": dict(CONTEXT),
        "salt": SALT.hex(), "nonce": NONCE.hex(), "plaintext": PLAINTEXT.hex(),
        "envelope": envelope.hex(), "expect": expect,
    }
    entry["context"].update({k: v for k, v in changed.items() if k in CONTEXT})
    entry.update({k: v for k, v in changed.items() if k not in CONTEXT})
    return entry


def flipped(envelope, at):
    changed = bytearray(envelope)
    changed[at] ^= 1
    return bytes(changed)


good = seal(KEY, RECORD, EPOCH, CONTEXT, SALT, NONCE, PLAINTEXT)
empty = seal(KEY, RECORD, EPOCH, CONTEXT, SALT, NONCE, b"")
other_key = bytes(range(1, 33))
records = [
    vector("opens", good, "ok"),
    vector("opens_empty", empty, "ok", plaintext=""),
    vector("fail_bad_tag", flipped(good, -1), "not_authentic"),
    vector("fail_bad_ciphertext", flipped(good, 86), "not_authentic"),
    vector("fail_bad_nonce", flipped(good, 74), "not_authentic"),
    vector("fail_bad_salt", flipped(good, 10), "wrong_key"),
    vector("fail_wrong_commitment", flipped(good, 42), "wrong_key"),
    vector("fail_other_key", seal(other_key, RECORD, EPOCH, CONTEXT, SALT, NONCE, PLAINTEXT), "wrong_key"),
    vector("fail_wrapped_key_as_record", seal(KEY, WRAP, EPOCH, CONTEXT, SALT, NONCE, PLAINTEXT), "wrong_key"),
    vector("fail_swapped_row", good, "not_authentic", row="0e8f4c2a-71b3-4b0e-8d6f-1234567890ac"),
    vector("fail_swapped_column", good, "not_authentic", column=2),
    vector("fail_swapped_table", good, "not_authentic", table=3),
    vector("fail_swapped_version", good, "not_authentic", version=6),
    vector("fail_swapped_vault", good, "not_authentic", vault_id="6f9c2d1e-0b7a-4c55-9a3e-5d1f00c0ffef"),
    vector("fail_other_purpose", good, "not_authentic", purpose=3),
    vector("fail_other_epoch", good, "other_epoch", epoch=2),
    vector("fail_epoch_rewritten", flipped(good, 9), "other_epoch"),
    vector("fail_truncated_tag", good[:-1], "not_authentic"),
    vector("fail_truncated_header", good[:85], "truncated"),
    vector("fail_truncated_inside_tag", empty[:-1], "truncated"),
    vector("fail_nothing", b"", "truncated"),
    vector("fail_bad_magic", flipped(good, 0), "not_an_envelope"),
    vector("fail_newer_version", flipped(good, 4), "unsupported"),
    vector("fail_other_suite", flipped(good, 5), "unsupported"),
]
(HERE / "envelope-1.json").write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n")

SLOT = {**CONTEXT, "purpose": 2, "table": 0, "column": 0, "row": "5a07c0de-0000-4000-8000-000000000001", "version": 1}
WRAPPING = bytes(range(64, 96))


def wrapped(name, envelope, expect, **changed):
    entry = {
        "name": name, "wrapping": WRAPPING.hex(), "epoch": 3, "kind": 1, "params": "",
        "vault_id": SLOT["vault_id"], "slot": SLOT["row"], "version": SLOT["version"],
        "salt": SALT.hex(), "nonce": NONCE.hex(), "key": KEY.hex(), "envelope": envelope.hex(),
        "expect": expect,
    }
    entry.update(changed)
    return entry


keyring = seal(WRAPPING, WRAP, 3, SLOT, SALT, NONCE, KEY, bytes([1]))
params = bytes.fromhex("0100010000000300000004") + bytes(16)
passphrase = seal(WRAPPING, WRAP, 3, SLOT, SALT, NONCE, KEY, bytes([2]) + params)
short = seal(WRAPPING, WRAP, 3, SLOT, SALT, NONCE, KEY[:16], bytes([1]))
slots = [
    wrapped("opens_keyring", keyring, "ok"),
    wrapped("opens_passphrase", passphrase, "ok", kind=2, params=params.hex()),
    wrapped("fail_other_wrapping_key", keyring, "wrong_key", wrapping=KEY.hex()),
    wrapped("fail_other_kind", keyring, "not_authentic", kind=3),
    wrapped("fail_weakened_params", passphrase, "not_authentic", kind=2, params=(b"\x00" + params[1:]).hex()),
    wrapped("fail_other_slot", keyring, "not_authentic", slot="5a07c0de-0000-4000-8000-000000000002"),
    wrapped("fail_other_vault", keyring, "not_authentic", vault_id="6f9c2d1e-0b7a-4c55-9a3e-5d1f00c0ffef"),
    wrapped("fail_other_version", keyring, "not_authentic", version=2),
    wrapped("fail_other_epoch", keyring, "other_epoch", epoch=2),
    wrapped("fail_short_key", short, "wrong_content"),
    wrapped("fail_bad_tag", flipped(keyring, -1), "not_authentic"),
]
(HERE / "slot-1.json").write_text(json.dumps(slots, indent=1) + "\n")
