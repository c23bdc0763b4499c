/* What a visitor leaves when nobody serves: words and a way to answer. */
#ifndef CONTACT_AWAY_FORM_H
#define CONTACT_AWAY_FORM_H

#include "app/app.h"

extern const struct feature contact_away_form_feature;

#endif
