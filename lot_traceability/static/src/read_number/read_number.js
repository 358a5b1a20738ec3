import { localization } from "@web/core/l10n/localization";
import { parseFloat } from "@web/views/fields/parsers";

const isDigit = (code) => /\p{Nd}/u.test(String.fromCodePoint(code));

/** Digits of other scripts: ten of them in a row, from the zero on. */
function toDigit(sign) {
    const code = sign.codePointAt(0);
    let value = 0;
    while (isDigit(code - value - 1)) {
        value++;
    }
    return value % 10;
}

/** What is typed as a number, also in Arabic, Persian, Devanagari or full-width digits. */
export function readNumber(text) {
    const plain = text
        .replace(/\p{Cf}/gu, "")
        .replace(/\p{Nd}/gu, toDigit)
        .replace(/\u066c/g, "")
        .replace(/[\u066b\uff0e]/g, localization.decimalPoint);
    return parseFloat(plain);
}
