/* The only file that names every feature, in the order of the house's floors. */
#include "app/app.h"
#include "desk/search.h"
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
	&team_hours_feature,
	&team_audit_feature,
	&desk_search_feature,
	NULL,
};
const size_t all_features_count = sizeof all_features / sizeof *all_features - 1;
