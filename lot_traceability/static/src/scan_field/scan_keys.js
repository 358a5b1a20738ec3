/** The separator of GS1 labels (FNC1), as scanners and keyboard drivers type it. */
export const FNC1 = "\x1d";
const SEPARATOR_CODE = 29;

/** True for a key that stands for the separator by itself: F8, Ctrl+], the character. */
export function isSeparator(ev) {
    const isBracket = ev.key === "]" || ev.code === "BracketRight";
    return ev.key === "F8" || ev.key === FNC1 || (ev.ctrlKey && isBracket);
}

/**
 * A character typed by its number: Alt is held while the digits are typed. Numbers on the
 * main keyboard with Alt are shortcuts of the browser and of Odoo.
 */
export class AltCode {
    digits = "";

    /** @returns {boolean} whether the key is a digit of such a number */
    take(ev) {
        const isNumpad = !ev.code || ev.code.startsWith("Numpad");
        if (!ev.altKey || !isNumpad || !/^[0-9]$/.test(ev.key)) {
            return false;
        }
        this.digits += ev.key;
        return true;
    }

    /** @returns {string} the character that was typed, once Alt is released */
    finish() {
        const code = Number(this.digits);
        this.digits = "";
        if (!code) {
            return "";
        }
        return code === SEPARATOR_CODE ? FNC1 : String.fromCharCode(code);
    }
}
