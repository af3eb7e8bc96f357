/* os_linux_fault.c - SIGSEGV and SIGBUS: what was touched, how, from where; ours first, the
 * previous handler's otherwise. Everything from the signal on is async-signal-safe. */
#include "pool/os.h"
#include "pool/os_fault.h"
#include "pool/os_pager.h"
#include "pool/os_report.h"

#include "pool/fork.h"
#include "pool/lock.h"
#include "pool/order.h"
#include "pool/util.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <valgrind/memcheck.h>

enum {
    STACK_BYTES = 256 * 1024,       /* the report and the unwinder, under a sanitizer too */
    STACK_BYTES_ENOUGH = 64 * 1024, /* a stack somebody else set is kept from this size */
    RED_ZONE_BYTES = 128,           /* below the stack pointer, of x86-64 */
};

static struct {
    _Atomic(os_fault_handler *) handler;
    struct sigaction previous[2]; /* SIGSEGV, SIGBUS */
    pthread_key_t stack_key;
    pthread_once_t stack_once;
    bool has_stack_key;
    struct lock lock; /* of installing */
    atomic_bool is_installed;
} faults = {.stack_once = PTHREAD_ONCE_INIT, .lock = LOCK_INITIALIZER};
LOCK_OVER_FORK(faults.lock)

static _Thread_local bool has_fault_stack TLS_FAST;

static struct sigaction *previous_of(int signal_number)
{
    return &faults.previous[signal_number == SIGBUS];
}

/* A report has a stack of its own. Coming back from there Valgrind takes the first change of the
 * stack pointer for a change of stacks, and the frame that it makes for closed. A thread without
 * such a stack has `here`, the handler's own frame, right below the one that faulted. */
static void open_below(uintptr_t sp, const void *here)
{
    enum { FRAME_BYTES_MAX = 65536 };
    if (sp - (uintptr_t)here > RED_ZONE_BYTES + FRAME_BYTES_MAX)
        (void)VALGRIND_MAKE_MEM_UNDEFINED(sp - RED_ZONE_BYTES - FRAME_BYTES_MAX, FRAME_BYTES_MAX);
}

#if defined(__x86_64__)

enum { ERROR_WRITE = 2, ERROR_FETCH = 16, DIRECTION_FLAG = 0x400 };

static void read_registers(const ucontext_t *context, struct os_fault *fault)
{
    uint64_t error = (uint64_t)context->uc_mcontext.gregs[REG_ERR];
    fault->pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    fault->frame = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
    fault->sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
    if ((error & ERROR_FETCH) != 0)
        fault->access = OS_EXECUTE;
    else
        fault->access = (error & ERROR_WRITE) != 0 ? OS_WRITE : OS_READ;
}

static void resume_at(ucontext_t *context, uintptr_t pc)
{
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}

uintptr_t os_fault_caller(const struct os_fault *fault)
{
    uintptr_t caller = 0;
    bool is_call =
        fault->access == OS_EXECUTE && os_peek(&caller, (const void *)fault->sp, sizeof caller);
    return is_call ? caller : 0;
}

static void return_to(ucontext_t *context, uintptr_t caller)
{
    context->uc_mcontext.gregs[REG_RSP] += (greg_t)sizeof caller;
    resume_at(context, caller);
}

static void call_at(ucontext_t *context, uintptr_t pc)
{
    uintptr_t sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
    uintptr_t *top = (uintptr_t *)((sp - RED_ZONE_BYTES) & ~(uintptr_t)15);
    *--top = (uintptr_t)context->uc_mcontext.gregs[REG_RIP]; /* for whoever unwinds */
    context->uc_mcontext.gregs[REG_RSP] = (greg_t)top;
    context->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)DIRECTION_FLAG;
    resume_at(context, pc);
}

#elif defined(__aarch64__)

enum {
    SYNDROME_MAGIC = 0x45535201,
    CLASS_FETCH_LOWER = 0x20,
    CLASS_SHIFT = 26,
    WRITE_BIT = 1 << 6
};

