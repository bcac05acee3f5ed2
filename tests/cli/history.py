"""A repository with a dozen revisions, each a tag, made with git; its commits have the same names on every machine."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BLOCKS = """\
from torch import nn


def block(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3), nn.BatchNorm2d(outputs), nn.ReLU())
"""
DEEPER = BLOCKS.replace("nn.ReLU())", "nn.ReLU(), nn.Conv2d(outputs, outputs, 3))")
NETS = """\
import torch
from torch import nn

from blocks import block


class SmallNet(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.body = block(3, 8)
        self.head = nn.Linear(8, classes)

    def forward(self, x):
        return self.head(self.body(x).mean(dim=(2, 3)))


def encoder():
    return nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.ReLU(), nn.Conv2d(4, 4, 3))


net = SmallNet()
net(torch.zeros(1, 3, 32, 32))
"""
WIDER = NETS.replace("block(3, 8)", "block(3, 16)").replace("nn.Linear(8", "nn.Linear(16")
BROKEN = WIDER.replace("nn.Linear(16", "nn.Linear(24")
CLASSIFIER = """\
from keras import layers, models


def build_model(classes=2):
    return models.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(8, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(classes, activation="softmax"),
    ])
"""
OPAQUE = CLASSIFIER.replace("layers.Flatten(),", "layers.Lambda(mystery),\n        layers.Flatten(),")
NOTEBOOK = '{"cells": [{"cell_type": "code", "metadata": {}, "source": ["%s"]}], "metadata": {}, "nbformat": 4}\n'
SETTINGS = """\
[tool.cnnlint]
exclude = ["legacy/"]

[tool.cnnlint.budget]
growth = "50%"

[[tool.cnnlint.models]]
name = "net"
budget = { params = 500 }

[[tool.cnnlint.models]]
name = "src/nets.py::[be]*"
input-shape = [3, 32, 32]
"""

REVISIONS: dict[str, dict[str, str | None]] = {
    "r01-start": {
        "src/blocks.py": BLOCKS,
        "src/nets.py": NETS,
        "src/classifier.py": CLASSIFIER,
        "legacy/old.py": NETS,
        "README.md": "Nets.\n",
        "pyproject.toml": SETTINGS,
    },
    "r02-words-only": {"README.md": "Our nets.\n"},
    "r03-comments-only": {"src/nets.py": f"# What we train.\n{NETS}"},
    "r04-wider": {"src/nets.py": WIDER},
    "r05-deeper-block": {"src/blocks.py": DEEPER},
    "r06-shallower-again": {"src/blocks.py": BLOCKS},
    "r07-renamed": {
        "src/nets.py": WIDER.replace("def encoder", "def backbone")
        .replace("net = ", "small = ")
        .replace("net(t", "small(t")
    },
    "r08-names-back": {"src/nets.py": WIDER},
    "r09-moved": {"src/classifier.py": None, "src/vision/digits.py": CLASSIFIER.replace("classes=2", "classes=10")},
    "r10-mistake": {"src/nets.py": BROKEN},
    "r11-mended-with-an-unknown-layer": {"src/nets.py": WIDER, "src/vision/digits.py": OPAQUE},
    "r12-no-longer-python": {"src/vision/digits.py": "import keras\ndef build_model(:\n"},
    "r13-notebook-in-its-place": {
        "src/vision/digits.py": None,
        "explore.ipynb": NOTEBOOK % 'from torch import nn\\n", "model = nn.Sequential(nn.Linear(4, 2))',
    },
    "r14-excluded-folder": {"legacy/old.py": WIDER},
}


def git(folder: Path, *arguments: str) -> str:
    """Run git as nobody in particular; what it prints."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
    }
    command = ["git", "-c", "core.autocrlf=false", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write files, and remove those that are None."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")


def commit(folder: Path, name: str, files: Mapping[str, str | None]) -> None:
    """A revision with a tag of this name."""
    write(folder, files)
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", name)
    git(folder, "tag", name)


def repository(folder: Path) -> Path:
    """An empty repository."""
    git(folder, "init", "-q", ".")
    write(folder, {".git/info/exclude": ".cnnlint_cache\n"})
    return folder


def history(folder: Path) -> Path:
    """The repository with all revisions."""
    repository(folder)
    for name, files in REVISIONS.items():
        commit(folder, name, files)
    return folder
