import { toDigit } from "/lot_traceability/static/src/read_number/digits.js";

/** The reply page works without this: it only says what is accounted for so far. */

const PLAIN = /^(\d+(\.\d+)?|\.\d+)?$/;

const BLANKS = /(\d)[ \u00a0\u202f\u2009'\u2019\u066c](?=\d{3}(?!\d))/g;
const UNSEEN = /\p{Cf}/gu;
const FULL_WIDTH = { "\uff0c": ",", "\uff0e": "." };

/** As `tools/reply_form.py` reads it; NaN for what is refused there. */
function read(text, thousands) {
    let plain = text.replace(UNSEEN, "").trim().replace(/\p{Nd}/gu, toDigit);
    plain = plain.replace(/[\uff0c\uff0e]/g, (mark) => FULL_WIDTH[mark]).replace(BLANKS, "$1");
    if (plain.includes("\u066b")) {
        const [whole, ...rest] = plain.split("\u066b");
        const before = whole ? read(whole, ",") : 0;
        return PLAIN.test(`.${rest.join(".")}`) && Number.isInteger(before)
            ? Number(`${before}.${rest}`)
            : NaN;
    }
    const marks = plain.match(/[.,]/g) || [];
    const last = marks.at(-1);
    const other = { ",": ".", ".": "," }[last];
    if (new Set(marks).size === 2) {
        plain = plain.replaceAll(other, "").replace(last, ".");
    } else if (marks.length > 1) {
        plain = plain.replaceAll(last, "");
    } else if (last) {
        const [whole, rest] = plain.split(last);
        if (rest.length !== 3 || whole.length > 3 || !whole.replaceAll("0", "")) {
            plain = `${whole}.${rest}`;
        } else if (last === thousands) {
            plain = whole + rest;
        } else {
            return NaN;
        }
    }
    return PLAIN.test(plain) ? Number(plain || 0) : NaN;
}

function tell(account) {
    const { names, delivered, thousands, text } = account.dataset;
    const inputs = names.split(" ").map((name) => document.getElementById(name));
    const said = inputs.reduce((sum, input) => sum + read(input.value, thousands), 0);
    const shown = Number.isNaN(said) ? "?" : Number(said.toFixed(6)).toLocaleString();
    account.textContent = text.replace("{said}", shown);
    account.classList.toggle("text-danger", !(said <= Number(delivered)));
}

const accounts = [...document.querySelectorAll(".o_recall_account")];
const tellAll = () => accounts.forEach(tell);
document.addEventListener("input", tellAll);
tellAll();
