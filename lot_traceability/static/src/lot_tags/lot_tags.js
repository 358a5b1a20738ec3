import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { registry } from "@web/core/registry";
import {
    Many2ManyTagsField,
    many2ManyTagsField,
} from "@web/views/fields/many2many_tags/many2many_tags_field";
import { Many2One } from "@web/views/fields/many2one/many2one";
import {
    buildM2OFieldDescription,
    Many2OneField,
} from "@web/views/fields/many2one/many2one_field";
import { Many2XAutocomplete } from "@web/views/fields/relational_utils";

/** What is the same number for who reads it. */
function getKey(text) {
    return text
        .normalize("NFKC")
        .replace(/\p{Cf}/gu, "")
        .replace(/[\u2212\p{Pd}]/gu, "-")
        .replace(/\s+/g, " ")
        .trim()
        .toLowerCase();
}

/**
 * A scanner ends with Enter or Tab, with which a field takes the first of what it
 * proposes. Of AB-1, which nobody knows, that would be AB-10: only the number itself, or
 * the lot of a label, is taken without being pointed at.
 */
class LotAutoComplete extends AutoComplete {
    get isMeant() {
        const label = this.activeOption?.data?.record?.display_name;
        return (
            this.state.navigationRev > 0 ||
            !label ||
            getKey(this.inputRef.el.value).includes(getKey(label))
        );
    }

    async onInputKeydown(ev) {
        const hotkey = getActiveHotkey(ev);
        const text = this.inputRef.el.value;
        const isTaken = (hotkey === "enter" || hotkey === "tab") && text && this.inEdition;
        if (isTaken && this.loadingPromise) {
            ev.stopPropagation();
            ev.preventDefault();
            await this.loadingPromise;
            if (this.inputRef.el?.value !== text) {
                // something else was typed meanwhile: that was not meant
                return;
            }
        }
        if (isTaken && this.isOpened && this.state.activeSourceOption && !this.isMeant) {
            ev.stopPropagation();
            ev.preventDefault();
            // the next scan takes the place of this one
            this.inputRef.el.select();
            return;
        }
        return super.onInputKeydown(ev);
    }
}

class LotMany2XAutocomplete extends Many2XAutocomplete {
    static components = { ...Many2XAutocomplete.components, AutoComplete: LotAutoComplete };

    /** A label has no number in its first signs, and is one all the same. */
    search(name) {
        this.lastEmptySearch = undefined;
        return super.search(name);
    }
}

export class LotTagsField extends Many2ManyTagsField {
    static components = {
        ...Many2ManyTagsField.components,
        Many2XAutocomplete: LotMany2XAutocomplete,
    };
}

class LotMany2One extends Many2One {
    static components = {
        ...Many2One.components,
        Many2XAutocomplete: LotMany2XAutocomplete,
    };
}

export class LotMany2OneField extends Many2OneField {
    static components = { ...Many2OneField.components, Many2One: LotMany2One };
}

registry
    .category("fields")
    .add("lot_many2one", buildM2OFieldDescription(LotMany2OneField))
    .add("lot_tags", { ...many2ManyTagsField, component: LotTagsField });
