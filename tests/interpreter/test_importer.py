"""Models split over files: what each import finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cnnlint.interpreter import stdlib
from cnnlint.interpreter.importer import Importer
from cnnlint.interpreter.machine import Machine
from cnnlint.interpreter.values import ModuleValue
from cnnlint.syntax.lower import lower
from tests.interpreter.running import plain

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "app/main.py": "from nets.blocks import block, SIZE as size\nimport nets.deep.inner as inner\nfrom nets import *\n"
    "import nets\nfrom nets.deep import helper\nfrom space.part import n\n"
    "a = block(2)\nb = size\nc = inner.VALUE\nd = exported\ne = nets.blocks.SIZE\nf = helper(1)\ng = n\nh = first\n"
    "i = nets.deep.inner.VALUE\n",
    "app/nets/__init__.py": "from .blocks import block\nfrom .blocks import SIZE as exported\nfrom . import deep\n",
    "app/nets/blocks.py": "from .deep.inner import VALUE\nSIZE = VALUE + 1\ndef block(n): return n * SIZE\n",
    "app/nets/deep/__init__.py": "from .inner import VALUE as helper_value\nfrom ..other import helper\n",
    "app/nets/deep/inner.py": "VALUE = 10\n",
    "app/nets/other.py": "from .blocks import SIZE\ndef helper(x): return x + SIZE\n",
    "app/space/part.py": "n = 7\n",
    "app/circle_a.py": "from circle_b import y\nx = 1\nz = y\n",
    "app/circle_b.py": "import circle_a\ny = 2\ndef late(): return circle_a.x\n",
    "app/uses_circle.py": "from circle_a import z, x\nfrom circle_b import late\nr = z, x, late()\n",
    "app/broken_import.py": "from nets.missing import thing\nfrom nets.blocks import nothing\nimport absent\nq = 1\n"
    "s = thing\nt = nothing\nu = absent.x\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "app/nets/blocks.py").touch()
    return tmp_path


def names(path: Path) -> dict[str, Any]:
    importer = Importer(stdlib.library, lambda found: lower(found.read_text(encoding="utf-8")))
    machine = Machine(importer, strict=True)
    module = ModuleValue("__main__", str(path), lower(path.read_text(encoding="utf-8")), package=False)
    machine.run_module(module)
    return {name: plain(value) for name, value in module.scope.names.items()}


def test_names_come_from_the_files_that_define_them(project: Path) -> None:
    found = names(project / "app/main.py")
    assert {key: found[key] for key in "abcdefg"} == {"a": 22, "b": 11, "c": 10, "d": 11, "e": 11, "f": 12, "g": 7}
    assert found["h"] == "unknown: `first` is not defined"
    assert found["i"] == 10


def test_files_that_import_each_other(project: Path) -> None:
    assert names(project / "app/uses_circle.py")["r"] == (2, 1, 1)


def test_what_is_not_at_hand_is_unknown_with_its_name(project: Path) -> None:
    found = names(project / "app/broken_import.py")
    assert found["q"] == 1
    assert found["s"] == "unknown: module `nets.missing` is not at hand"
    assert found["t"] == "unknown: `nets.blocks.nothing` is not defined there"
    assert found["u"] == "unknown: module `absent` is not at hand"


def test_a_package_of_an_inner_file_is_found_from_its_import_root(project: Path) -> None:
    assert names(project / "app/nets/deep/__init__.py")["helper_value"] is not None
    (project / "app/nets/deep/user.py").write_text(
        "from nets.blocks import SIZE\nfrom ...nets import other\nv = SIZE\n"
    )
    assert names(project / "app/nets/deep/user.py")["v"] == 11
