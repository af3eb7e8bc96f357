/* doctor.h - the checks of `expool doctor`: each looks at one thing and says ok, note or problem in
 * one line, and what to do. */
#ifndef TOOLS_DOCTOR_H
#define TOOLS_DOCTOR_H

#include "tools/program.h"

#include <stdbool.h>

enum diagnosis {
    DIAGNOSIS_OK,
    DIAGNOSIS_NOTE,    /* works; something could be better */
    DIAGNOSIS_PROBLEM, /* nothing, or not everything, would be checked */
    DIAGNOSIS_NONE,    /* nothing to say: no line */
};

enum { DOCTOR_LINE_BYTES = 512 };

struct patient {
    const char *name; /* as typed; NULL: none was named */
    struct program program;
    const char *preload; /* NULL: not found */
    unsigned tier;       /* enum expool_tier that a planted bug met */
};

/* Writes a line of DOCTOR_LINE_BYTES. */
typedef enum diagnosis doctor_check(struct patient *patient, char *line);

/* doctor_program.c */
doctor_check doctor_program, doctor_own_malloc, doctor_preload, doctor_loads, doctor_frames,
    doctor_debug_info;
/* doctor_system.c */
doctor_check doctor_userfaultfd, doctor_maps, doctor_address_space, doctor_locked,
    doctor_overcommit, doctor_cores, doctor_ptrace, doctor_settings;
/* doctor_planted.c */
doctor_check doctor_planted;

/* The planted bug itself: writes behind a block. Returns when nobody stops it. */
int doctor_overflow(void);

#endif