/* The kernel leaves the exception syndrome in one of the records behind the registers. */
static uint64_t syndrome_of(const ucontext_t *context)
{
    const unsigned char *at = (const unsigned char *)context->uc_mcontext.__reserved;
    const unsigned char *end = at + sizeof context->uc_mcontext.__reserved;
    while (at + 16 <= end) {
        uint32_t head[2];
        memcpy(head, at, sizeof head);
        uint64_t syndrome;
        memcpy(&syndrome, at + sizeof head, sizeof syndrome);
        if (head[0] == SYNDROME_MAGIC)
            return syndrome;
        if (head[1] == 0)
            break;
        at += head[1];
    }
    return 0;
}

static void read_registers(const ucontext_t *context, struct os_fault *fault)
{
    uint64_t syndrome = syndrome_of(context);
    fault->pc = context->uc_mcontext.pc;
    fault->frame = context->uc_mcontext.regs[29];
    fault->sp = context->uc_mcontext.sp;
    if (syndrome >> CLASS_SHIFT == CLASS_FETCH_LOWER)
        fault->access = OS_EXECUTE;
    else
        fault->access = (syndrome & WRITE_BIT) != 0 ? OS_WRITE : OS_READ;
}

static void resume_at(ucontext_t *context, uintptr_t pc)
{
    context->uc_mcontext.pc = pc;
}

uintptr_t os_fault_caller(const struct os_fault *fault)
{
    const ucontext_t *context = fault->context;
    return fault->access == OS_EXECUTE ? context->uc_mcontext.regs[30] : 0;
}

static void return_to(ucontext_t *context, uintptr_t caller)
{
    resume_at(context, caller);
}

static void call_at(ucontext_t *context, uintptr_t pc)
{
    context->uc_mcontext.regs[30] = context->uc_mcontext.pc; /* for whoever unwinds */
    context->uc_mcontext.sp &= ~(uint64_t)15;
    resume_at(context, pc);
}

#else
#error "expool knows how to read a fault on x86-64 and aarch64"
#endif

void os_fault_leave_nowhere(const struct os_fault *fault)
{
    unsigned char byte;
    uintptr_t caller = os_fault_caller(fault);
    if (caller != 0 && !os_peek(&byte, (const void *)fault->pc, sizeof byte))
        return_to(fault->context, caller);
}

/* As if we had never been there: the fault comes again and meets the default action. A signal that
 * somebody sent does not come again by itself. */
static void end_by_default(int signal_number, const siginfo_t *information)
{
    struct sigaction defaults = {.sa_handler = SIG_DFL};
    sigaction(signal_number, &defaults, NULL);
    if (information->si_code <= 0)
        syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), signal_number);
}

static void call_previous(int signal_number, siginfo_t *information, void *context)
{
    struct sigaction previous = *previous_of(signal_number);
    sigset_t blocked = previous.sa_mask;
    sigset_t saved;
    if ((previous.sa_flags & SA_NODEFER) == 0)
        sigaddset(&blocked, signal_number);
    if (((unsigned)previous.sa_flags & SA_RESETHAND) != 0)
        previous_of(signal_number)->sa_handler = SIG_DFL;
    pthread_sigmask(SIG_BLOCK, &blocked, &saved);
    if ((previous.sa_flags & SA_SIGINFO) != 0)
        previous.sa_sigaction(signal_number, information, context);
    else
        previous.sa_handler(signal_number);
    pthread_sigmask(SIG_SETMASK, &saved, NULL);
}

bool os_fault_previous(int signal_number, const struct sigaction *wanted, struct sigaction *before)
{
    lock_take(&faults.lock);
    bool is_ours = faults.is_installed;
    if (is_ours && before != NULL)
        *before = *previous_of(signal_number);
    if (is_ours && wanted != NULL)
        *previous_of(signal_number) = *wanted;
    lock_drop(&faults.lock);
    return is_ours;
}

