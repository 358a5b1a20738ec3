from . import lot_clear_out
from . import lot_clear_out_line
from . import lot_pick_question
from . import lot_pick_question_line
from . import lot_reservation_report
from . import lot_alert_outcome
