#ifndef TEAM_PASSWORD_WORDS_H
#define TEAM_PASSWORD_WORDS_H

/* Words in lower case, one space between. */
extern const char password_words[];

#endif
