/* expool/record.h - one finding as bytes: what a report's text shows, with raw addresses, so that
 * tools can make JSON, SARIF, JUnit and annotations of it and name frames later. Records stand one
 * behind the other in a file. All numbers little-endian, as on every machine this runs on.
 *   | struct expool_record | arrays and strings, at offsets from the record's start ... 0 |
 * A string is an offset of bytes that end with 0; 0 is none. Fields are only ever added at the end;
 * `header_bytes` says how many there are. */
#ifndef EXPOOL_RECORD_H
#define EXPOOL_RECORD_H

#include <stddef.h>
#include <stdint.h>

#define EXPOOL_RECORD_MAGIC UINT64_C(0x3144524c4f4f5058) /* "XPOOLRD1" */

enum { EXPOOL_RECORD_VERSION = 1, EXPOOL_RECORD_BYTES_MAX = 1 << 20, EXPOOL_RECORD_NONE = -1 };

enum expool_record_kind { EXPOOL_RECORD_VIOLATION = 1, EXPOOL_RECORD_LEAKS = 2 };

enum expool_record_flags {
    EXPOOL_RECORD_HAS_SUBCODE = 1,
    EXPOOL_RECORD_HAS_BLOCK = 2,
    EXPOOL_RECORD_IS_LIVE = 4,
    EXPOOL_RECORD_HAS_DETAILS = 8,  /* thread, time, number of the allocation */
    EXPOOL_RECORD_IS_PLAIN = 16,    /* a fault came while it was made: no stacks, no bytes */
    EXPOOL_RECORD_NAMES_LATER = 32, /* symbolize=later: frames are to be named by the tools */
    EXPOOL_RECORD_IS_ACCESS = 64,   /* a fault: `access` and `address` say what was touched */
};

enum expool_record_frame_flags {
    EXPOOL_FRAME_RUNTIME = 1, /* the C library, the loader, a sanitizer */
    EXPOOL_FRAME_OURS = 2,
    EXPOOL_FRAME_HIDDEN = 4, /* left out of the text */
};

typedef uint32_t expool_record_string;

struct expool_record_list {
    uint32_t offset;
    uint32_t count;
};

struct expool_record_frame {
    uint64_t address; /* a return address */
    uint64_t offset;  /* of the call, in the module's file, as addr2line wants it */
    int32_t module;   /* index; EXPOOL_RECORD_NONE */
    uint32_t line;    /* 0: unknown */
    expool_record_string function;
    expool_record_string file;
    uint32_t flags;
    uint32_t column;
};

struct expool_record_module {
    uint64_t start;
    uint64_t end;
    uint64_t base; /* what is added to the file's addresses */
    expool_record_string path;
    expool_record_string build_id; /* hexadecimal */
};

struct expool_record_stack {
    expool_record_string caption;
    uint32_t spare;
    struct expool_record_list frames;
};

struct expool_record_rung { /* a change of IRQL */
    uint32_t from;
    uint32_t to;
    struct expool_record_list frames;
};

struct expool_record_leak {
    uint64_t bytes;
    uint64_t blocks;
    uint64_t size_bytes; /* of each */
    uint32_t tag;
    uint32_t oldest_ms; /* age */
    expool_record_string pool;
    expool_record_string reach; /* "definitely lost"; none: not looked at */
    struct expool_record_list frames;
};

struct expool_record {
    uint64_t magic;
    uint32_t version;
    uint32_t header_bytes;
    uint64_t bytes; /* the whole record, a multiple of 8 */
    uint32_t kind;
    uint32_t flags;
    uint64_t time_ns; /* since 1970 */
    uint32_t process;
    uint32_t thread;
    uint32_t number; /* the how-manieth report of its process, from 1 */
    uint32_t code;
    uint32_t subcode;
    uint32_t irql;
    uint64_t parameter[4];
    uint64_t seed;
    uint64_t address; /* touched, freed ... */
    uint32_t access;  /* 0 read, 1 write, 8 execute */
    uint32_t fill;    /* pattern byte around the block */
    /* the block */
    uint64_t block;
    uint64_t block_bytes;
    uint64_t window; /* address of the first of the bytes kept */
    uint64_t guard;  /* 0: none */
    uint64_t allocation_number;
    uint64_t reserved;      /* 0 */
    uint64_t changed_first; /* addresses; 0: none */
    uint64_t changed_last;
    uint64_t changed_count;
    uint32_t tag;
    uint32_t slot;
    uint32_t irql_allocated;
    uint32_t thread_allocated;
    uint32_t thread_freed;
    uint32_t allocated_ms; /* since start */
    /* leaks */
    uint64_t leaked_blocks;
    uint64_t leaked_bytes;
    /* words */
    expool_record_string program; /* path */
    expool_record_string directory;
    expool_record_string command; /* the "Again" line */
    expool_record_string label;   /* "0xC1/0x24" */
    expool_record_string name;    /* "BAD_POOL_CALLER" */
    expool_record_string rule;    /* "damage-after-block" */
    expool_record_string title;
    expool_record_string sentence;
    expool_record_string advice;
    expool_record_string where; /* "Freed here" */
    expool_record_string pool;
    expool_record_string place;     /* "special pool" */
    expool_record_string placement; /* "placed at the page's end" */
    expool_record_string options;
    expool_record_string state; /* what was on, how much was covered */
    expool_record_string token;
    expool_record_string driver;            /* at fault; none: not known */
    expool_record_string text;              /* the report as it is read */
    struct expool_record_list window_bytes; /* bytes */
    struct expool_record_list access_frames;
    struct expool_record_list allocated_frames;
    struct expool_record_list freed_frames;
    struct expool_record_list sides;   /* expool_record_stack */
    struct expool_record_list ladder;  /* expool_record_rung */
    struct expool_record_list leaks;   /* expool_record_leak */
    struct expool_record_list modules; /* expool_record_module */
};

#ifndef __cplusplus
_Static_assert(sizeof(struct expool_record_frame) == 40, "layout of version 1");
_Static_assert(sizeof(struct expool_record_module) == 32, "layout of version 1");
_Static_assert(sizeof(struct expool_record_stack) == 16, "layout of version 1");
_Static_assert(sizeof(struct expool_record_rung) == 16, "layout of version 1");
_Static_assert(sizeof(struct expool_record_leak) == 48, "layout of version 1");
_Static_assert(offsetof(struct expool_record, parameter) == 64, "layout of version 1");
_Static_assert(offsetof(struct expool_record, block) == 120, "layout of version 1");
_Static_assert(offsetof(struct expool_record, leaked_blocks) == 216, "layout of version 1");
_Static_assert(offsetof(struct expool_record, program) == 232, "layout of version 1");
_Static_assert(sizeof(struct expool_record) == 368, "layout of version 1");

#endif

#endif
