/* What can be looked up while answering: knowledge cards and products of the shops. */
#ifndef DESK_KNOWLEDGE_H
#define DESK_KNOWLEDGE_H

#include "app/app.h"

extern const struct feature desk_knowledge_feature;

#endif
