/*
 * Included last by every .c file outside base/ (tools/check_floors.sh looks): these calls do not compile there. Strings are
 * struct str and struct buf, memory is an arena or mem_new, time is base/clock.h.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#define BANNED(f) banned_##f##_see_base_banned_h
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef strdup
#define strcpy(x, y) BANNED(strcpy)
#define strcat(x, y) BANNED(strcat)
#define strncpy(x, y, n) BANNED(strncpy)
#define strncat(x, y, n) BANNED(strncat)
#define sprintf(...) BANNED(sprintf)
#define vsprintf(...) BANNED(vsprintf)
#define strtok(x, y) BANNED(strtok)
#define gets(x) BANNED(gets)
#define atoi(x) BANNED(atoi)
#define atol(x) BANNED(atol)
#define gmtime(x) BANNED(gmtime)
#define localtime(x) BANNED(localtime)
#define ctime(x) BANNED(ctime)
#define asctime(x) BANNED(asctime)
#define rand() BANNED(rand)
#define malloc(n) BANNED(malloc)
#define calloc(n, s) BANNED(calloc)
#define realloc(p, n) BANNED(realloc)
#define free(p) BANNED(free)
#define strdup(s) BANNED(strdup)

#endif
