/* signals.c - a driver that runs into nothing: wild pointers, divisions by 0, stacks overrun. What
 * the library does not know as the pools' comes here, behind its own handler; the program is shown,
 * then AddressSanitizer's report, or a bug check 0x1E that begins at the instruction. */
#include "expool/bugcheck.h"
#include "expool/status.h"
#include "fuzz/kit/finding.h"

#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <ucontext.h>
#include <unistd.h>

enum { STOP_CODE = 0x1E, STACK_BYTES = 1 << 16, LINE_BYTES = 160 };

#if defined(__x86_64__)
#define STOP_ATTRIBUTE force_align_arg_pointer
#else
#define STOP_ATTRIBUTE used
#endif

static const struct {
    int number;
    uint32_t status;
    const char *what;
} kinds[] = {
    {SIGSEGV, 0xC0000005, "an access to memory that is not there"},
    {SIGBUS, 0xC0000005, "an access to memory that is not there"},
    {SIGFPE, 0xC0000094, "a division by zero, or its result does not fit"},
    {SIGILL, 0xC000001D, "an instruction that does not exist"},
    {SIGTRAP, 0x80000003, "a breakpoint or a failed assertion"},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static struct sigaction previous[KINDS];

static struct {
    uint32_t status;
    const char *what;
    uintptr_t pc;
    uintptr_t address;
} fault;

/* AddressSanitizer's, where it is linked; it tells more than we can. */
extern void __asan_init(void) __attribute__((weak)); /* NOLINT: its name */

/* The sanitizers call these at a report. NOLINTBEGIN */
#pragma GCC visibility push(default)
void __asan_on_error(void);
void __ubsan_on_report(void);
#pragma GCC visibility pop

void __asan_on_error(void)
{
    kit_finding_program();
}

void __ubsan_on_report(void)
{
    kit_finding_program();
}
/* NOLINTEND */

/* Runs on the driver's stack as if the instruction had called it. */
__attribute__((noinline, STOP_ATTRIBUTE)) static void stop(void)
{
    char line[LINE_BYTES];
    kit_finding_program();
    int length = snprintf(line, sizeof(line), "expool kit: %s, address 0x%lx\n", fault.what,
                          (unsigned long)fault.address);
    (void)!write(STDERR_FILENO, line, (size_t)length);
    KeBugCheckEx(STOP_CODE, fault.status, fault.pc, 0, fault.address);
}

#if defined(__x86_64__)
static uintptr_t pc_of(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
}

static uintptr_t stack_of(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
}

static void go_to_stop(ucontext_t *context)
{
    /* Exactly below what was there, as unwind tables expect it: stop aligns the stack itself. */
    uintptr_t top = stack_of(context) - sizeof(uintptr_t);
    *(uintptr_t *)top = fault.pc + 1; /* a return address lies behind its call */
    context->uc_mcontext.gregs[REG_RSP] = (greg_t)top;
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)stop;
}
#elif defined(__aarch64__)
static uintptr_t pc_of(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.pc;
}

static uintptr_t stack_of(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.sp;
}

static void go_to_stop(ucontext_t *context)
{
    context->uc_mcontext.regs[30] = fault.pc + 4;
    context->uc_mcontext.sp &= ~(uint64_t)15;
    context->uc_mcontext.pc = (uintptr_t)stop;
}
#else
#error "the kit knows how to read a fault on x86-64 and aarch64"
#endif

static unsigned kind_of(int number)
{
    unsigned at = 0;
    while (at < KINDS - 1 && kinds[at].number != number)
        at++;
    return at;
}

static void call_previous(int number, siginfo_t *information, void *context)
{
    const struct sigaction *before = &previous[kind_of(number)];
    if ((before->sa_flags & SA_SIGINFO) != 0)
        before->sa_sigaction(number, information, context);
    else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN)
        before->sa_handler(number);
    abort();
}

static void on_signal(int number, siginfo_t *information, void *context)
{
    static volatile sig_atomic_t times;
    if (__asan_init != NULL) {
        kit_finding_program();
        call_previous(number, information, context);
    }
    fault.status = kinds[kind_of(number)].status;
    fault.what = kinds[kind_of(number)].what;
    fault.pc = pc_of(context);
    fault.address = (uintptr_t)information->si_addr;
    uintptr_t distance = fault.address - stack_of(context) + STACK_BYTES;
    bool has_stack = number != SIGSEGV || distance > 2 * (uintptr_t)STACK_BYTES;
    if (has_stack && times++ == 0) {
        go_to_stop(context);
        return;
    }
    kit_finding("stack-overflow", "the stack has overflowed, or its registers are overwritten");
}

/* Where the linker puts this image's header: that of the program, or of a library it loaded. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden"))); /* NOLINT: its name */

static bool is_in_program(void)
{
    return getauxval(AT_PHDR) == (uintptr_t)&__ehdr_start + __ehdr_start.e_phoff;
}

/* The verifier's handler goes in front of these, and `verifier=` in EXPOOL_OPTIONS starts it before
 * main. afl-fuzz, which loads the mutator, keeps its own. */
__attribute__((constructor(101))) static void signals_start(void)
{
    if (!is_in_program())
        return;
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    action.sa_sigaction = on_signal;
    sigfillset(&action.sa_mask);
    for (unsigned i = 0; i < KINDS; i++)
        if (sigaction(kinds[i].number, &action, &previous[i]) != 0)
            abort();
}