static void chain(int signal_number, siginfo_t *information, void *context)
{
    const struct sigaction *previous = previous_of(signal_number);
    bool is_plain = (previous->sa_flags & SA_SIGINFO) == 0;
    if (is_plain && previous->sa_handler == SIG_IGN && information->si_code <= 0)
        return;
    /* A real fault cannot be ignored: the kernel ends the program by the default action. */
    if (is_plain && (previous->sa_handler == SIG_DFL || previous->sa_handler == SIG_IGN))
        end_by_default(signal_number, information);
    else
        call_previous(signal_number, information, context);
}

static void on_signal(int signal_number, siginfo_t *information, void *context)
{
    int saved = errno;
    struct os_fault fault = {.signal = signal_number, .context = context};
    os_fault_handler *handler = atomic_load(&faults.handler);
    enum os_fault_verdict verdict = OS_FAULT_NOT_OURS;
    uintptr_t resume = 0;
    fault.address = (uintptr_t)information->si_addr;
    read_registers(context, &fault);
    if (fault.address == fault.pc) /* not every system tells a fetch from a read */
        fault.access = OS_EXECUTE;
    fault.is_unaddressed = information->si_code == SI_KERNEL;
    order_hide();
    if (information->si_code > 0 && handler != NULL)
        verdict = handler(&fault, &resume);
    order_show();
    if (information->si_code > 0 && verdict == OS_FAULT_NOT_OURS)
        os_try_caught();
    if (verdict != OS_FAULT_NOT_OURS)
        open_below(fault.sp, &fault);
    if (verdict == OS_FAULT_RESUME_AT)
        resume_at(context, resume);
    else if (verdict == OS_FAULT_CALL)
        call_at(context, resume);
    else if (verdict == OS_FAULT_NOT_OURS)
        chain(signal_number, information, context);
    errno = saved;
}

/* Twice would make ourselves the handler that was there before. */
static bool install_locked(void)
{
    /* NODEFER: a second fault while the first is reported must get through to say so. */
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    if (faults.is_installed)
        return true;
    faults.is_installed = sigaction(SIGSEGV, &action, previous_of(SIGSEGV)) == 0 &&
                          sigaction(SIGBUS, &action, previous_of(SIGBUS)) == 0;
    return faults.is_installed;
}

bool os_on_fault(os_fault_handler *handler)
{
    lock_take(&faults.lock);
    atomic_store(&faults.handler, handler);
    bool is_done = install_locked();
    lock_drop(&faults.lock);
    return is_done;
}

bool os_on_fault_else(os_fault_handler *handler)
{
    lock_take(&faults.lock);
    if (!faults.is_installed)
        atomic_store(&faults.handler, handler);
    bool is_done = install_locked();
    lock_drop(&faults.lock);
    return is_done;
}

static void give_stack_back(void *start)
{
    stack_t now;
    if (sigaltstack(NULL, &now) == 0 && now.ss_sp == start) {
        stack_t none = {.ss_flags = SS_DISABLE};
        sigaltstack(&none, NULL);
    }
    munmap(start, STACK_BYTES);
    has_fault_stack = false;
}

static void make_stack_key(void)
{
    faults.has_stack_key = pthread_key_create(&faults.stack_key, give_stack_back) == 0;
}

void os_fault_stack(void)
{
    stack_t now;
    if (has_fault_stack)
        return;
    has_fault_stack = true;
    if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE) == 0 &&
        now.ss_size >= STACK_BYTES_ENOUGH)
        return;
    lock_once(&faults.stack_once, make_stack_key);
    stack_t ours = {.ss_sp = os_table(STACK_BYTES), .ss_size = STACK_BYTES};
    if (ours.ss_sp == NULL)
        return; /* the handler then runs on the thread's own stack */
    if (sigaltstack(&ours, NULL) != 0)
        munmap(ours.ss_sp, STACK_BYTES);
    else if (faults.has_stack_key)
        pthread_setspecific(faults.stack_key, ours.ss_sp);
}
