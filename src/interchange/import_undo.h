/*
 * Takes an import back: what it added goes, what it only changed stays as it is. Nothing goes while something newer depends on it.
 */
#ifndef INTERCHANGE_IMPORT_UNDO_H
#define INTERCHANGE_IMPORT_UNDO_H

#include "db/db.h"
#include "interchange/import.h"

/* reason: updated (a later import changed the record), note (a person wrote a note in a conversation), trade (payments or refunds that came
 * otherwise hang on the order), account (the person signs in), named (others' data name the person), used (something else refers to it). */
typedef enum err undo_blocked(void *ctx, struct str type, struct str key, const char *reason, int64_t other_id);

/* Everything that stands against it, at most 50 of each reason. */
enum err undo_check(struct db *db, int64_t import_id, undo_blocked *told, void *ctx) MUST_CHECK;

/* In pieces, so that a serving centre gets its turn; may be run again after a stop. What cannot go after all is told and stays. o: now, between
 * (phase "undo"), no_event. The report counts removed rows as `updated` of their type. */
enum err undo_run(struct db *db, int64_t import_id, const struct import_options *o, undo_blocked *told, void *ctx, struct import_report *ret_report,
                  char why[200]) MUST_CHECK;

#endif
