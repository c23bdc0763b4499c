/* The subjects of this folder, for features.c. */
#ifndef TEAM_FEATURES_H
#define TEAM_FEATURES_H

#include "app/app.h"

extern const struct feature team_settings_feature, team_role_feature, team_label_feature, team_login_feature, team_me_feature,
    team_state_feature, team_person_feature, team_group_feature, team_shop_feature, team_hours_feature, team_audit_feature,
    team_people_import_feature, team_rule_version_feature;

#endif
