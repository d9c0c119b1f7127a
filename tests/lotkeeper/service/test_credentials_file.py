"""What the memory file with the key holds."""

import os

import pytest

from lotkeeper.service.credentials_file import read_channels, read_credentials, read_variables, write_credentials
from messages.alerts import ChannelAddresses
from messages.lifecycle import Credentials


@pytest.fixture
def descriptor():
    found = os.memfd_create("credentials")
    yield found
    os.close(found)


def test_variables_with_any_text_can_be_read(descriptor):
    os.write(descriptor, "A=x=y\0B=\0C=two lines\nof ä\0".encode())
    assert read_variables(descriptor) == {"A": "x=y", "B": "", "C": "two lines\nof ä"}


def test_no_variables_are_none(descriptor):
    assert read_variables(descriptor) == {}


@pytest.mark.parametrize("pem", [None, b"-----BEGIN PRIVATE KEY-----\nabc\n"])
def test_credentials_take_the_place_of_the_variables_and_can_be_read_again(descriptor, pem):
    os.write(descriptor, b"NAME=" + b"x" * 1000 + b"\0")
    given = Credentials("ed25519", "the-key", None, pem)
    write_credentials(descriptor, given)
    assert [read_credentials(descriptor) for _ in range(2)] == [given, given]
    assert b"xxx" not in os.pread(descriptor, 2000, 0)


def test_the_addresses_of_channels_stand_beside_the_key(descriptor):
    given = Credentials("hmac", "the-key", "the-secret", None)
    write_credentials(descriptor, given, {"phone": "tgram://token/chat"})
    assert read_channels(descriptor) == ChannelAddresses((("phone", "tgram://token/chat"),))
    assert read_credentials(descriptor) == given
    write_credentials(descriptor, given)
    assert read_channels(descriptor) == ChannelAddresses(())
