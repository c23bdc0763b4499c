/* Handing a session over to a person or a group, always with a note for who takes it up. */
#ifndef DESK_TRANSFER_H
#define DESK_TRANSFER_H

#include "app/app.h"

extern const struct feature desk_transfer_feature;

#endif
