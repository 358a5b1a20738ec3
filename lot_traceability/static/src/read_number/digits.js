const isDigit = (code) => /\p{Nd}/u.test(String.fromCodePoint(code));

/**
 * Digits of other scripts: ten of them in a row, from the zero on. The public page of
 * replies loads this file as it is, so that it imports nothing of Odoo.
 */
export function toDigit(sign) {
    const code = sign.codePointAt(0);
    let value = 0;
    while (isDigit(code - value - 1)) {
        value++;
    }
    return value % 10;
}
