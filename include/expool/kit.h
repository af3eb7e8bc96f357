/* expool/kit.h - the driver kit: a target that fuzzes driver code, in twenty lines.
 *
 *     #include <expool/kit.h>
 *     #include "driver.h"
 *     DRIVER_INITIALIZE DriverEntry;
 *     KIT_DRIVER(.entry = DriverEntry, .name = "driver", .device = "\\Device\\Driver")
 *     KIT_IOCTLS(IOCTL_CREATE, IOCTL_REMOVE)
 *     KIT_OP(create, KIT_HANDLE(h), KIT_U32(size), KIT_BYTES(name, 64))
 *     {
 *         struct create in = {.slot = h, .size = size};
 *         ...
 *         kit_ioctl(IOCTL_CREATE, &in, sizeof(in), NULL, 0);
 *     }
 *
 * Each KIT_OP is an operation: from it come the bytes an engine mutates, the line of text a person
 * reads (`create h=0 size=16 name="abc"`), its parser and the generated C. docs/DRIVER_KIT.md is
 * the guide. Ours, not Windows'. */
#ifndef EXPOOL_KIT_H
#define EXPOOL_KIT_H
#pragma GCC system_header

#include "expool/driver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KIT_HANDLES = 16,
    KIT_ARGUMENTS_MAX = 6,
    KIT_BYTES_MAX = 1024,
};

/* What is fuzzed. The kit does all of it anew for each input; what is not given is left out. */
struct kit_driver {
    const char *name;         /* of the driver object: "driver" */
    PDRIVER_INITIALIZE entry; /* NULL: plain functions, called by the operations */
    const char *device;       /* opened by `open`: "\\Device\\Driver", "\\\\.\\Driver" */
    void (*setup)(void);      /* before the driver is loaded: registry values, data of the target */
    void (*teardown)(void);   /* before it is unloaded: what the operations still hold */
    void (*release)(void);    /* after it was unloaded: what setup made */
    bool is_without_own_ops;  /* leave out open, close, ioctl, elapse and so on */
    bool is_without_plug_play; /* do not call AddDevice */
};

extern const struct kit_driver kit_driver __attribute__((visibility("default")));
extern const char kit_target_file[] __attribute__((visibility("default")));

struct kit_bytes {
    const uint8_t *data;
    size_t length;
};

enum kit_kind {
    KIT_KIND_HANDLE, /* 0 .. 15 */
    KIT_KIND_U8,
    KIT_KIND_U16,
    KIT_KIND_U32,
    KIT_KIND_U64,
    KIT_KIND_SIZE,   /* 0 .. limit */
    KIT_KIND_CHOICE, /* one of `words`, parted by blanks */
    KIT_KIND_BYTES,  /* up to `limit` bytes */
    KIT_KIND_IOCTL,  /* one of KIT_IOCTLS */
};

struct kit_argument {
    const char *name;
    enum kit_kind kind;
    uint32_t limit;
    const char *words;
};

/* An argument's value, as each kind wants to read it. */
struct kit_value {
    uint64_t u64;
    struct kit_bytes bytes;
};

struct kit_operation {
    const char *name;
    void (*call)(const struct kit_value *values);
    unsigned count; /* of arguments */
    struct kit_argument arguments[KIT_ARGUMENTS_MAX];
};

struct kit_codes {
    unsigned count;
    const uint32_t *codes;
    const char *names; /* as the target wrote them, commas between */
};

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* For the bodies of operations; the request goes through the I/O manager to the driver's device. A
 * request that the driver keeps goes on, and is cancelled at the input's end; `output` is then
 * filled in the kit's own memory only: STATUS_PENDING. The file is the one `open` opened last; one
 * is opened when none is. */
NTSTATUS kit_ioctl(uint32_t code, const void *input, size_t input_bytes, void *output,
                   size_t output_bytes);
