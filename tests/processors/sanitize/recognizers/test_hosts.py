"""URLs and IP addresses, and code that looks like them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.sanitize.recognizers.ip import Ip
from processors.sanitize.recognizers.url import Url
from tests.processors.sanitize.recognizers.marked import marked, unmarked


@pytest.mark.parametrize(
    "text",
    [
        "see ‹https://ann.example.org:8080/users/ann?id=7#top›.",
        "(‹http://localhost:3000›) or ‹postgres://ann:secret@db/main›",
        "at ‹www.annlee.photography› or ‹www2.example.info/x›",
        "at ‹ann.example.com›, ‹example.co.uk›, ‹xn--bcher-kva.com›",
        "at ‹example.community/ann› and ‹youtu.be/dQw4›",
        "my website is ‹annlee.io›",
        '{"site": "‹ann.example.com›"}',
        "main.py, obj.name, os.path.join, df.to.csv, README.md, google.cloud.storage, logger.info",
        "lib.rs run.sh core.pl x.so model.to(device) torch.no self.health java.io.File main.py/x",
        "It is done.At noon. Yes.No... e.g. this, i.e. that",
        "gen_ai.usage.input_tokens com.acme.Thing v1.2.3",
    ],
)
def test_urls(text: str) -> None:
    assert marked(Url, unmarked(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "from ‹10.20.30.40›, ‹192.168.0.0/16›; ip=‹8.8.8.8›.",
        "|‹106.31.73.20›|%20/",
        "from ‹2001:db8::8a2e:370:7334› and [‹fe80::1%eth0›]:80",
        "at ‹6e40:4041:c617:e898:c11:40d2:c669:2eb4› it",
        "‹2001:db8::1›: connection refused, addr:‹2001:db8::2›",
        "via ‹::ffff:10.1.2.3›",
        "0.0.0.0 127.0.0.1 ::1 :: Chrome/120.0.0.0 255.255.255.256",
        "x[1::2], a::b, Foo::Bar, dead::beef, 10:15:30, v1.2.3.4, 1.3.6.1.4.1.311, 1.2.3",
    ],
)
def test_ips(text: str) -> None:
    assert marked(Ip, unmarked(text)) == text


@settings(max_examples=200, deadline=None)
@given(
    st.ip_addresses(v=6).filter(lambda ip: ip.exploded.count("0") < 16),
    st.sampled_from(["{}", "[{}]:80", "{}: no", "ip={},"]),
)
def test_every_address_of_version_6_is_found(ip: object, around: str) -> None:
    assert f"‹{ip}›" in marked(Ip, around.format(ip))
