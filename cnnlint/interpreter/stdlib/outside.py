"""What only the running program knows: the environment, files, time, chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlint.interpreter.library import Library
from cnnlint.interpreter.values import DictValue, HostFunction, Instance, Unknown, Value

if TYPE_CHECKING:
    from cnnlint.interpreter.machine import Machine

LIBRARY = Library("os", "sys", "warnings", "logging", "json", "random", "time", "pathlib", "pytest", "unittest")
QUIET = [
    "warnings.warn",
    "warnings.filterwarnings",
    "warnings.simplefilter",
    "logging.basicConfig",
    "logging.info",
    "logging.warning",
    "logging.debug",
    "logging.error",
    "logging.exception",
    "logging.critical",
    "logging.disable",
    "random.seed",
    "time.sleep",
    "os.makedirs",
    "os.mkdir",
    "os.putenv",
    "os.system",
    "sys.setrecursionlimit",
    "json.dump",
    "logging.captureWarnings",
    "random.shuffle",
    "os.chdir",
    "os.remove",
    "os.unlink",
    "sys.path.append",
    "sys.path.insert",
]
OUTSIDE = [
    "os.getenv",
    "os.listdir",
    "os.path.exists",
    "os.path.join",
    "os.path.isfile",
    "os.path.isdir",
    "os.path.dirname",
    "os.path.basename",
    "os.path.abspath",
    "os.path.expanduser",
    "os.path.realpath",
    "os.path.splitext",
    "os.getcwd",
    "os.cpu_count",
    "os.walk",
    "os.getpid",
    "json.load",
    "json.loads",
    "json.dumps",
    "random.random",
    "random.randint",
    "random.choice",
    "random.uniform",
    "random.sample",
    "random.gauss",
    "time.time",
    "time.perf_counter",
    "time.monotonic",
    "time.strftime",
    "sys.getsizeof",
]


def _quiet(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return None


def _outside(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return Unknown("its value is known at run time only", machine.place)


for _name in QUIET:
    LIBRARY.add(_name, HostFunction(_name, _quiet))
for _name in OUTSIDE:
    LIBRARY.add(_name, HostFunction(_name, _outside))
LIBRARY.add("os.environ", DictValue({}, Unknown("the environment is known at run time only")))
LIBRARY.add("sys.argv", Unknown("the command line is known at run time only"))
LIBRARY.add("sys.version_info", Unknown("the Python version is known at run time only"))
LIBRARY.add("sys.platform", Unknown("the platform is known at run time only"))
LIBRARY.add("sys.maxsize", 2**63 - 1)


@LIBRARY.define("sys.Modules")
class Modules:
    def __getitem__(machine: Machine, self: Instance, name: Value) -> Value:
        found = machine.importer.named(name)
        return Unknown("a module that is not at hand", machine.place, opaque=True) if found is None else found

    def __contains__(machine: Machine, self: Instance, name: Value) -> Value:
        return machine.importer.named(name) is not None or Unknown("which modules are loaded is not known")

    def get(machine: Machine, self: Instance, name: Value, default: Value = None) -> Value:
        found = machine.importer.named(name)
        return Unknown("a module that is not at hand", machine.place, opaque=True) if found is None else found


LIBRARY.add("sys.modules", Instance(LIBRARY.names["sys.Modules"]))


@LIBRARY.function("sys.exit")
def exit_(machine: Machine, *args: Value) -> Value:
    """Ends the program."""
    return machine.throw("SystemExit", "")


@LIBRARY.define("logging.Logger")
class Logger:
    info = HostFunction("logging.Logger.info", _quiet)
    debug = HostFunction("logging.Logger.debug", _quiet)
    warning = HostFunction("logging.Logger.warning", _quiet)
    warn = HostFunction("logging.Logger.warn", _quiet)
    error = HostFunction("logging.Logger.error", _quiet)
    exception = HostFunction("logging.Logger.exception", _quiet)
    critical = HostFunction("logging.Logger.critical", _quiet)
    setLevel = HostFunction("logging.Logger.setLevel", _quiet)
    addHandler = HostFunction("logging.Logger.addHandler", _quiet)


@LIBRARY.function("logging.getLogger")
def get_logger(machine: Machine, *args: Value) -> Value:
    """A logger."""
    return machine.call(LIBRARY.names["logging.Logger"], ())


@LIBRARY.define("unittest.TestCase")
class TestCase:
    pass
