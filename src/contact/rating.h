/* Ratings: what a customer thinks of a conversation, once, from 1 (worst) to 5. */
#ifndef CONTACT_RATING_H
#define CONTACT_RATING_H

#include "app/app.h"

extern const struct feature contact_rating_feature;

#endif
