/* run_environment.h - what a program is started with so that it is checked: LD_PRELOAD,
 * EXPOOL_OPTIONS, EXPOOL_CONFIG. Set in our own environment, which the program gets. */
#ifndef TOOLS_RUN_ENVIRONMENT_H
#define TOOLS_RUN_ENVIRONMENT_H

#include "tools/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* libexpool-preload.so: EXPOOL_PRELOAD's, or the one beside this program, in the build tree or as
 * installed. NULL after one line. Valid for ever. */
const char *preload_path(void);

/* The file of settings for the next run: EXPOOL_CONFIG, or $XDG_CONFIG_HOME/expool/config,
 * ~/.config/expool/config. "" when there is no home. */
const char *config_path(void);

/* `options` ("key=value:key=value") win over EXPOOL_OPTIONS, that over the program's own, those
 * over the file; verifier=standard when nobody says otherwise. False after one line. */
bool run_environment_set(const struct program *program, const char *options);

/* What the last "key=" of the program's options says, and what follows it; "" nothing. */
const char *option_in_force(const char *key);

/* True when "key=" stands in such a text. */
bool options_have(const char *options, const char *key);

/* Appends "key=value" to the text of `capacity` bytes, quoted where it must be. False: no room, or
 * a value with both kinds of quotes. */
bool options_append(char *options, size_t capacity, const char *key, const char *value);

/* The file of settings at `path`, to be read; NULL and errno: none, or no file that ends. */
FILE *config_open(const char *path);

#endif
