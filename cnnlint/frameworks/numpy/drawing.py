"""matplotlib: nothing that it does matters to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.frameworks.numpy.core import NUMPY
from cnnlint.interpreter.values import HostFunction, Unknown

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine
    from cnnlint.interpreter.values import Value

QUIET = (
    "show savefig close title suptitle xlabel ylabel legend xlim ylim xticks yticks grid axis colorbar clf cla gca "
    "tight_layout subplots_adjust ion ioff pause draw plot scatter bar barh hist hist2d imshow matshow imsave contour "
    "contourf errorbar fill_between text annotate "
    "axhline axvline pie boxplot semilogx semilogy loglog stem step set_cmap"
)


def _quiet(machine: Machine, *args: Value, **options: Value) -> Value:
    return Unknown("what is drawn is not followed", machine.place)


for _name in QUIET.split():
    NUMPY.add(f"matplotlib.pyplot.{_name}", HostFunction(f"matplotlib.pyplot.{_name}", _quiet))
for _name in ("figure", "subplots", "subplot", "axes", "get_cmap", "gcf", "style.use", "rc", "subplot2grid"):
    NUMPY.add(f"matplotlib.pyplot.{_name}", HostFunction(f"matplotlib.pyplot.{_name}", _quiet))
NUMPY.add("matplotlib.use", HostFunction("matplotlib.use", _quiet))
NUMPY.add("matplotlib.pyplot.rcParams", Unknown("settings are not followed"))
