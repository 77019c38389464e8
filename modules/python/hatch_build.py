"""Marks a wheel that contains the jar as one for the platform of its native libraries."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# By Maven's property natives.
TAGS = {
    "linux-x86_64": "py3-none-linux_x86_64",
    "macosx-arm64": "py3-none-macosx_13_0_arm64",
    "windows-x86_64": "py3-none-win_amd64",
}


class PlatformHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and any(Path(self.root).glob("src/palimpsest/jars/*.jar")):
            build_data["pure_python"] = False
            build_data["tag"] = TAGS[os.environ["PALIMPSEST_NATIVES"]]
