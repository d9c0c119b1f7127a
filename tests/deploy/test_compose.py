"""compose.yaml and what lies beside it: nothing is allowed that is not needed, and no secret stands there."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from lotkeeper.config import load_config, web_token_file
from tests.deploy.composed import FOLDER, document, service
from tests.deploy.roots.instructions import Step, read_stages

SERVICES = ("service", "postgresql", "prometheus")
EACH = pytest.mark.parametrize("name", SERVICES)
LAST = read_stages(FOLDER / "Containerfile")[-1]


def step(kind: str) -> Step:
    return next(each for each in LAST.steps if each.kind == kind)


def environment() -> dict[str, str]:
    """Of the image, as compose.yaml changes it."""
    return {**dict(each.split("=", 1) for each in step("ENV").words()), **service("service")["environment"]}


def test_these_are_the_services() -> None:
    assert tuple(document()["services"]) == SERVICES


@EACH
def test_a_service_may_do_little(name: str) -> None:
    found = service(name)
    assert (found["read_only"], found["cap_drop"]) == (True, ["ALL"])
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", found["user"])
    assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & set(found)


@EACH
def test_a_service_has_a_health_check(name: str) -> None:
    assert service(name)["healthcheck"]["test"][0] == "CMD"


@EACH
def test_nothing_listens_beyond_this_machine(name: str) -> None:
    found = service(name)
    assert all(port.startswith("127.0.0.1:") for port in found.get("ports", ()))
    if found.get("network_mode") == "host":
        listens = [each for each in found.get("command", ()) if "listen" in each]
        assert all("=127.0.0.1:" in each for each in listens)
        assert name == "service" or listens


@EACH
def test_secrets_are_files_that_are_named_below(name: str) -> None:
    found = service(name)
    assert set(found.get("secrets", ())) <= set(document()["secrets"])
    for key, value in found.get("environment", {}).items():
        is_secret = re.search(r"KEY|SECRET|PASS|TOKEN", key)
        assert not is_secret or value.startswith("/run/secrets/"), key


def test_the_secrets_are_not_kept_with_the_sources() -> None:
    names = [each["file"] for each in document()["secrets"].values()]
    ignored = ["config.yaml", "key.env", *names]
    done = subprocess.run(["git", "check-ignore", *ignored], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ignored


def test_the_service_is_run_as_its_image_says() -> None:
    found = service("service")
    assert found["user"] == step("USER").text
    assert f"CMD {_list(found['healthcheck']['test'][1:])}" in step("HEALTHCHECK").text
    volumes = {each.split(":")[1] for each in found["volumes"]}
    assert volumes == {*step("VOLUME").words(), environment()["LOTKEEPER_CONFIG"]}


def test_the_token_that_prometheus_reads_is_the_one_of_the_service(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("pairs: {BTCUSDT: {}}\n")
    given = {name: value for name, value in environment().items() if name.startswith("LOTKEEPER_")}
    loaded = load_config(config, {name: value for name, value in given.items() if not name.endswith("_FILE")})
    scraped = scrape()
    assert scraped["authorization"]["credentials_file"] == str(web_token_file(loaded))
    assert scraped["static_configs"][0]["targets"] == [f"127.0.0.1:{loaded.web.loopback_port}"]
    assert service("prometheus")["user"] == service("service")["user"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed: apt-get install prometheus")
def test_prometheus_understands_its_configuration(tmp_path: Path) -> None:
    text = (FOLDER / "prometheus.yml").read_text()
    rules, token = tmp_path / "lotkeeper.rules.yml", tmp_path / "token"
    rules.write_text((FOLDER.parent / "prometheus" / "lotkeeper.rules.yml").read_text())
    token.write_text("any")
    text = text.replace("/etc/prometheus/lotkeeper.rules.yml", str(rules))
    (tmp_path / "prometheus.yml").write_text(text.replace(scrape()["authorization"]["credentials_file"], str(token)))
    command = ["promtool", "check", "config", str(tmp_path / "prometheus.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_step_copies_what_the_builder_is_given() -> None:
    given = {line[1:] for line in (FOLDER / "Containerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = set()
    for stage in read_stages(FOLDER / "Containerfile"):
        for each in (one.words() for one in stage.steps if one.kind == "COPY"):
            copied |= set() if each[0].startswith("--from=") else set(each[:-1])
    assert copied == given


def scrape() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"][0]
    return found


def _list(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
