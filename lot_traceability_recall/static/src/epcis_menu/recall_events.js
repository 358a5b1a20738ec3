import { registry } from "@web/core/registry";
import "@lot_traceability/epcis_menu/epcis_menu";

registry.category("lot_traceability.event_models").add("lot.recall", true);
