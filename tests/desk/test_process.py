"""`multipolar desk` as a process: it starts, answers, and ends."""

import signal
import socket
import subprocess
import sys

import httpx
from benchmarks.desk_process import running_desk
from tests.desk.requests_of_a_page import scenario


def test_it_answers_on_this_machine_and_ends_with_ctrl_c(small, small_file, tmp_path):
    with running_desk(tmp_path, "--world", str(small_file)) as found:
        assert found.url.startswith("http://localhost:")
        done = httpx.post(f"{found.url}api/solve", timeout=60, json={
            "world": small.name, "scenario": scenario(), "page": "process", "number": 1})
        assert done.json()["outcome"]["countries"]["USA"]["real_income"] != 0
        assert "text/html" in httpx.get(found.url).headers["content-type"]
        found.process.send_signal(signal.SIGINT)
        found.process.wait(timeout=30)
        assert found.process.returncode in (0, 130)


def test_beyond_this_machine_it_prints_a_token_that_opens_it(small_file, tmp_path):
    asked = running_desk(tmp_path, "--world", str(small_file), "--host", "127.0.0.2",
                         MULTIPOLAR_DESK_TOKEN="a-token-of-some-length")
    with asked as found, httpx.Client(base_url=found.url, timeout=60) as client:
        assert client.get("/api/worlds").status_code == 401
        assert client.post("/api/session", json={"token": "a-token-of-some-length"}).status_code == 204
        assert client.get("/api/worlds").status_code == 200


def test_a_port_that_is_taken_is_refused_in_a_sentence(small_file):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "multipolar.cli.app", "desk", "--no-browser", "--world", str(small_file), "--port",
             str(taken.getsockname()[1])], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 3
    assert "Give another --port" in done.stderr


def test_without_what_it_needs_it_says_how_to_install_it(small_file):
    code = "import sys; sys.modules['fastapi'] = None; from multipolar.cli.app import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "desk", "--no-browser", "--world", str(small_file)],
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 3
    assert "pip install 'multipolar[desk]'" in done.stderr
