/* findings.h - the records of a run (include/expool/record.h), read back, and what people and
 * machines want made of them. */
#ifndef TOOLS_FINDINGS_H
#define TOOLS_FINDINGS_H

#include "expool/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct names;
struct run_cases;

/* Of `expool run`: what was run, which processes it had. */
struct findings_run {
    const char *command;
    const char *ended; /* "ended with 8"; NULL: there is nothing to say */
    bool has_failed;   /* and by its own end, not for what was not checked */
    uint64_t lasted_ms;
    const struct run_cases *cases;
};

/* Records are looked at where they lie; every offset has been checked. */
struct findings {
    char **files; /* whole, one behind the other */
    size_t file_count;
    const struct expool_record **records;
    size_t count;
    size_t cut;          /* records that were not whole: their process was killed meanwhile */
    struct names *names; /* for frames without a name; NULL: they stay so */
    const struct findings_run *run; /* NULL: of records only */
    const char *root;               /* the sources' folder; paths are shown from there */
};

/* All records of the files. NULL after one line about what cannot be read. */
struct findings *findings_read(const char *const *paths, size_t count);
void findings_free(struct findings *findings);

/* "json,sarif": true when each is one of text json sarif junit github record; else one line. */
bool findings_formats_known(const char *formats);

struct findings_output {
    const char *path; /* of one format: the file; of several: file names begin so. NULL: one format
                         goes to standard output, or with `is_named` files are named
                         expool.PROGRAM.PID.EXTENSION */
    bool is_named;    /* of `expool run`, whose processes have written the text already */
    bool is_forced;   /* overwrite */
};

/* Before the work: could the file, each format be written? False after one line. */
bool findings_can_make(const char *path, bool is_forced);
bool findings_can_write(const char *formats, const struct findings_output *output);

/* A file of what `make` writes; an existing one only when `is_forced`. False after one line. */
bool findings_write_file(const char *path, bool is_forced,
                         bool (*make)(const void *context, FILE *file), const void *context);

/* Writes each format. False after one line. Works for no findings, too. */
bool findings_write(const struct findings *findings, const char *formats,
                    const struct findings_output *output);

/* One format to a stream; the makers, each in a file of its own. */
typedef bool findings_make(const struct findings *findings, FILE *file);
findings_make findings_make_text;
findings_make findings_make_json;
findings_make findings_make_sarif;
findings_make findings_make_junit;
findings_make findings_make_github;

/* What a record holds; "" and empty where it says nothing. */
const char *record_text(const struct expool_record *record, expool_record_string string);
const void *record_list(const struct expool_record *record, struct expool_record_list list,
                        size_t element_bytes);
const char *record_program(const struct expool_record *record); /* its name */
const char *record_label(const struct expool_record *record);
/* The string as one line: blanks, ends of lines and the backslashes before these become one blank.
 * Valid until the next call. */
const char *record_line(const struct expool_record *record, expool_record_string string);
/* One line: "bytes past the end ...: 2 bytes were written ..." */
void record_message(const struct expool_record *record, char *text, size_t capacity);

struct frame_names {
    const char *function; /* "" unknown */
    const char *file;
    unsigned line;
    unsigned column;
    const char *module; /* path */
    const char *build_id;
};

/* The frame's names, from the record or, where it has none, from the debug information. */
struct frame_names finding_frame(const struct findings *findings,
                                 const struct expool_record *record,
                                 const struct expool_record_frame *frame);

/* The frame the finding is shown at: the first of the program that lies under `root`, else the
 * first of the program, else NULL. */
const struct expool_record_frame *finding_place(const struct findings *findings,
                                                const struct expool_record *record,
                                                struct frame_names *names);

/* `file` as seen from `root`, in a buffer of the caller's; is_inside: it lies there. */
const char *finding_path(const struct findings *findings, const struct expool_record *record,
                         const char *file, char path[4096], bool *is_inside);

#endif
