"""In an Odoo shell: what is written to a disk that is full, mailed to a server that
hangs, and printed without a printer. Prints ``ROW``s as ``verify.py`` does.

FAULT says which one; FILES is the folder that may be full.
"""

import os
import threading
import time

lot = env["stock.lot"].search([("name", "=", "STRESS-0")])


def tell(what, count, wrong):
    print(f"ROW {what}\t{count}\t{wrong}")


def full_disk():
    """An export, and a file to import: refused, with nothing half there."""
    filler = os.path.join(FILES, "filler")
    with open(filler, "wb") as file:
        try:
            while True:
                file.write(b"x" * 65536)
                file.flush()
        except OSError:
            pass
    before = env["ir.attachment"].search_count([])
    refused = 0
    for number in range(5):
        try:
            env["ir.attachment"].create(
                {"name": f"proof-{number}", "raw": os.urandom(200_000)}
            )
            env.cr.commit()
        except Exception:
            env.cr.rollback()
            refused += 1
    left = env["ir.attachment"].search_count([]) - before
    tell("full disk: files, kept without their content", 5, left)
    lot.action_hold("While the disk is full")
    env.cr.commit()
    lot.action_release("Still full")
    env.cr.commit()
    tell("full disk: hold and release, refused", 2, 0)
    os.unlink(filler)
    env["ir.attachment"].create({"name": "after", "raw": os.urandom(1000)})
    env.cr.commit()
    tell("full disk: files afterwards, refused", 1, 0)


def hanging_mail():
    """What is to be sent stays in the queue; the stock is not locked meanwhile."""
    mail = env["mail.mail"].create(
        {"subject": "Stress", "email_to": "a@example.com", "body_html": "<p>x</p>"}
    )
    env.cr.commit()
    sender = threading.Thread(target=send, args=(env.registry, mail.id), daemon=True)
    sender.start()
    time.sleep(1)
    start = time.monotonic()
    lot.action_hold("While mail hangs")
    env.cr.commit()
    lot.action_release("Mail still hangs")
    env.cr.commit()
    waited = time.monotonic() - start
    tell(
        "hanging mail server: hold and release, that waited for it", 2, int(waited > 20)
    )
    env.invalidate_all()
    tell("hanging mail server: mails, lost", 1, int(not mail.exists()))


def send(registry, mail_id):
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["mail.mail"].browse(mail_id).send()


def no_printer():
    """A page for the browser, a message for who wants a PDF."""
    from odoo.exceptions import UserError

    report = env.ref("lot_traceability.action_report_lot_trace")
    try:
        report._render_qweb_pdf(report.report_name, lot.ids)
        wrong = 0
    except UserError:
        wrong = 0
    except Exception as error:
        print(f"FAULT no printer: {error!r}")
        wrong = 1
    env.cr.rollback()
    tell("wkhtmltopdf missing: reports, that end as a fault", 1, wrong)


{"disk": full_disk, "mail": hanging_mail, "printer": no_printer}[FAULT]()
