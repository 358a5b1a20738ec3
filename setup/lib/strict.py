"""What a test of ours may not do: be skipped, or leave a warning in Odoo's log.

Loaded by setup/pytest.ini. It also gives the test classes outside of an addon the tags
that Odoo gives to those inside of one.
"""

import logging
import re

import pytest

# "tests" is ours: what the browser says is logged under the name of the test
WATCHED = ("odoo", "tests", "py.warnings", "werkzeug")
EXPECTED = re.compile(
    # the test was over; its page was still loading something when the browser closed
    r"Error received after termination: "
    # the distribution's PDF converter has no headers and footers
    r"|wkhtmltopdf: "
    r"(The switch [^,]+, is not support using unpatched qt, and will be ignored\.\s*)+"
    r"(QStandardPaths: XDG_RUNTIME_DIR not set.*\s*)?$"
)


class Collector(logging.Handler):
    """Keeps what arrives; nothing does from inside of assertLogs or mute_logger."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        message = record.getMessage()
        if record.name.partition(".")[0] not in WATCHED and record.name not in WATCHED:
            return
        if not EXPECTED.match(message):
            # the rest of the lines is the stack, which pytest shows as captured log
            first_line = message.partition("\n")[0]
            self.lines.append(f"{record.levelname} {record.name}: {first_line}")

    def take(self):
        lines, self.lines = self.lines, []
        return lines


collector = Collector()


def pytest_configure(config):
    logging.getLogger().addHandler(collector)
    give_tags_to_all_tests()


def pytest_unconfigure(config):
    logging.getLogger().removeHandler(collector)


def give_tags_to_all_tests():
    from odoo.tests import BaseCase  # needs the configuration of Odoo

    give_tags = BaseCase.__init_subclass__.__func__

    def __init_subclass__(cls):
        give_tags(cls)
        if getattr(cls, "test_tags", None) is None:
            cls.test_tags = {"standard", "post_install"}
            cls.test_module = cls.__module__.partition(".")[0]

    BaseCase.__init_subclass__ = classmethod(__init_subclass__)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logstart(nodeid, location):
    # what was logged between two tests is not the next one's doing
    collector.take()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        fail(report, f"Skipped, which no test of ours may be: {report.longrepr}")
    logged = collector.take()
    if logged and not report.failed:
        fail(report, "Unexpected in Odoo's log:\n" + "\n".join(logged))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        fail(report, f"Skipped, which no test of ours may be: {report.longrepr}")
    return report


def fail(report, reason):
    report.outcome = "failed"
    report.longrepr = reason
