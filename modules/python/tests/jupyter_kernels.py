"""Real kernels, which tests interrupt and kill."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conftest import spark_settings
from jupyter_client.manager import KernelManager, start_new_kernel

HERE = Path(__file__).parent
CELL_SECONDS = 150


class Kernel:
    """A kernel with a session of its own, as a notebook begins it."""

    def __init__(self, manager: KernelManager, client: Any) -> None:
        self.manager = manager
        self.client = client
        self.said: list[str] = []
        self.run(
            f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
            "import palimpsest\n"
            "from conftest import small\n"
            f"spark = palimpsest.session('local[2]', memory='1500m', conf={spark_settings()!r})\n"
            "spark.sparkContext.setLogLevel('ERROR')\n"
            "texts = palimpsest.sample_texts().limit(600).cache()\n"
        )
        self.jvm = int(self.value("spark._jvm.java.lang.ProcessHandle.current().pid()"))

    def run(self, code: str) -> str:
        """Executes a cell, and returns what it printed; an error comes as its last line."""
        said: list[str] = []

        def hook(message: Any) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "execute_result":
                said.append(content["data"]["text/plain"])
            elif message["msg_type"] == "error":
                said.append(f"\nERROR {content['ename']}: {content['evalue']}")

        self.client.execute_interactive(code, output_hook=hook, timeout=CELL_SECONDS)
        return "".join(said)

    def value(self, expression: str) -> str:
        return self.run(f"print({expression})").strip()

    def begin(self, code: str) -> threading.Thread:
        """Executes a cell while the test goes on; `said` has what it printed."""
        thread = threading.Thread(target=lambda: self.said.append(self.run(code)), daemon=True)
        thread.start()
        return thread

    def active_jobs(self) -> str:
        return self.value("list(spark.sparkContext.statusTracker().getActiveJobsIds())")


@contextmanager
def kernel() -> Iterator[Kernel]:
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        if manager.is_alive():
            manager.shutdown_kernel(now=True)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def until(condition: Any, seconds: float, what: str) -> float:
    """Waits for a condition; returns the seconds that it took."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, what
        time.sleep(0.1)
    return time.monotonic() - begin


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
