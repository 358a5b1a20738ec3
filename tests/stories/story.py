"""The demo story: a food maker and an electronics maker in one database."""

from . import sheet
from .electronics import ElectronicsStory
from .food import FoodStory, create_users

# module name under which the story's records can be found again
MODULE = "lot_demo"


def is_loaded(env):
    """Say whether the story is in the database."""
    return bool(env.ref(f"{MODULE}.suspect_lot", raise_if_not_found=False))


def load(env):
    """Create the story by real operations, as the administrator."""
    env = env(user=env.ref("base.user_admin"), su=False)
    switch_on(env)
    food_company = env.company
    food_company.name = "Hazel & Oat Foods"
    device_company = env["res.company"].create({"name": "Brightline Devices"})
    env["stock.warehouse"].create(
        {"name": "Brightline", "code": "BD", "company_id": device_company.id}
    )
    env.user.company_ids += device_company
    create_users(env, food_company | device_company)
    makers = FoodStory(env, food_company), ElectronicsStory(env, device_company)
    food, devices = (maker.play() for maker in makers)
    keep_sheet(env, [page for maker in makers for page in maker.get_labels()])
    remember(env, "suspect_lot", food["HZ-ALP-2291"])
    remember(env, "suspect_cell", devices["CELL-77A"])
    recall_cells(env, device_company, devices["CELL-77A"])
    send_expiry_alerts(env)
    return food | devices


def recall_cells(env, company, lot):
    """A recall under way; that of the hazelnuts is left to whoever looks."""
    if "lot.recall.wizard" not in env:
        return
    lot = lot.with_context(allowed_company_ids=company.ids)
    action = lot.action_recall()
    wizard = lot.env["lot.recall.wizard"].browse(action["res_id"])
    wizard.reason = "Cells of this lot overheat when they are charged."
    wizard.notice_reason = "The battery can overheat while it is charged: fire hazard."
    wizard.recall_class = "2"
    recall = lot.env["lot.recall"].browse(wizard.action_create_recall()["res_id"])
    if recall.state == "scoped":
        # who assessed does not approve
        recall.with_user(recall._get_other_approvers()[:1]).action_approve()


def send_expiry_alerts(env):
    """What the daily scheduled action would do over night."""
    if "lot.expiry.alert" not in env:
        return
    for rule in env["lot.alert.rule"].sudo().search([]):
        rule._send_alerts([due.lot_id for due in rule._get_due()])


def switch_on(env):
    """The settings that someone who works with lots has on."""
    env["res.config.settings"].create(
        {
            "group_stock_production_lot": True,
            "group_stock_multi_locations": True,
            "group_uom": True,
            "group_lot_on_delivery_slip": True,
        }
    ).execute()


def keep_sheet(env, pages):
    """Attach the sheet to scan from to the company."""
    attachment = env["ir.attachment"].create(
        {
            "name": sheet.NAME,
            "raw": sheet.draw(pages),
            "mimetype": "application/pdf",
            "res_model": "res.company",
            "res_id": env.company.id,
        }
    )
    remember(env, "sheet", attachment)


def remember(env, name, record):
    """Give a record of the story a name by which it can be found."""
    env["ir.model.data"].sudo().create(
        {
            "module": MODULE,
            "name": name,
            "model": record._name,
            "res_id": record.id,
            "noupdate": True,
        }
    )