NTSTATUS kit_read(void *buffer, size_t bytes, uint64_t offset);
NTSTATUS kit_write(const void *buffer, size_t bytes, uint64_t offset);
/* IRP_MJ_INTERNAL_DEVICE_CONTROL, as another driver sends it. */
NTSTATUS kit_internal_ioctl(uint32_t code, void *input, size_t input_bytes, void *output,
                            size_t output_bytes);
/* Plug and play: sends IRP_MN_... to the device that AddDevice was called for. */
NTSTATUS kit_pnp(unsigned char minor);
PDRIVER_OBJECT kit_driver_object(void); /* NULL: not loaded */
PFILE_OBJECT kit_file(void);            /* NULL: the driver refused to open it */

/* Something the target itself found wrong: ends the input as a crash of that name. `name` is a
 * symbol without blanks: it becomes part of the key. */
void kit_wrong(const char *name, const char *sentence);

/* An input as C calls, as `replay --emit-c` writes them: loads the driver, with the words of the
 * text's header and the call that fails (0: none); one operation by its name; unloads it. */
void kit_begin(const char *verify, const char *rules, unsigned failing);
void kit_step(const char *operation, const struct kit_value *values);
void kit_end(void);

/* The same as an expectation. */
#define KIT_EXPECT(condition)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            kit_wrong("expectation", #condition);                                                  \
    } while (0)

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#define KIT_DRIVER(...)                                                                            \
    const struct kit_driver kit_driver = {__VA_ARGS__};                                            \
    const char kit_target_file[] = __FILE__;

/* Control codes for the operation `ioctl`, by name. */
#define KIT_IOCTLS(...)                                                                            \
    static const uint32_t kit_own_codes[] = {__VA_ARGS__};                                         \
    const struct kit_codes kit_codes = {sizeof(kit_own_codes) / sizeof(kit_own_codes[0]),          \
                                        kit_own_codes, #__VA_ARGS__};

/* Arguments of an operation. In its body the name is a variable of the type given first. */
#define KIT_HANDLE(name)        (unsigned, name, KIT_KIND_HANDLE, 15, 0, u64)
#define KIT_U8(name)            (uint8_t, name, KIT_KIND_U8, 0, 0, u64)
#define KIT_U16(name)           (uint16_t, name, KIT_KIND_U16, 0, 0, u64)
#define KIT_U32(name)           (uint32_t, name, KIT_KIND_U32, 0, 0, u64)
#define KIT_U64(name)           (uint64_t, name, KIT_KIND_U64, 0, 0, u64)
#define KIT_SIZE(name, most)    (uint32_t, name, KIT_KIND_SIZE, most, 0, u64)
#define KIT_CHOICE(name, words) (unsigned, name, KIT_KIND_CHOICE, 0, words, u64)
#define KIT_BYTES(name, most)   (struct kit_bytes, name, KIT_KIND_BYTES, most, 0, bytes)
#define KIT_CODE_OF_IOCTL(name) (uint32_t, name, KIT_KIND_IOCTL, 0, 0, u64)

/* An operation with up to six arguments, and its body. */
#define KIT_OP(operation, ...)                                                                     \
    static void kit_body_##operation(KIT_EACH(KIT_PARAMETER, __VA_ARGS__));                        \
    static void kit_call_##operation(const struct kit_value *values)                               \
    {                                                                                              \
        kit_body_##operation(KIT_EACH_AT(KIT_PASS, __VA_ARGS__));                                  \
    }                                                                                              \
    KIT_ROW(operation, KIT_COUNT(__VA_ARGS__), {KIT_EACH(KIT_DESCRIBE, __VA_ARGS__)})              \
    static void kit_body_##operation(KIT_EACH(KIT_PARAMETER, __VA_ARGS__))

/* The same without arguments. */
#define KIT_OP0(operation)                                                                         \
    static void kit_body_##operation(void);                                                        \
    static void kit_call_##operation(const struct kit_value *values)                               \
    {                                                                                              \
        (void)values;                                                                              \
        kit_body_##operation();                                                                    \
    }                                                                                              \
    KIT_ROW(operation, 0, {{0}})                                                                   \
    static void kit_body_##operation(void)

/* Rows find each other by the linker: pointers in a section of their own. */
#define KIT_ROW(operation, arguments_count, ...)                                                   \
    static const struct kit_operation kit_row_##operation = {#operation, kit_call_##operation,     \
                                                             arguments_count, __VA_ARGS__};        \
    static const struct kit_operation *const kit_pointer_##operation                               \
        __attribute__((used, section("expool_kit_rows"))) = &kit_row_##operation;

