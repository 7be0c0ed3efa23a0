"""Credentials are found by their form and by their label; what only looks like one, or stands for one, is not.

Samples are put together here, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import random
import string

import pytest

from processors.sanitize.content.secrets import secrets
from processors.sanitize.patterns.detector import PatternDetector

DETECTOR = PatternDetector(secrets())
_RNG = random.Random(3)


def drawn(count: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(_RNG.choices(alphabet, k=count))


def hexadecimal(count: int) -> str:
    return drawn(count, "0123456789abcdef")


ISSUED = {
    "AWS": "AKIA" + drawn(16, string.ascii_uppercase + "234567"),
    "Anthropic": "sk-ant-" + "api03-" + drawn(95),
    "Azure AD": drawn(3) + "8Q~" + drawn(34),
    "Databricks": "dapi" + hexadecimal(32),
    "DigitalOcean": "dop_v1_" + hexadecimal(64),
    "GitHub": "ghp_" + drawn(36),
    "GitHub, fine-grained": "github_pat_" + drawn(22) + "_" + drawn(59),
    "GitLab": "glpat-" + drawn(20),
    "Google": "AIza" + drawn(35),
    "Google OAuth": "ya29." + drawn(60),
    "Groq": "gsk_" + drawn(52),
    "Hugging Face": "hf_" + drawn(34),
    "JWT": "eyJhbGciOiJIUzI1NiJ9" + "." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0" + "." + drawn(43),
    "Langfuse": "sk-lf-" + "-".join(map(hexadecimal, (8, 4, 4, 4, 12))),
    "LangSmith": "lsv2_pt_" + hexadecimal(32) + "_" + hexadecimal(10),
    "npm": "npm_" + drawn(36),
    "OpenAI": "sk-" + drawn(20) + "T3BlbkFJ" + drawn(20),
    "OpenAI, project": "sk-" + "proj-" + drawn(100),
    "PyPI": "pypi-" + "AgEIcHlwaS5vcmc" + drawn(80),
    "SendGrid": "SG." + drawn(22) + "." + drawn(43),
    "Shopify": "shpat_" + hexadecimal(32),
    "Slack": "xoxb-" + drawn(12, string.digits) + "-" + drawn(24),
    "Stripe": "sk_live_" + drawn(24),
    "Telegram": drawn(10, "123456789") + ":AA" + drawn(33),
    "Twilio": "SK" + hexadecimal(32),
    "Vault": "hvs." + drawn(90),
}
KEY, PASSWORD = drawn(32), "Tr0ub4dor&3"


def found(text: str) -> list[str]:
    return [text[entity.start : entity.end] for entity in DETECTOR.find(text)]


@pytest.mark.parametrize("issuer", ISSUED)
@pytest.mark.parametrize("around", ["{}", "use {} for now", "key={}&x=1", '{{"k": "{}"}}', "({})"])
def test_what_an_issuer_makes_is_found(issuer: str, around: str) -> None:
    text = around.format(ISSUED[issuer])
    assert any(ISSUED[issuer] in each for each in found(text))


@pytest.mark.parametrize("kind", ["RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "])
@pytest.mark.parametrize("newline", ["\n", "\\n"])
def test_private_keys_are_found_whole(kind: str, newline: str) -> None:
    key = newline.join([f"-----BEGIN {kind}PRIVATE KEY-----", *(drawn(64) for _ in range(20)), drawn(30) + "=="])
    whole = f"{key}{newline}-----END {kind}PRIVATE KEY-----"
    assert found(f"before {whole} after") == [whole]
    assert found(f"{key}") == [key]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"postgres://bob:{PASSWORD}@db.internal:5432/app", PASSWORD),
        (f"Server=db;Uid=bob;Pwd={PASSWORD};", PASSWORD),
        (f"password={PASSWORD}", PASSWORD),
        (f'"password": "{PASSWORD}"', PASSWORD),
        (f"My password is {PASSWORD}", PASSWORD),
        (f"DB_PASSWORD: {PASSWORD}", PASSWORD),
        (f"api_key = '{KEY}'", KEY),
        (f"API-Key: {KEY}", KEY),
        (f"export AWS_SECRET_ACCESS_KEY={KEY}", KEY),
        (f'{{"client_secret":"{KEY}"}}', KEY),
        (f"authToken => {KEY}", KEY),
        (f"Authorization: Bearer {KEY}", KEY),
        (f"'authorization': 'Basic {KEY}'", KEY),
        (f"AccountKey={KEY + KEY};", KEY + KEY),
    ],
)
def test_what_is_called_a_secret_is_found_without_its_label(text: str, secret: str) -> None:
    assert found(text) == [secret]


@pytest.mark.parametrize(
    "text",
    [
        "max_tokens: 4096, input_tokens=1644",
        "password: string",
        '"password": {"type": "string"}',
        "the password is incorrect",
        "reset your password: click here",
        "password=your_password",
        "password: ********",
        "api_key = os.environ['OPENAI_API_KEY']",
        "api_key=YOUR_API_KEY_HERE_123",
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "token=aaaaaaaaaaaaaaaaaaaa",
        "access_token=<SECRET>",
        "access_token=<SECRET_bcdfghjklmnpqrs>",
        "https://example.org:8080/x@y",
        "commit 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d",
        "author: Somebody-1984-and-more-besides",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "sk-learn, hf_hub_download, npm_config_registry",
    ],
)
def test_what_is_no_secret_is_left(text: str) -> None:
    assert found(text) == []
