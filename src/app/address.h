/* Numeric network addresses, as text. */
#ifndef APP_ADDRESS_H
#define APP_ADDRESS_H

#include <stdbool.h>

enum { ADDRESS_TEXT = 64 };

/* Is it a numeric IPv4 or IPv6 address? Written again in the form in which peers are told (inet_ntop's) when `ret_text` is not NULL. */
bool address_parse(const char *text, char ret_text[ADDRESS_TEXT]);
/* 127.0.0.0/8 or ::1. */
bool address_is_loopback(const char *text);
/* 0.0.0.0 or ::, every address of the machine. */
bool address_is_any(const char *text);
/* The machine's own addresses that others can reach, IPv4 first, without loopback and link-local ones. Returns how many of `most`. */
int addresses_own(char (*ret_texts)[ADDRESS_TEXT], int most);

#endif
