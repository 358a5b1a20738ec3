import { localization } from "@web/core/l10n/localization";
import { parseFloat } from "@web/views/fields/parsers";
import { toDigit } from "./digits";

/** What is typed as a number, also in Arabic, Persian, Devanagari or full-width digits. */
export function readNumber(text) {
    const plain = text
        .replace(/\p{Cf}/gu, "")
        .replace(/\p{Nd}/gu, toDigit)
        .replace(/\u066c/g, "")
        .replace(/[\u066b\uff0e]/g, localization.decimalPoint);
    return parseFloat(plain);
}
