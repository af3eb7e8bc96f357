#include "verifier/probe.h"

#include "expool/verifier.h"

/* The byte, or 0; -1 when the fault handler resumed at `refused`. */
int probe_load(const void *address) __attribute__((visibility("hidden")));
int probe_store(void *address, int value) __attribute__((visibility("hidden")));
extern const char probe_load_access[] __attribute__((visibility("hidden")));
extern const char probe_store_access[] __attribute__((visibility("hidden")));
extern const char probe_refused[] __attribute__((visibility("hidden")));

#if defined(__x86_64__)
#define LOAD   "movzbl (%rdi), %eax\n"
#define STORE  "movb %sil, (%rdi)\n"
#define ZERO   "xorl %eax, %eax\n"
#define REFUSE "movl $-1, %eax\n"
#elif defined(__aarch64__)
#define LOAD   "ldrb w0, [x0]\n"
#define STORE  "strb w1, [x0]\n"
#define ZERO   "mov w0, #0\n"
#define REFUSE "mov w0, #-1\n"
#else
#error "expool knows how to probe on x86-64 and aarch64"
#endif

/* Neither touches the stack, so one end serves both. A report looks one byte in front of an address
 * for its function: the nop keeps that byte inside. */
__asm__(".text\n"
        ".hidden probe_load, probe_store, probe_load_access, probe_store_access, probe_refused\n"
        ".globl probe_load, probe_store, probe_load_access, probe_store_access, probe_refused\n"
        ".type probe_load, %function\n"
        ".type probe_store, %function\n"
        "probe_load:\n"
        ".cfi_startproc\n"
        "nop\n"
        "probe_load_access:\n" LOAD "ret\n"
        ".cfi_endproc\n"
        ".size probe_load, . - probe_load\n"
        "probe_store:\n"
        ".cfi_startproc\n"
        "nop\n"
        "probe_store_access:\n" STORE ZERO "ret\n"
        "probe_refused:\n" REFUSE "ret\n"
        ".cfi_endproc\n"
        ".size probe_store, . - probe_store\n");

bool probe_is_at(uintptr_t pc, uintptr_t *resume)
{
    *resume = (uintptr_t)probe_refused;
    return pc == (uintptr_t)probe_load_access || pc == (uintptr_t)probe_store_access;
}

bool expool_probe_read(const void *address, unsigned char *value)
{
    int loaded = probe_load(address);
    if (loaded < 0)
        return false;
    *value = (unsigned char)loaded;
    return true;
}

bool expool_probe_write(void *address, unsigned char value)
{
    return probe_store(address, value) == 0;
}
