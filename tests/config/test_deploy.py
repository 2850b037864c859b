"""What docker-compose.yml and the examples of proxies promise, read from the files."""

import re
from typing import Any

import pytest
import yaml

from common.incoming.uploads import MOST_UPLOADED
from tests.processes import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
CADDY = (ROOT / "deploy" / "Caddyfile").read_text()
# Addresses that hold a key: what they open is open to who reads the log.
KEYS = ["/e/", "/accounts/password/reset/key/", "/first-steps/"]

every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))


@every_service
def test_service_has_no_right_that_it_does_not_name(service: dict[str, Any]) -> None:
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", [])) <= {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")


@every_service
def test_service_writes_in_its_volumes_and_in_memory_only(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert any(mount.split(":")[0] == "/tmp" for mount in service["tmpfs"])


@every_service
def test_logs_of_a_service_do_not_fill_the_disk(service: dict[str, Any]) -> None:
    assert service["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}}


@every_service
def test_service_starts_again_and_is_reached_from_this_machine_only(service: dict[str, Any]) -> None:
    assert service["restart"] in ("unless-stopped", "no")
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_only_the_servers_that_make_folders_get_rights_back() -> None:
    assert {name for name, service in SERVICES.items() if "cap_add" in service} == {"postgres", "redis"}


def test_redis_asks_for_a_password_that_no_list_of_processes_shows() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    assert "requirepass" in command
    assert "${REDIS_PASSWORD" not in command
    for variable in ("CELERY_BROKER_URL", "CACHE_URL"):
        assert SERVICES["web"]["environment"][variable].startswith("redis://:${REDIS_PASSWORD:?")


def test_no_service_has_a_secret_of_its_own_in_the_file() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|AUTH", name):
                assert value.startswith("${"), name


@pytest.mark.parametrize("key", KEYS)
def test_proxies_log_no_address_that_is_a_key(key: str) -> None:
    assert f'"~^{key}" 0;' in NGINX
    assert "if=$samenspel_logged" in NGINX
    (paths,) = re.findall(r"@keys path (.*)", CADDY)
    assert f"{key}*" in paths.split()
    assert "log_skip @keys" in CADDY


def test_proxies_write_down_no_page_that_a_visitor_came_from() -> None:
    (format_of_lines,) = re.findall(r"log_format samenspel '(.*)';", NGINX)
    assert not re.search(r"referer|\$request\b|\$request_uri|\$args", format_of_lines)
    assert "request>headers delete" in CADDY


def test_proxies_let_through_what_the_application_takes() -> None:
    (nginx,), (caddy,) = re.findall(r"client_max_body_size (\d+)m;", NGINX), re.findall(r"max_size (\d+)MiB", CADDY)
    # The parts of a form around the file count as well.
    assert int(nginx) * 1024**2 > MOST_UPLOADED < int(caddy) * 1024**2


def test_proxies_pass_on_no_address_that_a_visitor_made_up() -> None:
    headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", NGINX))
    assert headers["X-Forwarded-For"] == "$remote_addr"
    assert headers["X-Forwarded-Proto"] == "$scheme"
    assert headers["Forwarded"] == headers["X-Forwarded-Host"] == '""'
