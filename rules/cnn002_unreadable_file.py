from __future__ import annotations

from cnnlint.api import Rule


class UnreadableFile(Rule):
    """A file could not be read as text.

    ## What it does

    Reports a file that vanished, may not be opened, is not in the encoding that it declares (UTF-8 where it declares
    none), or is a notebook whose JSON is broken. The other files are checked all the same.

    ## Why is this bad?

    What was not read was not checked, and a run that says nothing would look like a clean one.

    ## Example

    A file saved as Latin-1 that holds an umlaut and says nothing about it.

    ## Use instead

    The same file saved as UTF-8, or with `# -*- coding: latin-1 -*-` in its first line.
    """

    code = "CNN002"
    name = "unreadable-file"
    severity = "error"
    since = "0.1.0"
