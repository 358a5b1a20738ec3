"""The key of a reply page stands in its address, and shall not stand in the log."""

import logging
import re

# a link to the reply page, without its token and with it
LINK = re.compile(r"(/recall/reply/)[\w.%-]+")


def hide_key(text: str) -> str:
    """The text with links that open nothing."""
    return LINK.sub(r"\1...", text)


class KeyFilter(logging.Filter):
    """Keeps the keys out of the lines of a log."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(
                hide_key(value) if isinstance(value, str) else value
                for value in record.args
            )
        if isinstance(record.msg, str):
            record.msg = hide_key(record.msg)
        return True


def watch(name: str) -> None:
    """Keep the keys out of a logger, once."""
    logger = logging.getLogger(name)
    if not any(type(one).__name__ == KeyFilter.__name__ for one in logger.filters):
        logger.addFilter(KeyFilter())
