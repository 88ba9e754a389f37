"""How the log is written: what failed and where, never with what words. What an error says may hold what
somebody typed, or a row of the database."""

import logging
import traceback
from types import TracebackType


class WithoutWords(logging.Formatter):
    """A line of the log; of an exception, and of those it came from, only the kind and the places."""

    def formatException(  # noqa: N802
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        error = ei[1]
        lines: list[str] = []
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            places = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            lines.insert(0, f"{places}\n{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or error.__context__
        return "\n\nand then\n\n".join(lines)
