/* os_linux_stack.c - the report's own stack, and the way back from a fault while it is written. */
#include "pool/os_report.h"

#include "pool/order.h"
#include "pool/util.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <valgrind/valgrind.h>

enum {
    REPORT_STACK_BYTES = 512 * 1024, /* the unwinder and libbacktrace */
    SIGNAL_STACK_BYTES = 128 * 1024, /* a fault meanwhile, and the short report of that */
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZER_OWNS_STACKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZER_OWNS_STACKS 1
#endif
#endif

#if !defined(SANITIZER_OWNS_STACKS)

static char report_stack[REPORT_STACK_BYTES] __attribute__((aligned(16)));
static char signal_stack[SIGNAL_STACK_BYTES] __attribute__((aligned(16)));

HIDDEN void os_call_on_stack(os_work *work, void *context, void *top);

/* The frame pointer stays the way back, for us and for whoever unwinds. */
#if defined(__x86_64__)
__asm__(".text\n"
        ".hidden os_call_on_stack\n"
        ".globl os_call_on_stack\n"
        ".type os_call_on_stack, @function\n"
        "os_call_on_stack:\n"
        ".cfi_startproc\n"
        "endbr64\n"
        "pushq %rbp\n"
        ".cfi_def_cfa_offset 16\n"
        ".cfi_offset %rbp, -16\n"
        "movq %rsp, %rbp\n"
        ".cfi_def_cfa_register %rbp\n"
        "movq %rdi, %rax\n"
        "movq %rsi, %rdi\n"
        "movq %rdx, %rsp\n"
        "call *%rax\n"
        "movq %rbp, %rsp\n"
        "popq %rbp\n"
        ".cfi_def_cfa %rsp, 8\n"
        "ret\n"
        ".cfi_endproc\n"
        ".size os_call_on_stack, . - os_call_on_stack\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".hidden os_call_on_stack\n"
        ".globl os_call_on_stack\n"
        ".type os_call_on_stack, %function\n"
        "os_call_on_stack:\n"
        ".cfi_startproc\n"
        "stp x29, x30, [sp, #-16]!\n"
        ".cfi_def_cfa_offset 16\n"
        ".cfi_offset 29, -16\n"
        ".cfi_offset 30, -8\n"
        "mov x29, sp\n"
        ".cfi_def_cfa_register 29\n"
        "mov x9, x0\n"
        "mov x0, x1\n"
        "mov sp, x2\n"
        "blr x9\n"
        "mov sp, x29\n"
        ".cfi_def_cfa_register 31\n"
        "ldp x29, x30, [sp], #16\n"
        ".cfi_def_cfa_offset 0\n"
        "ret\n"
        ".cfi_endproc\n"
        ".size os_call_on_stack, . - os_call_on_stack\n");
#else
#error "expool knows how to change stacks on x86-64 and aarch64"
#endif

struct call {
    os_work *work;
    void *context;
};

/* Only from here on is the thread not on its alternate stack, so that another may be set. Left as
 * it is, that one would be entered anew by the next signal, over the frames of this one. */
static void call_with_signal_stack(void *context)
{
    const struct call *call = context;
    const stack_t ours = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
    stack_t before;
    bool is_set = sigaltstack(&ours, &before) == 0;
    call->work(call->context);
    if (is_set)
        sigaltstack(&before, NULL);
}

static void work_on_stack(os_work *work, void *context)
{
    struct call call = {work, context};
    bool is_told = !order_is_told(); /* DRD would find itself on it when the program ends */
    unsigned id =
        is_told ? VALGRIND_STACK_REGISTER(report_stack, report_stack + sizeof report_stack) : 0;
    os_call_on_stack(call_with_signal_stack, &call, report_stack + sizeof report_stack);
    if (is_told)
        VALGRIND_STACK_DEREGISTER(id);
}

#else

static void work_on_stack(os_work *work, void *context)
{
    work(context);
}

#endif

/* A program may have blocked them, or be in a handler of its own: the kernel would end it. */
static void let_faults_through(void)
{
    sigset_t faults;
    sigemptyset(&faults);
    sigaddset(&faults, SIGSEGV);
    sigaddset(&faults, SIGBUS);
    pthread_sigmask(SIG_UNBLOCK, &faults, NULL);
}

void os_on_report_stack(os_work *work, void *context)
{
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    let_faults_through();
    work_on_stack(work, context);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/* Our handler blocks nothing, so there is no mask to be put back; ThreadSanitizer's, around it,
 * blocks everything. */
#if defined(__SANITIZE_THREAD__)
enum { HANDLER_BLOCKS = 1 };
#else
enum { HANDLER_BLOCKS = 0 };
#endif

static _Thread_local sigjmp_buf *way_back TLS_FAST;

bool os_try(os_work *work, void *context)
{
    sigjmp_buf here;
    sigjmp_buf *const outer = way_back;
    const unsigned depth = order_depth();
    volatile bool is_done = false;
    if (sigsetjmp(here, HANDLER_BLOCKS) == 0) {
        way_back = &here;
        work(context);
        is_done = true;
    }
    way_back = outer;
    if (!is_done)
        order_hide_to(depth);
    return is_done;
}

void os_try_caught(void)
{
    if (way_back != NULL)
        siglongjmp(*way_back, 1);
}
