import type { Act } from './zh_acts';

export const enActs: Record<Act, string> = {
  'PATCH /api/v1/settings': 'Changed a setting', 'POST /api/v1/roles': 'Added a role', 'PATCH /api/v1/roles/{role_id}': 'Changed a role', 'POST /api/v1/categories': 'Added a category', 'PATCH /api/v1/categories/{category_id}': 'Changed a category',
  'POST /api/v1/tags': 'Added a tag', 'POST /api/v1/setup': 'Set up the centre', 'POST /api/v1/login': 'Signed in', 'POST /api/v1/logout': 'Signed out', 'POST /api/v1/reset': 'Set a password with a link', 'PATCH /api/v1/me': 'Changed the own profile',
  'POST /api/v1/me/password': 'Changed the own password', 'DELETE /api/v1/me/logins/{login_id}': 'Ended an own login', 'POST /api/v1/people': 'Added a person', 'PATCH /api/v1/people/{person_id}': 'Changed a person',
  'POST /api/v1/people/{person_id}/password': 'Made a password link', 'POST /api/v1/people/{person_id}/disable': 'Disabled an account', 'POST /api/v1/people/{person_id}/enable': 'Enabled an account',
  'DELETE /api/v1/people/{person_id}/logins/{login_id}': "Ended somebody's login", 'POST /api/v1/people/import': 'Imported people', 'POST /api/v1/skills': 'Added a skill', 'POST /api/v1/groups': 'Added a group', 'PATCH /api/v1/groups/{group_id}': 'Changed a group',
  'POST /api/v1/shops': 'Added a shop', 'PATCH /api/v1/shops/{shop_id}': 'Changed a shop', 'POST /api/v1/shops/{shop_id}/visitor-key': 'Made a new visitor key', 'PUT /api/v1/shops/{shop_id}/hours': 'Changed opening hours',
  'POST /api/v1/shops/{shop_id}/profile-versions': 'Changed the profile', 'DELETE /api/v1/shops/{shop_id}/profile-versions/{version_id}': 'Took a profile change back', 'DELETE /api/v1/settings/versions/{version_id}': 'Took a setting change back',
  'PATCH /api/v1/customers/{customer_id}': 'Changed a customer', 'POST /api/v1/away-forms/{form_id}/done': 'Answered a left message', 'POST /api/v1/sessions/{session_id}/take': 'Took a chat', 'POST /api/v1/sessions/{session_id}/accept': 'Accepted a chat',
  'POST /api/v1/sessions/{session_id}/decline': 'Declined a chat', 'POST /api/v1/sessions/{session_id}/close': 'Ended a chat', 'POST /api/v1/sessions/{session_id}/reopen': 'Reopened a chat', 'POST /api/v1/sessions/{session_id}/category': 'Set a category',
  'POST /api/v1/sessions/{session_id}/tags': 'Tagged a chat', 'POST /api/v1/sessions/{session_id}/invite': 'Asked for a rating', 'POST /api/v1/sessions/{session_id}/transfer': 'Transferred a chat', 'POST /api/v1/sessions/{session_id}/notes': 'Wrote a note',
  'POST /api/v1/phrases': 'Added a phrase', 'PATCH /api/v1/phrases/{phrase_id}': 'Changed a phrase', 'DELETE /api/v1/phrases/{phrase_id}': 'Deleted a phrase', 'POST /api/v1/phrases/import': 'Imported phrases',
  'POST /api/v1/month-close': 'Closed a month', 'POST /api/v1/month-close/{close_id}/restate': 'Restated a month', 'POST /api/v1/report-designs': 'Saved a report', 'PATCH /api/v1/report-designs/{design_id}': 'Changed a report', 'DELETE /api/v1/report-designs/{design_id}': 'Deleted a report',
  'POST /api/v1/score-templates': 'Added a score template', 'PATCH /api/v1/score-templates/{template_id}': 'Changed a score template', 'DELETE /api/v1/score-templates/{template_id}': 'Deleted a score template',
  'POST /api/v1/anomalies/{anomaly_id}/dismiss': 'Explained an anomaly', 'POST /api/v1/anomalies/rebuild': 'Looked for anomalies anew', 'POST /api/v1/deliveries': 'Added a delivery', 'PATCH /api/v1/deliveries/{delivery_id}': 'Changed a delivery', 'DELETE /api/v1/deliveries/{delivery_id}': 'Deleted a delivery',
  'POST /api/v1/deliveries/{delivery_id}/test': 'Tested a delivery', 'POST /api/v1/alerts': 'Added an alert', 'PATCH /api/v1/alerts/{alert_id}': 'Changed an alert', 'DELETE /api/v1/alerts/{alert_id}': 'Deleted an alert',
  'PUT /api/v1/imports': 'Uploaded a file', 'PATCH /api/v1/imports/{import_id}': 'Set up an import', 'DELETE /api/v1/imports/{import_id}': 'Dropped a file', 'POST /api/v1/imports/{import_id}/check': 'Checked a file', 'POST /api/v1/imports/{import_id}/run': 'Imported a file',
  'POST /api/v1/imports/{import_id}/undo': 'Undid an import', 'POST /api/v1/import-mappings': 'Added a mapping', 'PATCH /api/v1/import-mappings/{mapping_id}': 'Changed a mapping', 'DELETE /api/v1/import-mappings/{mapping_id}': 'Deleted a mapping',
  'PUT /api/v1/import-names': 'Bound nicknames', 'DELETE /api/v1/import-names/{name_id}': 'Unbound a nickname',
};