#define KIT_PARAMETER(tuple)                                   KIT_PARAMETER_ tuple
#define KIT_PARAMETER_(type, name, kind, limit, words, member) type name __attribute__((unused))
#define KIT_DESCRIBE(tuple)                                    KIT_DESCRIBE_ tuple
#define KIT_DESCRIBE_(type, name, kind, limit, words, member)                                      \
    {                                                                                              \
#name, kind, limit, words                                                                  \
    }
#define KIT_PASS(at, tuple)                                    KIT_PASS_1(at, KIT_UNPACK tuple)
#define KIT_UNPACK(...)                                        __VA_ARGS__
#define KIT_PASS_1(at, ...)                                    KIT_PASS_2(at, __VA_ARGS__)
#define KIT_PASS_2(at, type, name, kind, limit, words, member) KIT_CAST_##member(type, values[at])
#define KIT_CAST_u64(type, value)                              (type)(value).u64
#define KIT_CAST_bytes(type, value)                            (value).bytes

#define KIT_COUNT(...)                           KIT_COUNT_(__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)
#define KIT_COUNT_(a, b, c, d, e, f, count, ...) count
#define KIT_JOIN(a, b)                           KIT_JOIN_(a, b)
#define KIT_JOIN_(a, b)                          a##b

/* m(0, a), m(1, b), ... of up to 6. */
#define KIT_EACH_AT(m, ...)         KIT_EACH_AT_(m, KIT_COUNT(__VA_ARGS__), __VA_ARGS__)
#define KIT_EACH_AT_(m, count, ...) KIT_JOIN(KIT_AT_, count)(m, __VA_ARGS__)

#define KIT_AT_1(m, a)                m(0, a)
#define KIT_AT_2(m, a, b)             m(0, a), m(1, b)
#define KIT_AT_3(m, a, b, c)          KIT_AT_2(m, a, b), m(2, c)
#define KIT_AT_4(m, a, b, c, d)       KIT_AT_3(m, a, b, c), m(3, d)
#define KIT_AT_5(m, a, b, c, d, e)    KIT_AT_4(m, a, b, c, d), m(4, e)
#define KIT_AT_6(m, a, b, c, d, e, f) KIT_AT_5(m, a, b, c, d, e), m(5, f)

/* m(a), m(b), ... of up to 6. */
#define KIT_EACH(m, ...)                KIT_EACH_(m, KIT_COUNT(__VA_ARGS__), __VA_ARGS__)
#define KIT_EACH_(m, count, ...)        KIT_JOIN(KIT_EACH_, count)(m, __VA_ARGS__)
#define KIT_EACH_1(m, a)                m(a)
#define KIT_EACH_2(m, a, b)             m(a), m(b)
#define KIT_EACH_3(m, a, b, c)          KIT_EACH_2(m, a, b), m(c)
#define KIT_EACH_4(m, a, b, c, d)       KIT_EACH_3(m, a, b, c), m(d)
#define KIT_EACH_5(m, a, b, c, d, e)    KIT_EACH_4(m, a, b, c, d), m(e)
#define KIT_EACH_6(m, a, b, c, d, e, f) KIT_EACH_5(m, a, b, c, d, e), m(f)

#endif
