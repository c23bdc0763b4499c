/* The only file that names every feature, in the order of the house's floors. */
#include "contact/away_form.h"
#include "contact/customer.h"
#include "contact/file.h"
#include "contact/message.h"
#include "contact/rate.h"
#include "contact/rating.h"
#include "contact/session.h"
#include "contact/visitor.h"
#include "desk/board.h"
#include "desk/dispatch.h"
#include "desk/handling.h"
#include "desk/inbox.h"
#include "desk/knowledge.h"
#include "desk/note.h"
#include "desk/phrase.h"
#include "desk/search.h"
#include "desk/transfer.h"
#include "interchange/import_feature.h"
#include "measure/alert_feature.h"
#include "measure/anomaly_impl.h"
#include "measure/anomaly_store.h"
#include "measure/deliver_feature.h"
#include "measure/report_feature.h"
#include "measure/report_more.h"
#include "measure/store_feature.h"
#include "team/features.h"
#include "base/banned.h"

const struct feature *const all_features[] = {
	&team_settings_feature,
	&team_role_feature,
	&team_label_feature,
	&team_login_feature,
	&team_me_feature,
	&team_state_feature,
	&team_person_feature,
	&team_people_import_feature,
	&team_group_feature,
	&team_shop_feature,
	&team_rule_version_feature,
	&team_hours_feature,
	&team_audit_feature,
	&contact_rate_feature,
	&contact_visitor_feature,
	&contact_session_feature,
	&contact_message_feature,
	&contact_customer_feature,
	&contact_file_feature,
	&contact_rating_feature,
	&contact_away_form_feature,
	&desk_inbox_feature,
	&desk_handling_feature,
	&desk_dispatch_feature,
	&desk_transfer_feature,
	&desk_note_feature,
	&desk_phrase_feature,
	&desk_knowledge_feature,
	&desk_board_feature,
	&desk_search_feature,
	&measure_store_feature,
	&measure_report_feature, &measure_spread_feature, &measure_trade_feature, &measure_call_feature, &measure_month_feature, &measure_pace_feature,
	&measure_design_feature,
	&measure_score_feature,
	&measure_export_feature,
	&measure_anomaly_feature,
	&measure_anomaly_pages_feature,
	&measure_deliver_feature,
	&measure_deliver_pages_feature,
	&measure_alert_feature,
	&measure_alert_pages_feature,
	&interchange_import_feature,
	&interchange_names_feature,
	NULL,
};
const size_t all_features_count = sizeof all_features / sizeof *all_features - 1;
