/*
 * Words for the index of a language without blanks: a run of Chinese (or Japanese, Korean) characters becomes its pairs of neighbours and, at its
 * end, its last character alone; a run of other letters and digits becomes one word. ASCII is lower-cased, full-width forms
 * are read as their ASCII ones. So any two-character word is found as it stands, longer ones as a phrase.
 */
#ifndef SEARCH_BIGRAM_H
#define SEARCH_BIGRAM_H

#include "base/buf.h"

/* Terms of a text in order, separated by blanks (FTS5), or as the text of a tsvector with positions (PostgreSQL). */
void bigram_terms(struct buf *out, struct str text);
void bigram_tsvector(struct buf *out, struct str text);

/* What must be found: every blank-separated piece, each as a phrase. FTS5 expression over column `body`, or a tsquery. Returns false (nothing
 * written) when the query holds no letter or digit. Letters and digits only ever come out, so a query cannot break the expression. */
bool bigram_fts5(struct buf *out, struct str query);
bool bigram_tsquery(struct buf *out, struct str query);

#endif
