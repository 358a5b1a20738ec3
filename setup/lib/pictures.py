"""Takes the pictures for ``setup/pictures`` and says what is cut on them.

Usage: pictures.py SCREENS URL DATABASE FOLDER [NAME...]
"""

import base64
import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import websocket
from PIL import Image

BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
SIZES = {"": (1366, 768), "_phone": (390, 844)}
SECONDS = 90
# a screen of the client, of the portal, or the page of a link
READY = """document.readyState === "complete"
    && !document.querySelector(".o_loading_indicator, .o_blockUI")
    && !!document.querySelector(
        ".o_action_manager .o_view_controller, .o_action_manager .o_action," +
        ".modal .o_form_view, #wrap.o_portal_wrap, main.container")"""
SETTLE = """document.fonts.ready.then(() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 500)))))"""
# columns of lists whose heading or cells do not show what is in them
CUT = """(() => {
    const cut = {};
    const list = ".o_list_table th[data-name], .o_list_table .o_data_row > td[name]";
    const cells = `${list}, table.table td, table.table th`;
    for (const cell of document.querySelectorAll(cells)) {
        const box = cell.getBoundingClientRect();
        const isSample = cell.closest(".o_view_sample_data");
        if (isSample || !box.width || !cell.innerText.trim()) {
            continue;
        }
        const inside = ".text-truncate, .o_field_widget, a, span";
        const isText = (part) => !part.matches(".visually-hidden");
        const parts = [cell, ...cell.querySelectorAll(inside)].filter(isText);
        const isCut = parts.some((part) =>
            getComputedStyle(part).overflowX !== "visible" &&
            part.scrollWidth > part.clientWidth + 1);
        const isOff = box.right > window.innerWidth + 1;
        if (isCut || isOff) {
            const name = cell.dataset.name || cell.getAttribute("name") || "column";
            const text = cell.innerText.trim().slice(0, 40);
            cut[name] ??= (isOff ? "off the screen: " : "cut: ") + text;
        }
    }
    return cut;
})()"""


class Browser:
    """One page of a browser without a window, by its own protocol."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        program = next(filter(None, map(shutil.which, BROWSERS)))
        self.process = subprocess.Popen(
            [
                program,
                *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
                *("--disable-dev-shm-usage", "--remote-debugging-port=0"),
                *("--remote-allow-origins=*", f"--user-data-dir={self.folder}"),
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.number, self.errors = 0, []
        self.socket = websocket.create_connection(self._find_page(), timeout=SECONDS)
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def _find_page(self):
        port_file = pathlib.Path(self.folder, "DevToolsActivePort")
        for _try in range(SECONDS * 5):
            with contextlib.suppress(OSError, IndexError, StopIteration):
                port = port_file.read_text().split()[0]
                url = f"http://127.0.0.1:{port}/json"
                with urllib.request.urlopen(url) as answer:
                    pages = json.load(answer)
                page = next(one for one in pages if one["type"] == "page")
                return page["webSocketDebuggerUrl"]
            time.sleep(0.2)
        raise SystemExit("The browser did not start.")

    def call(self, method, **params):
        self.number += 1
        number = self.number
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            self._listen(answer)
            if answer.get("id") == number:
                return answer.get("result", {})

    def _listen(self, event):
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(
                details.get("exception", {}).get("description") or details["text"]
            )
        elif (
            event.get("method") == "Runtime.consoleAPICalled"
            and params["type"] == "error"
        ):
            self.errors.append(
                " ".join(str(arg.get("value", "")) for arg in params["args"])
            )

    def run(self, code):
        answer = self.call(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        return answer.get("result", {}).get("value")

    def open(self, url, width, height):
        self.errors = []
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 768,
        )
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=url)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            time.sleep(0.2)
            if self.run(READY):
                self.run(SETTLE)
                return
        self.errors.append(f"not ready within {SECONDS} seconds")

    def take(self):
        shot = self.call("Page.captureScreenshot", format="png")
        return Image.open(io.BytesIO(base64.b64decode(shot["data"])))

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def log_in(base, database, login):
    """A session of a user of the demo, whose password is the login."""
    params = {"db": database, "login": login, "password": login}
    request = urllib.request.Request(
        f"{base}/web/session/authenticate",
        json.dumps({"params": params}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    for cookie in cookies:
        name, _mark, value = cookie.partition(";")[0].partition("=")
        if name == "session_id":
            return value
    raise SystemExit(f"{login} cannot log in.")


def take_screen(browser, base, screen, folder):
    """Its pictures, written; what is wrong with them, as lines."""
    wrong = []
    for suffix, (width, height) in SIZES.items():
        if suffix and not screen["phone"]:
            continue
        browser.open(base + screen["path"], width, height)
        name = screen["name"] + suffix
        folder.mkdir(parents=True, exist_ok=True)
        # as few colours as a screen has: a tenth of the size
        picture = browser.take().convert("RGB").quantize(128)
        picture.save(folder / f"{name}.png", optimize=True)
        for column, text in (browser.run(CUT) or {}).items():
            # a phone scrolls
            if not suffix:
                wrong.append(f"{name}, {column}: {text}")
        errors = filter(None, browser.errors)
        wrong += [f"{name}: {error.splitlines()[0]}" for error in errors]
        say(f"  {screen['addon']}/{name}")
    return wrong


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(screens, base, database, target, *names):
    screens = json.loads(pathlib.Path(screens).read_text())
    if names:
        screens = [screen for screen in screens if screen["name"] in names]
    browser, wrong, sessions = Browser(), [], {}
    try:
        for screen in screens:
            login = screen["login"]
            if login and login not in sessions:
                sessions[login] = log_in(base, database, login)
            browser.call("Network.clearBrowserCookies")
            if login:
                browser.call(
                    "Network.setCookie",
                    name="session_id",
                    value=sessions[login],
                    url=base,
                )
                companies = "-".join(map(str, screen["companies"]))
                browser.call(
                    "Network.setCookie", name="cids", value=companies, url=base
                )
            folder = pathlib.Path(
                target, screen["addon"], "static", "description", "screens"
            )
            wrong += take_screen(browser, base, screen, folder)
    finally:
        browser.close()
    for line in wrong:
        say(line)
    return f"{len(wrong)} things to mend." if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
