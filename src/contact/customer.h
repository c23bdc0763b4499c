/* Customers: who asks, what they bought, what we noted. */
#ifndef CONTACT_CUSTOMER_H
#define CONTACT_CUSTOMER_H

#include "app/app.h"

/* A phone number as people write it: digits, blanks, + - ( ), 5 to 20 digits; or empty. */
bool customer_phone_ok(struct str phone);
/* Something@something.something without blanks; or empty. */
bool customer_email_ok(struct str email);

/* No flag, or one of red, amber, green, blue, purple. */
bool customer_flag_ok(struct str flag);

extern const struct feature contact_customer_feature;

#endif
