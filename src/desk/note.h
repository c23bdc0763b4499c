/* Notes of a session: from colleague to colleague, never shown to the customer. */
#ifndef DESK_NOTE_H
#define DESK_NOTE_H

#include "app/app.h"

extern const struct feature desk_note_feature;

#endif
