"""Outside clients against KMS of a running Bastide: what other people's cryptography makes of ours.

The AWS Encryption SDK CLI, openssl and the Python package `cryptography` know nothing of Bastide. Files, signatures,
secrets and wrapped material must mean to them what they mean to us.

Run by `cargo xtask test --only kms-clients` with the environment of `bastide env`. Every test makes its own keys
and users.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key

from test_boto3 import account, client, equal, refused, root, run, user

CLI = pathlib.Path(sys.executable).with_name("aws-encryption-cli")
MESSAGE = b"Three may keep a secret, if two of them are dead.\n"
CHANGED = MESSAGE.replace(b"Three", b"There")


def contains(text, part):
    if part not in text:
        raise AssertionError(f"{part!r} is not in {text!r}")


def new_key(**options):
    return root("kms").create_key(**options)["KeyMetadata"]["Arn"]


def user_of_key(name, key, *actions):
    """A user whom IAM allows these actions on the key; the default key policy leaves it to IAM."""
    allow = {"Effect": "Allow", "Action": [f"kms:{action}" for action in actions], "Resource": key}
    return user(name, {"Version": "2012-10-17", "Statement": [allow]})


def program(*arguments, data=None, environment=None):
    command = [str(argument) for argument in arguments]
    variables = {**os.environ, **(environment or {})}
    return subprocess.run(command, input=data, capture_output=True, env=variables, check=False)


def openssl(*arguments, data=None):
    """What openssl writes; a failure is one of this test."""
    done = program("openssl", *arguments, data=data)
    if done.returncode:
        raise AssertionError(f"openssl {arguments} ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def scratch(**files):
    """A folder of its own with these files; it is removed when the program ends."""
    folder = tempfile.TemporaryDirectory(prefix="bastide-kms-")
    scratch.folders.append(folder)
    path = pathlib.Path(folder.name)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


scratch.folders = []


# The AWS Encryption SDK CLI


def cli(way, source, target, wrapping, credentials, context=None):
    """Runs the CLI as this user, who is told to it the way every AWS tool is told: by the environment."""
    keys = {
        "AWS_ACCESS_KEY_ID": credentials["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": credentials["aws_secret_access_key"],
    }
    arguments = [CLI, way, "--input", source, "--output", target, "--wrapping-keys", wrapping]
    arguments += ["--metadata-output", f"{target}.json"]
    if context:
        arguments += ["--encryption-context", context]
    return program(*arguments, environment=keys)


def encrypted_file(name):
    """A key, a user who may use it, and a folder with a file in the clear and encrypted by the CLI."""
    key = new_key()
    credentials = user_of_key(name, key, "GenerateDataKey", "Decrypt")
    folder = scratch(clear=MESSAGE * 1000)
    done = cli("--encrypt", folder / "clear", folder / "sealed", f"key={key}", credentials, "department=finance")
    equal((done.returncode, done.stderr.decode()), (0, ""))
    return key, credentials, folder


def data_key_of(folder):
    """What the CLI says of the encrypted file: the encrypted data key and the context that belongs to it."""
    header = json.loads((folder / "sealed.json").read_text(encoding="utf-8"))["header"]
    (data_key,) = header["encrypted_data_keys"]
    return base64.b64decode(data_key["encrypted_data_key"]), header["encryption_context"]


def not_decrypted(done, folder):
    """The CLI failed, because KMS gave it no data key, and wrote nothing. (Why, it keeps to itself.)"""
    equal((done.returncode, (folder / "opened").exists()), (1, False))
    contains(done.stderr.decode(), "Unable to decrypt any data key")


def test_the_encryption_sdk_cli_encrypts_and_decrypts_a_file():
    key, credentials, folder = encrypted_file("cli-both-ways")
    sealed = (folder / "sealed").read_bytes()
    # The message format of the SDK carries key and context in the clear, and the content not.
    equal((key.encode() in sealed, b"finance" in sealed, b"secret" in sealed), (True, True, False))
    done = cli("--decrypt", folder / "sealed", folder / "opened", f"key={key}", credentials, "department=finance")
    equal((done.returncode, done.stderr.decode()), (0, ""))
    equal((folder / "opened").read_bytes(), MESSAGE * 1000)


def test_the_encryption_sdk_cli_cannot_decrypt_in_another_context():
    key, credentials, folder = encrypted_file("cli-context")
    # Against the context that it is told the CLI compares the file's by itself, and skips the file.
    done = cli("--decrypt", folder / "sealed", folder / "opened", f"key={key}", credentials, "department=admin")
    contains(done.stderr.decode(), "encryption context did not match")
    equal((folder / "opened").exists(), False)
    # With another context in the file, only KMS can tell.
    sealed = (folder / "sealed").read_bytes()
    equal(sealed.count(b"finance"), 1)
    (folder / "forged").write_bytes(sealed.replace(b"finance", b"finesse"))
    not_decrypted(cli("--decrypt", folder / "forged", folder / "opened", f"key={key}", credentials), folder)
    data_key, context = data_key_of(folder)
    equal(context["department"], "finance")
    kms = client("kms", credentials)
    equal(len(kms.decrypt(CiphertextBlob=data_key, EncryptionContext=context)["Plaintext"]), 32)
    other = {**context, "department": "finesse"}
    equal(refused(kms.decrypt, CiphertextBlob=data_key, EncryptionContext=other)[0], "InvalidCiphertextException")


def test_the_encryption_sdk_cli_cannot_decrypt_for_another_user():
    key, _, folder = encrypted_file("cli-insider")
    data_key, context = data_key_of(folder)
    for outsider in (user("cli-outsider"), user_of_key("cli-encrypts-only", key, "GenerateDataKey", "Encrypt")):
        arguments = ("--decrypt", folder / "sealed", folder / "opened", f"key={key}", outsider, "department=finance")
        not_decrypted(cli(*arguments), folder)
        code = refused(client("kms", outsider).decrypt, CiphertextBlob=data_key, EncryptionContext=context)[0]
        equal(code, "AccessDeniedException")


# openssl

OAEP_SHA_256 = ("-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256")


def signed_files(spec, algorithm):
    """A folder with the public key, two messages and the signature over the first."""
    key = new_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")
    kms = root("kms")
    public = kms.get_public_key(KeyId=key)
    equal((public["KeySpec"], algorithm in public["SigningAlgorithms"]), (spec, True))
    signature = kms.sign(KeyId=key, Message=MESSAGE, MessageType="RAW", SigningAlgorithm=algorithm)["Signature"]
    return scratch(public=public["PublicKey"], message=MESSAGE, changed=CHANGED, signature=signature)


def openssl_verifies(folder, digest, options=()):
    """openssl accepts the signature over the message and refuses it over the changed one."""
    known = ["dgst", f"-{digest}", "-keyform", "DER", "-verify", folder / "public", "-signature", folder / "signature"]
    known += [each for option in options for each in ("-sigopt", option)]
    equal(openssl(*known, folder / "message"), b"Verified OK\n")
    done = program("openssl", *known, folder / "changed")
    equal((done.returncode, done.stdout), (1, b"Verification failure\n"))


def test_openssl_verifies_rsa_pkcs1_signatures():
    for digest in ("sha256", "sha512"):
        openssl_verifies(signed_files("RSA_2048", f"RSASSA_PKCS1_V1_5_SHA_{digest[3:]}"), digest)


def test_openssl_verifies_rsa_pss_signatures():
    # AWS's salt is as long as the digest.
    options = ("rsa_padding_mode:pss", "rsa_pss_saltlen:digest")
    for digest in ("sha256", "sha384"):
        openssl_verifies(signed_files("RSA_2048", f"RSASSA_PSS_SHA_{digest[3:]}"), digest, options)


def test_openssl_verifies_ecdsa_signatures():
    openssl_verifies(signed_files("ECC_NIST_P256", "ECDSA_SHA_256"), "sha256")
    openssl_verifies(signed_files("ECC_NIST_P384", "ECDSA_SHA_384"), "sha384")


def test_kms_verifies_what_it_signed_and_openssl_hashed():
    key = new_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    digest = openssl("dgst", "-sha256", "-binary", data=MESSAGE)
    how = {"KeyId": key, "SigningAlgorithm": "ECDSA_SHA_256"}
    kms = root("kms")
    signature = kms.sign(Message=digest, MessageType="DIGEST", **how)["Signature"]
    equal(kms.verify(Message=MESSAGE, MessageType="RAW", Signature=signature, **how)["SignatureValid"], True)
    code = refused(kms.verify, Message=CHANGED, MessageType="RAW", Signature=signature, **how)[0]
    equal(code, "KMSInvalidSignatureException")


def test_openssl_derives_the_same_secret():
    key = new_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")
    kms = root("kms")
    folder = scratch(theirs=kms.get_public_key(KeyId=key)["PublicKey"])
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", folder / "ours")
    ours = openssl("pkey", "-in", folder / "ours", "-pubout", "-outform", "DER")
    derived = kms.derive_shared_secret(KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=ours)["SharedSecret"]
    peer = ("-peerkey", folder / "theirs", "-peerform", "DER")
    equal(derived, openssl("pkeyutl", "-derive", "-inkey", folder / "ours", *peer))
    equal(len(derived), 32)


def test_openssl_encrypts_to_an_rsa_key():
    key = new_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    kms = root("kms")
    folder = scratch(public=kms.get_public_key(KeyId=key)["PublicKey"])
    public = ("-pubin", "-keyform", "DER", "-inkey", folder / "public")
    sealed = openssl("pkeyutl", "-encrypt", *public, *OAEP_SHA_256, data=MESSAGE)
    how = {"KeyId": key, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    equal(kms.decrypt(CiphertextBlob=sealed, **how)["Plaintext"], MESSAGE)
    broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
    equal(refused(kms.decrypt, CiphertextBlob=broken, **how)[0], "InvalidCiphertextException")


def imported(key, material):
    """Wraps the material with openssl and imports it."""
    kms = root("kms")
    how = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
    parameters = kms.get_parameters_for_import(KeyId=key, **how)
    folder = scratch(public=parameters["PublicKey"])
    public = ("-pubin", "-keyform", "DER", "-inkey", folder / "public")
    wrapped = openssl("pkeyutl", "-encrypt", *public, *OAEP_SHA_256, data=material)
    kms.import_key_material(
        KeyId=key,
        ImportToken=parameters["ImportToken"],
        EncryptedKeyMaterial=wrapped,
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )


def test_material_that_openssl_wrapped_is_imported():
    key = new_key(Origin="EXTERNAL")
    kms = root("kms")
    equal(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "PendingImport")
    equal(refused(kms.encrypt, KeyId=key, Plaintext=MESSAGE)[0], "KMSInvalidStateException")
    material = openssl("rand", "32")
    imported(key, material)
    sealed = kms.encrypt(KeyId=key, Plaintext=MESSAGE)["CiphertextBlob"]
    equal(kms.decrypt(CiphertextBlob=sealed)["Plaintext"], MESSAGE)
    # Deleted, the material decrypts nothing; the same material, wrapped anew, does again, and no other is taken.
    kms.delete_imported_key_material(KeyId=key)
    equal(refused(kms.decrypt, CiphertextBlob=sealed)[0], "KMSInvalidStateException")
    code = refused(imported, key, openssl("rand", "32"))[0]
    equal(code, "IncorrectKeyMaterialException")
    imported(key, material)
    equal(kms.decrypt(CiphertextBlob=sealed)["Plaintext"], MESSAGE)


def test_an_imported_hmac_key_is_openssls():
    key = new_key(Origin="EXTERNAL", KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    material = openssl("rand", "32")
    imported(key, material)
    mac = root("kms").generate_mac(KeyId=key, Message=MESSAGE, MacAlgorithm="HMAC_SHA_256")["Mac"]
    options = ("-mac", "HMAC", "-macopt", f"hexkey:{material.hex()}")
    equal(mac, openssl("dgst", "-sha256", *options, "-binary", data=MESSAGE))


# boto3 and `cryptography`: envelope encryption by hand


def test_envelope_encryption():
    key = new_key()
    kms = client("kms", user_of_key("envelope", key, "GenerateDataKey", "Decrypt"))
    context = {"document": "letter", "account": account()}
    data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context)
    equal((len(data_key["Plaintext"]), data_key["KeyId"]), (32, key))
    nonce, aad = os.urandom(12), json.dumps(context, sort_keys=True).encode()
    envelope = (data_key["CiphertextBlob"], nonce, AESGCM(data_key["Plaintext"]).encrypt(nonce, MESSAGE, aad))
    del data_key

    wrapped, nonce, sealed = envelope
    opened = kms.decrypt(CiphertextBlob=wrapped, EncryptionContext=context)
    equal(opened["KeyId"], key)
    local = AESGCM(opened["Plaintext"])
    equal(local.decrypt(nonce, sealed, aad), MESSAGE)
    try:
        local.decrypt(nonce, sealed[:-1] + bytes([sealed[-1] ^ 1]), aad)
    except InvalidTag:
        pass
    else:
        raise AssertionError("a changed letter was opened")
    other = {**context, "document": "contract"}
    equal(refused(kms.decrypt, CiphertextBlob=wrapped, EncryptionContext=other)[0], "InvalidCiphertextException")
    broken = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    equal(refused(kms.decrypt, CiphertextBlob=broken, EncryptionContext=context)[0], "InvalidCiphertextException")
    stranger = client("kms", user("envelope-stranger"))
    code = refused(stranger.decrypt, CiphertextBlob=wrapped, EncryptionContext=context)[0]
    equal(code, "AccessDeniedException")


def test_a_data_key_pair_is_a_key_of_cryptography():
    key = new_key()
    kms = root("kms")
    pair = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048")
    own = kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"]
    equal(own, pair["PrivateKeyPlaintext"])
    private = load_der_private_key(own, password=None)
    equal(private.key_size, 2048)
    folder = scratch(public=pair["PublicKey"], message=MESSAGE, changed=CHANGED)
    (folder / "signature").write_bytes(private.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()))
    openssl_verifies(folder, "sha256")


if __name__ == "__main__":
    run([(name, test) for name, test in globals().items() if name.startswith("test_")], "KMS client")
